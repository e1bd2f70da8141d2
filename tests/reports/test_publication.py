"""Publications: what is composed, for whose eyes, that it stays, and that whoever changes a word of it is found out."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from recommendations.actions import evidence, followup, head, milestone, recommendation, response
from recommendations.actions.report import Heading
from recommendations.models import Event, Recommendation, Report
from recommendations.models.event import Subject
from recommendations.models.person import REGISTER
from recommendations.reports import checking, publication
from recommendations.reports.publication import Wish
from recommendations.rules import publication as law
from recommendations.rules.errors import Forbidden, Invalid
from tests.factories import NOW, TODAY, RecommendationFactory, ThemeFactory, let_it_stand

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=1)
AS_OF = "2026-11-24T10:00:00Z"
BEFORE = "2026-11-23"


@pytest.fixture
def register(item, owned, alice, bob, carol):
    """T-900, rated by both with evidence, and an internal item that nobody is to read of."""
    item.themes.set([ThemeFactory(slug="economy", name_en="Economy", name_ru="Экономика")])
    RecommendationFactory(reference="T-901", visibility="internal", source=item.source)
    let_it_stand()
    drafts = [evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 3, 1), "primary")]
    said = followup.Statement(TODAY, "An office stands.", next_step="Open it.")
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=alice, now=NOW, seen=None, attachments=drafts)
    followup.assess("T-900", "no_action", kind="review", statement=said, actor=bob, now=NOW, seen=None)
    response.respond("T-900", response.Draft("ministry", "accepted", TODAY, "Gladly."), actor=carol, now=NOW)
    milestone.plan("T-900", milestone.Plan("Statutes", TODAY), actor=carol, now=NOW)


def published(now=LATER, name="Half-yearly", **wish):
    return publication.publish(
        Wish(**{"as_of": AS_OF, **wish}), Heading(name, "", "Полугодие"), actor=REGISTER, now=now
    )


def codes(content):
    return {(fault.code, fault.where) for fault in checking.check(content)[1]}


def tamper(sql, *values):
    """Do what only the owner of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE recommendations_report DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE recommendations_report ENABLE TRIGGER USER")


def test_it_says_what_strangers_could_see_then(register):
    made = published(entries="full", since=BEFORE)
    manifest, parts = made.said["manifest"], made.said["parts"]
    assert manifest["title"] == {"en": "Half-yearly", "ru": "Полугодие"}
    assert (manifest["rows"], manifest["standing"], manifest["day"]) == (1, "public", "2026-11-24")
    assert [place["reference"] for place in manifest["items"]] == ["T-900"]
    last = Event.objects.filter(recommendation__reference="T-900").order_by("-sequence").first()
    assert manifest["items"][0]["event"] == last.hash
    assert parts["figures"]["summary"]["total"] == 1
    assert parts["figures"]["response"]["accepted"] == 1
    assert parts["figures"]["disagreement"] == {
        "both": 1,
        "differ": 1,
        "pairs": [{"review": "no_action", "self": "mostly", "count": 1}],
    }
    assert parts["figures"]["themes"][0]["name"] == {"en": "Economy", "ru": "Экономика"}
    assert parts["changes"]["rows"][0]["verified"] == ["not_assessed", "no_action"]
    assert parts["changes"]["rows"][0]["response"] == [None, "accepted"]
    entry = parts["items"][0]
    assert entry["ratings"]["self"]["evidence"][0]["title"] == "Decree 7"
    assert entry["responses"][0]["organization"] == {"en": "Ministry", "ru": "Министерство"}
    assert entry["milestones"] == [{"title": "Statutes", "due_on": "2026-11-24", "state": "due"}]
    assert parts["words"]["status"]["mostly"] == {"en": "Mostly implemented", "ru": "Выполнено в основном"}
    text = made.content
    assert "T-901" not in text
    assert not any(name in text for name in ("Alice", "Bob", "Carol", "example.org/@", "@"))


def test_it_looks_back(register):
    manifest = published(as_of=BEFORE, entries="full").said
    assert manifest["parts"]["items"][0]["ratings"] == {"review": None, "self": None}
    assert manifest["parts"]["items"][0]["verified_status"] == "not_assessed"
    assert manifest["manifest"]["items"][0]["event"] is None
    assert published(as_of="2019-01-01").said["manifest"]["rows"] == 0


