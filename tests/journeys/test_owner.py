"""An owner reports a status: with evidence picked and added in one form, with a draft kept, after somebody who was faster; and answers a comment."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from recommendations.actions import evidence, followup
from recommendations.management.commands.seed_demo import AT
from recommendations.models import Assessment, Comment, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.date(2026, 2, 2)


def person(who):
    return Person.objects.get(email=who + AT)


@pytest.fixture
def order(register):
    """Evidence that stands there already."""
    draft = evidence.Draft("Order on exchanges", "https://demo.example/order-3", DAY, "primary")
    return evidence.attach("RB-06", draft, actor=person("owner"), now=dt.datetime.now(dt.UTC))


def review(value, words):
    """Let a reviewer be faster."""
    now = dt.datetime.now(dt.UTC)
    said = followup.Statement(now.date(), words)
    followup.assess("RB-06", value, kind="review", statement=said, actor=person("reviewer"), now=now, seen=None)


def open_form(owner):
    """Go to the form: a panel where scripts run, a page of its own elsewhere. Returns where it stands."""
    owner.follow("Update status", stays=owner.way.has_scripts)
    if not owner.way.has_scripts:
        return "#update"
    panel = owner.page.get_by_role("dialog")
    expect(panel).to_be_visible()
    expect(panel.locator(":focus")).to_be_visible()
    owner.examine()
    return "dialog #update"


def test_an_owner_reports_with_evidence_and_nothing_is_lost(walk, order):
    owner = walk("owner").come("/my/")
    owner.follow(f"RB-06 {owner.called('RB-06')}", within=".debts")
    place = open_form(owner)
    if owner.way.has_scripts:
        owner.page.keyboard.press("Escape")
        expect(owner.page.get_by_role("dialog")).to_have_count(0)
        expect(owner.page.locator("[data-panel]").first).to_be_focused()
        place = open_form(owner)

    owner.write("Narrative", "Two universities exchange students.", within=place)
    owner.press("Record the report", within=place)
    owner.is_stopped("Choose one of the statuses in the list.")
    owner.follow(
        f"{owner.say('Status')}: {owner.say('Choose one of the statuses in the list.')}", within=".error-summary"
    )

    owner.mark("Mostly implemented")
    owner.tick("Order on exchanges", exact=False)
    owner.unfold("Add a link or a file as new evidence")
    owner.write("Address", "https://demo.example/list-of-students")
    owner.write("Title", "List of students")
    owner.choose("Kind", "Primary source")
    owner.date("Date of the document", DAY)
    if owner.way.has_scripts:
        owner.come("/recommendations/RB-06/assess/")
        owner.reads("What you typed here before and did not send is in the form again.", within="[data-draft-note]")
        expect(owner.field("Title")).to_have_value("List of students")
    review("in_preparation", "Nobody has travelled.")
    owner.press("Record the report")
    expect(owner.page.locator(".stale")).to_be_focused()
    owner.reads("Somebody was faster", within=".stale")
    owner.reads("Nobody has travelled.", within=".both")
    owner.reads("Two universities exchange students.", within=".both")
    owner.reads("Mostly implemented", within=".both")
    owner.examine()
    owner.press("Send yours on top of theirs")

    owner.reads(
        "Your report on %(reference)s is recorded: %(status)s.",
        within=".message-success",
        reference="RB-06",
        status=owner.say("Mostly implemented"),
    )
    owner.reads("Nobody has travelled.", within=".rating.status-in_preparation")
    owner.reads("List of students", within=".rating.status-mostly")
    made = Assessment.objects.get(kind="self", recommendation__reference="RB-06")
    assert {one.title for one in made.evidence.all()} == {"Order on exchanges", "List of students"}
    if owner.way.has_scripts:
        assert owner.page.evaluate("Object.keys(localStorage).length") == 0


def test_an_owner_answers_a_comment(walk):
    owner = walk("owner").come("/my/")
    mentioned = owner.say("%(name)s mentioned you in a comment", name="Demonstration: reviewer")
    owner.follow(f"RB-03 {owner.called('RB-03')}", within=f"#for-you ~ .rows .row:has-text('{mentioned}')")
    owner.reads("can you cite it?", within=".stream-talk:target")
    owner.write("Comment", "@demonstration: REVIEWER, it is **attached**. <b onclick=alert(1)>x</b>")
    owner.press(owner.say("Comment", "verb"))
    owner.reads("Your comment is written; told: %(names)s.", within=".message-success", names="Demonstration: reviewer")
    expect(owner.page.locator(".stream-talk .mention").first).to_have_text("@demonstration: REVIEWER")
    assert Comment.objects.latest("id").author == person("owner")
    owner.unfold("Take back")
    owner.press("Take the comment back")
    owner.reads("This comment was taken back.")


def test_a_draft_goes_when_it_is_thrown_away_or_somebody_signs_out(walk):
    owner = walk("owner").come("/recommendations/RB-06/assess/")
    page = owner.page
    owner.write("Narrative", "What I typed.")
    owner.come("/recommendations/RB-06/assess/")
    owner.press("Throw the draft away", stays=True)
    expect(owner.field("Narrative")).to_have_value("")
    expect(page.locator("main form :focus")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    owner.write("Narrative", "Again.")
    assert page.evaluate("localStorage.length") == 1
    owner.press("Sign out")
    expect(page.locator(".masthead-sign a")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


test_a_draft_goes_when_it_is_thrown_away_or_somebody_signs_out.wanted = lambda way: way.has_scripts
