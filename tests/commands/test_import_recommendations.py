"""`manage.py import_recommendations`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.models import Import, Recommendation
from tests.exchange.round_trip import edited, exported, register  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, carol):
    def done(content, *options):
        path, out = tmp_path / "table.csv", io.StringIO()
        path.write_bytes(content)
        try:
            call_command("import_recommendations", str(path), *options, stdout=out)
        except CommandError as wrong:
            return out.getvalue(), str(wrong)
        return out.getvalue(), ""

    return done


def change(by):
    by["A-1"]["title_en"] = "Anew"


def wrong(by):
    change(by)
    by["A-2"]["priority"] = "urgent"


def test_a_dry_run_shows_and_changes_nothing(register, run):  # noqa: F811
    out, complaint = run(edited(change))
    assert complaint == ""
    assert "2 A-1: Changed" in out
    assert 'title_en: "Whole" → "Anew"' in out
    assert Recommendation.objects.get(reference="A-1").title_en == "Whole"


def test_it_is_applied(register, run, carol):  # noqa: F811
    out, complaint = run(edited(change), "--apply", "--as", carol.email.upper(), "--format", "json")
    assert complaint == ""
    body = json.loads(out)
    assert (body["state"], body["counts"]) == ("applied", {"update": 1, "unchanged": 2})
    assert body["rows"][0]["changes"] == {"title_en": ["Whole", "Anew"]}
    assert Recommendation.objects.get(reference="A-1").title_en == "Anew"


def test_wrong_rows_are_a_complaint(register, run):  # noqa: F811
    out, complaint = run(edited(wrong))
    assert "priority: “urgent” is not one of" in out
    assert complaint == "Not every row is good, see above."
    assert "Some rows are in conflict" in run(edited(wrong), "--apply")[1]
    assert run(edited(wrong), "--apply", "--only-good")[1] == ""
    assert Recommendation.objects.get(reference="A-1").title_en == "Anew"


def test_a_file_that_cannot_be_read_is_a_complaint(register, run):  # noqa: F811
    assert "Save it as XLSX" in run(b"%PDF-1.7")[1]
    out, complaint = run(b"reference,titel_en\nA-1,x\n", "--apply")
    assert "Did you mean" in out
    assert complaint
    assert Import.objects.get().state == "refused"


def test_somebody_does_it(register, run, carol, erin):  # noqa: F811
    assert "--as EMAIL" in run(exported())[1]
    assert "no steward dave" in run(exported(), "--as", "dave@example.org")[1]
    assert run(exported(), "--as", erin.email)[1] == ""
    assert Import.objects.get().person == erin
