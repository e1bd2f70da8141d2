"""What the owner of the database can do to history behind the triggers' back, and how it shows."""

import contextlib
import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from recommendations.actions import event, head, moment, organization
from recommendations.models import Event, Head
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from tests.factories import NOW, OrganizationFactory

pytestmark = pytest.mark.django_db
DAYS = [dt.date(2020, 1, day) for day in (1, 2, 3)]
TABLES = ("recommendations_event", "recommendations_head", "history.recommendations_organization")
# Everything anew, with one lie in it and every hash as it has to be.
REWRITE = """
DO $$
DECLARE
    e recommendations_event;
    last text;
BEGIN
    FOR e IN SELECT * FROM recommendations_event ORDER BY subject, subject_key, sequence LOOP
        e.previous_hash := CASE WHEN e.sequence = 1 THEN repeat('0', 64) ELSE last END;
        IF e.subject_key = 'a' THEN e.after := '{"name_en": "forged"}'; END IF;
        e.hash := relations_event_hash(e);
        UPDATE recommendations_event SET after = e.after, previous_hash = e.previous_hash, hash = e.hash WHERE id = e.id;
        last := e.hash;
    END LOOP;
END $$;
"""
LAST = "(SELECT max(id) FROM recommendations_event)"
HEADS_ANEW = "DELETE FROM recommendations_head"


@pytest.fixture
def noted(tmp_path):
    """A history of three days with their heads, and the heads as somebody saved them."""
    with moment.act(NOW):  # whatever day the tests run on
        OrganizationFactory(slug="court", name_en="Court")
    for day in DAYS:
        for key in "ab":
            event.record(Verb.AMENDED, Subject.THEME, key, actor=REGISTER, now=NOW, after={"name_en": f"{key} {day}"})
        said = organization.Particulars(f"Court of {day}")
        organization.amend("court", said, actor=REGISTER, now=NOW + dt.timedelta(days=day.day))
        head.publish(day, now=NOW)
    file = tmp_path / "heads.json"
    call_command("publish_head", day=DAYS[-1].isoformat(), file=file, stdout=io.StringIO())
    return file


def tamper(*statements):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for sql in statements:
            cursor.execute(sql)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found(against=None):
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("verify_history", format="json", against=against, stdout=out)
    said = json.loads(out.getvalue())
    assert said["is_whole"] is (said["breaks"] == [])
    return {(b["subject"], b["subject_key"], b["sequence"], b["fault"]) for b in said["breaks"]}


def heads(fault, *days):
    return {("head", day.isoformat(), 0, fault) for day in days or DAYS}


def test_an_untouched_history_is_whole_against_its_heads(noted):
    assert found(noted) == found() == set()
    event.record(Verb.AMENDED, Subject.THEME, "a", actor=REGISTER, now=NOW)  # what comes later does not matter
    assert found(noted) == set()


def test_an_edit_shows(noted):
    tamper("UPDATE recommendations_event SET after = '{}' WHERE subject_key = 'a' AND sequence = 2")
    assert found() == {("theme", "a", 2, "content")}


def test_an_edit_with_its_hash_shows_in_the_next_event_and_the_head(noted):
    tamper(
        "UPDATE recommendations_event SET after = '{}' WHERE subject_key = 'a' AND sequence = 2",
        "UPDATE recommendations_event e SET hash = relations_event_hash(e) WHERE subject_key = 'a' AND sequence = 2",
    )
    assert found() == {("theme", "a", 3, "link")} | heads("head_content", DAYS[1])


def test_a_removed_event_shows(noted):
    tamper("DELETE FROM recommendations_event WHERE subject_key = 'a' AND sequence = 2")
    assert found() == {("theme", "a", 3, "gap")} | heads("head_content", DAYS[1])


def test_events_that_changed_places_show(noted):
    tamper(
        "UPDATE recommendations_event SET sequence = 9 WHERE subject_key = 'b' AND sequence = 1",
        "UPDATE recommendations_event SET sequence = 1 WHERE subject_key = 'b' AND sequence = 2",
        "UPDATE recommendations_event SET sequence = 2 WHERE subject_key = 'b' AND sequence = 9",
    )
    assert found() == {("theme", "b", n, "link") for n in (1, 2, 3)}


def test_a_tail_that_was_cut_off_shows_against_the_heads_only(noted):
    tamper("DELETE FROM recommendations_event WHERE sequence = 3")
    assert found() == heads("head_content", DAYS[2])
    tamper(f"DELETE FROM recommendations_head WHERE day = '{DAYS[2]}'")
    assert found() == set()  # whole in itself
    assert found(noted) == heads("head_missing", DAYS[2])


def test_a_whole_chain_that_was_removed_shows(noted):
    tamper("DELETE FROM recommendations_event WHERE subject_key = 'b'")
    assert found() == heads("head_content")


def test_a_history_written_anew_with_right_hashes_shows(noted):
    tamper(REWRITE)
    assert found() == heads("head_content")
    assert found(noted) == heads("head_content")


