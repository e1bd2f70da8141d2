"""The list as a table: a page of rows, columns to choose and to sort by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommendations.models import finding
from recommendations.models.person import role_of
from recommendations.models.translated import LANGUAGES
from recommendations.rules import drawing
from recommendations.web import asof, bulk
from recommendations.web.filters import Option
from recommendations.web.rows import COLUMNS, rows

if TYPE_CHECKING:
    from django.http import HttpRequest

    from recommendations.models.finding import Found
    from recommendations.rules.selection import Selection
    from recommendations.web.labels import Words
    from recommendations.web.shown import Shown

PAGE: Final = 50
TITLE: Final = (_("Recommendation"), "reference")
HOUR: Final = 3600
LATEST_FIRST: Final = "updated_at"


def found(request: HttpRequest, wanted: Selection) -> Found:
    """Find a page of the list."""
    cursor = request.GET.get("cursor") or None
    return finding.find(wanted, person=request.user, today=asof.today(request), cursor=cursor, size=PAGE)


def context(shown: Shown) -> dict[str, Any]:
    """Return what the template of the table needs."""
    page, columns = shown.found.page, shown.drawn.columns
    acts = bulk.offered(role_of(asof.who_may_act(shown.request)))
    cells = shown.cells(columns, [row["id"] for row in page.rows])
    return {
        "page": page,
        "rows": rows(page.rows, cells, is_to_choose=bool(acts)),
        "labels": f"{reverse('labels')}?{urlencode({'columns': ','.join(columns), 'language': get_language()})}",
        "title_head": _head(*TITLE, shown),
        "heads": [_head(*COLUMNS[name], shown) for name in columns],
        "columns": [Option(name, label, name in columns) for name, (label, _order) in COLUMNS.items()],
    }


@require_safe
@cache_control(max_age=HOUR, public=True)
def labels(request: HttpRequest) -> HttpResponse:
    """Say by a style sheet what the cells of the table are called where it has no heads, on a phone.

    Once for all lines: in each cell of fifty it would be a tenth of the page.
    """
    columns = drawing.parse(dict(request.GET.lists())).columns
    language = request.GET.get("language", "")
    with translation.override(language if language in LANGUAGES else None):
        rules = [
            f'.recommendations td:nth-last-of-type({place})::before {{ content: "{COLUMNS[name][0]}"; }}'
            for place, name in enumerate(reversed(columns), 1)
        ]
    return HttpResponse("\n".join(rules), content_type="text/css; charset=utf-8")


def _head(label: Words, order: str, shown: Shown) -> tuple[Words, str, str]:
    """Return the label of a column, the address that sorts by it ("": none does), and how it is sorted now (for aria-sort)."""
    if not order:
        return label, "", ""
    now = {order: "ascending", f"-{order}": "descending"}.get(shown.wanted.ordering, "")
    is_upward = now == "descending" or (not now and order != LATEST_FIRST)
    then = order if is_upward else f"-{order}"
    return label, shown.address(ordering=then), now


urlpatterns = [path("recommendations/labels.css", labels, name="labels")]
