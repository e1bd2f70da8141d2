"""History in words: what each event says, who sees which, filters and pages."""

import csv
import datetime as dt
import io
import json
import re

import pytest
import time_machine

from recommendations.actions import audit, event, indicator, organization, recommendation
from recommendations.models import Recommendation
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.web import history
from tests.factories import NOW, RecommendationFactory, SourceFactory
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/history/"


def heads(page):
    return [re.sub(r"<[^>]+>", "", head).strip() for head in re.findall(r'stream-head">(.*?)</p>', page)]


def test_every_act_is_told(client, make_items, words):
    make_items(1)
    page = words(client.get(ADDRESS, {"recommendation": "T-101"}))
    told = [head.partition(" · ")[0].strip() for head in heads(page)]
    assert told == [
        "Evidence retracted",
        "Evidence attached",
        "Reviewed: status updated",
        "Self-reported: status updated",
        "Evidence attached",
        "Owner released",
        "Owner assigned",
        "Owner assigned",
        "Amended",
        "Amended",
    ]
    for said in (
        "<span>As of:</span> 1 March 2026",
        "<span>Next step:</span> Hold another one.",
        "A fair was held in one city of two.",
        "<span>Lead:</span> Ministry",
        "<span>Until:</span> 1 June 2025",
        "Target date: <del>(empty)</del>",
        "<ins>31 January 2026</ins>",
        "<ins>1 entry</ins>",
        "<span>Primary source:</span> Decree on fairs",
        "It was another fair.",
    ):
        assert said in page, said
    assert faults(page) == []


def test_amendments_are_told_in_words(client, carol, item, words):
    changed = {"instrument": "fund", "themes": (), "title_ru": "Ярмарка", "description_en": "x" * 500}
    recommendation.amend("T-900", changed, actor=carol, now=NOW, seen=None)
    page = words(client.get(ADDRESS))
    assert "Instrument: <del>Dialogue</del>" in page
    assert "<ins>Fund</ins>" in page
    assert "<ins>Ярмарка</ins>" in page
    assert "x" * 500 not in page


def test_changes_of_every_kind_have_words(client, item, words):
    before = {"is_context": True, "unknown_field": 1, "names": ["a", "b"]}
    event.record(
        Verb.AMENDED,
        Subject.INDICATOR,
        "fairs",
        actor=REGISTER,
        now=NOW,
        before=before,
        after=dict.fromkeys(before, False),
    )
    page = words(client.get(ADDRESS))
    assert "Context only: <del>yes</del>" in page
    assert "<ins>no</ins>" in page
    assert "unknown_field: <del>1</del>" in page
    assert "names: <del>a, b</del>" in page


def test_what_is_written_of_passages_is_named_in_the_readers_language(client, item, words):
    event.about(item, Verb.AMENDED, actor=REGISTER, now=NOW, before={"passages": []}, after={"passages": [{}]})
    assert "Фрагменты: <del>" in words(client.get(ADDRESS, headers={"Accept-Language": "ru"}))


def test_a_whole_that_may_be_hidden_is_not_named(client, carol, item, words):
    RecommendationFactory(reference="T-001", visibility="internal")
    recommendation.amend("T-900", {"parent": "T-001"}, actor=carol, now=NOW, seen=None)
    assert "T-001" not in words(client.get(ADDRESS))


def test_things_are_called_by_their_names(client, carol, words):
    organization.register("court", organization.Particulars(name_en="The Court"), actor=carol, now=NOW)
    indicator.define("fairs", indicator.Definition(title_en="Fairs held", recommendations=()), actor=carol, now=NOW)
    reading = indicator.Reading(dt.date(2018, 1, 1), dt.date(2018, 12, 31), 2)
    indicator.observe("fairs", reading, actor=carol, now=NOW)
    page = words(client.get(ADDRESS))
    assert '<a href="/organizations/court/">The Court</a>' in page
    assert "Value recorded </strong> · Fairs held" in page or "Value recorded</strong> · Fairs held" in page
    assert "<span>Value:</span> 2" in page
    assert "<span>Period up to:</span> 31 December 2018" in page


