"""`as_of` on every list and detail: what it answers, for whom, in how many statements, and what is not dated."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.actions import assignment, evidence, followup, organization, recommendation
from recommendations.models import Capture, Event, Person, Response, Snapshot
from recommendations.rules.access import Role
from tests.api import contract
from tests.api.conftest import Api, key_of
from tests.api.test_contract import PAIRS, all_operations, fill, places
from tests.factories import NOW, TODAY, RecommendationFactory, let_it_stand

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BEFORE = "as_of=2026-11-20"
# One's own things, how the API is, and lists that say themselves of when they speak.
OF_TODAY = {
    "people", "subscriptions", "deliveries", "tokens", "vocabulary", "schema", "docs", "", "changes",
    "follows", "notices", "batches", "imports", "heads", "saved-views", "calendars", "webhooks", "calls",
    "reports",
}  # fmt: skip
FILES = ("/follow/", "/file/", "/content/")  # one's own, and what never changes
DATED = {
    "recommendations", "assessments", "evidence", "assignments", "responses", "milestones", "indicators",
    "observations", "events", "comments", "dispositions", "sources", "passages", "organizations", "themes", "statistics", "exports",
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_is_told_to_wait(settings):
    settings.API_REQUESTS_A_MINUTE = settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = 10**6


def first(address):
    return address.removeprefix("/api/v1/").partition("/")[0]


def dated():
    found = [(a, m, said, view) for a, m, said, view in all_operations() if m == "get" and first(a) not in OF_TODAY]
    return [one for one in found if not one[0].endswith(FILES)]


def asked(api, address, query=BEFORE):
    path = f"{address}{'&' if '?' in address else '?'}{query}"
    answer = api.get(path)
    contract.hold("get", path if path.startswith("/") else f"/api/v1/{path}", answer)
    return answer


def test_everything_of_the_register_is_dated():
    assert {first(address) for address, *_rest in dated()} >= DATED
    assert [address for address, _method, said, _view in dated() if not said.dated] == []
    assert [a for a, m, said, _view in all_operations() if said.dated and m != "get"] == []


@pytest.mark.uncounted
@pytest.mark.parametrize(("kind", "role"), PAIRS)
def test_each_role_gets_of_then_what_it_may_see(full, apis, role, kind):
    """Everything stood then as it stands now, but for the events, which are of today."""
    let_everything_stand()
    at = places(full, kind)
    for address, _method, said, view in dated():
        if "sequence" in address:
            continue
        answer = asked(apis[role], fill(address, at))
        is_hidden = (
            kind == "foreign" and role == "visitor" and not any(part in address for part in ("{slug}", "dispositions"))
        )
        wanted = 404 if "{" in address and (kind == "missing" or is_hidden) else 200
        wanted = 401 if view.needs_person and role == "visitor" else wanted
        assert answer.status_code == wanted, f"{role} {address}: {answer.status_code}"
        is_of_then = any(
            part in address for part in ("events", "history", "series")
        )  # a series ends where one looks from
        if wanted == 200 and not said.streamed and not is_of_then:
            now = apis[role].get(fill(address, at)).json()
            assert without_events(answer.json()) == without_events(now), address


def let_everything_stand():
    let_it_stand()
    Response.objects.update(recorded_at=NOW - 30 * DAY)
    Snapshot.objects.update(read_at=NOW - 30 * DAY)
    Capture.objects.update(captured_at=NOW - 30 * DAY)


def without_events(body):
    if "counts" in body:
        body["counts"].pop("events")
    body.pop("flags", None)  # they say for how many days, and until today
    return body


@pytest.mark.uncounted
@pytest.mark.parametrize("role", Role.values)
def test_before_the_first_record_there_is_nothing(full, apis, role):
    for address, _method, said, view in dated():
        answer = asked(apis[role], fill(address, places(full, "own")), "as_of=1990-01-01")
        wanted = 401 if view.needs_person and role == "visitor" else 404 if "{" in address else 200
        assert answer.status_code == wanted, address
        if said.listed and answer.status_code == 200:
            assert answer.json()["results"] == []
    assert asked(apis[role], "statistics/", "as_of=1990-01-01").json()["total"] == 0


@pytest.fixture
def moved(item, owned, alice, bob, carol):
    """An item that stood for years, and of which everything became something else today."""
    let_it_stand()
    draft = evidence.Draft("Decree", "https://example.org/1", dt.date(2026, 3, 1), "primary")
    piece = evidence.attach("T-900", draft, actor=carol, now=NOW)
    said = followup.Statement(TODAY, "Done.", evidence=(piece.uuid,))
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    assignment.release(owned.uuid, TODAY, actor=carol, now=NOW)
    recommendation.amend("T-900", {"target_on": dt.date(2026, 11, 22)}, actor=carol, now=NOW, seen=None)
    organization.amend("ministry", organization.Particulars("Renamed"), actor=carol, now=NOW)
    return item


def test_answers_of_then(moved, reader):
    then, now = (asked(reader, "recommendations/T-900/", query).json() for query in (BEFORE, "as_of=2026-11-24"))
    assert (then["status"], now["status"]) == ("not_assessed", "mostly")
    assert (then["lead"]["name"], now["lead"]) == ("Ministry", None)
    assert (then["evidence"], len(now["evidence"])) == ([], 1)
    assert (then["counts"]["events"], now["counts"]["events"]) == (0, 4)
    assert [row["name"] for row in asked(reader, "organizations/").json()["results"]] == ["Ministry"]
    assert asked(reader, "recommendations/?status=mostly").json()["results"] == []
    assert asked(reader, "recommendations/?lead=ministry").json()["results"][0]["reference"] == "T-900"
    assert asked(reader, "statistics/").json()["status"]["not_assessed"] == 1
    assert asked(reader, "events/").json()["results"] == []


def test_statistics_compare_two_moments(moved, reader):
    day = BEFORE.removeprefix("as_of=")
    assert asked(reader, "statistics/", "as_of=2026-11-24").json()["compared"] is None
    then = asked(reader, "statistics/", BEFORE).json()
    both = asked(reader, "statistics/", f"as_of=2026-11-24&compare_to={day}").json()
    assert both["status"]["mostly"] == 1
    assert both["compared"]["status"] == then["status"] == {**both["status"], "mostly": 0, "not_assessed": 1}
    assert both["compared"].keys() - both.keys() == {"as_of"}
    turned = asked(reader, "statistics/", f"{BEFORE}&compare_to=2026-11-24").json()
    assert (turned["status"], turned["compared"]["status"]) == (then["status"], both["status"])
    refused = asked(reader, "statistics/", "compare_to=2999-01-01")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/compare_to")


def test_delivery_and_freshness_are_as_of_then(item, reader, carol):
    recommendation.amend("T-900", {"target_on": dt.date(2026, 11, 22)}, actor=carol, now=NOW - 10 * DAY, seen=None)
    let_it_stand()
    delivery = {
        day: asked(reader, "recommendations/T-900/", f"as_of=2026-11-{day}").json()["delivery"] for day in (21, 23)
    }
    assert delivery == {21: "due_soon", 23: "overdue"}
    assert asked(reader, "recommendations/?delivery=overdue").json()["results"] == []
    assert asked(reader, "statistics/", "as_of=2026-11-23").json()["delivery"]["overdue"] == 1


def test_day_ends_where_the_reader_is(item, carol, dave, reader, visitor):
    let_it_stand()
    Person.objects.filter(pk=dave.pk).update(time_zone="Asia/Vladivostok")
    at = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)  # the 24th in Vladivostok
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=at, seen=None)
    assert asked(visitor, "recommendations/T-900/", "as_of=2026-11-23").json()["title_en"] == "Second"
    assert asked(reader, "recommendations/T-900/", "as_of=2026-11-23").json()["title_en"] == item.title_en
    assert asked(reader, "recommendations/T-900/", "as_of=2026-11-24").json()["title_en"] == "Second"
    for moment, title in (("2026-11-23T14:59:59Z", item.title_en), ("2026-11-23T18:00:00%2B03:00", "Second")):
        assert asked(reader, "recommendations/T-900/", f"as_of={moment}").json()["title_en"] == title


def test_next_page_is_of_the_same_day(moved, reader):
    for number in range(3):
        RecommendationFactory(reference=f"T-91{number}", source=moved.source)
    let_it_stand()
    page = asked(reader, "recommendations/?page_size=2&count=exact").json()
    assert page["count"] == 4
    assert "as_of=2026-11-20" in page["next"]
    following = reader.get(page["next"].partition("/api/v1/")[2]).json()
    assert [row["reference"] for row in following["results"]] == ["T-911", "T-912"]
    assert "as_of=2026-11-20" in following["previous"]


def test_tag_is_of_the_day(moved, reader):
    tags = {query: asked(reader, "organizations/ministry/", query).headers["ETag"] for query in (BEFORE, "as_of=2026-11-19", "as_of=2026-11-24")}  # fmt: skip
    assert len(set(tags.values())) == 3
    again = reader.get(f"organizations/ministry/?{BEFORE}", If_None_Match=tags[BEFORE])
    assert again.status_code == 304
    details = {asked(reader, "recommendations/T-900/", f"as_of=2026-11-{day}").headers["ETag"] for day in (18, 19, 24)}
    assert len(details) == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("as_of=2026-11-25", "in_the_future"),
        ("as_of=2026-11-24T09:31:00Z", "in_the_future"),
        ("as_of=x", "bad_parameter"),
        ("as_of=", "bad_parameter"),
        ("as_of=2026-11-24T09:00:00", "bad_parameter"),
        ("as_of=2026-11-01&as_of=2026-11-01", "bad_parameter"),
    ],
)
def test_wrong_moments(visitor, item, query, code):
    for address in ("recommendations/", "recommendations/T-900/", "statistics/", "exports/recommendations.json"):
        (error,) = asked(visitor, address, query).json()["errors"]
        assert (error["pointer"], error["code"]) == ("/as_of", code)


def test_what_is_of_today_has_no_such_parameter(full, reader):
    for address, method, said, _view in all_operations():
        if method == "get" and not said.dated:
            answer = asked(reader, fill(address, places(full, "own")))
            assert answer.status_code == 400, address
            assert answer.json()["errors"][0]["code"] == "unknown_parameter"


def test_acts_have_no_moment_of_their_own(steward, item):
    answer = steward.patch(f"recommendations/T-900/?{BEFORE}", {"priority": "high"}, If_Match="*")
    assert answer.json()["errors"][0]["code"] == "unknown_parameter"


def test_what_is_hidden_today_was_never_open(moved, visitor, reader, carol):
    assert asked(visitor, "recommendations/T-900/").status_code == 200
    recommendation.amend("T-900", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    assert asked(visitor, "recommendations/T-900/").status_code == 404
    assert asked(visitor, "recommendations/").json()["results"] == []
    assert asked(visitor, "statistics/").json()["total"] == 0
    assert asked(visitor, "recommendations/T-900/evidence/").status_code == 404
    assert asked(reader, "recommendations/T-900/").status_code == 200
    recommendation.amend("T-900", {"visibility": "public"}, actor=carol, now=NOW, seen=None)
    assert asked(visitor, "recommendations/T-900/").status_code == 200


@pytest.mark.uncounted
def test_one_statement_more_however_many_there_are(full, dave):
    api = Api(key_of(dave))
    let_everything_stand()
    counts = []
    for _more in range(2):
        counts.append({})
        for address, _method, said, _view in dated():
            if said.streamed or "sequence" in address:
                continue
            path = fill(address, places(full, "own"))
            counts[-1][path] = (statements(api, path), statements(api, f"{path}?{BEFORE}"))
        for number in (1, 2):
            RecommendationFactory(reference=f"U-{len(counts)}{number}", source=full.source)
        let_it_stand()
    for path, (now, then) in counts[0].items():
        assert then <= now + 1, path
        assert counts[1][path][1] == then, path


def statements(api, path):
    with CaptureQueriesContext(connection) as queries:
        assert api.get(path).status_code == 200, path
    return len([query for query in queries if not re.search("SAVEPOINT", query["sql"])])


def test_history_of_then_is_the_beginning_of_the_chain(moved, reader, carol):
    recommendation.amend("T-900", {"priority": "low"}, actor=carol, now=NOW - 5 * DAY, seen=None)  # a slow clock
    chain = Event.objects.filter(recommendation=moved).order_by("sequence")
    found = asked(reader, "recommendations/T-900/history/", f"as_of={NOW:%Y-%m-%dT%H:%M:%S}Z").json()["results"]
    assert [event["hash"] for event in found] == list(chain.values_list("hash", flat=True))
    assert asked(reader, "recommendations/T-900/history/").json()["results"] == []