def test_a_history_and_heads_written_anew_show_against_what_was_noted(noted):
    days = list(Head.objects.values_list("day", "last_event"))
    tamper(REWRITE, HEADS_ANEW)
    with connection.cursor() as cursor:
        for day, last in days:  # as the register would have published them
            cursor.execute("ALTER TABLE recommendations_head DISABLE TRIGGER USER")
            cursor.execute(
                "INSERT INTO recommendations_head (day, last_event, events, previous_root, root, published_at) SELECT %(day)s,"
                " %(last)s, before.events + count(*), before.root, encode(sha256(convert_to(before.root ||"
                " string_agg(e.hash, '' ORDER BY e.id), 'UTF8')), 'hex'), now() FROM recommendations_event e, (SELECT"
                " coalesce(max(events), 0) AS events, coalesce(max(last_event), 0) AS last, coalesce((array_agg(root ORDER"
                " BY day DESC))[1], repeat('0', 64)) AS root FROM recommendations_head) before WHERE e.id > before.last"
                " AND e.id <= %(last)s GROUP BY before.events, before.root",
                {"day": day, "last": last},
            )
            cursor.execute("ALTER TABLE recommendations_head ENABLE TRIGGER USER")
    assert found() == set()  # nothing within the database tells
    assert found(noted) == heads("head_altered")


def test_a_removed_head_shows(noted):
    tamper(f"DELETE FROM recommendations_head WHERE day = '{DAYS[1]}'")
    assert ("head", DAYS[2].isoformat(), 0, "head_link") in found()
    assert ("head", DAYS[1].isoformat(), 0, "head_missing") in found(noted)


def test_an_altered_head_shows(noted):
    tamper(f"UPDATE recommendations_head SET events = events + 1 WHERE day = '{DAYS[2]}'")
    assert found() == heads("head_content", DAYS[2])
    assert found(noted) == heads("head_content", DAYS[2]) | heads("head_altered", DAYS[2])


def test_an_event_put_before_a_head_shows(noted):
    with pytest.raises(DatabaseError, match="before a published head"), transaction.atomic():
        Event.objects.create(
            id=1, subject="theme", subject_key="z", verb="amended", actor_key="system", recorded_at=NOW
        )
    tamper(
        "INSERT INTO recommendations_event (id, subject, subject_key, sequence, verb, actor_key, recorded_at, before, after,"
        " previous_hash, hash) OVERRIDING SYSTEM VALUE SELECT min(id) - 1, 'theme', 'z', 1, 'amended', 'system', now(), '{}',"
        " '{}', repeat('0', 64), '' FROM recommendations_event",
        "UPDATE recommendations_event e SET hash = relations_event_hash(e) WHERE subject_key = 'z'",
    )
    assert found() == heads("head_content", DAYS[0])


def test_an_act_put_on_somebody_else_shows(noted, carol):
    tamper(f"UPDATE recommendations_event SET actor_id = {carol.pk} WHERE subject_key = 'a' AND sequence = 1")
    assert found() == {("theme", "a", 1, "belonging")}


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE {} SET name_en = 'x' WHERE valid_to = 'infinity'", "version"),
        ("DELETE FROM {} WHERE valid_to = 'infinity'", "version"),
        ("UPDATE {} SET valid_from = valid_from - interval '1 hour' WHERE valid_to = 'infinity'", "span"),
        ("DELETE FROM {0} WHERE valid_to = (SELECT valid_to FROM {0} ORDER BY valid_to LIMIT 1 OFFSET 1)", "span"),
        ("UPDATE {} SET valid_to = valid_from WHERE valid_to = (SELECT min(valid_to) FROM {0})", "span"),
    ],
)
def test_versions_that_were_tampered_with_show(noted, sql, fault):
    tamper(sql.replace("{}", "{0}").format(TABLES[2]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM recommendations_organization")
        key = str(cursor.fetchone()[0])
    assert found() == {("recommendations_organization", key, 0, fault)}


def test_a_row_changed_behind_the_versions_shows(noted):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE recommendations_organization DISABLE TRIGGER relations_version")
        cursor.execute("UPDATE recommendations_organization SET name_en = 'x'")
        cursor.execute("ALTER TABLE recommendations_organization ENABLE TRIGGER relations_version")
    assert {fault for *_where, fault in found()} == {"version"}


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        *((sql, table) for table in TABLES for sql in ("DELETE FROM {}", "UPDATE {} SET id = id")),
        ("INSERT INTO {0} SELECT * FROM {0} LIMIT 1", TABLES[2]),
    ],
)
def test_even_the_owner_is_refused_by_the_triggers(noted, sql, table):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.replace("{}", "{0}").format(table))
    assert found(noted) == set()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"heads": []}', '{"heads": [1]}', '{"heads": [{"day": "x"}]}', "[" * 9999, '{"heads": [{"day": "2020-01-01", "events": true, "root": "' + "a" * 64 + '"}]}'])  # fmt: skip
def test_a_file_that_holds_no_heads_is_refused(noted, content):
    noted.write_text(content)
    with pytest.raises(CommandError, match="holds no heads"):
        call_command("verify_history", against=noted)


def test_what_is_found_is_said_in_words(noted):
    tamper("DELETE FROM recommendations_event WHERE subject_key = 'a' AND sequence = 2")
    out = io.StringIO()
    with pytest.raises(CommandError, match="History is broken") as broken:
        call_command("verify_history", stdout=out)
    assert broken.value.returncode == 1
    assert out.getvalue() == (
        "theme/a #3: an event before it is missing\n"
        "head/2020-01-02: events up to this head were altered, removed or added\n"
        "8 events in 3 chains\n"
        "Published heads: 3. Kept versions of rows: 4.\n"
    )


def test_a_terminal_sees_how_far_it_is(noted):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    call_command("verify_history", stdout=io.StringIO(), stderr=screen)
    assert "[##########" in screen.getvalue()
    assert screen.getvalue().endswith("\r")
