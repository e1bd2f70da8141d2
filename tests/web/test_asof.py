"""Pages as of an earlier day: what they show, what they carry on, and that nothing can be done on them."""

import io
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from recommendations.actions import evidence, followup, recommendation
from recommendations.models import Person
from recommendations.web import asof
from tests.browser.places import PUBLIC
from tests.factories import NOW, TODAY, RecommendationFactory, let_it_stand
from tests.web.markup import faults
from tests.web.register import full_item

pytestmark = pytest.mark.django_db
BEFORE = "2026-11-20"
PAGES = (
    "/",
    "/recommendations/",
    "/recommendations/T-101/",
    "/sources/",
    "/sources/paper-1/",
    "/organizations/",
    "/organizations/ministry/",
    "/history/",
)


@pytest.fixture
def register(on_that_day, alice, bob, carol):
    """An item that was one thing for years and became another today."""
    full_item(1, owner=alice, reviewer=bob, steward=carol, visibility="public")
    let_it_stand()
    recommendation.amend("T-101", {"title_en": "Congress"}, actor=carol, now=NOW, seen=None)
    said = followup.Statement(as_of=TODAY, narrative="Nothing is left of it.")
    followup.assess("T-101", "no_action", kind="review", statement=said, actor=bob, now=NOW, seen=None)


class Main(HTMLParser):
    """Collects what one can follow and do in the middle of a page."""

    def __init__(self, page):
        super().__init__()
        self.depth, self.links, self.acts, self.asks = 0, [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "main":
            self.depth = 1
        if self.depth and tag == "a":
            self.links.append(said.get("href", ""))
        if self.depth and tag == "form":
            self.acts += [said.get("action", "")] if said.get("method") == "post" else []
            self.asks += said.get("method") == "get"

    def handle_endtag(self, tag):
        if tag == "main":
            self.depth = 0


def test_pages_show_what_was(register, client, words):
    assert "Congress" in words(client.get("/recommendations/T-101/"))
    page = words(client.get(f"/recommendations/T-101/?as_of={BEFORE}"))
    assert "Fair 1" in page
    assert "Congress" not in page
    assert "Partly implemented" in page
    listed = words(client.get(f"/recommendations/?as_of={BEFORE}&status=partly"))
    assert "Fair 1" in listed
    assert "1 recommendation" in listed
    assert "Nothing was registered at that time" in words(client.get("/recommendations/?as_of=1990-01-01"))
    assert "Congress" not in words(client.get(f"/?as_of={BEFORE}"))
    assert "Fair 1" in words(client.get(f"/sources/paper-1/?as_of={BEFORE}"))
    assert "Fair 1" in words(client.get(f"/organizations/ministry/?as_of={BEFORE}"))
    assert "Nothing has been recorded yet" in words(client.get(f"/history/?as_of={BEFORE}"))


@pytest.mark.parametrize("path", PAGES)
def test_banner_says_when_and_leads_back(register, client, words, path):
    banner = f'The register as it stood on 20 November 2026. <a href="{path}" data-now>Back to today</a>'
    page = words(client.get(f"{path}?as_of={BEFORE}"))
    assert banner in page
    assert faults(page) == []
    assert "as it stood" not in re.sub(r"<label.*?</label>", "", words(client.get(path)))


def test_way_back_keeps_the_filters(register, client, words):
    page = words(client.get(f"/recommendations/?status=partly&as_of={BEFORE}&theme=a"))
    assert 'href="/recommendations/?status=partly&amp;theme=a" data-now' in page


def test_time_is_told_in_the_readers_zone(register, sign_in, dave, words):
    Person.objects.filter(pk=dave.pk).update(time_zone="Asia/Vladivostok")
    client = sign_in(dave)
    page = words(client.get("/history/?as_of=2026-11-20T20:00:00Z"))
    assert "stood on 21 November 2026, 06:00 (+10)" in page
    assert "as_of=2026-11-20T20%3A00%3A00Z" in page
    assert words(client.get("/?as_of=2026-11-25"), status=400)


@pytest.mark.uncounted
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["visitor", "contributor", "steward"])
def test_links_carry_the_day_and_nothing_can_be_done(register, sign_in, people, path, role):
    page = sign_in(people[role]).get(f"{path}?as_of={BEFORE}").content.decode()
    main = Main(page)
    assert main.acts == []
    for link in main.links:
        if link.startswith(("/changes/", "/api/v1/changes/")):
            assert f"until={BEFORE}" in link
        elif link.startswith(("/", "?")):
            days = re.findall("as_of=([0-9-]{10})", link)  # days of a chart lead further back
            assert days == [BEFORE] or (link == f"/recommendations/?as_of={days[0]}" and days[0] < BEFORE), link
            bare = link.partition("?")[0] or path
            assert asof._can_look_back(bare), f"{link} is no page to read"
    assert page.count('name="as_of"') == main.asks


