"""Figures: how many recommendations stand where. Each share says of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F

from recommendations.actions.today import zone_of
from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.filters import FILTERS
from recommendations.api.operation import AS_OF, Parameter, operation
from recommendations.models import Recommendation, past
from recommendations.models.assignment import AssignmentRole
from recommendations.reports import figures, shares
from recommendations.rules import moments, selection
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.db.models.enums import TextChoices
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models import Person
    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.rules.moments import AsOf
    from recommendations.rules.selection import Selection

STATUSES: Final = ("status", "reported_status", "verified_status")
COUNTS: Final = shapes.record(**dict.fromkeys(Status.values, shapes.WHOLE))
GROUP: Final = {
    "type": "object",
    "additionalProperties": shapes.record(
        assessed=shapes.WHOLE, total=shapes.WHOLE, reported_status=COUNTS, verified_status=COUNTS
    ),
}
PAIR: Final = shapes.record(
    reported_status=shapes.one_of(Status), verified_status=shapes.one_of(Status), count=shapes.WHOLE
)
FIGURES: Final = shapes.record(
    total=shapes.WHOLE,
    assessed=shapes.about("Of these somebody has assessed so many.", shapes.WHOLE),
    split=shapes.about("So many more are left out here, since their parts are counted.", shapes.WHOLE),
    **dict.fromkeys(STATUSES, COUNTS),
    response=shapes.record(**dict.fromkeys((*Answer.values, "none"), shapes.WHOLE)),
    delivery=shapes.record(**dict.fromkeys(Delivery.values, shapes.WHOLE)),
    freshness=shapes.record(**dict.fromkeys(Freshness.values, shapes.WHOLE)),
    stalled=shapes.WHOLE,
    disagreement=shapes.WHOLE,
    pairs=shapes.about("How those are rated that owner and reviewer have rated both.", shapes.many(PAIR)),
    evidence_lost=shapes.about("Of the assessed, so many have a rating that rests on a lost link.", shapes.WHOLE),
    theme=shapes.about("By slug; one item can stand under several.", GROUP),
    lead=shapes.about("By slug of the leading organization.", GROUP),
)
COMPARED: Final = shapes.extended(FIGURES, as_of=shapes.about("The moment that these figures are of.", shapes.MOMENT))
SHAPE: Final = declare(
    "Statistics",
    shapes.extended(
        FIGURES,
        url=shapes.ADDRESS,
        compared=shapes.about("The same at the moment of `compare_to`; null without it.", shapes.maybe(COMPARED)),
    ),
    "Figures over the recommendations that the reader may see; what is split is counted by its parts.",
)
COMPARE_TO: Final = Parameter(
    "compare_to",
    AS_OF.shape,
    "Give the figures of this day (its end where you are; in UTC for strangers), or time, too.",
)


class Statistics(Door):
    """Figures over what the reader may see, with the filters of the list."""

    @operation(
        "Read the figures",
        "Statistics",
        query=(*(p for p in FILTERS if p.name != "ordering"), COMPARE_TO),
        dated=True,
    )
    def get(self, request: Request) -> Response:
        """Answer them."""
        asked = dict(request.query_params.lists())
        wanted = selection.parse(asked, others=("as_of", "compare_to"))
        zone = zone_of(self.person)
        then = moments.parse(asked.get("compare_to", []), now=self.now, zone=zone, name="compare_to")
        said = _figures(wanted, self.person, self.today)
        return self.shown({"url": to("statistics"), **said, "compared": self._compared(wanted, then, asked)})

    def _compared(self, wanted: Selection, then: AsOf | None, asked: dict[str, list[str]]) -> dict[str, Any] | None:
        """Count as of another moment; today, when `compare_to` names it."""
        if "compare_to" not in asked:
            return None
        moment = then.moment if then else self.now
        day = then.day if then else self.now.astimezone(zone_of(self.person)).date()
        with past.as_of(moment):
            return {**_figures(wanted, self.person, day), "as_of": moment}


def _figures(wanted: Selection, person: Person | None, today: dt.date) -> dict[str, Any]:
    found = Recommendation.objects.visible_to(person).selected(wanted, person=person, today=today)
    counted = figures.figures(found, today=today)
    items = found.rated()
    by_lead = items.filter(assignments__role=AssignmentRole.LEAD, assignments__until__isnull=True)
    return {
        **{name: getattr(counted, name) for name in ("total", "assessed", "split", "stalled", "disagreement")},
        **{name: _section(getattr(counted, name), Status) for name in STATUSES},
        "response": {**_section(counted.response, Answer), "none": counted.response.get("", 0)},
        "delivery": _section(counted.delivery, Delivery),
        "freshness": _section(counted.freshness, Freshness),
        "pairs": [
            {"reported_status": share.values[0], "verified_status": share.values[1], "count": share.count}
            for share in shares.pairs(counted)
        ],
        "evidence_lost": counted.evidence_lost,
        "theme": _grouped(items.filter(themes__isnull=False), "themes__slug"),
        "lead": _grouped(by_lead, "assignments__organization__slug"),
    }


def _section(counts: dict[str, int], choices: type[TextChoices]) -> dict[str, int]:
    return {value: counts.get(value, 0) for value in choices.values}


def _grouped(items: RecommendationQuerySet, column: str) -> dict[str, dict[str, Any]]:
    cells = items.order_by().values("reported_status", "verified_status", key=F(column))
    rows: QuerySet[Any, Any] = cells.annotate(total=Count("pk"), assessed=Count("assessed_on")).order_by("key")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        nothing = {name: dict.fromkeys(Status.values, 0) for name in ("reported_status", "verified_status")}
        group = found.setdefault(row["key"], {"assessed": 0, "total": 0, **nothing})
        for name in ("assessed", "total"):
            group[name] += row[name]
        for name in nothing:
            group[name][row[name]] += row["total"]
    return found
