"""Progress over time: how many recommendations stood where at the end of each day, week or month, from history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommendations.models import series as standing
from recommendations.models.person import role_of
from recommendations.reports import figures
from recommendations.rules import moments, series
from recommendations.rules.errors import refuse_if
from recommendations.rules.lifecycle import Kind

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models import Person
    from recommendations.reports.figures import Rating
    from recommendations.rules.moments import AsOf
    from recommendations.rules.series import Step

    Reader = Person | AnonymousUser | None

FEWEST: Final = 2  # marks without which there is no course to see


@dataclass(frozen=True, slots=True)
class Mark:
    """What reviewers found and what owners said by the end of a day (or by the moment looked from, on its day)."""

    day: dt.date
    review: Rating
    report: Rating

    @property
    def total(self) -> int:
        """How many recommendations there were."""
        return self.review.total

    @property
    def ratings(self) -> tuple[Rating, Rating]:
        """Both ratings."""
        return self.review, self.report


@dataclass(frozen=True, slots=True)
class Series:
    """Marks, the earliest first, and how far they are apart. None in a register that has no past."""

    step: Step
    marks: tuple[Mark, ...]

    @property
    def is_course(self) -> bool:
        """Whether there is more than one mark to compare."""
        return len(self.marks) >= FEWEST


@dataclass(frozen=True, slots=True)
class Look:
    """From where one looks back: at the reader's day `today`, in their `zone`, from `as_of` or (None) from now."""

    today: dt.date
    zone: dt.tzinfo
    as_of: AsOf | None = None

    def moment(self, day: dt.date) -> dt.datetime:
        """Return the moment of a mark: the end of its day, or what one looks from."""
        if day < self.today:
            return moments.end_of(day, self.zone)
        return self.as_of.moment if self.as_of else standing.NOW


def over_time(reader: Reader, look: Look, *, since: dt.date | None = None, step: Step | None = None) -> Series:
    """Count what stood at each mark, for what the reader may see; two statements however many marks and items.

    Without `since` it begins with the register, without `step` it takes the shortest one that fits one chart.
    Raises `Invalid` for more marks than are answered at once, and for a beginning that has not come.
    """
    role = role_of(reader)
    first = since or _beginning(role, look)
    step = step or series.fitting(first, look.today)
    refuse_if(series.check(first, look.today, step))
    days = series.marks(first, look.today, step)
    found = standing.stood([look.moment(day) for day in days], role=role)
    marks = (
        Mark(day, figures.rating(Kind.REVIEW, one.verified.items()), figures.rating(Kind.SELF, one.reported.items()))
        for day, one in zip(days, found, strict=True)
    )
    return Series(step, tuple(marks))


def _beginning(role: str, look: Look) -> dt.date:
    began = standing.began(role=role)
    return min(began.astimezone(look.zone).date(), look.today) if began else look.today
