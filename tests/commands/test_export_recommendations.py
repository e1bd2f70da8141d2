"""`manage.py export_recommendations`."""

import hashlib
import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.actions import recommendation
from recommendations.exchange import workbook
from tests.factories import NOW, RecommendationFactory

pytestmark = pytest.mark.django_db


def run(*options):
    out = io.StringIO()
    call_command("export_recommendations", *options, stdout=out)
    return out.getvalue()


def test_operator_exports_all_of_it(item):
    RecommendationFactory(reference="T-901", visibility="internal", title_en="Inside")
    lines = [json.loads(line) for line in run("--format", "ndjson").splitlines()]
    assert [line["reference"] for line in lines] == ["T-900", "T-901"]
    assert "T-901" not in run("--format", "ndjson", "--public")
    assert run("--format", "csv").startswith("\ufeffreference,")


def test_as_of_an_earlier_day(item, carol):
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=NOW, seen=None)
    assert json.loads(run("--format", "json", "--as-of", "2019-01-01")) == []
    for wrong in ("tomorrow", "2999-01-01"):
        with pytest.raises(CommandError, match="This"):
            run("--format", "json", "--as-of", wrong)


def test_to_a_file(item, tmp_path):
    assert run("--format", "csv", "--output", str(tmp_path / "out.csv")) == ""
    written = (tmp_path / "out.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfreference,")
    assert written.count(b"\r\n") == 2
    with pytest.raises(CommandError, match="cannot be written"):
        run("--format", "csv", "--output", str(tmp_path))
    with pytest.raises(CommandError, match="cannot be written"):
        run("--format", "xlsx", "--output", str(tmp_path / "nowhere" / "out.xlsx"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "ndjson"])
def test_file_has_its_manifest_beside_it(item, tmp_path, form):
    RecommendationFactory(reference="T-901", visibility="internal")
    file = tmp_path / f"out.{form}"
    run("--format", form, "--output", str(file), "--filter", "priority=normal", "--scale", "eca")
    said = json.loads((tmp_path / f"out.{form}.manifest.json").read_text())
    assert (said["file"], said["rows"], said["standing"]) == (file.name, 2, "internal")
    assert (said["query"], said["scale"]) == ("priority=normal&scale=eca", "eca")
    hashed = file
    if form == "xlsx":
        hashed = tmp_path / "same.csv"
        run("--format", "csv", "--output", str(hashed), "--filter", "priority=normal", "--scale", "eca")
    assert hashlib.sha256(hashed.read_bytes()).hexdigest() == said["sha256"]
    assert hashed.stat().st_size == said["bytes"]


def test_filter_is_the_query_of_the_list(item):
    assert json.loads(run("--format", "json", "--filter", "status=partly")) == []
    with pytest.raises(CommandError, match="no parameter"):
        run("--format", "json", "--filter", "x=1")


def test_workbook_goes_into_a_file(item, tmp_path, monkeypatch):
    with pytest.raises(CommandError, match="--output"):
        run("--format", "xlsx")
    monkeypatch.setattr(workbook, "MOST", 0)
    with pytest.raises(CommandError, match="no room"):
        run("--format", "xlsx", "--output", str(tmp_path / "out.xlsx"))
