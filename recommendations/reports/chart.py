"""An indicator as a chart: a bar for each period, from a common zero, with lines for baseline and target."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from recommendations.reports import bars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.models import Indicator, Observation

THIN: Final = 0.5  # so that a value of zero is still seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One observation: its bar as coordinates from 0 to 100; a range floats from its lower to its upper value."""

    observation: Observation
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Chart:
    """An indicator's observations, oldest first, on one scale. `zero`, `baseline` and `target` are coordinates or ""."""

    indicator: Indicator
    rows: tuple[Bar, ...]
    zero: str
    baseline: str
    target: str


def of_indicator(indicator: Indicator, observations: Sequence[Observation]) -> Chart:
    """Lay an indicator out; the scale always holds zero, and 100 for shares, so that lengths can be compared."""
    marks = [mark for mark in (indicator.baseline, indicator.target) if mark is not None]
    values = [value for o in observations for value in (o.value, o.value_high) if value is not None]
    ends = [Decimal(0), Decimal(100) if indicator.unit_en.startswith("%") else Decimal(0), *values, *marks]
    low, high = min(ends), max(ends)
    span = (high - low) or Decimal(1)

    def place(value: Decimal) -> float:
        return float((value - low) / span) * bars.WHOLE

    def bar(o: Observation) -> Bar:
        first, last = sorted((place(o.value), place(o.value_high if o.value_high is not None else Decimal(0))))
        return Bar(o, bars.figure(first), bars.figure(max(last - first, THIN)))

    def line(mark: Decimal | None) -> str:
        return "" if mark is None else bars.figure(place(mark))

    return Chart(
        indicator, tuple(map(bar, observations)), line(Decimal(0)), line(indicator.baseline), line(indicator.target)
    )
