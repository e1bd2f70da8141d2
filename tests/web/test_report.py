"""Publications on the web: who reads and who publishes, what stands on the page in either language, the files."""

import csv
import io
import json

import pytest
from django.db import connection

from recommendations.actions.report import Heading
from recommendations.models import Report
from recommendations.models.person import REGISTER
from recommendations.reports import publication
from recommendations.reports.publication import Wish
from recommendations.rules import publication as law
from tests.factories import NOW, RecommendationFactory, let_it_stand
from tests.web.markup import faults
from tests.web.register import full_item

pytestmark = pytest.mark.django_db
AS_OF = "2026-11-24T10:00:00Z"


@pytest.fixture
def register(on_that_day, alice, bob, carol):
    full_item(1, owner=alice, reviewer=bob, steward=carol, visibility="public")
    RecommendationFactory(reference="T-300", title_en="Hidden", visibility="internal")
    RecommendationFactory(reference="T-301", title_en="Untouched", description_ru="Описание")
    let_it_stand()


def published(name="Half-yearly", now=NOW, **wish):
    heading = Heading(name, "Report of autumn", "Доклад осени")
    return publication.publish(Wish(**{"as_of": "2026-11-24", **wish}), heading, actor=REGISTER, now=now)


def test_everybody_reads_it(register, client, words):
    made = published(entries="full", since="2019-01-01")
    page = words(client.get(f"/reports/{made.uuid}/"))
    assert faults(page) == []
    for said in ("Report of autumn", "Fair 1", "byte by byte, what was published", made.sha256, "What changed since"):
        assert said in page
    assert "Hidden" not in page
    assert "Alice" not in page.partition("<main")[2]
    russian = words(client.get(f"/reports/{made.uuid}/", headers={"Accept-Language": "ru"}))
    assert "Доклад осени" in russian
    assert "Выполнено частично" in russian or "Частично выполнено" in russian
    assert "Report of autumn" in words(client.get("/reports/"))
    assert f"SHA-256 {made.sha256}" in client.get(f"/reports/{made.uuid}/foot.css").content.decode()


def test_the_page_stays_as_it_was(register, client, words, carol):
    made = published()
    before = words(client.get(f"/reports/{made.uuid}/"))
    RecommendationFactory(reference="T-500", title_en="Later")
    assert words(client.get(f"/reports/{made.uuid}/")) == before
    assert "Nothing changed" in words(
        client.get(f"/reports/{published(since='2026-11-23', filter='theme=nowhere').uuid}/")
    )


def test_figures_lead_to_the_list_behind_them(register, client, words):
    made = published(filter="delivery=no_target")
    page = words(client.get(f"/reports/{made.uuid}/"))
    assert "/recommendations/?delivery=no_target&amp;as_of=2026-11-24T09%3A30%3A00Z" in page
    assert "verified_status=not_assessed&amp;computed=false" in page
    assert "delivery=no_target&amp;delivery" not in page
    assert "computed=false&amp;" in words(client.get(f"/reports/{published(filter='computed=false').uuid}/"))


def test_only_what_was_chosen_is_printed(register, client, words):
    page = words(client.get(f"/reports/{published(sections=(), entries='none').uuid}/"))
    assert "How far they are" not in page
    assert "The recommendations" not in page
    page = words(client.get(f"/reports/{published(columns=('source', 'target_on', 'instrument')).uuid}/"))
    assert 'data-label="Source"' in page
    assert 'data-label="Lead"' not in page
    assert words(client.get(f"/reports/{published(as_of='2019-01-01').uuid}/"))


def test_files_are_the_bytes_that_were_hashed(register, client):
    made = published()
    file = client.get(f"/reports/{made.uuid}/report.json")
    assert law.digest(file.content) == made.sha256
    assert f"report-{made.uuid}.json" in file.headers["Content-Disposition"]
    manifest = json.loads(client.get(f"/reports/{made.uuid}/manifest.json").content)
    assert manifest["id"] == str(made.uuid)
    text = client.get(f"/reports/{made.uuid}/items.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["reference"] for row in rows] == ["T-101", "T-301"]
    assert rows[0]["source"] == "paper-1"


def test_newer_and_older_name_each_other(register, client, words):
    first = published()
    second = published(now=NOW.replace(hour=11))
    assert f"/reports/{second.uuid}/" in words(client.get(f"/reports/{first.uuid}/"))
    assert f"/reports/{first.uuid}/" in words(client.get(f"/reports/{second.uuid}/"))
    assert "There is a newer one" in words(client.get("/reports/"))


def test_an_altered_one_is_told(register, client, words):
    made = published()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE recommendations_report DISABLE TRIGGER USER")
        content = made.content.replace("no_target", "overdue")
        cursor.execute(
            "UPDATE recommendations_report SET content = %s, sha256 = %s", [content, law.digest(content.encode())]
        )
        cursor.execute("ALTER TABLE recommendations_report ENABLE TRIGGER USER")
    assert "This is not what was published" in words(client.get(f"/reports/{made.uuid}/"))


@pytest.mark.parametrize("file", ["", "report.json", "manifest.json", "items.csv", "foot.css"])
def test_what_is_not_published_is_missing(register, client, file):
    assert client.get(f"/reports/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/{file}").status_code == 404


def test_nothing_is_published_yet(register, client, sign_in, carol, words):
    page = words(client.get("/reports/"))
    assert "Nothing has been published yet" in page
    assert "Publish a report" not in page
    assert "Publish a report" in words(sign_in(carol).get("/reports/"))


def test_a_steward_publishes(register, sign_in, carol, words):
    client = sign_in(carol)
    form = words(client.get("/reports/new/?filter=theme%3Deconomy"))
    assert faults(form) == []
    assert 'value="theme=economy"' in form
    said = {"name": "Yearly", "as_of": "2026-11-24", "sections": ["summary"], "entries": "table", "columns": ["lead"]}
    refused = client.post("/reports/new/", {**said, "as_of": "2027-01-01", "filter": "colour=red"})
    assert refused.status_code == 400
    assert "This day has not come yet" in words(refused, status=400)
    wrong = words(client.post("/reports/new/", {**said, "filter": "colour=red"}), status=400)
    assert "There is no parameter “colour”" in wrong
    page = words(client.post("/reports/new/", said, follow=True))
    assert "Nobody can change it any more" in page
    made = Report.objects.get()
    assert (made.title_en, list(made.said["parts"]["figures"])) == ("Yearly", ["summary"])
    assert "Yearly" in words(client.get("/history/?subject=report"))


def test_others_do_not(register, sign_in, bob, client):
    assert sign_in(bob).get("/reports/new/").status_code == 403
    assert client.get("/reports/new/").status_code == 302
    assert not Report.objects.exists()
