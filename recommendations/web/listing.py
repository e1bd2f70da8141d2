"""The list of recommendations, with its filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from recommendations.models import Recommendation, keyset, listing
from recommendations.models.pace import silence
from recommendations.models.person import role_of
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.rules import access, calendar, selection
from recommendations.rules.access import Visibility
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Instrument
from recommendations.web import asof, bulk
from recommendations.web.filters import address, filters

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse

    from recommendations.rules.calendar import Delivery, Freshness

PAGE: Final = 50
COUNTED: Final = 1000  # beyond it nobody counts, and counting costs
COLUMNS: Final = (("reference", "sort_reference"), ("status", "sort_status"), ("due_on", "sort_due"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    reference: str
    title: str
    themes: tuple[str, ...]
    instrument: str
    verified: Status
    reported: Status
    lead: tuple[str, str] | None
    target_on: dt.date | None
    delivery: Delivery
    assessed_on: dt.date | None
    freshness: Freshness
    is_stalled: bool
    is_internal: bool
    elements: int
    has_lost_evidence: bool

    @property
    def differs(self) -> bool:
        """Whether owner and reviewer rate it differently."""
        return Status.NOT_ASSESSED not in {self.verified, self.reported} and self.verified != self.reported


@require_safe
@asof.dated
def recommendations(request: HttpRequest) -> HttpResponse:
    """Answer a selection with a page of the list."""
    wanted = selection.parse(dict(request.GET.lists()), others=("cursor", "as_of"), blank_ok=True)
    today = asof.today(request)
    found = Recommendation.objects.visible_to(request.user).selected(wanted, person=request.user, today=today)
    ordered, order = listing.ordered(found, wanted.ordering)
    rows = listing.as_rows(ordered, *{order.column} - {*listing.COLUMNS}, reader=request.user)
    page = keyset.page(rows, order, cursor=request.GET.get("cursor") or None, size=PAGE)
    laid_out = filters(wanted)
    context = {
        "page": page,
        "rows": [_row(row, laid_out.theme_names, today) for row in page.rows],
        "filters": laid_out,
        "count": found[: COUNTED + 1].count(),
        "counted": COUNTED,
        "sorting": _sorting(wanted),
        "has_demonstration": laid_out.has_demonstration,
        "may_register": access.may_keep_register(role_of(asof.who_may_act(request))),
        "acts": bulk.offered(role_of(asof.who_may_act(request))),
    }
    return render(request, "recommendation/list.html", context)


def _row(row: dict[str, Any], themes: dict[str, str], today: dt.date) -> Row:
    lead = row["lead"]
    return Row(
        reference=row["reference"],
        title=_chosen(row, "title"),
        themes=tuple(themes[slug] for slug in row["theme_slugs"]),
        instrument=str(Instrument(row["instrument"]).label),
        verified=Status(row["verified_status"]),
        reported=Status(row["reported_status"]),
        lead=(lead["slug"], _chosen(lead, "name")) if lead else None,
        target_on=row["target_on"],
        delivery=calendar.delivery(row["target_on"], row["status"], today),
        assessed_on=row["assessed_on"],
        freshness=calendar.freshness(row["assessed_on"], today),
        is_stalled=silence(row, today).is_stalled,
        is_internal=row["visibility"] == Visibility.INTERNAL,
        elements=row["elements"],
        has_lost_evidence=row["has_lost_evidence"],
    )


def _chosen(row: dict[str, Any], column: str) -> str:
    languages = sorted(LANGUAGES, key=lambda code: code != reader_language())
    return next((row[f"{column}_{code}"] for code in languages if row[f"{column}_{code}"]), "")


def _sorting(wanted: selection.Selection) -> dict[str, tuple[str, str]]:
    """Return for each sortable column the address that sorts by it, and how it is sorted now (for aria-sort)."""
    pairs = [pair for pair in selection.asked(wanted) if pair[0] != "ordering"]
    ways = {}
    for column, name in COLUMNS:
        now = {column: "ascending", f"-{column}": "descending"}.get(wanted.ordering, "")
        then = f"-{column}" if now == "ascending" else column
        ways[name] = (address([*pairs, ("ordering", then)]), now)
    return ways


urlpatterns = [path("recommendations/", recommendations, name="recommendations")]
