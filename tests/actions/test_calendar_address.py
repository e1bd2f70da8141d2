"""Secret addresses of calendars: made once, used, revoked."""

import datetime as dt

import pytest

from recommendations.actions import calendar_address
from recommendations.models import CalendarAddress, Event, Person
from recommendations.rules.errors import Invalid, Missing, Unlawful
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(dave):
    return calendar_address.issue("Work", "?owner=me", "ru", actor=dave, now=NOW)


def test_the_secret_is_not_kept(mine):
    made, secret = mine
    assert len(secret) == 43
    assert secret.startswith(made.prefix)
    assert made.sha256 == calendar_address.fingerprint(secret)
    assert Event.objects.get().after == {"query": "owner=me", "language": "ru"}
    assert secret not in str(CalendarAddress.objects.values().get())


def test_use_is_noted_once_an_hour(mine):
    made, secret = mine
    assert calendar_address.used("x", now=NOW) is None
    for minutes, noted in ((0, 0), (59, 0), (61, 61)):
        assert calendar_address.used(secret, now=NOW + dt.timedelta(minutes=minutes)).pk == made.pk
        made.refresh_from_db()
        assert made.last_used_at == NOW + dt.timedelta(minutes=noted)


def test_revoked_or_of_somebody_who_left_it_opens_nothing(mine, dave, bob):
    made, secret = mine
    Person.objects.update(is_active=False)
    assert calendar_address.used(secret, now=NOW) is None
    Person.objects.update(is_active=True)
    with pytest.raises(Missing):
        calendar_address.revoke(made.uuid, actor=bob, now=NOW)
    for _again in range(2):
        calendar_address.revoke(made.uuid, actor=dave, now=NOW)
    assert calendar_address.used(secret, now=NOW) is None
    assert Event.objects.filter(verb="revoked").count() == 1


@pytest.mark.parametrize(
    ("said", "field"), [(("", "", "en"), "name"), (("A", "", "de"), "language"), (("A", "x=1", "en"), "query")]
)
def test_what_is_wrong_is_named(dave, said, field):
    with pytest.raises(Invalid) as refused:
        calendar_address.issue(*said, actor=dave, now=NOW)
    assert [p.field for p in refused.value.problems] == [field]


def test_one_person_has_so_many(mine, dave, monkeypatch):
    monkeypatch.setattr(calendar_address, "MOST", 1)
    with pytest.raises(Unlawful):
        calendar_address.issue("B", "", "en", actor=dave, now=NOW)
    calendar_address.revoke(mine[0].uuid, actor=dave, now=NOW)
    calendar_address.issue("B", "", "en", actor=dave, now=NOW)
