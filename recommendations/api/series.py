"""Progress over time: how many recommendations stood where at the end of each day, week or month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from recommendations.actions.today import zone_of
from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.operation import Parameter, operation
from recommendations.reports import series
from recommendations.rules import words
from recommendations.rules.errors import Invalid, Problem, refuse_if
from recommendations.rules.lifecycle import Status
from recommendations.rules.series import MOST, Step

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.reports.figures import Rating
    from recommendations.reports.series import Mark

COUNTS: Final = shapes.record(**dict.fromkeys(Status.values, shapes.WHOLE))
MARK: Final = shapes.record(
    day=shapes.about("Counted at its end where you are; in UTC for strangers. The last one is the day looked from.", shapes.DAY),
    total=shapes.WHOLE,
    reported_status=COUNTS,
    verified_status=COUNTS,
)  # fmt: skip
SHAPE: Final = declare(
    "Series",
    shapes.record(url=shapes.ADDRESS, step=shapes.one_of(Step), marks=shapes.many(MARK)),
    "Figures over what the reader may see, at one mark after another; what is split is counted by its parts.",
)


class Series(Door):
    """Progress over time, from history."""

    @operation(
        "Read the figures over time",
        "Series",
        says="Each mark says what `statistics/?as_of=…` says of its day. With `as_of` the last mark is that moment.",
        query=(
            Parameter("step", shapes.one_of(Step), "How far the marks are apart; else the shortest of which at most 31 fit."),
            Parameter("since", shapes.DAY, f"The first day; else the first one of the register. At most {MOST} marks are answered."),
        ),
        dated=True,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer them."""
        look = series.Look(self.today, zone_of(self.person), self.as_of)
        since, step = _day(request.query_params.getlist("since")), _step(request.query_params.getlist("step"))
        found = series.over_time(self.person, look, since=since, step=step)
        marks = [_mark(mark) for mark in found.marks]
        return self.shown({"url": to("statistics", "series"), "step": found.step, "marks": marks})


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "day": mark.day,
        "total": mark.total,
        "reported_status": _counts(mark.report),
        "verified_status": _counts(mark.review),
    }


def _counts(rating: Rating) -> dict[str, int]:
    return {status.value: rating.counts.get(status, 0) for status in Status}


def _step(values: list[str]) -> Step | None:
    if not values:
        return None
    refuse_if([words.not_a_choice(value, Step.values, "step") for value in values if value not in Step.values])
    return Step(values[-1])


def _day(values: list[str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(values[-1]) if values else None
    except ValueError:
        text = _("This is not a date; write it like 2026-11-24.")
        raise Invalid(Problem("bad_parameter", text, "since")) from None
