"""Digests about one's own saved views: they say what the list shows under the same filters, in as many statements for all."""

import csv
import io

import pytest

from recommendations.actions import follow, saved_view, subscription
from recommendations.digests import tables
from recommendations.digests.compose import compose
from recommendations.models import Event, Recommendation, SavedView
from recommendations.rules import query as queries
from recommendations.rules.errors import Invalid
from tests.digests.test_compose import DAY, NOW, TODAY, assess, content, reader, told, words
from tests.factories import (  # fmt: skip
    AssignmentFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
QUERIES = (
    "",
    "status=partly",
    "status=partly&status=no_action",
    "reported_status=partly&theme=energy",
    "theme=energy&theme=law",
    "source=plan",
    "organization=ministry",
    "lead=office",
    "owner=me",
    "owner=me&status=partly",
    "follower=me",
    "instrument=dialogue&priority=high",
    "delivery=overdue",
    "freshness=stale&delivery=due_soon",
    "stalled=true",
    "disagreement=false",
    "due_after=2026-11-20",
    "q=ferry",
    "updated_since=2026-11-24&ordering=-updated_at",
    "withdrawn=true",
)


@pytest.fixture
def register(alice, ministry, dave):
    """Items that differ in everything a filter asks for, each of them changed, due and stale at once."""
    office = OrganizationFactory(slug="office")
    themes = [ThemeFactory(slug="energy"), ThemeFactory(slug="law")]
    sources = [SourceFactory(slug="plan"), SourceFactory(slug="report")]
    for n in range(12):
        item = RecommendationFactory(
            reference=f"V-{n}",
            title_en="A ferry" if n % 5 == 0 else "A bridge",
            source=sources[n % 2],
            themes=[themes[n % 2]] if n % 3 else themes,
            priority="high" if n % 4 == 0 else "normal",
            target_on=TODAY + DAY if n % 3 == 0 else TODAY - DAY,
            visibility="internal" if n == 11 else "public",
        )
        AssignmentFactory(recommendation=item, organization=ministry if n % 2 else office)
        assess(
            item, alice if n % 2 else PersonFactory(role="steward"), ("partly", "no_action", "in_preparation")[n % 3]
        )
        if n % 4 == 1:
            follow.follow(item.reference, actor=dave, now=NOW)
    Recommendation.objects.update(assessed_on=TODAY - 182 * DAY)
    Recommendation.objects.filter(reference="V-10").update(withdrawn_at=NOW)


def view(person, query, name="Mine"):
    return SavedView.objects.create(person=person, name=name, query=query, created_at=NOW, updated_at=NOW)


def about(person, query, name="Mine"):
    return reader(person, "saved_view", saved_view=view(person, query, name))


def listed(person, query):
    """What the list shows on the day of the digest."""
    wanted = queries.read(query)
    return Recommendation.objects.visible_to(person).selected(wanted, person=person, today=TODAY)


@pytest.mark.parametrize("who", ["alice", "dave"])
def test_each_section_is_what_the_list_shows(register, alice, dave, who, django_assert_num_queries):
    person = {"alice": alice, "dave": dave}[who]
    readers = [about(person, query, str(n)) for n, query in enumerate(QUERIES)]
    for query, said in zip(QUERIES, compose(readers), strict=True):
        items = listed(person, query)
        whole, standing = set(items.values_list("reference", flat=True)), items.standing()
        lasting = set(standing.values_list("reference", flat=True))
        assert set(told(said.changed)) == whole, query
        assert set(told(said.due)) == set(told(said.stale)) == lasting, query
        assert said.chart.total == len(lasting), query
        owed = set(standing.owned_by(person).values_list("reference", flat=True))
        assert set(told(said.owed)) == owed, query
    assert len({len(listed(person, query)) for query in QUERIES}) > 5  # the filters do differ


def test_its_tables_are_those_of_the_list(register, alice, client):
    said = words(alice, "saved_view", saved_view=view(alice, "status=partly&status=implemented&theme=energy"))
    client.force_login(alice)
    (whole,) = {address for address in addresses(said.text) if "updated_since" not in address and "due_" not in address and "freshness" not in address and "owner" not in address}  # fmt: skip
    found = read(client, whole)
    assert found == sorted(listed(alice, "status=partly&theme=energy").values_list("reference", flat=True))
    (due,) = {address for address in addresses(said.text) if "due_after" in address}
    assert read(client, due) == found  # of the statuses that the view asks for, the open ones
    assert "status=partly&" in due


def addresses(text):
    return [part.removeprefix("http://127.0.0.1:8000") for part in text.split() if ".csv" in part]


def read(client, address):
    answer = client.get(address)
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    return sorted(row["reference"] for row in rows)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("due_after=2027-01-01", "due_after=2027-01-01&"),
        ("due_after=2020-01-01", "due_after=2026-11-17&"),
        ("due_before=2026-11-20", "due_before=2026-11-20&"),
        ("due_before=2027-11-20", "due_before=2026-12-02&"),
        ("status=implemented", "status=implemented&"),  # which excludes each other: the section was empty anyway
        ("status=partly&status=implemented", "status=partly&"),
        ("theme=energy&theme=law", "&theme=energy,law"),
    ],
)
def test_a_table_is_narrowed_by_view_and_section(alice, query, part):
    _page, address = tables.due(about(alice, query))
    assert part in address


