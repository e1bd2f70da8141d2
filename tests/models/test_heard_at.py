"""The migration that takes `heard_at` from history."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection

from recommendations.actions import evidence, indicator
from recommendations.models import Recommendation, past
from recommendations.models.event import SIGNS_OF_LIFE
from tests.factories import NOW, TODAY, RecommendationFactory

pytestmark = pytest.mark.django_db
migration = import_module("recommendations.migrations.0006_heard_at")
DAY = dt.timedelta(days=1)


def moment(at):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', %s, true)", [at.isoformat()])


def forget():
    """Let nobody have been heard of, as before the migration."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE recommendations_recommendation DISABLE TRIGGER relations_version")
        cursor.execute("ALTER TABLE history.recommendations_recommendation DISABLE TRIGGER relations_guard")
        for table in ("public", "history"):
            cursor.execute(f"UPDATE {table}.recommendations_recommendation SET heard_at = NULL")
        cursor.execute("ALTER TABLE recommendations_recommendation ENABLE TRIGGER relations_version")
        cursor.execute("ALTER TABLE history.recommendations_recommendation ENABLE TRIGGER relations_guard")


def heard():
    return dict(Recommendation.objects.values_list("reference", "heard_at"))


def test_it_names_the_same_signs_as_the_program():
    assert ", ".join(f"'{verb}'" for verb in SIGNS_OF_LIFE) == migration.SIGNS


def test_heard_at_is_taken_from_history_for_then_and_now(carol):
    moment(NOW - 50 * DAY)
    RecommendationFactory(reference="A-1")
    RecommendationFactory(reference="A-2")
    RecommendationFactory(reference="A-3")
    draft = evidence.Draft("Decree", "https://example.org/1", dt.date(2026, 1, 1), "primary")
    for days in (40, 20):
        evidence.attach("A-1", draft, actor=carol, now=NOW - days * DAY)
    indicator.define("fairs", indicator.Definition("Fairs", ("A-2",)), actor=carol, now=NOW - 30 * DAY)
    reading = indicator.Reading(TODAY - 90 * DAY, TODAY - 80 * DAY, 3)
    indicator.observe("fairs", reading, actor=carol, now=NOW - 10 * DAY)
    known = heard()
    forget()
    assert set(heard().values()) == {None}
    moment(NOW)
    for _twice in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.FILL)
        assert heard() == known == {"A-1": NOW - 20 * DAY, "A-2": NOW - 10 * DAY, "A-3": None}
    with past.as_of(NOW - 35 * DAY):
        assert heard()["A-1"] == NOW - 40 * DAY
    with past.as_of(NOW - DAY):
        assert heard() == known
