"""The pace of each instrument, recounted from history without SQL; stalled, asked twice."""

import datetime as dt
import io
import itertools
import json
import math
import random
from collections import defaultdict

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import OuterRef, Subquery

from recommendations import tasks
from recommendations.actions import evidence, followup, indicator, milestone, pace, response
from recommendations.models import Event, Indicator, Pace, Recommendation, past
from recommendations.models.event import SIGNS_OF_LIFE, Subject, Verb
from recommendations.models.pace import pace_of, silence
from recommendations.rules.calendar import GAPS_NEEDED, Silence
from tests.factories import NOW, TODAY, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SOME = (*SIGNS_OF_LIFE, Verb.AMENDED, Verb.ASSIGNED, Verb.EVIDENCE_RETRACTED, Verb.ASSESSMENT_RETRACTED)


def told(item, verb, at, **said):
    """Put a line into history."""
    subject = said.pop("subject", Subject.RECOMMENDATION)
    key = said.pop("key", item.reference)
    return Event.objects.create(
        subject=subject,
        subject_key=key,
        recommendation=item if subject == Subject.RECOMMENDATION else None,
        verb=verb,
        actor_key="system",
        recorded_at=at,
        **said,
    )


@pytest.fixture
def busy():
    """A register with a random past: public and internal items, of two instruments, signs of life and other acts."""
    chance = random.Random(7)
    source = SourceFactory()
    for number in range(12):
        item = RecommendationFactory(
            source=source,
            instrument=("dialogue", "fund")[number % 2],
            visibility="internal" if number % 5 == 4 else "public",
            created_at=NOW - dt.timedelta(days=500, hours=chance.randrange(24)),
        )
        moments = sorted(NOW - dt.timedelta(minutes=chance.randrange(500 * 1440)) for _ in range(8))
        for moment in moments:
            told(item, chance.choice(SOME), moment)
        measured = Indicator.objects.create(slug=f"i-{number}", title_en="I", is_context=number % 3 == 0)
        measured.recommendations.add(item)
        told(item, Verb.OBSERVED, NOW - 3 * DAY, subject=Subject.INDICATOR, key=measured.slug)
        told(item, Verb.OBSERVED, NOW - DAY, subject=Subject.INDICATOR, key=measured.slug, before={"value": "1"})


def recounted():
    """Count the gaps of public items by instrument in Python, from rows of history only."""
    days = defaultdict(set)
    for item in Recommendation.objects.filter(visibility="public"):
        days[item].add(item.created_at.astimezone(dt.UTC).date())
        days[item] |= {e.recorded_at.astimezone(dt.UTC).date() for e in item.events.filter(verb__in=SIGNS_OF_LIFE)}
        for measured in item.indicators.filter(is_context=False):
            values = Event.objects.about(Subject.INDICATOR, measured.slug).filter(verb=Verb.OBSERVED, before={})
            days[item] |= {e.recorded_at.astimezone(dt.UTC).date() for e in values}
    gaps = defaultdict(list)
    for item, those in days.items():
        ordered = sorted(those)
        gaps[item.instrument] += [(b - a).days for a, b in itertools.pairwise(ordered)]
    return {
        instrument: (len(found), sorted(found)[math.ceil(len(found) * 0.9) - 1])
        for instrument, found in gaps.items()
        if found
    }


def measured():
    return {one.instrument: (one.gaps, one.ninth_decile.days) for one in Pace.objects.all()}


def test_pace_is_what_history_says(busy):
    assert pace.measure(NOW) == 2
    assert measured() == recounted()
    assert all(gaps >= GAPS_NEEDED and days > 1 for gaps, days in measured().values())


def test_measuring_writes_only_what_changed(busy):
    pace.measure(NOW - DAY)
    assert pace.measure(NOW) == 0
    assert set(Pace.objects.values_list("measured_at", flat=True)) == {NOW - DAY}
    item = Recommendation.objects.filter(instrument="fund", visibility="public").first()
    told(item, Verb.RESPONDED, NOW)
    assert pace.measure(NOW) == 1
    assert Pace.objects.get(instrument="fund").measured_at == NOW
    assert measured() == recounted()
    Recommendation.objects.filter(instrument="fund").update(visibility="internal")
    assert pace.measure(NOW) == 1
    assert measured().keys() == recounted().keys() == {"dialogue"}


def test_an_empty_register_has_no_pace():
    assert pace.measure(NOW) == 0
    RecommendationFactory()
    assert pace.measure(NOW) == 0
    assert measured() == {}


def test_acts_of_one_day_are_no_gap(item):
    told(item, Verb.ASSESSED, item.created_at + DAY)
    told(item, Verb.EVIDENCE_ATTACHED, item.created_at + DAY + dt.timedelta(minutes=1))
    pace.measure(NOW)
    assert measured() == {"dialogue": (1, 1)}
    assert str(Pace.objects.get()) == "dialogue 1 day, 0:00:00"


def test_command_and_task_measure(busy):
    out = io.StringIO()
    call_command("measure_pace", stdout=out)
    assert out.getvalue().startswith(f"Dialogue: nine in ten of {recounted()['dialogue'][0]} gaps have at most ")
    out = io.StringIO()
    call_command("measure_pace", format="json", stdout=out)
    rows = json.loads(out.getvalue())
    assert {row["instrument"]: (row["gaps"], row["ninth_decile_days"]) for row in rows} == recounted()
    Pace.objects.all().delete()
    tasks.measure_pace()
    assert measured() == recounted()
    assert settings.CELERY_BEAT_SCHEDULE["measure-pace"]["task"] == tasks.measure_pace.name