def test_its_hash_is_that_of_its_bytes_and_stands_in_history(register):
    made = Report.objects.get(pk=published().pk)
    event = Event.objects.get(subject=Subject.REPORT)
    assert made.sha256 == law.digest(made.content.encode()) == event.after["sha256"]
    assert (event.subject_key, event.after["name"]) == (str(made.uuid), "Half-yearly")
    assert made.is_as_published()
    assert law.canonical(json.loads(made.content)) == made.content.encode()


def test_days_are_days_of_utc_and_today_is_now(register):
    assert published(as_of=BEFORE).said["manifest"]["as_of"] == "2026-11-23T23:59:59.999999Z"
    assert published(as_of="2026-11-24").said["manifest"]["as_of"] == "2026-11-24T10:30:00Z"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"as_of": "2026-11-25"}, "as_of"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"since": "2026-11-24"}, "since"),
        ({"since": "2026-11-24T10:00:00Z"}, "since"),
        ({"filter": "colour=red"}, "query"),
        ({"filter": "owner=me"}, "filter"),
        ({"filter": "follower=me"}, "filter"),
        ({"sections": ("weather",)}, "sections"),
        ({"entries": "half"}, "entries"),
        ({"columns": ("email",)}, "columns"),
    ],
)
def test_wishes_that_cannot_be(register, wish, field):
    with pytest.raises(Invalid) as refused:
        published(**wish)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not Report.objects.exists()


