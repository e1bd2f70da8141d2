"""The vocabulary as a program for thesauri reads it: SKOS to the letter, and the crosswalk in it."""

import hashlib
import json

import pytest
from rdflib import OWL, RDF, SKOS, Graph, Literal, URIRef

from recommendations.api.addresses import to
from recommendations.rules import vocabulary
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import CROSSWALK, SCALES, Answer, Instrument, Priority

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:.*ConjunctiveGraph:DeprecationWarning")]
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
# A change of what the lists hold is a new version of the vocabulary: raise VERSION, then put the new pair here.
SAID = {"1.0": "1c7bc34659f8387d"}


@pytest.fixture
def graph(visitor):
    answer = visitor.get("vocabulary/", Accept="application/ld+json")
    assert answer["Content-Type"] == "application/ld+json"
    return Graph().parse(data=answer.content, format="json-ld")


def test_vocabulary_names_its_version(graph):
    lists = [Status.values, Instrument.values, Priority.values, Answer.values, list(SCALES), CROSSWALK]
    said = hashlib.sha256(json.dumps(lists, sort_keys=True).encode()).hexdigest()[:16]
    assert SAID[vocabulary.VERSION] == said
    assert graph.value(URIRef(to("vocabulary")), OWL.versionInfo) == Literal(vocabulary.VERSION)


def test_vocabulary_keeps_the_conditions_of_skos(graph):
    schemes, concepts = set(graph.subjects(RDF.type, SKOS.ConceptScheme)), set(graph.subjects(RDF.type, SKOS.Concept))
    assert schemes.isdisjoint(concepts)  # S9
    assert all(term in SKOS for _s, term, _o in graph if str(term).startswith(str(SKOS)))
    for node in schemes | concepts:
        languages = [label.language for label in graph.objects(node, SKOS.prefLabel)]
        assert languages
        assert len(languages) == len(set(languages))  # S14
    for concept in concepts:
        assert set(graph.objects(concept, SKOS.inScheme)) <= schemes
        assert len(set(graph.objects(concept, SKOS.inScheme))) == 1
    for top, scheme in graph.subject_objects(SKOS.topConceptOf):
        assert (scheme, SKOS.hasTopConcept, top) in graph  # S8
    pairs = [(s, o) for term in MAPPINGS for s, o in graph.subject_objects(term)]
    assert len(pairs) == len(set(pairs))  # S27, S46: no two relations between the same two
    for ours, theirs in pairs:
        assert {ours, theirs} <= concepts
        assert graph.value(ours, SKOS.inScheme) != graph.value(theirs, SKOS.inScheme)
    assert all(str(node).startswith("http") for triple in graph for node in triple if isinstance(node, URIRef))


def test_crosswalk_is_all_there(graph):
    here = to("vocabulary")
    assert {str(s) for s in graph.subjects(RDF.type, SKOS.ConceptScheme)} == {here, *(f"{here}#{s}" for s in SCALES)}
    for status, words in CROSSWALK.items():
        ours = URIRef(f"{here}#{status}")
        assert graph.value(ours, SKOS.notation) == Literal(str(status))
        matched = [o for term in MAPPINGS for o in graph.objects(ours, term)]
        said = {(str(graph.value(o, SKOS.inScheme)), str(graph.value(o, SKOS.prefLabel))) for o in matched}
        assert said == {(f"{here}#{scale}", value) for scale, value in words.items()}
    done, partly = URIRef(f"{here}#implemented"), URIRef(f"{here}#partly")
    assert (done, SKOS.closeMatch, URIRef(f"{here}#eca-fully-implemented")) in graph
    assert (partly, SKOS.broadMatch, URIRef(f"{here}#gao-open")) in graph


def test_vocabulary_is_plain_json_too(visitor):
    body = visitor.get("vocabulary/", Accept="application/json").json()
    concepts = {concept["notation"]: concept for concept in body["hasTopConcept"]}
    assert concepts["partly"]["prefLabel"] == {"en": "Partly implemented", "ru": "Выполнено частично"}
    assert [scale["notation"] for scale in body["scales"]] == list(SCALES)