# Stalled: the rule, and the query


def rows(today):
    found = Recommendation.objects.annotate(pace=Subquery(pace_of(OuterRef("instrument"))))
    return {item.pk: silence(vars(item), today) for item in found}


@pytest.mark.uncounted
def test_rule_and_query_agree_on_every_day_and_minute():
    chance = random.Random(11)
    source = SourceFactory()
    Pace.objects.create(instrument="dialogue", gaps=20, ninth_decile=10 * DAY, measured_at=NOW)
    Pace.objects.create(instrument="fund", gaps=19, ninth_decile=DAY, measured_at=NOW)
    Pace.objects.create(instrument="standard", gaps=40, ninth_decile=3 * DAY, measured_at=NOW)
    midnight = dt.datetime.combine(TODAY, dt.time.min, dt.UTC)
    edges = [
        midnight - days * DAY + dt.timedelta(microseconds=offset)
        for days in (-1, 0, 2, 3, 4, 9, 10, 11)
        for offset in (-1, 0, 1)
    ]
    chosen = [midnight - dt.timedelta(minutes=chance.randrange(20 * 1440)) for _ in range(40)]
    for number, heard in enumerate([*edges, *chosen]):
        for instrument in ("dialogue", "fund", "standard", "other"):
            RecommendationFactory(
                source=source,
                instrument=instrument,
                created_at=heard if number % 3 == 0 else midnight - 400 * DAY,
                heard_at=None if number % 3 == 0 else heard,
                status=chance.choice(["not_assessed", "partly", "partly", "reversed", "implemented", "overtaken"]),
                withdrawn_at=NOW if number % 7 == 6 else None,
            )
    for offset in range(-3, 13):
        today = TODAY + offset * DAY
        by_rule = {pk for pk, found in rows(today).items() if found.is_stalled}
        assert by_rule == set(Recommendation.objects.stalled(today).values_list("pk", flat=True))
        others = set(Recommendation.objects.stalled(today, wanted=False).values_list("pk", flat=True))
        assert others == set(rows(today)) - by_rule
        assert (len(by_rule) > 0) == (offset > -8)


@pytest.mark.parametrize(
    ("days", "gaps", "decile", "is_open", "expected"),
    [
        (11, 20, 10, True, True),
        (10, 20, 10, True, False),
        (11, 19, 10, True, False),
        (11, 20, 10, False, False),
        (11, 0, None, True, False),
        (-5, 20, 0, True, False),
    ],
)
def test_rule(days, gaps, decile, is_open, expected):
    found = Silence(is_open=is_open, since=TODAY - days * DAY, today=TODAY, gaps=gaps, ninth_decile=decile)
    assert found.is_stalled is expected
    assert found.days == max(days, 0)


def test_stalled_answers_from_the_past():
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', %s, true)", [(NOW - 50 * DAY).isoformat()])
    Pace.objects.create(instrument="dialogue", gaps=20, ninth_decile=30 * DAY, measured_at=NOW - 50 * DAY)
    RecommendationFactory(heard_at=NOW - 90 * DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', %s, true)", [NOW.isoformat()])
    Recommendation.objects.update(heard_at=NOW)
    assert not Recommendation.objects.stalled(TODAY).exists()
    with past.as_of(NOW - DAY):
        assert Recommendation.objects.stalled(TODAY - DAY).exists()
        assert not Recommendation.objects.stalled(TODAY - 60 * DAY).exists()


# What sets heard_at


def heard(item):
    item.refresh_from_db()
    return item.heard_at


def test_signs_of_life_are_heard(item, owned, alice, carol):
    said = followup.Statement(as_of=TODAY)
    draft = evidence.Draft("Decree", "https://example.org/1", TODAY, "primary")
    answer = response.Draft("ministry", "noted", TODAY)
    for number, act in enumerate(
        (
            lambda at: followup.assess(
                "T-900", "no_action", kind="self", statement=said, actor=alice, now=at, seen=None
            ),
            lambda at: evidence.attach("T-900", draft, actor=alice, now=at),
            lambda at: response.respond("T-900", answer, actor=alice, now=at),
            lambda at: milestone.plan("T-900", milestone.Plan("A"), actor=alice, now=at),
        )
    ):
        at = NOW + number * dt.timedelta(hours=1)
        act(at)
        assert heard(item) == at
    piece = item.evidence.get()
    evidence.retract(piece.uuid, "Wrong.", actor=alice, now=NOW + DAY)
    assert heard(item) == NOW + dt.timedelta(hours=3)


def test_a_value_is_a_sign_of_life_unless_of_the_surroundings(item, carol):
    other = RecommendationFactory(reference="T-901")
    reading = indicator.Reading(dt.date(2025, 1, 1), dt.date(2025, 12, 31), 3)
    for slug, context in (("around", True), ("fairs", False)):
        definition = indicator.Definition("Fairs", ("T-900", "T-901"), is_context=context)
        indicator.define(slug, definition, actor=carol, now=NOW)
        indicator.observe(slug, reading, actor=carol, now=NOW)
        assert heard(item) == heard(other) == (None if context else NOW)
    assert (item.version, item.updated_at) == (1, NOW)
