"""A stranger asks what the article proposed on academic mobility, where exactly, what came of it by whose word, on what evidence, since when."""

import datetime as dt

import pytest

from recommendations.actions import evidence, followup
from recommendations.management.commands.seed_demo import AT
from recommendations.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORTED, REVIEWED, DECREED = (dt.date(2026, 10, 5), dt.date(2026, 11, 9), dt.date(2026, 2, 2))


@pytest.fixture
def rated(register):
    """What the owner and the reviewer say of academic mobility, on what."""
    now = dt.datetime.now(dt.UTC)
    decree = evidence.Draft("Decree on exchanges", "https://demo.example/decree", DECREED, "primary")
    for who, value, kind, day, words, pieces in (
        ("owner", "partly", "self", REPORTED, "Two universities exchange students.", [decree]),
        ("reviewer", "in_preparation", "review", REVIEWED, "It is signed, and nobody has travelled.", []),
    ):
        actor, said = Person.objects.get(email=who + AT), followup.Statement(day, words)
        followup.assess("RB-03", value, kind=kind, statement=said, attachments=pieces, actor=actor, now=now, seen=None)


def test_a_visitor_finds_what_came_of_academic_mobility_and_what_changed(walk, rated):
    visitor = walk().come("/")
    visitor.write("Find a recommendation", visitor.either("academic mobility", "академическая мобильность"))
    visitor.press("Search", within="main", context="verb")
    visitor.follow(visitor.called("RB-03"), within="main")
    assert visitor.acts == 3
    visitor.heading(visitor.called("RB-03"))

    visitor.follow("Where the source says it")
    visitor.reads("launch an academic […] mobility programme", within=".passage-quote mark")
    visitor.reads("paragraph %(number)s", within=".passage-quote figcaption", number=42)

    visitor.follow("How far it is")
    visitor.reads("Partly implemented", within=".rating.status-partly")
    visitor.reads("Two universities exchange students.", within=".rating.status-partly")
    visitor.reads("As of %(day)s", within=".rating.status-partly", day=visitor.day(REPORTED))
    visitor.reads("In preparation", within=".rating.status-in_preparation")
    visitor.reads("It is signed, and nobody has travelled.", within=".rating.status-in_preparation")
    visitor.reads("As of %(day)s", within=".rating.status-in_preparation", day=visitor.day(REVIEWED))
    visitor.reads("Ratings differ")

    visitor.follow("Decree on exchanges", within=".rating.status-partly")
    visitor.reads(visitor.day(DECREED), within=".evidence :target")
    visitor.reads("Primary source", within=".evidence :target")

    visitor.follow("Read it in its place", within=".passage-quote")
    visitor.reads("RB-03", within=".passage-tag:target")

    visitor.follow("Overview", within=".ways")
    before = visitor.acts
    visitor.follow("Everything that changed since then")
    visitor.heading("What changed")
    assert visitor.acts == before + 1
    entry = ".stream-line:has([href='/recommendations/RB-03/'])"
    visitor.reads(visitor.day(REVIEWED), within=entry)
    visitor.reads("In preparation", within=entry)
    visitor.reads("Decree on exchanges", within=entry)

    visitor.date("From the end of", dt.date(2026, 1, 1))
    visitor.press("Compare")
    visitor.reads("RB-03", within=entry)
    visitor.follow(f"RB-03 {visitor.called('RB-03')}", within=entry)
    visitor.follow("History", within=".jumps")
    visitor.reads("Two universities exchange students.", within=".stream")
    other = "ru" if visitor.way.language == "en" else "en"
    visitor.speaks(other)
    visitor.heading(visitor.called("RB-03"))
