"""Things to test with: made straight in the tables, so that a test calls only the verb it is about."""

import datetime as dt

import factory
from django.contrib.auth.hashers import make_password
from django.db import connection
from factory.django import DjangoModelFactory

from recommendations.models import (
    Assignment,
    Delivery,
    Evidence,
    Organization,
    Person,
    Recommendation,
    Reply,
    Source,
    Subscription,
    Theme,
)
from recommendations.rules.access import Role

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
TODAY = NOW.date()
PASSWORD = "correct horse battery"


def let_it_stand(since="2020-01-01T00:00:00Z"):
    """Let all that was made so far have stood since long ago, as it was first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'history'"
            " AND column_name = 'valid_to'"
        )
        for (name,) in cursor.fetchall():
            is_first = f"NOT EXISTS (SELECT FROM history.{name} b WHERE b.id = a.id AND b.valid_from < a.valid_from)"
            cursor.execute(f"ALTER TABLE history.{name} DISABLE TRIGGER relations_guard")
            cursor.execute(f"UPDATE history.{name} a SET valid_from = %s WHERE {is_first}", [since])
            cursor.execute(f"ALTER TABLE history.{name} ENABLE TRIGGER relations_guard")


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"body-{n}")
    name_en = factory.Sequence(lambda n: f"Body {n}")
    name_ru = factory.Sequence(lambda n: f"Орган {n}")
    sort_en = factory.LazyAttribute(lambda o: o.name_en.lower())
    sort_ru = factory.LazyAttribute(lambda o: o.name_ru.lower())
    kind = "government"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda p: f"{p.name.lower().replace(' ', '.')}@example.org")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    joined_at = NOW
    role = Role.READER


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    name_en = factory.Sequence(lambda n: f"Theme {n}")
    name_ru = factory.Sequence(lambda n: f"Тема {n}")
    position = factory.Sequence(lambda n: n)


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"report-{n}")
    title_en = factory.Sequence(lambda n: f"Report {n}")
    title_ru = factory.Sequence(lambda n: f"Доклад {n}")
    published_on = dt.date(2019, 6, 1)
    published_precision = "month"


class RecommendationFactory(DjangoModelFactory):
    class Meta:
        model = Recommendation
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda n: f"T-{n + 1:03}")
    title_en = factory.Sequence(lambda n: f"Proposal {n}")
    title_ru = factory.Sequence(lambda n: f"Предложение {n}")
    source = factory.SubFactory(SourceFactory)
    instrument = "dialogue"
    created_at = NOW - dt.timedelta(days=400)
    updated_at = NOW - dt.timedelta(days=400)

    @factory.post_generation
    def themes(self, create, extracted):
        if create and extracted:
            self.themes.set(extracted)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    recommendation = factory.SubFactory(RecommendationFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = "lead"
    since = dt.date(2026, 1, 1)


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = Subscription

    person = factory.SubFactory(PersonFactory)
    created_at = NOW - dt.timedelta(days=30)


class DeliveryFactory(DjangoModelFactory):
    """A digest that was sent."""

    class Meta:
        model = Delivery

    subscription = factory.SubFactory(SubscriptionFactory)
    period_start = NOW - dt.timedelta(days=7)
    period_end = planned_at = due_at = finished_at = NOW
    state = "sent"
    recipient = factory.LazyAttribute(lambda d: d.subscription.address)


class ReplyFactory(DjangoModelFactory):
    """The word of a reader that an item is not theirs."""

    class Meta:
        model = Reply

    delivery = factory.SubFactory(DeliveryFactory)
    recommendation = factory.SubFactory(RecommendationFactory)
    person = factory.SelfAttribute("delivery.subscription.person")
    kind = "not_mine"
    answered_at = NOW


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    recommendation = factory.SubFactory(RecommendationFactory)
    title = factory.Sequence(lambda n: f"Decree {n}")
    url = factory.Sequence(lambda n: f"https://example.org/decree/{n}")
    dated_on = dt.date(2026, 3, 1)
    kind = "primary"
    added_by = factory.SubFactory(PersonFactory)
    added_at = NOW
