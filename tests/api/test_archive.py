"""Files, corrections and readings of evidence, by program."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from recommendations.actions import capture, evidence
from recommendations.api import formats
from recommendations.models import Evidence
from recommendations.rules.capture import Outcome
from recommendations.texts import filetypes
from tests.api import contract
from tests.factories import NOW, EvidenceFactory
from tests.texts.test_filetypes import GOOD

pytestmark = pytest.mark.django_db
PLACE = "recommendations/T-900/evidence/"
SAID = {"title": "Decree 7", "dated_on": "2026-02-01", "kind": "primary"}


def form(**parts):
    return encode_multipart(BOUNDARY, {**SAID, "file": SimpleUploadedFile("Указ 7.exe", GOOD["pdf"]), **parts})


def send(api, **parts):
    return api.post(PLACE, raw=form(**parts), content_type=MULTIPART_CONTENT)


def test_a_file_comes_as_a_form_and_goes_as_an_attachment(owned, owner, visitor):
    answer = send(owner, issuer="Ministry")
    contract.hold("post", f"/api/v1/{PLACE}", answer)
    body = answer.json()
    assert (answer.status_code, body["link"], body["outcome"], body["captures"], body["checked_at"]) == (
        201,
        None,
        "unchecked",
        [],
        None,
    )
    file = body["file"]
    assert (file["name"], file["media_type"], file["size"], body["issuer"]) == (
        "Указ 7.pdf",
        "application/pdf",
        18,
        "Ministry",
    )
    got = visitor.get(file["url"].partition("8000")[2] or file["url"].partition("/api/v1/")[2])
    assert b"".join(got.streaming_content) == GOOD["pdf"]
    assert got["Content-Type"] == "application/pdf"
    assert got["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("parts", "pointer", "code"),
    [
        ({"file": SimpleUploadedFile("a.pdf", b"<!doctype html>")}, "/file", "file_kind"),
        ({"file": "text"}, "/file", "bad_value"),
        ({"title": ""}, "/title", "required"),
        ({"title": "a\x07"}, "/title", "control_characters"),
        ({"link": "https://example.org/"}, "/link", "unknown_field"),
        ({"dated_on": "yesterday"}, "/dated_on", "bad_value"),
    ],
)
def test_a_form_that_is_wrong(owned, owner, media, parts, pointer, code):
    answer = send(owner, **parts)
    contract.hold("post", f"/api/v1/{PLACE}", answer)
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert not Evidence.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_form_without_a_file_or_with_a_part_twice(owned, owner):
    assert owner.post(PLACE, raw=encode_multipart(BOUNDARY, SAID), content_type=MULTIPART_CONTENT).status_code == 400
    twice = encode_multipart(BOUNDARY, {**SAID, "title": ["a", "b"], "file": SimpleUploadedFile("a.txt", b"a")})
    answer = owner.post(PLACE, raw=twice, content_type=MULTIPART_CONTENT)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    same = encode_multipart(
        BOUNDARY, {**SAID, "title": SimpleUploadedFile("a.txt", b"a"), "file": SimpleUploadedFile("a.txt", b"a")}
    )
    assert owner.post(PLACE, raw=same, content_type=MULTIPART_CONTENT).status_code == 400


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", f"multipart/form-data; boundary={'a' * 300}"],
)
def test_a_form_that_cannot_be_read(owned, owner, content_type):
    answer = owner.post(PLACE, raw=form(), content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) in {(400, "malformed"), (415, "unsupported_media_type")}


def test_a_form_with_too_many_parts(owned, owner, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = send(owner)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_a_file_of_the_largest_size_and_one_byte_more(owned, owner):
    largest = GOOD["pdf"].ljust(filetypes.LARGEST, b"a")
    assert send(owner, file=SimpleUploadedFile("a.pdf", largest)).status_code == 201
    answer = send(owner, file=SimpleUploadedFile("a.pdf", largest + b"a"))
    assert [error["code"] for error in answer.json()["errors"]] == ["file_too_large"]
    answer = send(owner, file=SimpleUploadedFile("a.pdf", largest + b"a" * 200_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    contract.hold("post", f"/api/v1/{PLACE}", answer)
    answer = owner.post(PLACE, raw=json.dumps({"title": "a" * 1_000_000}).encode())
    assert answer.status_code == 413


def test_an_upload_that_lies_about_its_length_ends_at_the_limit(owned, owner, settings):
    settings.UPLOAD_MAX_SIZE = 10
    assert send(owner).status_code == 413


def test_forms_are_taken_at_this_address_only(full, owner, steward):
    for method, place in (
        ("post", "recommendations/"),
        ("post", "recommendations/T-900/assessments/"),
        ("patch", "recommendations/T-900/"),
    ):
        answer = steward(method, place, raw=form(), content_type=MULTIPART_CONTENT, If_Match="*")
        assert answer.status_code == 415, place
    long = form(file=SimpleUploadedFile("a.pdf", b"a" * 2_000_000))
    assert (
        steward.post("recommendations/T-900/assessments/", raw=long, content_type=MULTIPART_CONTENT).status_code == 413
    )
    assert formats.LONGEST_FORM > filetypes.LARGEST


def test_strangers_and_readers_send_no_files(owned, visitor, reader):
    assert send(visitor).status_code == 401
    assert send(reader).status_code == 403


# Readings


@pytest.fixture
def piece(item, owned, alice):
    draft = evidence.Draft("Decree 7", "https://good.org/7", dt.date(2026, 2, 1), "primary")
    made = evidence.attach("T-900", draft, actor=alice, now=NOW)
    readings = [
        capture.Reading(
            made.url,
            Outcome.OK,
            status=200,
            final_url=made.url,
            media_type="text/html",
            size=3,
            sha256="0" * 64,
            content=b"<p>",
            text="A",
        ),
        capture.Reading(made.url, Outcome.SOFT_404, "home", status=200, final_url="https://good.org/"),
    ]
    for number, reading in enumerate(readings):
        capture.record(made.uuid, reading, now=NOW + dt.timedelta(minutes=number))
    return made


def test_readings_in_full_for_those_who_are_signed_in(piece, owner):
    place = f"evidence/{piece.uuid}/captures/"
    listed = owner.get(place)
    contract.hold("get", f"/api/v1/{place}", listed)
    newest, oldest = listed.json()["results"]
    assert (newest["outcome"], newest["detail"], newest["status"], newest["final_url"]) == (
        "soft_404",
        "home",
        200,
        "https://good.org/",
    )
    assert (newest["content"], newest["sha256"]) == (None, None)
    body = owner.get(f"evidence/{piece.uuid}/").json()
    assert (body["outcome"], body["checked_at"]) == ("soft_404", "2026-11-24T09:31:00Z")
    assert body["captures"] == [newest["url"], oldest["url"]]
    one = owner.get(f"{place}{oldest['id']}/")
    contract.hold("get", f"/api/v1/{place}{oldest['id']}/", one)
    assert one.json() == oldest
    content = owner.get(f"{place}{oldest['id']}/content/")
    assert b"".join(content.streaming_content) == b"<p>"
    assert content["Content-Type"] == "application/octet-stream"
    assert content["Content-Disposition"] == 'attachment; filename="capture-2026-11-24.html"'
    assert content["Content-Security-Policy"] == "default-src 'none'; sandbox"
    missing = owner.get(f"{place}{newest['id']}/content/")
    contract.hold("get", f"/api/v1/{place}{newest['id']}/content/", missing)
    assert missing.status_code == 404


def test_strangers_hear_a_word(piece, visitor):
    newest, _ = visitor.get(f"evidence/{piece.uuid}/captures/").json()["results"]
    assert (newest["outcome"], newest["detail"], newest["status"], newest["final_url"]) == ("gone", "", None, None)
    assert visitor.get(f"evidence/{piece.uuid}/").json()["outcome"] == "gone"


def test_a_capture_belongs_to_its_piece(piece, owner):
    other = EvidenceFactory(recommendation=piece.recommendation)
    made = piece.captures.first()
    assert owner.get(f"evidence/{other.uuid}/captures/{made.uuid}/").status_code == 404
    assert owner.get(f"evidence/{other.uuid}/captures/{made.uuid}/content/").status_code == 404
    assert owner.get(f"evidence/{piece.uuid}/file/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_questions_do_not_grow(item, owner, carol, django_assert_num_queries, count):
    for number in range(count):
        made = EvidenceFactory(recommendation=item, url=f"https://good.org/{number}")
        for _ in range(count):
            capture.record(made.uuid, capture.Reading(made.url, Outcome.OK), now=NOW)
    owner.get("people/me/")
    with django_assert_num_queries(3):
        owner.get(PLACE)
    with django_assert_num_queries(3):
        owner.get(f"evidence/{made.uuid}/captures/")


def test_a_file_that_is_not_there_any_more(owned, owner, media):
    body = send(owner).json()
    for path in media.rglob("*"):
        if path.is_file():
            path.unlink()
    assert owner.get(f"evidence/{body['id']}/file/").status_code == 404


# Corrections


def test_a_correction_needs_the_tag(piece, owner):
    place = f"evidence/{piece.uuid}/"
    assert owner.patch(place, {"title": "Decree 8"}).status_code == 428
    tag = owner.get(place)["ETag"]
    answer = owner.patch(place, {"title": "Decree 8", "link": "https://good.org/8"}, If_Match=tag)
    contract.hold("patch", f"/api/v1/{place}", answer)
    body = answer.json()
    assert (body["title"], body["link"], body["outcome"], body["version"]) == (
        "Decree 8",
        "https://good.org/8",
        "unchecked",
        2,
    )
    assert owner.patch(place, {"title": "Decree 9"}, If_Match=tag).status_code == 412


def test_a_correction_that_is_wrong(piece, owner, reviewer):
    place = f"evidence/{piece.uuid}/"
    answer = owner.patch(place, {"link": "http://10.0.0.1/"}, If_Match="*")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/link", "link_private")]
    assert reviewer.patch(place, {"title": "A"}, If_Match="*").status_code == 403
    assert owner.patch(place, {"file": "a"}, If_Match="*").status_code == 400


# The flag


def test_lost_evidence_is_a_filter_a_figure_and_a_field(full, owner, steward):
    assert owner.get("recommendations/?evidence=lost").json()["results"] == []
    made = full.evidence
    tag = owner.get("recommendations/T-900/")["ETag"]
    later = NOW + dt.timedelta(minutes=5)
    capture.record(made.uuid, capture.Reading(made.url, Outcome.GONE, status=404), now=later)
    (row,) = owner.get("recommendations/?evidence=lost").json()["results"]
    assert (row["reference"], row["has_lost_evidence"]) == ("T-900", True)
    assert owner.get("statistics/").json()["evidence_lost"] == 1
    assert owner.get("recommendations/T-900/", If_None_Match=tag).status_code == 200
    answer = owner.get("recommendations/?evidence=found")
    assert answer.status_code == 400
    tag = owner.get("recommendations/T-900/")["ETag"]
    capture.record(made.uuid, capture.Reading(made.url, Outcome.GONE, status=404), now=later)
    assert owner.get("recommendations/T-900/", If_None_Match=tag).status_code == 200