def test_it_shows_what_its_reader_may_see(register, dave):
    strangers = PersonFactory(is_active=False)
    assert "V-11" in told(content(dave, "saved_view", saved_view=view(dave, "status=in_preparation")).changed)
    assert "V-11" not in told(content(strangers, "saved_view", saved_view=view(strangers, "")).changed)


def test_statements_do_not_grow_with_readers_or_views(register, alice, dave, django_assert_num_queries):
    filters = ("status=partly", "theme=energy", "owner=me")
    same = [about(PersonFactory(), "status=partly") for _ in range(3)]
    different = [about(person, query, query) for person in (alice, dave, PersonFactory()) for query in filters]
    for readers in (same[:1], same, different[:1], different[::3], different):
        with django_assert_num_queries(9):
            compose(readers)


def test_readers_of_the_same_filters_share_what_they_get(register, dave, bob):
    first, second, mine = compose([about(dave, "status=partly"), about(bob, "status=partly&ordering=-status"), about(bob, "owner=me", "2")])  # fmt: skip
    assert first.changed is second.changed
    assert first.chart is second.chart
    assert mine.changed is not first.changed


def test_the_mail_says_which_view(register, alice):
    said = words(alice, "saved_view", saved_view=view(alice, "status=partly", "Half done"))
    assert "About: Your saved view “Half done”" in said.text


def test_a_digest_ends_with_its_view(dave, alice):
    made = saved_view.keep("Late", "delivery=overdue", actor=dave, now=NOW)
    wish = subscription.Wish(scope="saved_view", subject=str(made.uuid))
    digest = subscription.subscribe(wish, actor=dave, now=NOW)
    assert subscription.wish_of(digest) == wish
    saved_view.remove(made.uuid, actor=dave, now=NOW + DAY)
    digest.refresh_from_db()
    assert (digest.ended_at, digest.saved_view, digest.version) == (NOW + DAY, None, 2)
    assert [e.subject for e in Event.objects.filter(verb__in=("unsubscribed", "removed")).order_by("id")] == [
        "subscription",
        "saved_view",
    ]


def test_one_of_somebody_else_is_none(dave, alice):
    theirs = saved_view.keep("Late", "delivery=overdue", actor=alice, now=NOW)
    with pytest.raises(Invalid) as refused:
        subscription.subscribe(subscription.Wish(scope="saved_view", subject=str(theirs.uuid)), actor=dave, now=NOW)
    assert [(p.code, p.field) for p in refused.value.problems] == [("unknown_name", "subject")]
