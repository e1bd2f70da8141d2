"""The pages of imports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recommendations.exchange.incoming import rounds
from recommendations.models import Import, Recommendation
from tests.exchange.round_trip import edited, exported, register  # noqa: F401 - a fixture
from tests.web.markup import faults

pytestmark = pytest.mark.django_db


def send(client, content, name="table.csv"):
    return client.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})


def title(text):
    def change(by):
        by["A-1"]["title_en"] = text
        by["A-2"]["instrument"] = "fund"
        by["A-3"]["target_on"] = "2027-06-01"
        by["A-3"]["themes"] = "economy"

    return change


def test_a_table_is_sent_looked_at_applied_and_undone(client, carol, register):  # noqa: F811
    client.force_login(carol)
    assert faults(client.get("/import/").content.decode()) == []
    answer = send(client, edited(title("Anew")))
    made = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/import/{made.uuid}/")
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert faults(text) == []
    assert "<del>Whole</del>" in text
    assert "<ins>Anew</ins>" in text
    assert "Refresh" not in page.headers
    assert "Apply it" in text
    answer = client.post(f"/import/{made.uuid}/apply/", follow=True)
    assert "The import is applied." in answer.content.decode()
    assert "Table imported" in client.get("/history/").content.decode()
    assert Recommendation.objects.get(reference="A-1").title_en == "Anew"
    answer = client.post(f"/import/{made.uuid}/undo/", follow=True)
    assert "The import is undone." in answer.content.decode()
    assert faults(answer.content.decode()) == []
    assert Recommendation.objects.get(reference="A-1").title_en == "Whole"
    assert "table.csv" in client.get("/import/").content.decode()


def test_a_large_table_is_left_to_a_worker(client, carol, register, monkeypatch):  # noqa: F811
    client.force_login(carol)
    send(client, edited(title("Anew")))
    monkeypatch.setattr(rounds, "SMALL_TABLE", 1)
    answer = client.post(f"/import/{Import.objects.get().uuid}/apply/", follow=True)
    assert Import.objects.get().state == "to_apply"
    assert "The import is applied." not in answer.content.decode()


def test_a_file_that_cannot_be_taken_is_said_beside_the_field(client, carol):
    client.force_login(carol)
    answer = send(client, b"%PDF-1.7")
    assert answer.status_code == 400
    assert "Save it as XLSX" in answer.content.decode()
    assert not Import.objects.exists()
    assert client.post("/import/").status_code == 400


def test_rows_are_shown_by_outcome_and_the_good_ones_applied(client, carol, register):  # noqa: F811
    client.force_login(carol)

    def change(by):
        title("Anew")(by)
        by["A-2"]["status"] = "implemented"

    send(client, edited(change))
    made = Import.objects.get()
    at = f"/import/{made.uuid}/"
    assert "status update, not by an import" in client.get(at).content.decode()
    assert "A-1" not in client.get(f"{at}?outcome=error").content.decode()
    assert client.post(f"{at}apply/").status_code == 409
    assert client.post(f"{at}apply/", {"only_good": "1"}).status_code == 302
    assert Recommendation.objects.get(reference="A-1").title_en == "Anew"
    assert Recommendation.objects.get(reference="A-2").instrument == "other"


def test_a_page_that_waits_asks_again(client, carol, register):  # noqa: F811
    client.force_login(carol)
    send(client, exported())
    Import.objects.update(state="applying", done=1, total=3)
    page = client.get(f"/import/{Import.objects.get().uuid}/")
    assert page["Refresh"] == "3"
    assert "1 of 3 rows are done." in page.content.decode()
    assert faults(page.content.decode()) == []
    Import.objects.update(state="read")
    page = client.get(f"/import/{Import.objects.get().uuid}/")
    assert "No row would change anything." in page.content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_handed_out(client, carol, form):
    client.force_login(carol)
    answer = client.get(f"/import/template.{form}")
    assert answer.status_code == 200
    assert b"reference" in answer.content or form == "xlsx"
    assert client.get("/import/template.exe").status_code == 404


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_imports_are_for_stewards(client, people, carol, role, register):  # noqa: F811
    client.force_login(carol)
    send(client, exported())
    at = f"/import/{Import.objects.get().uuid}/"
    client.force_login(people[role])
    assert send(client, exported()).status_code == 403
    assert [client.get(path).status_code for path in ("/import/", "/import/template.csv", at)] == [403, 403, 404]
    assert client.post(f"{at}apply/").status_code == 404
    client.logout()
    assert client.get("/import/").status_code == 302
    assert "Import a table" not in client.get("/recommendations/").content.decode()


def test_who_was_a_steward_once_sees_a_refusal_of_their_own(client, carol, register):  # noqa: F811
    client.force_login(carol)
    send(client, exported())
    carol.role = "reader"
    carol.save()
    assert client.get(f"/import/{Import.objects.get().uuid}/").status_code == 403
