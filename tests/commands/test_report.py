"""`publish_report` and `verify_report`: what they print, what they save, and with which status they end."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.models import Report
from recommendations.rules import publication as law
from tests.factories import RecommendationFactory

pytestmark = pytest.mark.django_db


def run(*args, **options):
    out = io.StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(item, tmp_path):
    RecommendationFactory(reference="T-901", visibility="internal")
    path = tmp_path / "report.json"
    run("publish_report", "Half-yearly", as_of="2026-11-24", output=path)
    return path


def test_it_is_published_and_all_is_well(file):
    made = Report.objects.get()
    assert law.digest(file.read_bytes()) == made.sha256
    assert "All is well" in run("verify_report", str(file))
    assert json.loads(run("verify_report", str(file), format="json")) == {
        "id": str(made.uuid),
        "is_whole": True,
        "faults": [],
    }


def test_a_program_reads_what_was_published(item):
    said = json.loads(
        run("publish_report", "A", as_of="2026-11-24", sections=["delivery"], columns=["lead"], format="json")
    )
    made = Report.objects.get()
    assert said["id"] == str(made.uuid)
    assert said["url"].endswith(f"/reports/{made.uuid}/")
    assert (said["name"], said["sha256"], said["rows"]) == ("A", made.sha256, 0)
    manifest = made.said["manifest"]
    assert (manifest["sections"], manifest["columns"]) == (["delivery"], ["lead"])
    assert made.sha256 in run("publish_report", "A", as_of="2026-11-24", entries="none") or Report.objects.count() == 2


def test_what_differs_is_told(file):
    said = json.loads(file.read_bytes())
    said["parts"]["figures"]["summary"]["total"] = 99
    file.write_bytes(law.canonical(said))
    with pytest.raises(CommandError) as failed:
        run("verify_report", str(file))
    assert failed.value.returncode == 1
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_report", str(file), format="json", stdout=out)
    found = json.loads(out.getvalue())
    assert not found["is_whole"]
    assert [fault["code"] for fault in found["faults"]] == ["part", "file", "history"]
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_report", str(file), stdout=out)
    assert "figures/summary/total: The publication says 99" in out.getvalue()


def test_what_cannot_be(item, tmp_path):
    with pytest.raises(CommandError, match="has not come"):
        run("publish_report", "A", as_of="2999-01-01")
    with pytest.raises(CommandError, match="cannot be written"):
        run("publish_report", "A", as_of="2026-11-24", output=tmp_path / "nowhere" / "a.json")
    with pytest.raises(CommandError, match="There is no file"):
        run("verify_report", str(tmp_path / "a.json"))
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(CommandError, match="no publication"):
        run("verify_report", str(tmp_path / "b.json"))