@pytest.mark.parametrize("role", ["contributor", "reviewer", "steward"])
def test_who_may_act_today_is_offered_nothing_then(register, sign_in, people, words, role):
    client = sign_in(people[role])
    assert 'class="buttons next-steps"' in words(client.get("/recommendations/T-101/"))
    assert "next-steps" not in words(client.get(f"/recommendations/T-101/?as_of={BEFORE}"))


@pytest.mark.uncounted
def test_every_public_page_looks_back(client, db):
    call_command("load_catalogue", stdout=io.StringIO())
    call_command("seed_demo", stdout=io.StringIO())
    let_it_stand()
    for path in PUBLIC.values():
        place = path.partition("?")[0]
        if place.startswith("/account/") or place == "/recommendations/RB-99/" or "as_of" in path:
            continue
        if not getattr(resolve(place).func, "is_dated", False):
            assert place.startswith(("/changes/", "/digests/", "/keys/", "/reports/")), f"{place} cannot look back"
            continue
        answer = client.get(f"{path}{'&' if '?' in path else '?'}as_of={BEFORE}")
        assert answer.status_code == 200, path
        assert faults(answer.content.decode()) == [], path
        assert not answer.cookies


def test_before_the_first_record_there_is_nothing(register, client, words):
    for path in ("/", "/recommendations/", "/sources/", "/organizations/", "/history/"):
        assert "as it stood on 1 January 1990" in words(client.get(f"{path}?as_of=1990-01-01"))
    missing = words(client.get("/recommendations/T-101/?as_of=1990-01-01"), status=404)
    assert "Back to today" in missing


def test_today_and_an_empty_field_are_now(register, client, words):
    for value in ("2026-11-24", ""):
        page = words(client.get(f"/recommendations/?as_of={value}"))
        assert "Congress" in page
        assert "data-now" not in page


@pytest.mark.parametrize("value", ["2026-11-25", "yesterday", "2026-11-24T10:00:00", "2026-11-24T09:30:01Z"])
def test_wrong_days_are_refused_in_words(register, client, words, value):
    page = words(client.get(f"/recommendations/?as_of={value}"), status=400)
    assert "has not come yet" in page or "neither a day like" in page


def test_two_days_are_refused(register, client, words):
    assert "given once only" in words(client.get("/?as_of=2026-11-01&as_of=2026-11-02"), status=400)


def test_acting_ignores_the_day(register, sign_in, carol):
    piece = evidence.attach(
        "T-101", evidence.Draft("Decree", "https://example.org/9", TODAY, "primary"), actor=carol, now=NOW
    )
    client = sign_in(carol)
    answer = client.post(f"/evidence/{piece.uuid}/retract/?as_of={BEFORE}", {"reason": "Another one."})
    assert answer.status_code == 302
    piece.refresh_from_db()
    assert not piece.is_standing
    assert client.post(f"/recommendations/T-101/?as_of={BEFORE}").status_code == 405


def test_what_is_hidden_today_was_never_open(register, client, carol):
    recommendation.amend("T-101", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    for path in ("/", "/recommendations/", "/sources/paper-1/", "/organizations/ministry/", "/history/"):
        assert "T-101" not in client.get(f"{path}?as_of={BEFORE}").content.decode(), path
    assert client.get(f"/recommendations/T-101/?as_of={BEFORE}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/recommendations/", "/sources/", "/organizations/", "/history/"])
def test_one_statement_more_than_today_however_many_there_are(register, client, make_items, path):
    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    counts = []
    for _more in range(2):
        let_it_stand()
        counts.append((asked(path), asked(f"{path}?as_of={BEFORE}")))
        for number in (1, 2):
            RecommendationFactory(reference=f"U-{len(counts)}{number}")
    (today, then), (_today, later) = counts
    assert then <= today + 1
    assert later == then


@pytest.mark.parametrize(
    ("link", "carried"),
    [
        ("/recommendations/", "/recommendations/?as_of=2026-01-01"),
        ("/recommendations/T-1/#evidence", "/recommendations/T-1/?as_of=2026-01-01#evidence"),
        ("?status=partly&amp;cursor=x", "?status=partly&amp;cursor=x&amp;as_of=2026-01-01"),
        ("?as_of=2025-01-01", "?as_of=2025-01-01"),
        ("/api/v1/recommendations/?q=%22a%22", "/api/v1/recommendations/?q=%22a%22&amp;as_of=2026-01-01"),
        ("/api/v1/docs/", "/api/v1/docs/"),
        ("/account/login/", "/account/login/"),
        ("/nowhere/at/all", "/nowhere/at/all"),
        ("#content", "#content"),
        ("https://example.org/recommendations/", "https://example.org/recommendations/"),
        ("//example.org/", "//example.org/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_that_carry_the_day_on(link, carried):
    page = f'<a class="x" href="{link}">A</a><link href="/recommendations/"><a href="/recommendations/" data-now>B</a>'
    told = asof.carried(page, "2026-01-01")
    assert re.search('class="x" href="([^"]*)"', told)[1] == carried
    assert told.endswith('<link href="/recommendations/"><a href="/recommendations/" data-now>B</a>')
    assert unescape(carried).count("as_of") <= 1
