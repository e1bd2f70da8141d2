"""The list in all its forms: filters, columns, another day, board, timeline, several at once; single keys."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from recommendations.models import Batch, Event, Recommendation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def focused(walker, selector):
    if walker.way.has_scripts:
        expect(walker.page.locator(selector).first).to_be_focused()


def test_a_list_is_narrowed_drawn_otherwise_and_seen_on_another_day(walk):
    visitor = walk().come("/recommendations/")
    visitor.page.evaluate("window.marked = true")
    visitor.unfold("Filters: status, theme, delivery, response, source, lead and others")
    visitor.tick(visitor.either("Economy", "Экономика"), exact=False)
    if not visitor.way.has_scripts:
        visitor.press("Apply the filters")
    visitor.reads(visitor.either("4 recommendations", "4 рекомендации"), within="#count")
    focused(visitor, "[name=theme][value=economy]")

    visitor.unfold("Columns")
    visitor.tick("Source", within="#columns")
    visitor.press("Show these columns")
    expect(visitor.page.locator("table.recommendations thead")).to_contain_text(visitor.say("Source"))

    visitor.follow("Board", within=".drawings")
    expect(visitor.page.locator(".board section")).to_have_count(8)
    focused(visitor, ".drawings [aria-current]")
    visitor.follow("Timeline", within=".drawings")
    expect(visitor.page.locator("svg.lanes")).to_be_visible()
    visitor.follow("Theme", within=".drawings")
    visitor.follow(re.compile(visitor.say("(remove this filter)").strip("()")), within=".chips")
    visitor.reads(visitor.either("10 recommendations", "10 рекомендаций"), within="#count")
    focused(visitor, "#count")
    if visitor.way.has_scripts:
        assert visitor.page.evaluate("window.marked"), "a page was loaded"
        visitor.page.go_back()
        visitor.reads(visitor.either("4 recommendations", "4 рекомендации"), within="#count")

    visitor.come("/recommendations/")
    visitor.unfold("Another day")
    visitor.date("As it stood on", dt.date(2020, 1, 1))
    visitor.press("Show", within="#look-back")
    visitor.reads("Nothing was registered at that time")
    visitor.follow("Back to today", within=".as-of")
    visitor.reads(visitor.either("10 recommendations", "10 рекомендаций"), within="#count")


def test_a_card_is_moved(walk):
    reviewer = walk("reviewer").come("/recommendations/?view=board")
    before = Event.objects.count()
    reviewer.mark("Choose %(reference)s", reference="RB-06")
    if reviewer.way.hands == "keyboard" and reviewer.way.has_scripts:
        reviewer.page.keyboard.press("Enter")
        focused(reviewer, "#move-to")
    reviewer.choose("Move the chosen card to", "Partly implemented")
    reviewer.press("Go on")
    expect(reviewer.find("radio", "Partly implemented", "main")).to_be_checked()
    assert reviewer.page.url.endswith("/recommendations/RB-06/assess/?value=partly")
    assert Event.objects.count() == before


def test_several_at_once_and_back(walk):
    steward = walk("steward").come("/recommendations/")
    for reference in ("RB-03", "RB-05"):
        steward.tick("Choose %(reference)s", reference=reference)
    if steward.way.hands == "keyboard" and steward.way.has_scripts:
        steward.page.keyboard.press("Enter")
        focused(steward, ".bulk button")
    steward.press(steward.say("Amend", "batch"))
    steward.choose("Priority", "High", context="priority")
    steward.press(steward.say("Amend", "batch"))
    steward.reads(
        steward.either("Done to 2 recommendations.", "Выполнено для 2 рекомендаций."), within=".message-success"
    )
    assert {*Recommendation.objects.filter(priority="high").values_list("reference", flat=True)} == {"RB-03", "RB-05"}
    steward.unfold("Undo")
    steward.press("Undo it")
    steward.reads("All of it is undone.", within=".message-success")
    assert Batch.objects.get().undone_at

    reader = walk("reader").come("/recommendations/")
    reader.tick("All on this page")
    reader.press(reader.say("Follow", "batch"))
    reader.press(reader.say("Follow", "batch"))
    one_was_followed_before = reader.either("Done to 9 recommendations.", "Выполнено для 9 рекомендаций.")
    reader.reads(one_was_followed_before, within=".message-success")


def test_single_keys(walk):
    visitor = walk().come("/organizations/")
    page = visitor.page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name=visitor.say("Keys"))
    expect(dialog).to_be_visible()
    visitor.look()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    page.wait_for_url("**/recommendations/#q")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("a/b?")
    expect(page.locator("#q")).to_have_value("a/b?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    visitor.unfold("Columns")
    page.keyboard.press("Escape")
    expect(page.locator("#columns")).not_to_have_attribute("open", "")
    expect(page.locator("#columns summary")).to_be_focused()
    visitor.follow("Keys")
    box = page.get_by_role("checkbox")
    visitor.approach(box)
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    visitor.come("/recommendations/")
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.locator("#q")).not_to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


test_single_keys.wanted = lambda way: way.hands == "keyboard" and way.has_scripts