def test_a_response_is_told(client, item, ministry, alice, words):
    after = {"organization": "ministry", "answer": "noted", "statement": "We have read it."}
    event.about(item, Verb.RESPONDED, actor=alice, now=NOW, after=after)
    page = words(client.get(ADDRESS))
    assert "<span>Ministry:</span> Noted" in page
    assert "We have read it." in page


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"])
def test_each_role_sees_what_it_may(carol, people, role, sign_in, words):
    RecommendationFactory(reference="T-001", visibility="internal")
    recommendation.amend("T-001", {"title_en": "Hidden"}, actor=carol, now=NOW, seen=None)
    event.record(Verb.AMENDED, Subject.PERSON, str(carol.uuid), actor=carol, now=NOW, after={"role": "steward"})
    page = words(sign_in(people[role]).get(ADDRESS))
    assert ("Hidden" in page) is (role != "visitor")
    assert ("· Person" in page) is (role == "administrator")
    assert ('value="person"' in page) is (role == "administrator")
    assert "@example.org" not in page
    assert faults(page) == []


def test_filters_narrow_the_history(client, make_items, words):
    make_items(1)
    page = words(client.get(ADDRESS, {"subject": "source", "verb": "read_in"}))
    assert len(heads(page)) == 1
    assert "<span>Snapshot:</span> 1" in page
    assert '<option value="source" selected>' in page
    page = words(client.get(ADDRESS, {"verb": "withdrawn"}))
    assert "Nothing of this kind was recorded" in page
    assert faults(page) == []


def noted(body, days, actor, key):
    event.record(Verb.AMENDED, Subject.SOURCE, key, actor=actor, now=NOW - dt.timedelta(days=days), after={"url": body})


def test_days_persons_and_papers_narrow_the_history(bob, carol, owned, sign_in, words):
    SourceFactory(slug="other-paper")
    for days, actor, key in ((3, bob, "other-paper"), (2, carol, "other-paper"), (1, carol, "third-paper")):
        noted(f"days-{days}", days, actor, key)
    recommendation.amend("T-900", {"title_en": "Congress"}, actor=carol, now=NOW, seen=None)
    organization.amend("ministry", organization.Particulars(name_en="The Ministry"), actor=carol, now=NOW, seen=None)
    reader = sign_in(bob)

    def told(**query):
        page = words(reader.get(ADDRESS, query))
        assert faults(page) == []
        return [said for said in ("days-3", "days-2", "days-1", "Congress", "The Ministry</ins>") if said in page]

    assert told(since="2026-11-22", until="2026-11-22") == ["days-2"]
    assert told(since="2026-11-23") == ["days-1", "Congress", "The Ministry</ins>"]
    assert told(since="0001-01-01", until="9999-12-31", person="bOB") == ["days-3"]
    assert told(source="other-paper") == ["days-3", "days-2"]
    assert told(source=owned.recommendation.source.slug) == ["Congress"]
    assert told(organization="ministry") == ["Congress", "The Ministry</ins>"]
    assert told(person="nobody") == []


def test_days_are_those_of_the_reader(carol, client, sign_in, words):
    SourceFactory(slug="paper")
    carol.time_zone = "Asia/Vladivostok"
    carol.save()
    event.record(
        Verb.AMENDED, Subject.SOURCE, "paper", actor=carol, now=NOW.replace(hour=20), after={"url": "in-the-evening"}
    )
    query = {"since": "2026-11-25"}
    with time_machine.travel(NOW.replace(hour=21)):
        assert "in-the-evening" in words(sign_in(carol).get(ADDRESS, query))
        assert "in-the-evening" not in words(client.get(ADDRESS, query))


