"""The list of recommendations, with its filters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from recommendations.models import finding, search
from recommendations.models.person import role_of
from recommendations.models.translated import reader_language
from recommendations.rules import access, selection
from recommendations.rules.query import asked
from recommendations.web import asof, bulk, rows, saved_view
from recommendations.web.filters import address, filters

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from recommendations.models.finding import Found
    from recommendations.rules.selection import Selection
    from recommendations.web.filters import Filters

PAGE: Final = 50
COUNTED: Final = 1000  # beyond it nobody counts, and counting costs
COLUMNS: Final = (("reference", "sort_reference"), ("status", "sort_status"), ("due_on", "sort_due"))


@require_safe
@asof.dated
def recommendations(request: HttpRequest) -> HttpResponse:
    """Answer a selection with a page of the list."""
    wanted = selection.parse(dict(request.GET.lists()), others=("cursor", "as_of"), blank_ok=True)
    found = finding.find(
        wanted, person=request.user, today=asof.today(request), cursor=request.GET.get("cursor") or None, size=PAGE
    )
    shown = replace(wanted, q=found.spelling.used) if found.spelling else wanted
    laid_out = filters(shown)
    offered = _offered(request, laid_out.query)
    context = {
        "page": found.page,
        "rows": _lines(request, found, laid_out, is_to_choose=bool(offered["acts"])),
        "filters": laid_out,
        "count": found.count(COUNTED + 1),
        "counted": COUNTED,
        "sorting": _sorting(shown),
        "has_demonstration": laid_out.has_demonstration,
        **offered,
        **_spelling(found, wanted),
    }
    return render(request, "recommendation/list.html", context)


def _offered(request: HttpRequest, query: str) -> dict[str, Any]:
    """Return what whoever is signed in may do here; nothing in the past."""
    person = asof.who_may_act(request)
    role = role_of(person)
    return {
        "may_register": access.may_keep_register(role),
        "acts": bulk.offered(role),
        "shelf": saved_view.shelf(person, query),
    }


def _lines(request: HttpRequest, found: Found, laid_out: Filters, *, is_to_choose: bool) -> SafeString:
    keys = [row["id"] for row in found.page.rows]
    marked = search.highlights(keys, laid_out.q, reader_language()) if laid_out.q and keys else {}
    return rows.rows(
        found.page.rows,
        themes=laid_out.theme_names,
        today=asof.today(request),
        marked=marked,
        is_to_choose=is_to_choose,
    )


def _spelling(found: Found, wanted: Selection) -> dict[str, Any]:
    """Say which words took the place of others, and where those are looked for all the same."""
    if found.spelling is None:
        return {}
    literal = replace(wanted, q=found.spelling.literal)
    return {"spelling": found.spelling, "as_asked": address(asked(literal))}


def _sorting(wanted: Selection) -> dict[str, tuple[str, str]]:
    """Return for each sortable column the address that sorts by it, and how it is sorted now (for aria-sort)."""
    pairs = [pair for pair in asked(wanted) if pair[0] != "ordering"]
    ways = {}
    for column, name in COLUMNS:
        now = {column: "ascending", f"-{column}": "descending"}.get(wanted.ordering, "")
        then = f"-{column}" if now == "ascending" else column
        ways[name] = (address([*pairs, ("ordering", then)]), now)
    return ways


urlpatterns = [path("recommendations/", recommendations, name="recommendations")]
