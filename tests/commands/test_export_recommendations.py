"""`manage.py export_recommendations`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.actions import recommendation
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
