"""The page of the style guide: tokens first, then every shared partial, each with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.rules.lifecycle import MEANING, Status
from recommendations.web.styleguide import charts, fields, lists, own, palette, ratings, words
from recommendations.web.styleguide.specimen import NOW, TODAY

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from recommendations.web.labels import Words
    from recommendations.web.styleguide.specimen import Specimen

    Drawn = tuple[str, Words, list[tuple[Specimen, SafeString]]]

GROUPS: Final = (
    ("frame", _("The frame of a page"), words.frame),
    ("words", _("What a page tells"), words.told),
    ("fields", _("Fields"), fields.specimens),
    ("list", _("The list, and ways to draw it"), lists.specimens),
    ("ratings", _("Ratings and history"), ratings.specimens),
    ("charts", _("Charts, each with its table"), charts.specimens),
    ("own", _("What is one's own"), own.specimens),
)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Draw all of it."""
    context = {
        "colours": palette.colours(),
        "spaces": palette.spaces(),
        "types": palette.types(),
        "statuses": [(status, MEANING[status]) for status in Status],
        "groups": [_drawn(request, code, heading, made()) for code, heading, made in GROUPS],
        "today": TODAY,
        "now": NOW,
    }
    return render(request, "styleguide/styleguide.html", context)


def _drawn(request: HttpRequest, code: str, heading: Words, some: list[Specimen]) -> Drawn:
    return code, heading, [(one, render_to_string(one.partial, one.said, request)) for one in some]


urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
