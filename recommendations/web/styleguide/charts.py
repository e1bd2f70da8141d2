"""Charts of invented counts and values, laid out as those of the register are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.models import Indicator, Observation
from recommendations.reports import chart, columns, shares
from recommendations.reports.figures import Figures, Rating, ThemeFigures, rating
from recommendations.reports.series import Mark, Series
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import DESCENDING, Kind, Status
from recommendations.rules.series import Step
from recommendations.web import rated
from recommendations.web.styleguide.specimen import Specimen

_FIRST: Final = dt.date(2025, 9, 30)
_VALUES: Final = (38, 41, 45, 52, 50)
_REVIEWED: Final = dict(zip(DESCENDING, (3, 2, 4, 5, 2, 1, 1, 6), strict=True))
_REPORTED: Final = dict(zip(DESCENDING, (5, 4, 5, 3, 1, 0, 1, 5), strict=True))


def specimens() -> list[Specimen]:
    """Return each kind of chart."""
    counted, indicator = _figures(), _indicator()
    drawn, _other = columns.of_series(_series())
    line = chart.line_of(indicator, _observations())
    theme = ThemeFigures("sample", _("A theme"), (_rating(Kind.REVIEW, 1), _rating(Kind.SELF, 1)))
    of = _("Figures")
    return [
        Specimen("charts/_figures.html", {"figures": counted, "within": "", "heading": of}),
        Specimen("charts/_legend.html", {"statuses": rated.STATUSES}),
        Specimen("charts/_groups.html", {"statuses": rated.STATUSES, "groups": [rated.group(theme)], "heading": of}),
        Specimen("charts/_columns.html", {"chart": drawn, "heading": drawn.kind.label, "statuses": DESCENDING}),
        Specimen("charts/_line.html", {"line": line, "indicator": indicator}),
        Specimen("charts/_shares.html", {"shares": shares.delivery(counted), "caption": of}),
        Specimen("charts/_files.html", {"of": of, "table": "themes", "api": reverse("api_statistics")}),
    ]


def _rating(kind: Kind, part: int) -> Rating:
    counts = _REVIEWED if kind is Kind.REVIEW else _REPORTED
    return rating(kind, [(status, count // part) for status, count in counts.items()])


def _figures() -> Figures:
    total = sum(_REVIEWED.values())
    return Figures(
        status={str(status): count for status, count in _REVIEWED.items()},
        verified_status={str(status): count for status, count in _REVIEWED.items()},
        reported_status={str(status): count for status, count in _REPORTED.items()},
        response={},
        delivery={Delivery.OVERDUE: 3, Delivery.DUE_SOON: 2, Delivery.NOT_DUE: 6, Delivery.NO_TARGET: total - 11},
        freshness={Freshness.FRESH: 9, Freshness.AGEING: 6, Freshness.STALE: 4, Freshness.NEVER: total - 19},
        pairs={(Status.PARTLY, Status.PARTLY): 7, (Status.IMPLEMENTED, Status.PARTLY): 4},
        dated=11,
        split=2,
        stalled=1,
        evidence_lost=1,
    )


def _series() -> Series:
    days = [(_FIRST + dt.timedelta(days=31 * number)).replace(day=28) for number in range(6)]
    marks = (
        Mark(day, _rating(Kind.REVIEW, 3 - number // 2), _rating(Kind.SELF, 3 - number // 2))
        for number, day in enumerate(days)
    )
    return Series(Step.MONTH, tuple(marks))


def _indicator() -> Indicator:
    return Indicator(
        title_en="Approval of integration",
        title_ru="Одобрение интеграции",
        unit_en="% of those asked",
        unit_ru="% опрошенных",
        baseline=Decimal(35),
        target=Decimal(60),
    )


def _observations() -> list[Observation]:
    return [
        Observation(period_start=dt.date(year, 1, 1), period_end=dt.date(year, 12, 31), value=Decimal(value))
        for year, value in enumerate(_VALUES, 2021)
    ]
