"""Imports by program."""

import pytest

from recommendations.exchange.incoming import intake
from recommendations.models import Import, Recommendation
from tests.api import contract
from tests.exchange.round_trip import edited, register  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def send(api, content, name="table.csv", part="file"):
    head = f'--x\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n\r\n'.encode()
    raw = head + content + b"\r\n--x--\r\n"
    return api("post", "imports/", raw=raw, content_type='multipart/form-data; boundary="x"')


def change(by):
    by["A-1"]["title_en"] = "Anew"
    by["A-3"]["priority"] = "low"
    by["A-2"]["status"] = "implemented"


def test_a_table_is_sent_looked_at_applied_and_undone(register, steward):  # noqa: F811
    answer = send(steward, edited(change))
    contract.hold("post", "/api/v1/imports/", answer)
    made = answer.json()
    assert (answer.status_code, answer["Location"], made["state"]) == (201, made["url"], "read")
    assert made["counts"] | {"update": 2, "error": 1} == made["counts"]
    at = made["url"].partition("/api/v1/")[2]
    rows = steward.get(f"{at}rows/")
    contract.hold("get", f"/api/v1/{at}rows/", rows)
    (wrong,) = steward.get(f"{at}rows/?outcome=error").json()["results"]
    assert [(p["column"], p["code"]) for p in wrong["problems"]] == [("status", "not_importable")]
    first = rows.json()["results"][0]
    assert first["changes"] == [{"column": "title_en", "before": "Whole", "after": "Anew"}]
    assert first["number"] == 2
    assert steward.get(f"{at}rows/?outcome=none").status_code == 400
    refused = steward.post(f"{at}apply/", {})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "rows_wrong")
    applied = steward.post(f"{at}apply/", {"only_good": True}).json()
    assert (applied["state"], applied["only_good"]) == ("applied", True)
    assert Recommendation.objects.get(reference="A-1").title_en == "Anew"
    assert steward.get("imports/").json()["results"][0]["id"] == made["id"]
    undone = steward.post(f"{at}undo/").json()
    assert (undone["state"], undone["counts"]["undone"], undone["counts"]["not_undone"]) == ("undone", 2, 0)


def test_a_table_that_cannot_be_read_is_refused_with_what_to_do(register, steward):  # noqa: F811
    body = send(steward, b"reference,titel_en\nA-1,x\n").json()
    assert body["state"] == "refused"
    assert body["problems"][0] | {"column": "titel_en", "code": "unknown_column"} == body["problems"][0]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "file_empty"),
        (b"%PDF-1.7", 400, "file_kind"),
        ("reference".encode("utf-16"), 400, "file_encoding"),
    ],
)
def test_files_that_are_not_taken(steward, content, status, code):
    answer = send(steward, content)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert answer.json()["errors"][0]["pointer"] == "/file"
    assert not Import.objects.exists()


def test_bodies_that_are_no_form_with_a_file(steward):
    for size in (intake.LARGEST + 1, 12_000_000):
        assert send(steward, b"a" * size).status_code == 413
    assert send(steward, b"a" * intake.LARGEST).json()["state"] == "planned"
    assert steward.post("imports/", {"file": "x"}).status_code == 415
    assert send(steward, b"reference", part="other").status_code == 400
    text = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nreference\r\n--x--\r\n'
    answer = steward("post", "imports/", raw=text, content_type='multipart/form-data; boundary="x"')
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "bad_value")


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer"])
def test_imports_are_for_stewards(register, apis, role):  # noqa: F811
    at = send(apis["steward"], edited(change)).json()["url"].partition("/api/v1/")[2]
    api, is_visitor = apis[role], role == "visitor"
    assert send(api, b"reference").status_code == (401 if is_visitor else 403)
    for address in (at, f"{at}rows/"):
        assert api.get(address).status_code == (401 if is_visitor else 404)
    if not is_visitor:
        assert api.get("imports/").json()["results"] == []


@pytest.mark.parametrize(("form", "begins"), [("csv", b"\xef\xbb\xbfreference,title_en"), ("xlsx", b"PK")])
def test_templates(reader, form, begins):
    answer = reader.get(f"imports/template.{form}")
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"] == f'attachment; filename="recommendations-template.{form}"'


def test_lists_cost_the_same_with_one_and_three(register, steward, django_assert_num_queries):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (1, 2):
        for _one in range(more):
            send(steward, edited(change))
        with CaptureQueriesContext(connection) as queries:
            steward.get("imports/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
