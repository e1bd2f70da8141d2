"""A stranger asks what the article proposed on academic mobility, where exactly, what came of it by whose word, on what evidence, since when."""

import datetime as dt

import pytest

from recommendations.models import Assessment, Evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWNER = "the owner writes that students and lecturers of four universities went for a term"
REVIEWER = "the reviewer finds students who went in both directions, and no lecturer who did"
AGREEMENT = "Demonstration: agreement on academic mobility"
LISTS = "Demonstration: lists of exchange students"


def test_a_visitor_finds_what_came_of_academic_mobility_and_what_changed(walk, register):
    said = Assessment.objects.filter(recommendation__reference="RB-03")
    reported, reviewed = said.get(value="mostly").as_of, said.get(value="partly").as_of
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
    visitor.reads("Mostly implemented", within=".rating.status-mostly")
    visitor.reads(OWNER, within=".rating.status-mostly")
    visitor.reads("As of %(day)s", within=".rating.status-mostly", day=visitor.day(reported))
    visitor.reads("Partly implemented", within=".rating.status-partly")
    visitor.reads(REVIEWER, within=".rating.status-partly")
    visitor.reads("As of %(day)s", within=".rating.status-partly", day=visitor.day(reviewed))
    visitor.reads(LISTS, within=".rating.status-partly")
    visitor.reads("Ratings differ")

    visitor.follow(AGREEMENT, within=".rating.status-mostly")
    visitor.reads(visitor.day(Evidence.objects.get(title=AGREEMENT).dated_on), within=".evidence :target")
    visitor.reads("Primary source", within=".evidence :target")

    visitor.follow("Read it in its place", within=".passage-quote")
    visitor.reads("RB-03", within=".passage-tag:target")

    visitor.follow("Overview", within=".ways")
    before = visitor.acts
    visitor.follow("Everything that changed since then")
    visitor.heading("What changed")
    assert visitor.acts == before + 1
    entry = ".stream-line:has([href='/recommendations/RB-03/'])"
    visitor.reads(visitor.day(reviewed), within=entry)
    visitor.reads("Partly implemented", within=entry)
    visitor.reads(LISTS, within=entry)

    visitor.date("From the end of", dt.date(2026, 1, 1))
    visitor.press("Compare")
    visitor.reads("RB-03", within=entry)
    visitor.follow(f"RB-03 {visitor.called('RB-03')}", within=entry)
    visitor.follow("History", within=".jumps")
    visitor.reads(OWNER, within=".stream")
    other = "ru" if visitor.way.language == "en" else "en"
    visitor.speaks(other)
    visitor.heading(visitor.called("RB-03"))