@pytest.mark.parametrize("role", ["visitor", "steward"])
def test_the_same_comes_as_a_table(carol, people, role, item, sign_in):
    RecommendationFactory(reference="T-001", visibility="internal")
    recommendation.amend("T-001", {"title_en": "Hidden"}, actor=carol, now=NOW, seen=None)
    recommendation.amend("T-900", {"title_en": "=SUM(1)"}, actor=carol, now=NOW, seen=None)
    client = sign_in(people[role])
    answer = client.get("/history/history.csv", {"verb": "amended"})
    said = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(said, newline=""))
    assert head == list(history.COLUMNS)
    kept = [(row[1], row[4], row[5], row[6]) for row in rows]
    public = ("recommendation", "T-900", "amended", "" if role == "visitor" else "Carol")
    hidden = ("recommendation", "T-001", "amended", "Carol")
    assert kept == ([public] if role == "visitor" else [hidden, public])
    assert json.loads(rows[-1][8])["title_en"] == "=SUM(1)"
    assert client.get("/history/history.csv?cursor=x").status_code == 400


def test_the_page_leads_to_itself_as_a_table_and_for_programs(client, item, words):
    recommendation.amend("T-900", {"title_en": "Congress"}, actor=REGISTER, now=NOW, seen=None)
    page = words(client.get(ADDRESS, {"verb": "amended"}))
    assert 'href="/history/history.csv?verb=amended&amp;"' in page
    assert 'href="/api/v1/events/?verb=amended"' in page
    page = words(client.get(ADDRESS, {"recommendation": "T-900"}))
    assert 'href="/api/v1/recommendations/T-900/history/"' in page
    assert 'href="/api/v1/events/"' in words(client.get(ADDRESS))


def test_whether_history_is_whole_is_said_in_plain_words(client, item, words):
    assert "Not checked yet" in words(client.get(ADDRESS))
    audit.audit(now=NOW)
    page = words(client.get(ADDRESS))
    assert "Nothing was altered" in page
    assert faults(page) == []


def test_an_empty_history_teaches(client, words):
    assert "Nothing has been recorded yet" in words(client.get(ADDRESS))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("verb=danced", "<code>verb</code>: “danced” is not one of: registered"),
        ("subject=x", "<code>subject</code>: “x” is not one of: recommendation"),
        ("recommendation=x", "<code>reference</code>: A reference is capital letters"),
        ("colour=red", "<code>colour</code>: There is no parameter “colour”; possible are: verb"),
        ("cursor=%00", "<code>cursor</code>: This place in the list"),
        ("source=%00", "<code>source</code>: “\x00” is not a short name"),
        ("organization=A B", "<code>organization</code>: “A B” is not a short name"),
        ("since=yesterday", "<code>since</code>: This is not a date"),
        ("until=2026-02-30", "<code>until</code>: This is not a date"),
        ("person=Bob", "<code>person</code>: There is no parameter “person”"),
    ],
)
def test_bad_parameters_are_said(client, query, said, words):
    assert said in words(client.get(f"{ADDRESS}?{query}"), 400)


def test_pages_follow_each_other(client, make_items, monkeypatch, words):
    monkeypatch.setattr(history, "PAGE", 4)
    make_items(1)
    page = words(client.get(ADDRESS, {"subject": "recommendation"}))
    seen = heads(page)
    while found := re.search(r'rel="next" href="([^"]+)"', page):
        assert "subject=recommendation" in found[1]
        page = words(client.get(f"{ADDRESS}{found[1].replace('&amp;', '&')}"))
        seen += heads(page)
    assert len(seen) == Recommendation.objects.get().events.count() == 10


def test_history_asks_the_same_number_of_questions_for_one_and_three(
    client, make_items, django_assert_num_queries, django_assert_max_num_queries
):
    make_items(1)
    with django_assert_max_num_queries(8) as asked:
        client.get(ADDRESS)
    make_items(2)
    with django_assert_num_queries(len(asked)):
        client.get(ADDRESS)
