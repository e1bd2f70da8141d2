"""A steward keeps the register: registers, assigns, splits, tracks words of the source, imports a table, publishes."""

import re

import pytest
from playwright.sync_api import expect

from recommendations.models import Organization, Passage, Recommendation, Report, Source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "This is the place of the source's paragraph 42."
SELECT = """words => {
  const node = document.createTreeWalker(document.querySelector("#p42 .reading-words"), NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  range.setStart(node, node.data.indexOf(words));
  range.setEnd(node, node.data.indexOf(words) + words.length);
  const selection = document.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}"""


def source_of(steward):
    """Return the title of the one source there is."""
    source = Source.objects.get()
    return steward.either(source.title_en, source.title_ru)


def test_a_steward_registers_assigns_and_splits(walk):
    steward = walk("steward").come("/recommendations/")
    steward.follow("Register a recommendation")
    steward.write("Title in English", "Exchange of archives")
    steward.press("Register it")
    steward.is_stopped("Source")
    steward.choose("Source", source_of(steward))
    steward.press("Register it")
    steward.reads("%(reference)s is registered.", within=".message-success", reference="RB-11")

    steward.follow("Assign an owner")
    body = Organization.objects.get(slug="demo-university")
    name = steward.either(body.name_en, body.name_ru)
    steward.choose("Organization", name)
    steward.mark(steward.say("Lead", "assignment"))
    steward.press("Assign", within="main form")
    steward.reads(
        "%(organization)s is now responsible for %(reference)s.",
        within=".message-success",
        organization=name,
        reference="RB-11",
    )

    steward.come("/recommendations/RB-05/")
    steward.unfold("Other acts")
    steward.approach(steward.find("link", "How far it is", "main"))  # which the open list must not cover
    steward.follow("Split into parts")
    steward.press("Split it")
    expect(steward.page.locator(".error-summary")).to_be_focused()
    steward.press("More rows")
    for number, title in ((0, "Experts"), (5, "Business")):
        part = f"fieldset.part >> nth={number}"
        steward.write("Reference", f"RB-2{number}", within=part)
        steward.write("Title in English", title, within=part)
    steward.press("Split it")
    expect(steward.page.locator("table.parts tbody tr")).to_have_count(2)
    assert [one.title_en for one in Recommendation.objects.filter(parent__reference="RB-05")] == ["Experts", "Business"]


def choose_words(steward):
    """Choose words of the source: by selecting them, as a sentence of a paragraph, or by their ends."""
    if steward.way.hands == "pointer" and steward.way.has_scripts:
        steward.page.evaluate(SELECT, WORDS)
        steward.act(steward.page.locator(".track-selection"))
        return
    steward.follow("Track", within="#p42", exact=False)
    if steward.way.has_scripts:
        steward.follow(WORDS, within=".sentences")
        return
    steward.write("From", "This is the place")
    steward.write("To", "paragraph 42.")
    steward.press("Find it")


def test_a_steward_tracks_words_of_the_source(walk):
    steward = walk("steward").come("/sources/sutyrin-2019/")
    choose_words(steward)
    steward.reads(WORDS, within=".passage-quote mark")
    steward.press("Register it")
    steward.is_stopped("Title in English")
    steward.write("Title in English", "Exchange of archives")
    steward.press("Register it")
    steward.reads("It is registered, with the passage that says it.", within=".message-success")
    steward.reads(WORDS, within=".passage-quote mark")
    made = Passage.objects.get(recommendation__reference="RB-11")
    assert made.anchors.get().exact == WORDS


def test_a_steward_imports_a_table_and_publishes(walk):
    steward = walk("steward").come("/recommendations/")
    steward.follow("Import a table")
    address = steward.find("link", "Export the list as CSV", "main").get_attribute("href")
    table = steward.page.request.get(address).text()
    edited = re.sub("Academic mobility programme", "Programme of academic mobility", table, count=1)
    steward.attach("File", {"name": "edited.csv", "mimeType": "text/csv", "buffer": edited.encode()})
    steward.press("Send and look")
    row = "table.import-rows tbody tr"
    expect(steward.page.locator(f"{row} del")).to_have_text("Academic mobility programme")
    expect(steward.page.locator(f"{row} ins")).to_have_text("Programme of academic mobility")
    assert Recommendation.objects.get(reference="RB-03").title_en == "Academic mobility programme"
    steward.press("Apply it")
    steward.reads("The import is applied.", within=".message-success")
    assert Recommendation.objects.get(reference="RB-03").title_en == "Programme of academic mobility"

    steward.come("/reports/")
    steward.follow("Publish a report")
    steward.press("Publish it")
    steward.is_stopped("Name")
    steward.write("Name", "Half-yearly report")
    steward.mark("Each in full, both ratings side by side, with evidence")
    steward.press("Publish it")
    steward.reads(
        "“%(title)s” is published. Nobody can change it any more.",
        within=".message-success",
        title="Half-yearly report",
    )

    visitor = walk().come("/reports/")
    visitor.follow("Half-yearly report")
    visitor.reads("How to check it")
    link = visitor.find("link", "JSON", "main")
    visitor.approach(link)
    with visitor.page.expect_download() as caught:
        visitor.hit(link)
    assert caught.value.path().read_bytes() == Report.objects.get().content.encode()
    visitor.page.emulate_media(media="print")
    expect(link).to_be_hidden()
    assert visitor.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
