"""The register as of a moment: what stood then, whatever came after."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import InternalError, connection
from django.utils import timezone

from recommendations.actions import assignment, evidence, followup, organization, recommendation, source
from recommendations.models import Assignment, Event, Evidence, Organization, Recommendation, Snapshot, listing, past
from recommendations.models.event import Subject
from recommendations.models.person import REGISTER
from recommendations.models.verification import verify
from recommendations.rules import selection
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DATED = {f"recommendations_{name}" for name in ("response", "event", "snapshot", "capture")}
# What is one person's own, or about how the register is run: as it is today.
OF_TODAY = {
    f"recommendations_{name}"
    for name in (
        "person",
        "token",
        "subscription",
        "delivery",
        "batch",
        "watch",
        "idempotencykey",
        "savedview",
        "calendaraddress",
        "asking",
        "webhook",
        "call",
        "import",
        "importrow",
        "follow",
        "notice",
        "head",
        "turn",
        "audit",
        "word",
        "reply",
        "bounce",
        "suppression",
        "maildomain",
        "report",
    )
}


@pytest.fixture(autouse=True)
def long_ago():
    """Let what the factories make have stood for years."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', '2020-01-01T00:00:00Z', true)")


def seen(moment, person=None, **asked):
    with past.as_of(moment):
        wanted = selection.parse({name: [value] for name, value in asked.items()})
        items = Recommendation.objects.visible_to(person).selected(wanted, person=person, today=moment.date())
        return {row["reference"]: row for row in listing.as_rows(items, reader=person)}


def test_item_reads_as_it_stood(item, carol):
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=NOW, seen=None)
    recommendation.amend("T-900", {"title_en": "Third"}, actor=carol, now=NOW + 2 * DAY, seen=None)
    first = item.title_en
    titles = [seen(NOW + n * DAY)["T-900"]["title_en"] for n in (-1, 0, 1, 2, 3)]
    assert titles == [first, "Second", "Second", "Third", "Third"]
    assert Recommendation.objects.get(reference="T-900").title_en == "Third"


def test_event_shows_what_it_did(item, owned, alice):
    drafts = [evidence.Draft("Decree", "https://example.org/1", dt.date(2026, 3, 1), "primary")]
    said = followup.Statement(dt.date(2026, 5, 1), "It stands.")
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=alice, now=NOW, seen=None, attachments=drafts)
    at = Event.objects.about(Subject.RECOMMENDATION, "T-900").last().recorded_at
    assert at == NOW
    assert seen(at)["T-900"]["status"] == "mostly"
    assert seen(at - dt.timedelta(microseconds=1))["T-900"]["status"] == "not_assessed"
    with past.as_of(at - dt.timedelta(microseconds=1)):
        assert not Evidence.objects.exists()


def test_filters_answer_from_the_past(item, owned, alice, carol):
    made = Assignment.objects.get()
    assignment.release(made.uuid, NOW.date(), actor=carol, now=NOW)
    assert seen(NOW - DAY, alice, lead="ministry").keys() == {"T-900"}
    assert seen(NOW - DAY, alice, owner="me").keys() == {"T-900"}
    assert seen(NOW, alice, lead="ministry") == {}


def test_what_was_not_there_yet_is_not_there(item, carol):
    wording = recommendation.Wording(title_en="New one", source=item.source.slug)
    recommendation.register("T-901", wording, actor=carol, now=NOW)
    assert seen(NOW - DAY).keys() == {"T-900"}
    assert seen(NOW).keys() == {"T-900", "T-901"}
    assert seen(dt.datetime(2019, 1, 1, tzinfo=dt.UTC)) == {}


def test_what_is_hidden_today_was_never_open_to_strangers(item, carol):
    recommendation.amend("T-900", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    assert seen(NOW - DAY) == {}
    assert seen(NOW - DAY, carol).keys() == {"T-900"}
    recommendation.amend("T-900", {"visibility": "public"}, actor=carol, now=NOW + DAY, seen=None)
    assert seen(NOW) == {}
    assert seen(NOW - DAY).keys() == {"T-900"}


def test_nothing_is_written_in_the_past(item, ministry):
    for statement in (
        "UPDATE recommendations_person SET name = 'Mallory'",
        "UPDATE recommendations_theme SET position = 1",
        "DELETE FROM public.recommendations_recommendation",
    ):
        with pytest.raises(InternalError, match="read-only"), past.as_of(NOW), connection.cursor() as cursor:
            cursor.execute(statement)
    assert connection.cursor().execute("SHOW search_path").fetchone()[0] == '"$user", public'
    assert connection.cursor().execute("SHOW transaction_read_only").fetchone()[0] == "off"


def test_verbs_write_again_after_the_past_was_read(item, carol):
    with past.as_of(NOW - DAY):
        assert Recommendation.objects.exists()
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=NOW, seen=None)
    assert seen(NOW)["T-900"]["title_en"] == "Second"


