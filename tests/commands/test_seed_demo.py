"""`seed_demo`: shows every state, has a past, says everywhere that it is not real, and is not loaded among real people."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from recommendations.actions import assignment
from recommendations.digests import plan
from recommendations.management.commands.seed_demo import password
from recommendations.models import (
    Assessment,
    Event,
    Evidence,
    Milestone,
    Organization,
    Person,
    Recommendation,
    Response,
    Subscription,
    past,
)
from recommendations.models.event import Subject
from recommendations.models.person import REGISTER
from recommendations.models.verification import verify
from recommendations.reports import changes, series
from recommendations.rules import moments
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from tests.factories import TODAY, OrganizationFactory, PersonFactory
from tests.standing import made_once

pytestmark = pytest.mark.django_db


def seed(**options) -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


@made_once
def seeded() -> str:
    """Seed, and return what was said."""
    return seed()


def test_seed_demo_shows_every_state(seeded):
    items = Recommendation.objects.all()
    today = timezone.now().date()
    assert set(items.values_list("status", flat=True)) == set(Status.values)
    assert {item.delivery(today) for item in items} == set(Delivery)
    assert {item.freshness(today) for item in items} == set(Freshness)
    assert [item.reference for item in items.with_disagreement()] == ["RB-02", "RB-03", "RB-07"]
    assert set(Evidence.objects.values_list("kind", flat=True)) == {"primary", "secondary", "statement"}
    assert Evidence.objects.filter(retracted_at__isnull=False).count() == 1
    assert {milestone.state(today) for milestone in Milestone.objects.all()} == {"done", "late", "cancelled"}
    assert [item.reference for item in items.exclude(answer="")] == ["RB-02"]
    assert Assessment.objects.standing().count() == Assessment.objects.count() - 1
    regression = items.get(reference="RB-07")
    assert (regression.status, bool(regression.verified.narrative)) == ("reversed", True)
    assert Subscription.objects.exclude(scope="notices").count() == 4  # two of them unasked
    assert verify().is_whole


def test_seed_demo_gives_an_empty_register_a_past(seeded):
    now = timezone.now()
    course = series.over_time(None, series.Look(now.date(), dt.UTC))
    assert course.is_course
    assert {mark.total for mark in course.marks} == {10}
    assert course.marks[0].day < now.date() - dt.timedelta(days=390)
    with past.as_of(now, since=moments.end_of(moments.month_before(now.date()), dt.UTC)):
        assert 0 < changes.tally(None, changes.AT_A_GLANCE).changed < 5
    with past.as_of(now - dt.timedelta(days=182)):
        then = Assessment.objects.count(), Recommendation.objects.get(reference="RB-03").status
    assert then == (4, "in_preparation")
    assert Recommendation.objects.get(reference="RB-03").status == "partly"


def test_seed_demo_tells_each_thing_once_it_had_happened(seeded):
    told = Event.objects.exclude(subject=Subject.SUBSCRIPTION).order_by("id").values_list("recorded_at", flat=True)
    assert list(told) == sorted(told)
    assert told.last() < timezone.now() - dt.timedelta(days=1)
    for made in Assessment.objects.all():
        assert made.as_of == made.recorded_at.date()


def test_seed_demo_mails_nobody_about_its_past(seeded):
    assert list(plan.rehearse()) == []
    week = timezone.now() + dt.timedelta(days=7)
    assert {row.state for row in plan.rehearse(at=week)} == {"planned"}


def test_seed_demo_is_told_at_once_where_there_is_history(db):
    before = timezone.now()
    call_command("load_catalogue", stdout=io.StringIO())
    seed()
    assert Event.objects.earliest("recorded_at").recorded_at > before
    assert set(Recommendation.objects.values_list("status", flat=True)) == set(Status.values)
    assert verify().is_whole


@pytest.mark.uncounted
def test_seed_demo_marks_everything_it_makes(seeded):
    for text in [
        *Person.objects.values_list("name", flat=True),
        *Organization.objects.values_list("name_en", flat=True),
        *Evidence.objects.values_list("title", flat=True),
        *Assessment.objects.values_list("narrative", flat=True),
        *Evidence.objects.exclude(retraction_reason="").values_list("retraction_reason", flat=True),
        *Evidence.objects.values_list("issuer", flat=True),
        *Response.objects.values_list("statement", flat=True),
        *Milestone.objects.values_list("title", flat=True),
        *Milestone.objects.exclude(cancellation_reason="").values_list("cancellation_reason", flat=True),
        *Assessment.objects.exclude(retraction_reason="").values_list("retraction_reason", flat=True),
        *Assessment.objects.exclude(next_step="").values_list("next_step", flat=True),
    ]:
        assert text.startswith("Demonstration: ")
    assert all(name.startswith("Демонстрация: ") for name in Organization.objects.values_list("name_ru", flat=True))
    assert not Person.objects.exclude(email__endswith="@demo.example").exists()
    assert not Evidence.objects.exclude(url__startswith="https://demo.example/").exists()


def test_seed_demo_a_second_time_changes_nothing(seeded):
    events = Event.objects.count()
    assert seed() == seeded
    assert Event.objects.count() == events


def test_seed_demo_prints_who_can_sign_in(client, seeded):
    assert password() in seeded
    for someone in Person.objects.all():
        assert someone.email in seeded
        assert someone.check_password(password())


def test_seed_demo_password_is_of_this_installation(settings):
    here = password()
    settings.SECRET_KEY = "another one"
    assert password() != here


def test_seed_demo_refuses_among_real_people():
    PersonFactory()
    with pytest.raises(CommandError) as refused:
        seed()
    assert "1 real person is registered here" in str(refused.value)
    assert not Recommendation.objects.exists()
    assert "owner@demo.example" in seed(yes=True)


def test_seed_demo_that_does_not_fit_changes_nothing():
    call_command("load_catalogue", stdout=io.StringIO())
    body = OrganizationFactory(slug="real")
    assignment.assign("RB-02", "real", role="lead", since=TODAY, actor=REGISTER, now=timezone.now())
    with pytest.raises(CommandError) as refused:
        seed()
    assert f"role: {body.name_en} is the lead" in str(refused.value)
    assert not Person.objects.exists()


@pytest.mark.uncounted
def test_seed_demo_is_said_on_every_page(client):
    places = ["/", "/recommendations/", "/recommendations/RB-01/", "/sources/", "/organizations/"]
    call_command("load_catalogue", stdout=io.StringIO())
    for where in places:
        assert "This is a demonstration" not in client.get(where).content.decode(), where
    seed()
    for where in places:
        assert "This is a demonstration" in client.get(where).content.decode(), where


@pytest.mark.uncounted
def test_seed_demo_gives_its_organizations_names_that_pages_know(seeded):
    assert Organization.objects.of_demonstration().count() == Organization.objects.count() > 0
