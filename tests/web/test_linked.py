"""A recommendation as linked data: what a program understands of it, and that every term exists."""

import datetime as dt
import json

import pytest
from rdflib import PROV, RDF, SDO, SKOS, BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD

from recommendations.actions import evidence, followup
from tests.factories import NOW, TODAY, RecommendationFactory, ThemeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:.*ConjunctiveGraph:DeprecationWarning")]
ROOT = "https://register.example.org/"
KNOWN = {str(SDO): SDO, str(PROV): PROV, str(SKOS): SKOS}


@pytest.fixture(autouse=True)
def there(settings):
    settings.PUBLIC_URL = ROOT[:-1]


@pytest.fixture
def rated(item, owned, alice, bob, carol):
    """An item with a theme, two ratings, evidence, a date and a part that strangers may not know."""
    item.themes.add(ThemeFactory(slug="economy", name_en="Economy", name_ru="Экономика"))
    item.target_on = dt.date(2027, 1, 31)
    item.description_en = "What is <proposed>."
    item.save()
    draft = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 2, 1), "primary")
    piece = evidence.attach("T-900", draft, actor=carol, now=NOW)
    for kind, actor in (("self", alice), ("review", bob)):
        said = followup.Statement(as_of=TODAY, narrative=f"By {kind}.", evidence=(piece.uuid,))
        followup.assess("T-900", "partly", kind=kind, statement=said, actor=actor, now=NOW, seen=None)
    RecommendationFactory(reference="T-901", parent=item, visibility="internal")
    RecommendationFactory(reference="T-902", parent=item)
    return item


def read(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/ld+json"
    return Graph().parse(data=answer.content, format="json-ld")


def test_data_says_what_the_page_says(client, rated):
    graph = read(client.get("/recommendations/T-900.jsonld"))
    here = URIRef(f"{ROOT}recommendations/T-900/")
    assert set(graph.objects(here, RDF.type)) == {SDO.CreativeWork, PROV.Entity}
    assert set(graph.objects(here, SDO.name)) == {Literal(rated.title_en, "en"), Literal(rated.title_ru, "ru")}
    assert graph.value(here, SDO.description) == Literal("What is <proposed>.", "en")
    assert graph.value(here, SDO.identifier) == Literal("T-900")
    status = graph.value(here, SDO.creativeWorkStatus)
    assert status == URIRef(f"{ROOT}api/v1/vocabulary/#partly")
    assert graph.value(status, SDO.inDefinedTermSet) == URIRef(f"{ROOT}api/v1/vocabulary/")
    source = graph.value(here, PROV.wasDerivedFrom)
    assert graph.value(source, SDO.name, any=True).language in {"en", "ru"}
    theme = graph.value(here, SDO.about)
    assert (theme, RDF.type, SKOS.Concept) in graph
    assert set(graph.objects(here, SDO.hasPart)) == {URIRef(f"{ROOT}recommendations/T-902/")}
    reviews = list(graph.objects(here, SDO.review))
    assert {str(graph.value(one, SDO.reviewAspect)) for one in reviews} == {"self", "review"}
    for one in reviews:
        assert graph.value(one, SDO.itemReviewed) == here
        assert graph.value(graph.value(one, SDO.reviewRating), SDO.ratingValue) == Literal("partly")
        assert graph.value(one, SDO.datePublished) == Literal(TODAY.isoformat(), datatype=XSD.date)
        assert graph.value(graph.value(one, SDO.citation), SDO.url) == URIRef("https://example.org/7")
    action = graph.value(here, SDO.potentialAction)
    assert graph.value(action, SDO.actionStatus) == SDO.ActiveActionStatus
    assert graph.value(action, SDO.agent) == URIRef(f"{ROOT}organizations/ministry/")
    assert graph.value(action, SDO.endTime) == Literal("2027-01-31", datatype=XSD.date)


def test_every_term_exists_and_every_address_is_whole(client, rated):
    graph = read(client.get("/recommendations/T-900.jsonld"))
    terms = {p for _s, p, _o in graph} | set(graph.objects(None, RDF.type)) | set(graph.objects(None, SDO.actionStatus))
    for term in terms - {RDF.type}:
        namespace = next(space for space in KNOWN if str(term).startswith(space))
        assert term in KNOWN[namespace], term
    for node in {node for triple in graph for node in triple}:
        assert isinstance(node, BNode | Literal) or str(node).startswith("http"), node
    body = client.get("/recommendations/T-900.jsonld").json()
    used = {key for key in json.dumps(body).split('"') if key.isalpha()}
    assert used
    assert set(_members({k: v for k, v in body.items() if k != "@context"})) <= set(body["@context"]) | {"@context"}


def _members(value):
    if isinstance(value, dict):
        languages = {"en", "ru"}
        yield from () if set(value) <= languages else value
        for member in value.values():
            yield from _members(member)
    elif isinstance(value, list):
        for member in value:
            yield from _members(member)


def test_page_answers_data_to_who_accepts_it(client, rated):
    answer = client.get("/recommendations/T-900/", headers={"Accept": "application/ld+json"})
    assert answer.content == client.get("/recommendations/T-900.jsonld").content
    assert "Accept" in answer["Vary"]
    for accept in ("text/html,*/*;q=0.8", "*/*", "application/ld+json;q=0.1, text/html"):
        page = client.get("/recommendations/T-900/", headers={"Accept": accept})
        assert page["Content-Type"].startswith("text/html"), accept
    assert "Accept" in page["Vary"]
    assert (
        '<link rel="alternate" type="application/ld+json" href="/recommendations/T-900.jsonld" />'
        in page.content.decode()
    )


def test_data_has_the_eyes_of_the_page(client, rated, dave, people):
    assert client.get("/recommendations/T-901.jsonld").status_code == 404
    assert b"T-901" not in client.get("/recommendations/T-900.jsonld").content
    client.force_login(dave)
    inner = read(client.get("/recommendations/T-901.jsonld"))
    here = URIRef(f"{ROOT}recommendations/T-901/")
    assert inner.value(here, SDO.isPartOf) == URIRef(f"{ROOT}recommendations/T-900/")
    text = client.get("/recommendations/T-900.jsonld").content.decode()
    assert [one.name for one in people.values() if one and one.name in text] == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("not_assessed", SDO.PotentialActionStatus),
        ("implemented", SDO.CompletedActionStatus),
        ("reversed", SDO.FailedActionStatus),
        ("overtaken", None),
    ],
)
def test_state_of_the_action(client, item, status, state):
    item.status = status
    item.save()
    graph = read(client.get("/recommendations/T-900.jsonld"))
    assert graph.value(graph.value(None, RDF.type, SDO.Action), SDO.actionStatus) == state


def test_closed_register_shows_strangers_no_data(client, item, settings):
    settings.PUBLIC_SITE = False
    assert client.get("/recommendations/T-900.jsonld").status_code == 302