def test_two_acts_of_one_moment_are_one_version(carol, ministry):
    for name in ("One", "Two"):
        said = organization.Particulars(name_en=name)
        organization.amend("ministry", said, actor=REGISTER, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name_en FROM history.recommendations_organization WHERE slug = 'ministry' ORDER BY valid_from"
        )
        assert [name for (name,) in cursor] == ["Ministry", "Two"]


def test_clock_that_stands_behind_changes_nothing_that_was_said(carol, ministry):
    organization.amend("ministry", organization.Particulars(name_en="Later"), actor=REGISTER, now=NOW)
    organization.amend("ministry", organization.Particulars(name_en="Earlier"), actor=REGISTER, now=NOW - DAY)
    with past.as_of(NOW - DAY):
        assert Organization.objects.get().name_en == "Ministry"
    with past.as_of(NOW):
        assert Organization.objects.get().name_en == "Earlier"


def test_what_was_said_of_a_moment_is_not_changed_by_a_clock_that_stands_behind(item, carol, ministry):
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=NOW, seen=None)
    source.read_in(item.source.slug, b"Some text.", actor=carol, now=NOW - 2 * DAY)
    organization.amend("ministry", organization.Particulars(name_en="Late"), actor=carol, now=NOW - DAY)
    before, after = told(NOW - dt.timedelta(hours=1)), told(NOW)
    assert before == ("Ministry", [], 0)
    assert after == ("Late", ["amended", "read_in", "amended"], 1)


def told(moment):
    with past.as_of(moment):
        verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
        return Organization.objects.get().name_en, verbs, Snapshot.objects.count()


def test_clock_that_ran_ahead_is_not_waited_for(item, carol, ministry):
    ahead = timezone.now() + 400 * DAY
    recommendation.amend("T-900", {"title_en": "From the future"}, actor=carol, now=ahead, seen=None)
    organization.amend("ministry", organization.Particulars(name_en="Now"), actor=carol, now=timezone.now())
    with past.as_of(timezone.now()):
        assert Organization.objects.get().name_en == "Now"
        assert Recommendation.objects.get().title_en != "From the future"


@pytest.mark.django_db(transaction=True)
def test_what_another_act_said_stays_however_late_its_clock(ministry):
    """Two acts of one moment, or the later one with a clock behind: neither unsays the other."""
    later = dt.datetime.now(dt.UTC) + DAY
    for name, now in (("First", later), ("Same", later), ("Behind", later - DAY / 2)):
        organization.amend("ministry", organization.Particulars(name), actor=REGISTER, now=now)
    moments = [e.recorded_at for e in Event.objects.order_by("id")]
    assert moments == [later + dt.timedelta(microseconds=n) for n in range(3)]
    for moment, name in zip(moments, ("First", "Same", "Behind"), strict=True):
        with past.as_of(moment):  # an event shows what it did
            assert Organization.objects.get().name_en == name
    assert verify().is_whole


def test_a_new_column_stands_in_every_version(carol, ministry):
    organization.amend("ministry", organization.Particulars(name_en="Other"), actor=REGISTER, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE recommendations_organization ADD COLUMN seat text NOT NULL DEFAULT 'Minsk'")
        cursor.execute("SELECT relations_keep('recommendations_organization')")
        cursor.execute("SELECT seat FROM history.recommendations_organization")
        assert cursor.fetchall() == [("Minsk",)] * 2
    assert verify().is_whole


def test_past_has_the_columns_of_today():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.views WHERE table_schema = 'past'"
            " AND table_name <> 'recommendations_change'"  # what differs between two moments: there is no such table
        )
        tables = [name for (name,) in cursor]
        columns = "SELECT array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
        for table in tables:
            cursor.execute(
                f"{columns} WHERE table_name = %s AND table_schema IN ('past', 'public') GROUP BY table_schema", [table]
            )
            one, other = cursor.fetchall()
            assert one == other, table
    assert len(tables) >= 21
    written = {
        model._meta.db_table for model in apps.get_app_config("recommendations").get_models() if model._meta.managed
    }
    assert written - set(tables) == OF_TODAY


def test_every_table_that_the_past_reads_is_kept():
    """A column that a later migration adds has to be kept too: `relations_keep`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid"
            " WHERE t.tgname IN ('relations_version', 'relations_late')"
        )
        kept = {name for (name,) in cursor}
        cursor.execute("SELECT table_name FROM information_schema.views WHERE table_schema = 'past'")
        assert {name for (name,) in cursor} >= kept
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE table_schema = 'history'")
        assert kept - {name for (name,) in cursor} == set(DATED)
