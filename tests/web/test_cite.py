"""How to cite a recommendation: the state of a day, in the formats of others, for those who may read it."""

import re

import pytest
from django.conf import settings

from recommendations.actions import recommendation
from tests.factories import NOW, RecommendationFactory, let_it_stand
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
HERE = "/recommendations/T-101/"
MOMENT = "2026-11-24T09:30:00Z"  # NOW, as everybody may write it
# Of https://github.com/citation-style-language/schema, schemas/input/csl-data.json: names with their types, as far as they are used.
TEXTS = {"title", "container-title", "URL", "language", "note", "version", "id", "number"}
DATES = {"issued", "accessed"}


@pytest.fixture
def fair(make_items):
    make_items(1)


def test_bibtex_has_the_day_and_the_address_of_that_state(client, fair):
    answer = client.get(f"{HERE}cite.bib")
    said = answer.content.decode()
    assert answer["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="T-101.bib"'
    assert said.startswith("@misc{T-101-2026-11-24,\n  title = {{Fair 1}},\n")
    assert f"  url = {{{settings.PUBLIC_URL}{HERE}?as_of={MOMENT}}},\n" in said
    assert "  urldate = {2026-11-24},\n" in said
    assert "  year = {2026},\n  month = nov,\n" in said
    assert "langid = {english}" in said


def test_csl_has_fields_of_the_published_schema_and_no_others(client, fair):
    answer = client.get(f"{HERE}cite.json")
    assert answer["Content-Type"] == "application/vnd.citationstyles.csl+json"
    (said,) = answer.json()
    assert said.keys() == {"type", *TEXTS, *DATES}
    assert said["type"] == "entry"
    assert all(isinstance(said[name], str) and said[name] for name in TEXTS)
    assert [said[name]["date-parts"] for name in sorted(DATES)] == [[[2026, 11, 24]]] * 2
    assert said["URL"] == f"{settings.PUBLIC_URL}{HERE}?as_of={MOMENT}"


def test_a_citation_of_the_past_is_of_that_day(client, fair, carol):
    let_it_stand()
    recommendation.amend("T-101", {"title_en": "Congress"}, actor=carol, now=NOW, seen=None)
    (said,) = client.get(f"{HERE}cite.json?as_of=2026-11-20").json()
    assert said["title"] == "Fair 1"
    assert said["issued"] == {"date-parts": [[2026, 11, 20]]}
    assert said["accessed"] == {"date-parts": [[2026, 11, 24]]}
    assert said["URL"].endswith("?as_of=2026-11-20T23:59:59.999999Z")
    (timed,) = client.get(f"{HERE}cite.json?as_of=2026-11-20T09:00:00%2B03:00").json()
    assert timed["URL"].endswith("?as_of=2026-11-20T06:00:00Z")
    assert client.get(f"{HERE}cite.bib?as_of=1990-01-01").status_code == 404


def test_russian_readers_cite_in_russian(client):
    RecommendationFactory(reference="T-101", title_ru="Ярмарка № 1 & 2")
    said = client.get(f"{HERE}cite.bib", headers={"accept-language": "ru"}).content.decode()
    assert r"title = {{Ярмарка № 1 \& 2}}" in said
    assert "langid = {russian}" in said


@pytest.mark.parametrize("ending", ["bib", "json"])
def test_what_one_may_not_see_cannot_be_cited(client, dave, sign_in, ending):
    RecommendationFactory(reference="T-101", visibility="internal")
    assert client.get(f"{HERE}cite.{ending}").status_code == 404
    assert sign_in(dave).get(f"{HERE}cite.{ending}").status_code == 200
    assert client.get(f"/recommendations/%00/cite.{ending}").status_code == 404


def test_the_page_says_how_to_cite_it(client, fair, words):
    let_it_stand()
    page = words(client.get(f"{HERE}?as_of=2026-11-20"))
    assert f'<link rel="canonical" href="{settings.PUBLIC_URL}{HERE}" />' in page
    assert re.search(
        r"“Fair 1.” T-101, version \d+\. .* As of 20 November 2026\. .*\(accessed on 24 November 2026\)", page
    )
    assert f'href="{HERE}cite.bib?as_of=2026-11-20"' in page
    assert f'href="{settings.PUBLIC_URL}{HERE}?as_of=2026-11-20T23:59:59.999999Z" data-now' in page
    assert faults(page) == []
