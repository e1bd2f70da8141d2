"""A recommendation with everything that belongs to it, in the same number of statements however much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import OuterRef, Prefetch, Subquery

from recommendations.models.assessment import Assessment
from recommendations.models.assignment import Assignment
from recommendations.models.evidence import Evidence
from recommendations.models.indicator import Indicator, Observation
from recommendations.models.pace import pace_of, silence
from recommendations.models.passage import Passage
from recommendations.models.recommendation import Recommendation
from recommendations.models.response import Response

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person
    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.rules.calendar import Silence

AROUND: Final = 280  # characters of the source that are shown on each side of a passage


def in_full(person: Person | AnonymousUser) -> RecommendationQuerySet:
    """Return what the person may see, each item with all that a page about it shows.

    Besides the relations: `shown_children`, the parts that the person may see, `shown_duplicates`, what was merged into
    it, with its source and passages, and the `pace` of its instrument.
    """
    known = Recommendation.objects.visible_to(person)
    ratings = Assessment.objects.select_related("author__organization").prefetch_related("evidence")
    return (
        known.select_related("source", "parent", "merged_into")
        .annotate(pace=Subquery(pace_of(OuterRef("instrument"))))
        .prefetch_related(
            "themes",
            "milestones",
            Prefetch("assessments", ratings.select_related("retracted_by__organization").latest_first()),
            Prefetch("reported", ratings),
            Prefetch("verified", ratings),
            _passages("passages"),
            _passages("parent__passages"),
            Prefetch("assignments", Assignment.objects.select_related("organization", "person")),
            Prefetch(
                "responses",
                Response.objects.select_related("organization", "author__organization").prefetch_related("evidence"),
            ),
            Prefetch(
                "evidence", Evidence.objects.select_related("added_by__organization", "retracted_by__organization")
            ),
            Prefetch("indicators", Indicator.objects.prefetch_related(_observations())),
            Prefetch("children", known.standing(), to_attr="shown_children"),
            Prefetch(
                "duplicates",
                known.select_related("source").prefetch_related(_passages("passages")),
                to_attr="shown_duplicates",
            ),
        )
    )


def silence_of(item: Recommendation, today: dt.date) -> Silence:
    """Say for how long an item that was fetched in full is silent."""
    return silence(vars(item), today)


def _passages(relation: str) -> Prefetch[str]:
    return Prefetch(relation, Passage.objects.select_related("source").with_place(AROUND))


def _observations() -> Prefetch[str]:
    dated = Observation.objects.select_related("source", "evidence").order_by("period_end", "period_start")
    return Prefetch("observations", dated)
