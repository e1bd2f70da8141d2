"""Figures: every count with what it is a count of."""

import datetime as dt

import pytest
from django.utils import translation

from recommendations.models import Assessment, Pace, Recommendation
from recommendations.reports import figures
from recommendations.rules.lifecycle import Kind, Status
from tests.factories import NOW, TODAY, PersonFactory, RecommendationFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def rated(*, self="", review="", on=TODAY, **fields):
    item = RecommendationFactory(**fields)
    author = PersonFactory()
    for kind, value, column in (("self", self, "reported"), ("review", review, "verified")):
        if value:
            made = Assessment.objects.create(
                recommendation=item, kind=kind, value=value, as_of=on, author=author, recorded_at=NOW
            )
            setattr(item, column, made)
            setattr(item, f"{column}_status", value)
            item.status, item.assessed_on = value, on
    item.save()
    return item


def test_figures_of_an_empty_register_are_nought(db):
    found = figures.figures(Recommendation.objects.standing(), today=TODAY)
    assert (found.total, found.assessed, found.both, found.review.parts) == (0, 0, 0, ())


def test_each_figure_is_counted(db):
    rated(self="mostly", review="partly", target_on=TODAY - dt.timedelta(days=1))
    rated(self="implemented", review="implemented", target_on=TODAY)
    rated(self="no_action", on=TODAY - dt.timedelta(days=200), target_on=TODAY + dt.timedelta(days=30))
    rated()
    rated(withdrawn_at=NOW, review="implemented")
    Pace.objects.create(instrument="dialogue", gaps=20, ninth_decile=dt.timedelta(days=30), measured_at=NOW)
    found = figures.figures(Recommendation.objects.standing(), today=TODAY)
    assert (found.total, found.assessed) == (4, 3)
    assert (found.review.assessed, found.report.assessed) == (2, 3)
    assert (found.review.implemented, found.report.implemented) == (1, 1)
    assert (found.both, found.disagreement) == (2, 1)
    assert (found.dated, found.overdue, found.due_soon) == (3, 1, 1)
    assert (found.never, found.stale, found.stalled) == (1, 1, 3)
    assert dict(found.review.row)[Status.NOT_ASSESSED] == 2
    assert found.review.kind is Kind.REVIEW


def test_themes_come_in_their_order_with_both_ratings(db):
    late, early = ThemeFactory(name_en="Late", name_ru="Поздняя", position=9), ThemeFactory(name_en="Early", position=1)
    rated(self="partly", themes=[late, early])
    rated(self="partly", review="mostly", themes=[late])
    rated(themes=[late], withdrawn_at=NOW)
    first, second = figures.by_theme(Recommendation.objects.standing())
    assert (first.name, first.total, second.name, second.total) == ("Early", 1, "Late", 2)
    review, report = second.ratings
    assert (review.assessed, report.assessed) == (1, 2)
    assert [(part.status, part.count, part.start, part.width) for part in review.parts] == [
        ("mostly", 1, "0", "50"),
        ("not_assessed", 1, "50", "50"),
    ]
    with translation.override("ru"):
        assert figures.by_theme(Recommendation.objects.standing())[1].name == "Поздняя"


def test_figures_ask_the_same_number_of_questions_for_one_and_three(django_assert_num_queries):
    theme = ThemeFactory()
    for count in (1, 2):
        for _ in range(count):
            rated(self="partly", themes=[theme])
        with django_assert_num_queries(3):
            figures.figures(Recommendation.objects.standing(), today=TODAY)
        with django_assert_num_queries(1):
            figures.by_theme(Recommendation.objects.standing())
