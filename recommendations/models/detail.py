"""A recommendation with everything that belongs to it, in the same number of statements however much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from recommendations.models.assessment import Assessment
from recommendations.models.assignment import Assignment
from recommendations.models.evidence import Evidence
from recommendations.models.indicator import Indicator, Observation
from recommendations.models.passage import Passage
from recommendations.models.recommendation import Recommendation
from recommendations.models.response import Response

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person
    from recommendations.models.recommendation import RecommendationQuerySet


def in_full(person: Person | AnonymousUser) -> RecommendationQuerySet:
    """Return what the person may see, each item with all that a page about it shows.

    Besides the relations: `shown_children`, the parts that the person may see, and `shown_duplicates`, what was merged
    into it, with its source and passages.
    """
    known = Recommendation.objects.visible_to(person)
    ratings = Assessment.objects.select_related("author__organization").prefetch_related("evidence")
    return known.select_related("source", "parent", "merged_into").prefetch_related(
        "themes",
        "milestones",
        Prefetch("reported", ratings),
        Prefetch("verified", ratings),
        _passages("passages"),
        _passages("parent__passages"),
        Prefetch("assignments", Assignment.objects.select_related("organization", "person")),
        Prefetch("responses", Response.objects.select_related("organization", "author__organization")),
        Prefetch("evidence", Evidence.objects.select_related("added_by__organization", "retracted_by__organization")),
        Prefetch("indicators", Indicator.objects.prefetch_related(_observations())),
        Prefetch("children", known.standing(), to_attr="shown_children"),
        Prefetch(
            "duplicates",
            known.select_related("source").prefetch_related(_passages("passages")),
            to_attr="shown_duplicates",
        ),
    )


def _passages(relation: str) -> Prefetch[str]:
    return Prefetch(relation, Passage.objects.select_related("source").with_place())


def _observations() -> Prefetch[str]:
    dated = Observation.objects.select_related("source", "evidence").order_by("period_end", "period_start")
    return Prefetch("observations", dated)
