"""History is append-only and chained, by the database."""

import pytest
from django.db import DatabaseError, connection, transaction

from recommendations.actions import event
from recommendations.models import Event
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.rules import chain
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def record(key="a", **after):
    return event.record(Verb.REGISTERED, Subject.THEME, key, actor=REGISTER, now=NOW, after=after)


def test_events_are_chained_per_subject_without_a_gap():
    for key in "aba":
        record(key)
    chained = Event.objects.about(Subject.THEME, "a")
    assert [e.sequence for e in chained] == [1, 2]
    assert chained[0].previous_hash == chain.GENESIS
    assert chained[1].previous_hash == chained[0].hash


def test_the_hash_is_the_one_that_anybody_can_compute(alice):
    after = {"long key": 'Ё «»\n\t"\\ \x01\x7f', "b": [1, None, True, {"яz": "", "z": 0, "aa": -5}], "é": "👍"}
    made = event.record(Verb.AMENDED, Subject.PERSON, "k", actor=alice, now=NOW, before={"x": "1"}, after=after)
    stored = Event.objects.get(pk=made.pk)
    assert stored.hash == chain.event_hash(
        previous_hash=stored.previous_hash,
        subject=stored.subject,
        subject_key=stored.subject_key,
        sequence=stored.sequence,
        verb=stored.verb,
        actor=str(alice.uuid),
        recorded_at=stored.recorded_at,
        before=stored.before,
        after=stored.after,
    )


@pytest.mark.parametrize(
    "sql", ["UPDATE recommendations_event SET verb = 'amended'", "DELETE FROM recommendations_event"]
)
def test_the_database_refuses_to_rewrite(sql):
    record()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.count() == 1


def test_what_a_writer_claims_of_the_chain_is_ignored():
    made = Event.objects.create(
        subject="theme", subject_key="a", verb="amended", actor_key="system", recorded_at=NOW, sequence=7, hash="f" * 64
    )
    stored = Event.objects.get(pk=made.pk)
    assert stored.sequence == 1
    assert stored.hash != "f" * 64
