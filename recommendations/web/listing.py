"""The list of recommendations, with its filters: as a table, a board or a timeline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import facets
from recommendations.models.person import role_of
from recommendations.rules import access, drawing, selection
from recommendations.rules.query import asked
from recommendations.web import asof, board, bulk, saved_view, table, timeline
from recommendations.web.filters import address, filters
from recommendations.web.shown import Shown

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models.finding import Found
    from recommendations.rules.selection import Selection

OTHERS: Final = ("cursor", "as_of", *drawing.PARAMETERS)
VIEWS: Final = {
    "table": (_("Table"), table),
    "board": (_("Board"), board),
    "timeline": (_("Timeline"), timeline),
}


@require_safe
@asof.dated
def recommendations(request: HttpRequest) -> HttpResponse:
    """Answer a selection: a page of the list, or a drawing of it."""
    params = dict(request.GET.lists())
    wanted = selection.parse(params, others=OTHERS, blank_ok=True)
    drawn = drawing.parse(params)
    view = VIEWS[drawn.view][1]
    found = view.found(request, wanted)
    used = replace(wanted, q=found.spelling.used) if found.spelling else wanted
    tally = facets.tally(used, person=request.user, today=asof.today(request))
    shown = Shown(request, used, drawn, found, tally, filters(used, drawn, tally))
    context = {**_frame(shown), **_spelling(found, wanted), **view.context(shown)}
    return render(request, "recommendation/list.html", context)


def _frame(shown: Shown) -> dict[str, Any]:
    """Return what stands around each way to draw a list, and what whoever is signed in may do here; nothing in the past."""
    person = asof.who_may_act(shown.request)
    role = role_of(person)
    return {
        "filters": shown.filters,
        "tally": shown.tally,
        "most": facets.MOST,
        "drawing": shown.drawn,
        "drawings": [
            (label, shown.address(view="" if name == "table" else name), name == shown.drawn.view)
            for name, (label, _module) in VIEWS.items()
        ],
        "has_demonstration": shown.filters.has_demonstration,
        "may_register": access.may_keep_register(role),
        "acts": bulk.offered(role),
        "shelf": saved_view.shelf(person, shown.filters.query),
    }


def _spelling(found: Found, wanted: Selection) -> dict[str, Any]:
    """Say which words took the place of others, and where those are looked for all the same."""
    if found.spelling is None:
        return {}
    literal = replace(wanted, q=found.spelling.literal)
    return {"spelling": found.spelling, "as_asked": address(asked(literal))}


urlpatterns = [
    path("recommendations/", recommendations, name="recommendations"),
    *board.urlpatterns,
    *table.urlpatterns,
]
