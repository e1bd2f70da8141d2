"""The list as a timeline: target dates and milestones by month, grouped by source or theme, and the same as a table."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import Milestone, finding
from recommendations.reports import timeline
from recommendations.reports.timeline import Lane, Mark
from recommendations.rules import calendar
from recommendations.web import asof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from recommendations.models.finding import Found
    from recommendations.rules.selection import Selection
    from recommendations.web.shown import Shown

PAGE: Final = 50
BY_DAY: Final = attrgetter("day")
BY_DATE: Final = ("due_on", "-due_on")
GROUPS: Final = {"source": _("Source"), "theme": _("Theme")}
TARGET: Final = pgettext_lazy("timeline", "Target date")
_NONE: Final = ""  # the group of those without a theme


def found(request: HttpRequest, wanted: Selection) -> Found:
    """Find a page of the list, by target date: what has none comes last."""
    cursor = request.GET.get("cursor") or None
    dated = wanted if wanted.ordering in BY_DATE else replace(wanted, ordering=BY_DATE[0])
    return finding.find(dated, person=request.user, today=asof.today(request), cursor=cursor, size=PAGE)


def context(shown: Shown) -> dict[str, Any]:
    """Return what the template of the timeline needs: one statement more, for the milestones."""
    rows, by = shown.found.page.rows, shown.drawn.group
    lanes: dict[str, list[Lane]] = {}
    for row, lane in zip(rows, _lanes(shown, rows), strict=True):
        for slug in [row["source__slug"]] if by == "source" else row["theme_slugs"] or [_NONE]:
            lanes.setdefault(slug, []).append(lane)
    names = {**shown.filters.names[by], _NONE: _("No theme")}
    bands = [(str(name), lanes[slug]) for slug, name in names.items() if slug in lanes]
    return {
        "page": shown.found.page,
        "bands": bands,
        "timeline": timeline.timeline(bands, shown.today),
        "groups": [
            (label, shown.address(group="" if name == "source" else name), name == by) for name, label in GROUPS.items()
        ],
    }


def _lanes(shown: Shown, rows: list[dict[str, Any]]) -> Iterator[Lane]:
    found = Milestone.objects.filter(recommendation__in=[row["id"] for row in rows], cancelled_at=None)
    marks: dict[int, list[Mark]] = {row["id"]: [] for row in rows}
    for one in found.exclude(due_on=None).order_by("due_on", "id"):
        marks[one.recommendation_id].append(
            Mark(one.due_on or shown.today, "milestone", one.title, one.state(shown.today))
        )
    cells = shown.cells(())
    for row in rows:
        if row["target_on"]:
            state = calendar.delivery(row["target_on"], row["status"], shown.today)
            marks[row["id"]].append(Mark(row["target_on"], "target", TARGET, state))
        yield Lane(row["reference"], cells.title(row), row["status"], tuple(sorted(marks[row["id"]], key=BY_DAY)))
