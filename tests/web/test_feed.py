"""Atom: what RFC 4287 demands of a feed, what is told in it, and to whom it is told."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.actions import comment, followup, recommendation, withdrawal
from recommendations.web import feed
from tests.factories import NOW, TODAY, RecommendationFactory, ThemeFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ONCE = ("id", "title", "updated")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture(autouse=True)
def there(settings):
    settings.PUBLIC_URL = "https://register.example.org"


def read(client, address="/feeds/recommendations.atom", **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not answer.cookies
    root = ET.fromstring(answer.content)
    hold(root)
    return root


def links(node):
    return {link.get("rel", "alternate"): link.get("href") for link in node.findall(f"{ATOM}link")}


def hold(root):
    """Hold a feed against the MUSTs of RFC 4287."""
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name")  # of every entry, which has none of its own
    assert links(root)["self"].startswith("https://register.example.org/feeds/")
    entries = root.findall(f"{ATOM}entry")
    for node in (root, *entries):
        for name in ONCE:
            assert len(node.findall(f"{ATOM}{name}")) == 1, name
        assert re.match("(https|urn):", node.findtext(f"{ATOM}id"))
        assert RFC3339.fullmatch(node.findtext(f"{ATOM}updated"))
        assert links(node)["alternate"].startswith("https://register.example.org/")
        pairs = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in node.findall(f"{ATOM}link")]
        assert len(pairs) == len(set(pairs))
    for entry in entries:
        assert len(entry.findall(f"{ATOM}summary")) == 1
        assert entry.find(f"{ATOM}summary").get("type") == "html"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))


def titles(root):
    return [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]


@pytest.fixture
def told(item, owned, alice, carol):
    """An item of which two things are told, after another."""
    item.themes.add(ThemeFactory(slug="economy"))
    said = followup.Statement(as_of=TODAY, narrative="A <b>draft</b> exists.")
    followup.assess("T-900", "in_preparation", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    recommendation.amend("T-900", {"priority": "high"}, actor=carol, now=NOW + dt.timedelta(hours=1), seen=None)
    return item


def test_register_tells_what_changed(client, told):
    root = read(client)
    assert root.findtext(f"{ATOM}title") == "Changes in the register of recommendations"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert titles(root) == [f"T-900 {told.title_en}: amended", f"T-900 {told.title_en}: Self-reported: status updated"]
    assert root.findtext(f"{ATOM}updated") == "2026-11-24T10:30:00+00:00"
    first = root.find(f"{ATOM}entry")
    assert links(first)["alternate"] == "https://register.example.org/recommendations/T-900/"
    assert "Priority: <del>Normal</del> → <ins>High</ins>" in first.findtext(f"{ATOM}summary")
    last = root.findall(f"{ATOM}entry")[-1].findtext(f"{ATOM}summary")
    assert "In preparation" in last
    assert "&lt;b&gt;draft" in last


def test_one_item_has_a_feed_with_the_same_entries(client, told):
    RecommendationFactory(reference="T-902")
    one = read(client, "/feeds/recommendations/T-900.atom")
    assert one.findtext(f"{ATOM}title") == f"T-900 {told.title_en}"
    assert [e.findtext(f"{ATOM}id") for e in one.findall(f"{ATOM}entry")] == [
        e.findtext(f"{ATOM}id") for e in read(client).findall(f"{ATOM}entry")
    ]
    assert read(client, "/feeds/recommendations/T-902.atom").findtext(f"{ATOM}updated") == "2000-01-01T00:00:00+00:00"
    assert client.get("/feeds/recommendations/T-999.atom").status_code == 404
    assert client.get("/feeds/recommendations/T-900.atom?status=partly").status_code == 200
    assert client.get("/feeds/recommendations/T-900.atom?x=1").status_code == 400


def test_feed_speaks_the_language_that_is_asked_for(client, told):
    for root in (read(client, "/feeds/recommendations.atom?lang=ru"), read(client, **{"Accept-Language": "ru"})):
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ru"
        assert titles(root)[0].startswith(f"T-900 {told.title_ru}: ")
    assert links(read(client, "/feeds/recommendations.atom?lang=ru"))["self"].endswith("?lang=ru")
    assert client.get("/feeds/recommendations.atom?lang=xx").status_code == 400


def test_feed_has_the_filters_of_the_list(client, told, carol):
    other = RecommendationFactory(reference="T-902")
    recommendation.amend("T-902", {"priority": "low"}, actor=carol, now=NOW, seen=None)
    assert len(titles(read(client))) == 3
    root = read(client, "/feeds/recommendations.atom?theme=economy&status=in_preparation")
    assert len(titles(root)) == 2
    assert links(root)["alternate"].endswith("/recommendations/?status=in_preparation&theme=economy")
    assert root.findtext(f"{ATOM}id").endswith("/feeds/recommendations.atom?status=in_preparation&theme=economy")
    assert titles(read(client, "/feeds/recommendations.atom?theme=economy&priority=low")) == []
    assert titles(read(client, "/feeds/recommendations.atom?owner=me")) == []
    assert client.get("/feeds/recommendations.atom?ordering=status").status_code == 400
    assert client.get("/feeds/recommendations.atom?status=done").status_code == 400
    withdrawal.withdraw("T-902", "A duplicate.", actor=carol, now=NOW + dt.timedelta(hours=2), seen=None)
    assert titles(read(client, "/feeds/recommendations.atom?priority=low"))[0] == f"T-902 {other.title_en}: withdrawn"
    assert len(titles(read(client, "/feeds/recommendations.atom?withdrawn=true"))) == 2


def test_nobody_is_named_and_nothing_internal_told(client, told, people, carol, alice):
    inner = RecommendationFactory(reference="T-901", visibility="internal", title_en="Inside")
    recommendation.amend("T-901", {"priority": "high"}, actor=carol, now=NOW, seen=None)
    comment.write("T-900", "Between us.", actor=alice, now=NOW)
    for person in people.values():
        if person:
            client.force_login(person)
        answer = client.get("/feeds/recommendations.atom", headers={"Accept-Language": "en"})
        text = answer.content.decode()
        for hidden in ("Inside", "T-901", "Between us", *(one.name for one in people.values() if one)):
            assert hidden not in text
        assert client.get(f"/feeds/recommendations/{inner.reference}.atom").status_code == 404


def test_pages_of_a_feed_lead_on(client, told, monkeypatch):
    monkeypatch.setattr(feed, "PAGE", 1)
    root = read(client)
    (newest,) = titles(root)
    after = links(root)["next"].removeprefix("https://register.example.org")
    older = read(client, after)
    assert titles(older) != [newest]
    assert "next" not in links(older)
    assert links(older)["self"].endswith(after)
    assert older.findtext(f"{ATOM}id") == root.findtext(f"{ATOM}id")


def test_who_has_it_already_gets_304(client, told, carol):
    answer = client.get("/feeds/recommendations.atom")
    assert parsedate_to_datetime(answer["Last-Modified"]) == NOW + dt.timedelta(hours=1)
    assert answer["Cache-Control"] == "public, max-age=300"
    for headers in ({"If-None-Match": answer["ETag"]}, {"If-Modified-Since": answer["Last-Modified"]}):
        again = client.get("/feeds/recommendations.atom", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
    recommendation.amend("T-900", {"priority": "low"}, actor=carol, now=NOW + dt.timedelta(hours=2), seen=None)
    assert client.get("/feeds/recommendations.atom", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_statements_do_not_grow(client, told, carol):
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            read(client)
        counts.append(len(queries))
        RecommendationFactory(reference=f"T-91{number}")
        recommendation.amend(f"T-91{number}", {"priority": "high"}, actor=carol, now=NOW, seen=None)
    assert counts[0] == counts[1] <= 5


def test_closed_register_tells_strangers_nothing(client, told, settings, dave):
    settings.PUBLIC_SITE = False
    for address in ("/feeds/recommendations.atom", "/feeds/recommendations/T-900.atom"):
        assert client.get(address)["Location"].startswith("/account/login/")
    client.force_login(dave)
    answer = client.get("/feeds/recommendations.atom")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_pages_name_their_feeds(client, told):
    page = client.get("/recommendations/?theme=economy&ordering=status&owner=me").content.decode()
    assert 'type="application/atom+xml"' in page
    assert 'href="/feeds/recommendations.atom?theme=economy"' in page
    assert 'href="/feeds/recommendations.atom"' in client.get("/recommendations/").content.decode()
    assert 'href="/feeds/recommendations/T-900.atom"' in client.get("/recommendations/T-900/").content.decode()
