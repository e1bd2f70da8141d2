"""`verify_history` finds what the owner of the database did to history behind the triggers' back."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from recommendations.actions import event
from recommendations.models import Event
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.models.verification import heads
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def history():
    for key in "aaabbb":
        event.record(Verb.AMENDED, Subject.THEME, key, actor=REGISTER, now=NOW, after={"name_en": key})


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else ALTER TABLE waits for the test's own foreign keys
        cursor.execute("ALTER TABLE recommendations_event DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE recommendations_event ENABLE TRIGGER USER")


def verify(**options) -> str:
    out = io.StringIO()
    call_command("verify_history", stdout=out, **options)
    return out.getvalue()


def test_verify_history_says_that_it_is_whole(history):
    assert verify() == (
        "6 events in 2 chains\nPublished heads: 0. Kept versions of rows: 0.\n"
        "History is whole: every event follows from the one before it.\n"
    )


def test_verify_history_of_an_empty_register():
    assert verify().startswith("0 events in 0 chains\nPublished heads: 0.")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            """UPDATE recommendations_event SET after = '{"name_en": "x"}' WHERE subject_key = 'a' AND sequence = 2""",
            [("a", 2, "content")],
        ),
        (
            "UPDATE recommendations_event SET actor_key = 'x' WHERE subject_key = 'a' AND sequence = 3",
            [("a", 3, "content")],
        ),
        ("DELETE FROM recommendations_event WHERE subject_key = 'b' AND sequence = 1", [("b", 2, "gap")]),
        (
            "UPDATE recommendations_event SET hash = repeat('f', 64) WHERE subject_key = 'a' AND sequence = 1",
            [("a", 1, "content"), ("a", 2, "link")],
        ),
        (  # two events change places
            (
                "UPDATE recommendations_event SET sequence = 9 WHERE subject_key = 'b' AND sequence = 1;"
                "UPDATE recommendations_event SET sequence = 1 WHERE subject_key = 'b' AND sequence = 2;"
                "UPDATE recommendations_event SET sequence = 2 WHERE subject_key = 'b' AND sequence = 9"
            ),
            [("b", 1, "link"), ("b", 2, "link"), ("b", 3, "link")],
        ),
    ],
)
def test_verify_history_names_what_was_done(history, sql, found):
    tamper(sql)
    out = io.StringIO()
    with pytest.raises(CommandError) as broken:
        call_command("verify_history", format="json", stdout=out)
    assert broken.value.returncode == 1
    breaks = [(b["subject_key"], b["sequence"], b["fault"]) for b in json.loads(out.getvalue())["breaks"]]
    assert sorted(breaks) == sorted(found)


def test_verify_history_since_a_noted_hash(history):
    noted = next(last for _subject, key, _sequence, last in heads() if key == "a")
    assert verify(since=noted).startswith("3 events in 1 chain")
    tamper("DELETE FROM recommendations_event WHERE subject_key = 'a' AND sequence = 3")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_history", since=noted, stdout=out)
    assert (
        out.getvalue()
        == f"{noted}: no event has this hash\n0 events in 0 chains\nPublished heads: 0. Kept versions of rows: 0.\n"
    )


def test_heads_are_the_last_of_each_chain(history):
    last = {e.subject_key: e.hash for e in Event.objects.filter(sequence=3)}
    assert [(key, number, digest) for _subject, key, number, digest in heads()] == [
        ("a", 3, last["a"]),
        ("b", 3, last["b"]),
    ]
