"""Passages with their places, as W3C annotations, in the same number of queries whatever their number."""

import json

import pytest

from recommendations.actions import passage, source
from recommendations.actions.passage import Placing
from recommendations.models import Passage, Snapshot, Source, annotation
from recommendations.models.person import REGISTER
from tests.factories import NOW, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db

TEXT = b"One should open a joint office.\n\nOne should hold a fair.\n\nOne should print a map of the border."
HINTS = [Placing("open", "office", label_en="Office"), Placing("hold", "fair"), Placing("print", "map")]


@pytest.fixture
def report():
    return SourceFactory(slug="report")


def place(report, *placings, **fields):
    item = RecommendationFactory(source=report, **fields)
    passage.place(item.reference, report.slug, placings, actor=REGISTER, now=NOW)
    return item


def test_annotation_of_an_anchored_passage(report):
    item = place(report, HINTS[0])
    source.read_in("report", TEXT, actor=REGISTER, now=NOW)
    (found,) = annotation.of_source(report, person=None, base="https://example.org")
    assert found == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"urn:uuid:{Passage.objects.get().uuid}",
        "type": "Annotation",
        "motivation": "linking",
        "body": f"https://example.org/recommendations/{item.reference}/",
        "target": {
            "type": "SpecificResource",
            "state": [
                {
                    "type": "TimeState",
                    "sourceDate": "2026-11-24T09:30:00Z",
                    "cached": "https://example.org/api/v1/sources/report/snapshots/1/",
                    "snapshot": 1,
                    "sha256": Snapshot.objects.get().sha256,
                }
            ],
            "source": "https://example.org/sources/report/",
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": "open a joint office",
                    "prefix": "One should ",
                    "suffix": ".\n\nOne should hold a fair.\n\nOne should print a map of the border",
                },
                {"type": "TextPositionSelector", "start": 11, "end": 30},
            ],
        },
        "recommendation": item.reference,
        "label": {"en": "Office", "ru": ""},
        "section": "",
        "paragraph": 1,
        "anchor_state": "anchored",
        "similarity": 1.0,
    }
    json.dumps(found)


def test_passage_without_a_place_has_no_selector(report):
    place(report, Placing("no such", "words", 7))
    (found,) = annotation.of_source(report, person=None, base="")
    assert (found["paragraph"], found["anchor_state"], "selector" in found["target"]) == (7, None, False)
    source.read_in("report", TEXT, actor=REGISTER, now=NOW)
    (found,) = annotation.of_source(report, person=None, base="")
    assert (found["anchor_state"], found["similarity"], "selector" in found["target"]) == ("lost", 0.0, False)


def test_place_is_that_of_the_newest_text(report):
    place(report, HINTS[0])
    source.read_in("report", TEXT, actor=REGISTER, now=NOW)
    source.read_in("report", b"New.\n\n" + TEXT, actor=REGISTER, now=NOW)
    found = Passage.objects.with_place().get()
    assert (found.place.state, found.place.paragraph) == ("moved", 2)
    assert found.place.selectors.exact == "open a joint office"


def test_internal_recommendations_have_no_annotations_for_visitors(report, dave):
    place(report, HINTS[0], visibility="internal")
    assert annotation.of_source(report, person=None, base="") == []
    assert len(annotation.of_source(report, person=dave, base="")) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_annotations_need_two_queries(report, count, django_assert_num_queries):
    for hint in HINTS[:count]:
        place(report, hint)
    source.read_in("report", TEXT, actor=REGISTER, now=NOW)
    with django_assert_num_queries(2):
        assert len(annotation.of_source(report, person=None, base="")) == count


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_sources_needs_one_query(count, dave, django_assert_num_queries):
    for number in range(count):
        report = SourceFactory()
        for visibility in ("public", "internal")[: 1 + number % 2]:
            RecommendationFactory(source=report, visibility=visibility)
    source.read_in(report.slug, TEXT, actor=REGISTER, now=NOW)
    with django_assert_num_queries(1):
        listed = list(Source.objects.with_counts(None).order_by("pk"))
    assert [one.recommendation_count for one in listed] == [1] * count
    assert [one.read_at for one in listed] == [None] * (count - 1) + [NOW]
    counts = Source.objects.with_counts(dave).order_by("pk").values_list("recommendation_count", flat=True)
    assert list(counts) == [1, 2, 1][:count]