def test_only_stewards_publish_and_nothing_is_composed_for_others(bob, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(Forbidden):
        publication.publish(Wish(AS_OF), Heading("Mine"), actor=bob, now=LATER)


def test_there_is_an_end_to_what_is_printed(register, monkeypatch):
    monkeypatch.setattr(publication, "MOST_ITEMS", 0)
    for wish in ({}, {"entries": "none", "since": BEFORE}):
        with pytest.raises(Invalid) as refused:
            published(**wish)
        assert refused.value.codes == ["too_many_items"]
    assert published(entries="none").said["manifest"]["items"] == []


def test_filters_and_choices(register):
    RecommendationFactory(reference="T-902")
    let_it_stand()
    made = published(filter="?theme=economy", since=BEFORE, sections=("delivery",), columns=("lead",)).said
    assert made["manifest"]["filter"] == "theme=economy"
    assert list(made["parts"]["figures"]) == ["delivery"]
    assert [item["reference"] for item in made["parts"]["items"]] == ["T-900"]
    assert [row["reference"] for row in made["parts"]["changes"]["rows"]] == ["T-900"]
    backwards = published(filter="ordering=-reference").said["parts"]["items"]
    assert [item["reference"] for item in backwards] == ["T-902", "T-900"]


def test_as_many_statements_for_three_as_for_one(register):
    def count():
        with CaptureQueriesContext(connection) as caught:
            published(entries="full", since=BEFORE)
        return len(caught)

    one = count()
    theme = Recommendation.objects.get(reference="T-900").themes.get()
    for number in (2, 3):
        RecommendationFactory(reference=f"T-91{number}", themes=[theme])
    assert count() == one


@pytest.mark.parametrize("sql", ["UPDATE recommendations_report SET name = 'x'", "DELETE FROM recommendations_report"])
def test_the_database_refuses_to_change_one(register, sql):
    published()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_refuses_a_wrong_hash(register):
    with pytest.raises(DatabaseError, match="report_sha256"), transaction.atomic():
        Report.objects.create(name="x", as_of=NOW, published_at=NOW, content="{}", sha256="0" * 64)


def test_a_newer_one_takes_the_place(register):
    first = published()
    other = published(name="Other")
    second = published(now=LATER + dt.timedelta(hours=1))
    assert first.other_of_name(is_newer=True) == second
    assert second.other_of_name(is_newer=False) == first
    assert other.other_of_name(is_newer=True) is None
    newest = dict(Report.objects.with_newest().values_list("uuid", "newest"))
    assert newest == {first.uuid: second.uuid, second.uuid: second.uuid, other.uuid: other.uuid}


def test_all_is_well_also_after_the_register_went_on(register, carol):
    head.publish(dt.date(2020, 1, 1), now=NOW)
    made = published(entries="full", since=BEFORE)
    recommendation.amend("T-900", {"title_en": "Another"}, actor=carol, now=LATER, seen=None)
    assert checking.check(made.content.encode()) == (str(made.uuid), [])
    assert codes(law.canonical(made.said["manifest"])) == set()
    assert made.said["manifest"]["head"]["day"] == "2020-01-01"


def changed(made, change):
    said = json.loads(made.content)
    change(said)
    return said


def test_a_changed_figure_shows(register):
    made = published()
    said = changed(made, lambda said: said["parts"]["figures"]["delivery"].update(overdue=7))
    wanted = {("part", "figures"), ("file", made.sha256), ("history", "figures/delivery/overdue")}
    assert codes(law.canonical(said)) == wanted
    said["manifest"]["parts"] = publication.hashes(said["parts"])  # by somebody who knows how it is made
    assert codes(law.canonical(said)) == wanted - {("part", "figures")}
    texts = [fault.detail for fault in checking.check(law.canonical(said))[1]]
    assert "The publication says 7; by its history the register said 0 then." in texts


def test_a_changed_item_shows(register):
    made = published(entries="full")
    said = changed(made, lambda said: said["parts"]["items"][0]["ratings"].update(review=None))
    assert ("history", "items/T-900/ratings/review") in codes(law.canonical(said))
    said = changed(made, lambda said: said["parts"]["items"].clear())
    found = codes(law.canonical(said))
    assert {("rows", "items"), ("part", "items"), ("history", "items/T-900")} <= found
    said = changed(made, lambda said: said["parts"]["words"]["status"].clear())
    assert codes(law.canonical(said)) == {("part", "words"), ("file", made.sha256)}


def test_another_order_shows(register):
    RecommendationFactory(reference="T-902")
    let_it_stand()
    made = published()
    said = changed(made, lambda said: said["parts"]["items"].reverse())
    assert ("history", "items") in codes(law.canonical(said))


def test_a_changed_manifest_shows(register):
    head.publish(dt.date(2020, 1, 1), now=NOW)
    made = published()
    manifest = made.said["manifest"]
    assert codes(law.canonical({**manifest, "name": "Another"})) == {("manifest", str(made.uuid))}
    forged = {**manifest, "head": {**manifest["head"], "root": "0" * 64}}
    assert ("head", "2020-01-01") in codes(law.canonical(forged))
    unknown = {**manifest, "id": "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"}
    assert codes(law.canonical(unknown)) == {("not_published", unknown["id"])}
    wrong = {**manifest, "filter": "colour=red"}
    assert ("history", "filter") in codes(law.canonical(wrong))
    other = {**manifest, "items": [{**manifest["items"][0], "version": 99}]}
    assert ("history", "manifest/items/T-900/version") in codes(law.canonical(other))


def test_a_forged_row_shows(register):
    made = published()
    said = changed(made, lambda said: said["parts"]["figures"]["delivery"].update(overdue=7))
    said["manifest"]["parts"] = publication.hashes(said["parts"])
    content = law.canonical(said)
    tamper("UPDATE recommendations_report SET content = %s, sha256 = %s", content.decode(), law.digest(content))
    assert codes(content) == {("event", str(made.uuid)), ("history", "figures/delivery/overdue")}
    assert not Report.objects.get().is_as_published()
    tamper("DELETE FROM recommendations_report")
    assert ("not_published", str(made.uuid)) in codes(made.content.encode())


def test_a_history_written_anew_shows(register):
    made = published()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE history.recommendations_recommendation DISABLE TRIGGER USER")
        cursor.execute("UPDATE history.recommendations_recommendation SET title_en = 'Forged'")
        cursor.execute("ALTER TABLE history.recommendations_recommendation ENABLE TRIGGER USER")
    assert codes(made.content.encode()) == {("history", "items/T-900/title/en")}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no",
        b"[]",
        b"7",
        b"{}",
        b'{"format": 2}',
        b'{"format": 1}',
        b'{"format": 1, "id": 7}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_publication(db, content):
    with pytest.raises(checking.NotAReport):
        checking.check(content)


def test_long_values_are_cut_and_nothing_has_a_word(register):
    made = published(entries="full")
    said = changed(made, lambda said: said["parts"]["items"][0]["description"].update(en="x" * 200))
    details = " ".join(fault.detail for fault in checking.check(law.canonical(said))[1])
    assert "x" * 80 + "…" in details
    said = changed(made, lambda said: said["parts"]["items"][0].pop("lead"))
    assert "says nothing" in " ".join(fault.detail for fault in checking.check(law.canonical(said))[1])
