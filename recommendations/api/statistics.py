"""Figures: how many recommendations stand where. Each share says of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F, Q

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.filters import FILTERS
from recommendations.api.operation import operation
from recommendations.models import Recommendation, flags
from recommendations.models.assignment import AssignmentRole
from recommendations.rules import selection
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    from django.db.models.enums import TextChoices
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models.recommendation import RecommendationQuerySet

STATUSES: Final = ("status", "reported_status", "verified_status")
GROUP: Final = {"type": "object", "additionalProperties": shapes.record(assessed=shapes.WHOLE, total=shapes.WHOLE)}
SHAPE: Final = declare(
    "Statistics",
    shapes.record(
        url=shapes.ADDRESS,
        total=shapes.WHOLE,
        assessed=shapes.about("Of these somebody has assessed so many.", shapes.WHOLE),
        split=shapes.about("So many more are left out here, since their parts are counted.", shapes.WHOLE),
        **{name: shapes.record(**dict.fromkeys(Status.values, shapes.WHOLE)) for name in STATUSES},
        response=shapes.record(**dict.fromkeys((*Answer.values, "none"), shapes.WHOLE)),
        delivery=shapes.record(**dict.fromkeys(Delivery.values, shapes.WHOLE)),
        freshness=shapes.record(**dict.fromkeys(Freshness.values, shapes.WHOLE)),
        stalled=shapes.WHOLE,
        disagreement=shapes.WHOLE,
        evidence_lost=shapes.about("Of the assessed, so many have a rating that rests on a lost link.", shapes.WHOLE),
        theme=shapes.about("By slug; one item can stand under several.", GROUP),
        lead=shapes.about("By slug of the leading organization.", GROUP),
    ),
    "Figures over the recommendations that the reader may see; what is split is counted by its parts.",
)


class Statistics(Door):
    """Figures over what the reader may see, with the filters of the list."""

    @operation("Read the figures", "Statistics", query=tuple(p for p in FILTERS if p.name != "ordering"), dated=True)
    def get(self, request: Request) -> Response:
        """Answer them."""
        wanted = selection.parse(dict(request.query_params.lists()), others=("as_of",))
        found = Recommendation.objects.visible_to(self.person).selected(wanted, person=self.person, today=self.today)
        items = found.rated()
        by_lead = items.filter(assignments__role=AssignmentRole.LEAD, assignments__until__isnull=True)
        figures = _figures(items, self.today)
        return self.shown(
            {
                "url": to("statistics"),
                "total": figures["total"],
                "assessed": figures["assessed"],
                "split": found.exclude(elements=0).count(),
                **{name: _section(figures, name, Status) for name in STATUSES},
                "response": {**_section(figures, "answer", Answer), "none": figures["answer_"]},
                "delivery": _section(figures, "delivery", Delivery),
                "freshness": _section(figures, "freshness", Freshness),
                "stalled": figures["stalled"],
                "disagreement": figures["disagreement"],
                "evidence_lost": figures["evidence_lost"],
                "theme": _grouped(items.filter(themes__isnull=False), "themes__slug"),
                "lead": _grouped(by_lead, "assignments__organization__slug"),
            }
        )


def _figures(items: RecommendationQuerySet, today: Any) -> dict[str, int]:
    """Count everything in one statement."""
    counts = {f"{name}_{value}": Q(**{name: value}) for name in STATUSES for value in Status.values}
    counts |= {f"answer_{value}": Q(answer=value) for value in ("", *Answer.values)}
    counts |= {f"delivery_{v}": flags.delivery([v], today) for v in Delivery}
    counts |= {f"freshness_{v}": flags.freshness([v], today) for v in Freshness}
    counts["stalled"] = flags.stalled(today)
    counts["disagreement"] = flags.DISAGREEMENT
    counts["evidence_lost"] = flags.lost_evidence()
    counts["assessed"] = Q(assessed_on__isnull=False)
    figures = {name: Count("pk", filter=condition) for name, condition in counts.items()}
    return items.aggregate(total=Count("pk"), **figures)


def _section(figures: dict[str, int], name: str, choices: type[TextChoices]) -> dict[str, int]:
    return {value: figures[f"{name}_{value}"] for value in choices.values}


def _grouped(items: RecommendationQuerySet, column: str) -> dict[str, dict[str, int]]:
    rows = items.order_by().values(key=F(column)).annotate(total=Count("pk"), assessed=Count("assessed_on"))
    return {row["key"]: {"assessed": row["assessed"], "total": row["total"]} for row in rows.order_by("key")}
