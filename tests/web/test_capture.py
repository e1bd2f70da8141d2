"""The page of a piece of evidence, files and corrections on pages, and the flag where a rating rests on a lost link."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recommendations.actions import capture, evidence
from recommendations.models import Assessment, Evidence, Recommendation, Watch
from recommendations.rules.capture import Outcome
from tests.factories import NOW, EvidenceFactory
from tests.texts.test_filetypes import GOOD
from tests.web.markup import faults
from tests.web.test_evidence import ADD, LINK
from tests.web.test_followup import report, text_of

pytestmark = pytest.mark.django_db
URL = "https://good.org/7"
FIRST = "The commission held the first fair in Minsk and published what was agreed on there."


@pytest.fixture
def piece(item, owned, alice):
    return evidence.attach(
        "T-900", evidence.Draft("Decree 7", URL, dt.date(2026, 2, 1), "primary"), actor=alice, now=NOW
    )


def record(piece, *readings):
    for number, (outcome, said) in enumerate(readings):
        reading = capture.Reading(piece.url, outcome, **{"status": 200, "final_url": piece.url, **said})
        capture.record(piece.uuid, reading, now=NOW + dt.timedelta(days=number))


def copy(text):
    return {"content": text.encode(), "text": text, "size": len(text), "media_type": "text/html", "sha256": "0" * 64}


def address(piece, rest=""):
    return f"/evidence/{piece.uuid}/{rest}"


def test_a_new_link_says_that_it_waits(client, piece, dave):
    assert "It has not been read yet." in text_of(client.get(address(piece)))
    client.force_login(dave)
    assert "a worker does it within minutes" in text_of(client.get(address(piece)))


def test_strangers_see_a_word_for_each_reading_and_the_copies(client, piece):
    record(
        piece,
        (Outcome.OK, copy(FIRST)),
        (Outcome.CHANGED, copy(FIRST.replace("first", "last"))),
        (Outcome.SOFT_404, {"detail": "home", "final_url": "https://good.org/"}),
    )
    page = client.get(address(piece))
    words = text_of(page)
    assert "Not found" in words
    assert "Reachable" in words
    for secret in (
        "Gone, though",
        "Says something else",
        "first page",
        "HTTP 200",
        "What changed",
        "https://good.org/ ",
    ):
        assert secret not in words
    assert not page.cookies
    assert faults(page.content.decode()) == []
    got = client.get(address(piece, f"captures/{piece.captures.last().uuid}/content/"))
    assert b"".join(got.streaming_content) == FIRST.encode()
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got["Content-Disposition"].startswith("attachment")


def test_readers_see_why_and_what_changed(client, piece, dave):
    record(piece, (Outcome.OK, copy(FIRST)), (Outcome.OK, {}), (Outcome.CHANGED, copy(FIRST.replace("first", "last"))))
    client.force_login(dave)
    page = client.get(address(piece)).content.decode()
    assert '<del><span class="mark">[−</span>first<span class="mark">−]</span></del>' in page
    assert '<ins><span class="mark">[+</span>last<span class="mark">+]</span></ins>' in page
    assert faults(page) == []
    assert "Says something else than before" in page
    assert "Nothing new was kept" in page
    assert "Read about once a week" in page


def test_two_copies_can_be_chosen(client, piece, dave):
    record(piece, *((Outcome.CHANGED, copy(FIRST.replace("first", word))) for word in ("first", "second", "third")))
    newest, middle, oldest = (str(made.uuid) for made in piece.captures.all())
    client.force_login(dave)
    page = client.get(address(piece), {"from": newest, "to": oldest}).content.decode()
    assert "first<span" in page
    assert "third<span" in page
    assert "second<span" in client.get(address(piece)).content.decode()
    assert faults(page) == []
    for wrong in ({"from": newest}, {"from": newest, "to": "nothing"}):
        assert client.get(address(piece), wrong).status_code == 404
    same = client.get(address(piece), {"from": middle, "to": middle}).content.decode()
    assert "<del>" not in same


def test_copies_without_words(client, piece, dave):
    bare = {"content": b"%PDF", "size": 4, "media_type": "application/pdf"}
    record(piece, (Outcome.OK, bare), (Outcome.CHANGED, bare))
    client.force_login(dave)
    assert "only their bytes differ" in text_of(client.get(address(piece)))


def test_a_link_that_fails_says_for_how_long(client, piece, dave):
    record(piece, (Outcome.UNREACHABLE, {"detail": "timeout", "status": None, "final_url": ""}))
    client.force_login(dave)
    words = text_of(client.get(address(piece)))
    assert "It could not be reached on 1 day in a row; it counts as lost after 3." in words
    assert "It took longer than ten seconds." in words


def test_what_markup_a_page_brings_stays_text(client, piece, dave):
    text = f"<script>alert(1)</script> {FIRST}"
    record(piece, (Outcome.OK, copy(text)), (Outcome.CHANGED, copy(text.replace("alert(1)", "alert(2)"))))
    client.force_login(dave)
    page = client.get(address(piece)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("rest", ["", "file/", "captures/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/content/"])
def test_what_is_internal_or_missing_is_not_there(client, item, rest):
    made = EvidenceFactory(recommendation=item, url="", file="evidence/nothing")
    assert client.get(address(made, rest)).status_code == (404 if rest else 200)
    assert client.get(f"/evidence/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/{rest}").status_code == 404
    Recommendation.objects.update(visibility="internal")
    assert client.get(address(made, rest)).status_code == 404


def test_a_retracted_piece_stays_readable(client, piece, alice):
    evidence.retract(piece.uuid, "It shows another decree.", actor=alice, now=NOW)
    client.force_login(alice)
    words = text_of(client.get(address(piece)))
    assert "It shows another decree." in words
    assert address(piece, "amend/") not in client.get(address(piece)).content.decode()


# Files


def test_a_file_can_be_attached_and_downloaded(client, owned, alice):
    client.force_login(alice)
    sent = {**LINK, "link_url": "", "link_file": SimpleUploadedFile("Decree 7.pdf", GOOD["pdf"])}
    assert client.post(ADD, sent).status_code == 302
    made = Evidence.objects.get()
    client.logout()
    got = client.get(address(made, "file/"))
    assert b"".join(got.streaming_content) == GOOD["pdf"]
    assert got["Content-Disposition"] == 'attachment; filename="Decree 7.pdf"'
    words = text_of(client.get(address(made)))
    assert "Decree 7.pdf" in words
    assert made.sha256 in words
    assert "Readings of the link" not in words
    assert address(made, "file/") in client.get("/recommendations/T-900/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"link_file": SimpleUploadedFile("a.pdf", b"<!doctype html>"), "link_url": ""}, "link_file"),
        ({"link_file": SimpleUploadedFile("a.pdf", b""), "link_url": ""}, "link_file"),
        ({"link_file": SimpleUploadedFile("a.pdf", GOOD["pdf"])}, "link_file"),
        ({"link_url": ""}, "link_url"),
    ],
)
def test_a_file_that_may_not_be_says_so_beside_the_field(client, owned, alice, changed, field):
    client.force_login(alice)
    response = client.post(ADD, {**LINK, **changed})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert not Evidence.objects.exists()


def test_a_status_can_rest_on_a_file_sent_with_it(client, owned, alice):
    client.force_login(alice)
    file = SimpleUploadedFile("table.csv", GOOD["csv"])
    sent = {
        **LINK,
        "link_url": "",
        "link_file": file,
        "kind": "self",
        "value": "mostly",
        "as_of": "2026-03-01",
        "seen": 1,
    }
    assert client.post("/recommendations/T-900/assess/", sent).status_code == 302
    assert Assessment.objects.get().evidence.get().media_type == "text/csv"


def test_a_file_that_never_ends_is_refused(client, owned, alice, settings):
    settings.UPLOAD_MAX_SIZE = 10
    client.force_login(alice)
    sent = {**LINK, "link_url": "", "link_file": SimpleUploadedFile("a.pdf", GOOD["pdf"])}
    assert client.post(ADD, sent).status_code == 400
    assert not Evidence.objects.exists()


# Corrections


def fields(piece, **changed):
    said = {"link_url": piece.url, "link_title": piece.title, "link_kind": piece.kind, "link_dated_on": piece.dated_on.isoformat(), "seen": piece.version}  # fmt: skip
    return {**said, **changed}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("reader", 403),
        ("reviewer", 403),
        ("contributor", 200),
        ("steward", 200),
        ("administrator", 200),
    ],
)
def test_correcting_is_for_who_attached_it_and_stewards(client, people, piece, role, status):
    if people[role]:
        client.force_login(people[role])
    assert client.get(address(piece, "amend/")).status_code == status
    response = client.post(address(piece, "amend/"), fields(piece, link_title="Decree 8"))
    assert response.status_code == (302 if status in {200, 302} else status)
    piece.refresh_from_db()
    assert (piece.title == "Decree 8") == (status == 200)
    offered = address(piece, "amend/") in client.get(address(piece)).content.decode()
    assert offered == (status == 200)


def test_a_correction_is_told_in_history(client, piece, alice):
    client.force_login(alice)
    client.post(address(piece, "amend/"), fields(piece, link_url="https://good.org/8", link_kind="secondary"))
    words = text_of(client.get("/history/"))
    assert "Evidence amended" in words
    assert "Address: https://good.org/7 → became" in words or "https://good.org/7" in words
    assert "Secondary source" in words
    assert Watch.objects.get().checked_at is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"link_url": ""}, "link_url"),
        ({"link_url": "http://10.0.0.1/"}, "link_url"),
        ({"link_title": ""}, "link_title"),
        ({"link_kind": "rumour"}, "link_kind"),
        ({"link_dated_on": "9999-12-31"}, "link_dated_on"),
    ],
)
def test_a_correction_that_is_wrong_says_where(client, piece, alice, changed, field):
    client.force_login(alice)
    response = client.post(address(piece, "amend/"), fields(piece, **changed))
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})


def test_a_correction_that_comes_too_late_can_be_sent_again(client, piece, alice, carol):
    client.force_login(alice)
    late = fields(piece, link_title="Mine")
    evidence.amend(piece.uuid, {"title": "Theirs"}, actor=carol, now=NOW, seen=None)
    response = client.post(address(piece, "amend/"), late)
    assert response.status_code == 412
    assert 'name="seen" value="2"' in response.content.decode()
    assert client.post(address(piece, "amend/"), {**late, "seen": 2}).status_code == 302


def test_a_correction_under_a_rating_says_the_way_out(client, piece, alice, item):
    report(item, alice, "mostly", evidence=(piece.uuid,))
    client.force_login(alice)
    response = client.post(address(piece, "amend/"), fields(piece, link_dated_on="2019-06-01"))
    assert response.status_code == 409
    assert "Attach another piece" in text_of(response)


def test_a_file_is_corrected_without_its_address(client, owned, alice):
    draft = evidence.Draft("A", "", dt.date(2026, 2, 1), "primary", file=evidence.File("a.txt", b"a text"))
    piece = evidence.attach("T-900", draft, actor=alice, now=NOW)
    client.force_login(alice)
    assert "link_url" not in client.get(address(piece, "amend/")).content.decode()
    assert client.post(address(piece, "amend/"), fields(piece, link_title="B")).status_code == 302
    assert Evidence.objects.get().title == "B"


# The flag


def test_a_lost_link_under_a_rating_is_flagged_everywhere(client, piece, alice, item):
    report(item, alice, "mostly", evidence=(piece.uuid,))
    assert "Evidence lost" not in text_of(client.get("/recommendations/T-900/"))
    record(piece, (Outcome.GONE, {"status": 404}))
    words = text_of(client.get("/recommendations/T-900/"))
    assert "A rating rests on a link that leads nowhere any more" in words
    assert "Link lost" in words
    assert "A rating of the recommendation rests on this piece" in text_of(client.get(address(piece)))
    listed = text_of(client.get("/recommendations/?evidence=lost"))
    assert "Evidence lost" in listed
    assert "T-900" in listed
    assert "1 rests on a lost link" in text_of(client.get("/"))
    assert "Evidence lost: its link leads nowhere" in text_of(client.get("/history/"))


def test_a_lost_link_under_nothing_is_no_flag(client, piece):
    record(piece, (Outcome.GONE, {"status": 404}))
    assert "Evidence lost" not in text_of(client.get("/recommendations/"))
    assert "T-900" not in text_of(client.get("/recommendations/?evidence=lost"))
    assert "Link: Not found" in text_of(client.get("/recommendations/T-900/"))
