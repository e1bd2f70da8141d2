"""What the API says of itself: the schema, the page of it, the reasons that it gives."""

import json
import re
from pathlib import Path

import pytest
import yaml

from recommendations.api.problems import CODES
from recommendations.api.reasons import REASONS
from tests.api.test_door import problem

pytestmark = pytest.mark.django_db


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "*/*", "application/json"),
        ("", "application/yaml", "application/yaml"),
        ("", "application/vnd.oai.openapi", "application/yaml"),
        ("", "application/vnd.oai.openapi+json", "application/json"),
        ("?format=yaml", "application/json", "application/yaml"),
        ("?format=json", "*/*", "application/json"),
    ],
)
def test_the_schema_in_the_wanted_form(visitor, query, accept, kind):
    answer = visitor.get(f"schema/{query}", Accept=accept)
    assert answer.headers["Content-Type"] == kind
    document = yaml.load(answer.content, LOADER) if "yaml" in kind else json.loads(answer.content)
    assert document["openapi"] == "3.1.1"
    assert visitor.get(f"schema/{query}", Accept=accept, If_None_Match=answer.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("query", ["format=xml", "format=%00", "version=%00", "lang=ru"])
def test_odd_parameters_of_the_schema_are_refused(visitor, query):
    problem(visitor.get(f"schema/?{query}"), 400, "invalid")


def test_the_docs_name_every_operation_and_every_code(visitor):
    page = visitor.get("docs/", Accept="text/html,*/*;q=0.1")
    text = page.content.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    for code in CODES:
        assert f'id="{code}"' in text
    assert "recommendations/<wbr>{reference}/<wbr>assessments/" in text
    assert "curl -X POST" in text
    assert re.search(r"<script(?! src=)", text) is None


def test_every_reason_that_is_given_is_documented():
    root = Path(__file__).resolve().parents[2] / "recommendations"
    texts = [path.read_text() for floor in ("rules", "actions", "models", "api") for path in (root / floor).rglob("*.py")]  # fmt: skip
    given = {code for text in texts for code in re.findall(r'(?:Problem\(\s*|code=|need\([^"]*, )"([a-z_]+)"', text)}
    links = set(re.findall(r'"(link_[a-z_]+|bad_link)"', (root / "rules/links.py").read_text()))
    assert given | links <= set(REASONS) | set(CODES), (given | links) - set(REASONS)
