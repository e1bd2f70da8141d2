"""A piece of evidence in a real browser: its readings, what changed, its file, a correction; in light and dark, wide and narrow."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from recommendations.actions import capture, evidence, followup
from recommendations.models import Evidence
from recommendations.rules.capture import Outcome
from tests.browsing import enter, look_everywhere
from tests.texts.test_filetypes import GOOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOLDER = os.environ.get("SCREENSHOTS", "")
TEXT = (
    "Decree 7 on exchanges of students\n\nThe two ministries hold a fair in Minsk in {month} every year, and publish what was"
    " agreed on there within {days} days.\n\n" + "The ministries report on what was done in the year before. " * 20
)


@pytest.fixture
def lost(item, owned, alice):
    """A link that changed once and is gone now, and on which a report rests."""
    now = timezone.now()
    draft = evidence.Draft(
        "Decree 7 on exchanges", "https://good.org/decrees/7", dt.date(2026, 2, 1), "primary", "Ministry"
    )
    made = evidence.attach("T-900", draft, actor=alice, now=now)
    said = followup.Statement(now.date(), "A fair was held.", evidence=(made.uuid,))
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=alice, now=now, seen=None)
    answer = {"status": 200, "final_url": made.url, "media_type": "text/html"}
    texts = [TEXT.format(month="March", days=30), TEXT.format(month="May", days=90)]
    for days, text, outcome in ((21, texts[0], "ok"), (14, "", "ok"), (7, texts[1], "changed"), (0, "", "soft_404")):
        more = {"content": text.encode(), "text": text, "size": len(text)} if text else {}
        reading = capture.Reading(made.url, Outcome(outcome), "home" if outcome == "soft_404" else "", **answer, **more)
        capture.record(made.uuid, reading, now=now - dt.timedelta(days=days))
    return made


def picture(page, name):
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=Path(FOLDER) / f"{name}-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_a_link_said_is_accessible(page, lost, alice, language):
    type(alice).objects.update(language=language)
    address = f"/evidence/{lost.uuid}/"
    page.goto(address)
    picture(page, f"stranger-{language}")
    look_everywhere(page)
    enter(page, alice)
    for place, name in ((address, "evidence"), (f"{address}amend/", "amend"), ("/recommendations/T-900/", "item"), ("/recommendations/?evidence=lost", "list"), ("/recommendations/T-900/evidence/add/", "add")):  # fmt: skip
        page.goto(place)
        picture(page, f"{name}-{language}")
        look_everywhere(page)


def test_a_file_goes_in_and_comes_out(page, item, owned, alice):
    enter(page, alice)
    page.goto("/recommendations/T-900/evidence/add/")
    page.set_input_files("[name=link_file]", {"name": "Decree 7.pdf", "mimeType": "text/html", "buffer": GOOD["pdf"]})
    page.fill("[name=link_title]", "Decree 7")
    page.select_option("[name=link_kind]", "primary")
    page.fill("[name=link_dated_on]", "2026-02-01")
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("link", name="more about it").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Decree 7.pdf").click()
    assert waiting.value.suggested_filename == "Decree 7.pdf"
    assert Path(waiting.value.path()).read_bytes() == GOOD["pdf"]
    assert Evidence.objects.get().media_type == "application/pdf"


def test_a_copy_is_downloaded_and_never_shown(page, lost):
    page.goto(f"/evidence/{lost.uuid}/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").first.click()
    assert waiting.value.suggested_filename.endswith(".html")
