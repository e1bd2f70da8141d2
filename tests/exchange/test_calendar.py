"""The file that calendar programs fetch: read back with the library, held to RFC 5545, and to what its person may see."""

import datetime as dt

import icalendar
import pytest
from django.core.cache import cache

from recommendations.actions import calendar_address, followup, milestone, recommendation
from recommendations.exchange import calendar
from recommendations.models import CalendarAddress, Milestone, Person
from recommendations.rules.access import Visibility
from relations import logs
from tests.factories import NOW, TODAY, AssignmentFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
SOON = TODAY + dt.timedelta(days=30)


@pytest.fixture(autouse=True)
def nobody_was_counted():
    cache.clear()


def issue(person, query="", language="en"):
    return calendar_address.issue("Dates; of, ours", query, language, actor=person, now=NOW)[1]


def fetch(client, secret, **headers):
    return client.get(f"/calendar/{secret}.ics", headers=headers)


def dates(answer):
    assert answer.status_code == 200
    made = icalendar.Calendar.from_ical(answer.content)
    return {str(event["uid"]).partition("@")[0]: event for event in made.walk("VEVENT")}


@pytest.fixture
def dated(item, owned, carol, bob):
    """T-900, due, with a milestone and two next reviews."""
    item.target_on = SOON
    item.save()
    milestone.plan(item.reference, milestone.Plan("Draft", SOON - dt.timedelta(days=9)), actor=carol, now=NOW)
    for kind, days, who in (("self", 5, carol), ("review", 6, bob)):
        said = followup.Statement(as_of=TODAY, narrative="A draft.", next_review_on=TODAY + dt.timedelta(days=days))
        followup.assess(item.reference, "no_action", kind=kind, statement=said, actor=who, now=NOW, seen=None)
    item.refresh_from_db()
    return item


def test_each_date_is_an_all_day_event(client, dave, dated, settings):
    answer = fetch(client, issue(dave))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert not answer.cookies
    found = dates(answer)
    plan = Milestone.objects.get()
    assert {uid: event["dtstart"].dt for uid, event in found.items()} == {
        "T-900.due": SOON,
        f"T-900.milestone.{plan.uuid}": SOON - dt.timedelta(days=9),
        "T-900.reported.review": TODAY + dt.timedelta(days=5),
        "T-900.verified.review": TODAY + dt.timedelta(days=6),
    }
    due = found["T-900.due"]
    assert due["dtend"].dt == SOON + dt.timedelta(days=1)
    assert due["dtstamp"].dt == due["last-modified"].dt == dated.updated_at
    assert due["sequence"] == dated.version
    assert due["summary"] == f"T-900: {dated.title_en} (Due)"
    assert due["url"] == f"{settings.PUBLIC_URL}/recommendations/T-900/"
    assert [str(one) for one in due["categories"].cats] == ["Due", "No action found"]
    text = answer.content.decode()
    assert "NAME:Dates\\; of\\, ours" in text
    assert "X-WR-CALNAME:Dates\\; of\\, ours" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H" in text
    assert "X-PUBLISHED-TTL:PT12H" in text
    assert "DTSTART;VALUE=DATE:" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_it_speaks_the_calendars_language(client, dave, dated):
    found = dates(fetch(client, issue(dave, language="ru"), Accept_Language="en"))
    assert found["T-900.due"]["summary"] == f"T-900: {dated.title_ru} (Срок)"


def test_a_name_is_text_and_no_line_of_the_file(client, dave):
    secret = issue(dave)
    CalendarAddress.objects.update(name="A\nBEGIN:VEVENT\nUID:x")
    answer = fetch(client, secret)
    assert dates(answer) == {}
    assert "NAME:A\\nBEGIN:VEVENT\\nUID:x\r\n" in answer.content.decode()
    assert str(CalendarAddress.objects.get()) == "A\nBEGIN:VEVENT\nUID:x"


def test_uids_stay_and_the_sequence_grows(client, dave, dated, carol):
    secret = issue(dave)
    before = dates(fetch(client, secret))
    later = NOW + dt.timedelta(hours=1)
    recommendation.amend("T-900", {"target_on": SOON + dt.timedelta(days=1)}, actor=carol, now=later, seen=None)
    after = dates(fetch(client, secret))
    assert set(before) == set(after)
    assert after["T-900.due"]["sequence"] > before["T-900.due"]["sequence"]
    assert after["T-900.due"]["dtstart"].dt == SOON + dt.timedelta(days=1)


def test_what_has_been_fetched_is_not_sent_again(client, dave, dated):
    secret = issue(dave)
    tag = fetch(client, secret)["ETag"]
    for said in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = fetch(client, secret, If_None_Match=said)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert fetch(client, secret, If_None_Match='"x"').status_code == 200
    assert client.head(f"/calendar/{secret}.ics").status_code == 200
    assert client.post(f"/calendar/{secret}.ics").status_code == 405


def test_the_selection_is_its_persons_and_of_now(client, alice, dated):
    RecommendationFactory(reference="T-910", target_on=SOON)
    secret = issue(alice, "owner=me")
    assert "T-910.due" not in dates(fetch(client, secret))
    dated.assignments.all().delete()
    assert dates(fetch(client, secret)) == {}
    AssignmentFactory(
        recommendation=RecommendationFactory(reference="T-911", target_on=SOON), organization=alice.organization
    )
    assert set(dates(fetch(client, secret))) == {"T-911.due"}


def test_only_open_ones_and_not_from_long_ago(client, dave):
    for number, (day, status) in enumerate([(TODAY - dt.timedelta(days=300), "partly"), (TODAY - dt.timedelta(days=400), "partly"), (SOON, "implemented")]):  # fmt: skip
        RecommendationFactory(reference=f"T-92{number}", target_on=day, status=status)
    assert set(dates(fetch(client, issue(dave)))) == {"T-920.due"}


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward", "administrator"])
def test_internal_items_are_for_those_who_see_them_now(client, people, role):
    RecommendationFactory(reference="T-930", target_on=SOON, visibility=Visibility.INTERNAL)
    secret = issue(people[role])
    assert set(dates(fetch(client, secret))) == {"T-930.due"}


def test_what_opens_nothing_is_as_missing_as_anything(client, dave, bob):
    gone = issue(dave)
    calendar_address.revoke(CalendarAddress.objects.get().uuid, actor=dave, now=NOW)
    left = issue(bob)
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    secrets = ("x" * 43, gone, left, "x", "%00", "é")
    pages = [fetch(client, secret) for secret in secrets]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content.replace(s.encode(), b"") for page, s in zip(pages[:3], secrets, strict=False)}) == 1


def test_a_filter_that_went_selects_nothing(client, dave, dated):
    secret = issue(dave)
    CalendarAddress.objects.update(query="colour=red")
    assert dates(fetch(client, secret)) == {}


def test_strangers_are_counted(client, dave, settings):
    settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = 2
    client.force_login(dave)  # whoever is signed in
    secret = issue(dave)
    answers = [fetch(client, secret) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


def test_a_closed_register_still_has_calendars(client, dave, dated, settings):
    settings.PUBLIC_SITE = False
    assert len(dates(fetch(client, issue(dave)))) == 4


def test_the_log_does_not_know_the_address(dave):
    secret = issue(dave)
    assert secret[:12] not in logs.redacted(f"GET /calendar/{secret}.ics", path=True)


def test_one_and_three_dates_take_the_same_statements(client, dave, django_assert_num_queries):
    secret, counts = issue(dave), []
    fetch(client, secret)
    for number in (1, 2, 3):
        made = RecommendationFactory(reference=f"T-94{number}", target_on=SOON)
        Milestone.objects.create(recommendation=made, title="M", due_on=SOON)
        if number != 2:
            with django_assert_num_queries(30, exact=False) as asked:
                fetch(client, secret)
            counts.append(len(asked))
    assert counts[0] == counts[1] == 5


def test_it_ends_somewhere(client, dave, monkeypatch):
    monkeypatch.setattr(calendar, "MOST", 2)
    for number in range(3):
        RecommendationFactory(reference=f"T-95{number}", target_on=SOON)
    assert set(dates(fetch(client, issue(dave)))) == {"T-950.due", "T-951.due"}
