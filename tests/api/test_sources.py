"""What programs read and write of sources: coverage, reasons, snapshots, passages as Web Annotations."""

import json

import pytest

from recommendations.actions import source
from recommendations.models import Disposition, Passage, Snapshot
from recommendations.models.person import REGISTER
from tests.api import contract
from tests.factories import NOW, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db

TEXT = "Meetings\n\nBoth sides should open a joint office. Trade grew. They must hold a fair.\n\nThey said it: they must hold a fair, soon."
OFFICE = TEXT.index("open a")
HOME = "sources/report/"
PROFILE = 'application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"'


@pytest.fixture
def report():
    made = SourceFactory(slug="report")
    source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW)
    return made


@pytest.fixture
def item(report):
    return RecommendationFactory(reference="T-900", source=report)


def body(answer, status=200):
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def held(api, method, address, *args, status=200, **said):
    """Return what an operation answers, after holding it against the OpenAPI document."""
    answer = getattr(api, method)(address, *args, **said)
    contract.hold(method, f"/api/v1/{address}", answer)
    return body(answer, status)


def position(start, end):
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quote(exact, **around):
    return {"type": "TextQuoteSelector", "exact": exact, **around}


def add(api, selector, **said):
    return api.post(f"{HOME}passages/", {"recommendation": "T-900", "selector": selector, **said})


def codes(answer):
    return [(one["pointer"], one["code"]) for one in body(answer, answer.status_code)["errors"]]


def test_coverage_tells_each_sentence(visitor, steward, item):
    add(steward, position(OFFICE, OFFICE + 19))
    found = held(visitor, "get", f"{HOME}coverage/")
    assert {name: found[name] for name in ("snapshot", "prescriptive", "tracked", "explained", "unexplained")} == {
        "snapshot": 1,
        "prescriptive": 3,
        "tracked": 1,
        "explained": 0,
        "unexplained": 2,
    }
    assert [one["state"] for one in found["sentences"]] == ["tracked", "other", "untracked", "untracked"]
    first = found["sentences"][0]
    assert (TEXT[first["start"] : first["end"]], first["recommendations"]) == (first["exact"], ["T-900"])
    assert (first["pattern"], first["matched"]) == ("should", "should")
    only = held(visitor, "get", f"{HOME}coverage/?state=untracked&snapshot=1")
    assert (len(only["sentences"]), only["prescriptive"]) == (2, 3)


def test_coverage_refuses_what_it_does_not_know(visitor, report):
    for query in ("state=lost", "snapshot=x", "snapshot=0", "as=1"):
        assert visitor.get(f"{HOME}coverage/?{query}").status_code == 400
    assert visitor.get(f"{HOME}coverage/?snapshot=7").status_code == 404
    SourceFactory(slug="unread")
    assert visitor.get("sources/unread/coverage/").status_code == 404


def test_reasons_are_stated_listed_and_taken_back(visitor, steward, reader, report):
    key = body(visitor.get(f"{HOME}coverage/"))["sentences"][0]["key"]
    made = held(
        steward, "post", f"{HOME}dispositions/", {"sentence": key, "reason": "duplicate", "note": "Above."}, status=201
    )
    assert (made["sentence"], made["reason"], made["note"], made["stated_by"]) == (key, "duplicate", "Above.", "Carol")
    assert body(visitor.get(f"{HOME}dispositions/"))["results"][0]["stated_by"] is None
    assert body(reader.get(f"dispositions/{made['id']}/"))["stated_by"] == "Carol"
    found = body(visitor.get(f"{HOME}coverage/"))
    assert (found["explained"], found["sentences"][0]["reason"], found["sentences"][0]["note"]) == (
        1,
        "duplicate",
        "Above.",
    )
    wrong = steward.post(f"{HOME}dispositions/", {"sentence": "0" * 64, "reason": "duplicate"})
    assert codes(wrong) == [("/sentence", "unknown_sentence")]
    assert steward.delete(f"dispositions/{made['id']}/").status_code == 204
    assert not Disposition.objects.exists()


def test_snapshots_are_read_in_listed_and_read(visitor, steward, reader, item):
    add(steward, quote("open a joint office"))
    newer = TEXT.replace("open a joint office", "found nothing").encode()
    answer = steward.post(f"{HOME}snapshots/", raw=newer, content_type="text/plain; charset=utf-8")
    contract.hold("post", f"/api/v1/{HOME}snapshots/", answer)
    made = body(answer, 201)
    assert (made["number"], made["is_new"], made["is_complete"]) == (2, True, False)
    assert [(one["recommendation"], one["state"], one["paragraph"]) for one in made["passages"]] == [
        ("T-900", "lost", None)
    ]
    assert answer["Location"] == made["url"]
    again = body(steward.post(f"{HOME}snapshots/", raw=newer, content_type="text/plain"), 201)
    assert (again["number"], again["is_new"]) == (2, False)
    page = b"<html><body><h1>Meetings</h1><p>They must hold a fair.</p></body></html>"
    assert body(steward.post(f"{HOME}snapshots/", raw=page, content_type="text/html"), 201)["media_type"] == "text/html"
    assert [one["number"] for one in held(visitor, "get", f"{HOME}snapshots/")["results"]] == [3, 2, 1]
    found = held(visitor, "get", f"{HOME}snapshots/1/")
    assert found["text"] == TEXT
    assert [one["kind"] for one in found["paragraphs"]] == ["heading", "body", "body"]
    assert found["passages"][0]["state"] == "anchored"
    for number in ("9", "0", "99999999999999999999"):
        assert visitor.get(f"{HOME}snapshots/{number}/").status_code == 404


def test_snapshots_that_cannot_be_taken_change_nothing(steward, reader, owner, report):
    def post(raw, content_type="text/plain", api=steward, **headers):
        return api.post(f"{HOME}snapshots/", raw=raw, content_type=content_type, **headers)

    assert codes(post(b"")) == [("/content", "document_empty")]
    assert codes(post(b"\xff\xfe")) == [("/content", "document_encoding")]
    assert post(b"{}", "application/json").status_code == 415
    assert post(b"x", "text/plain; charset=cp1251").status_code == 415
    assert post(b"a" * (10 * 2**20 + 1)).status_code == 413
    assert body(post(b"a " * 2**20), 201)["number"] == 2
    assert post(b"text", api=owner).status_code == 403
    assert Snapshot.objects.count() == 2


def test_passage_by_place_and_by_quote(visitor, steward, item):
    answer = add(steward, position(OFFICE, OFFICE + 19), snapshot=1, label_en="Office")
    contract.hold("post", f"/api/v1/{HOME}passages/", answer)
    made = body(answer, 201)
    assert made["target"]["selector"][0]["exact"] == "open a joint office"
    assert made["target"]["type"] == "SpecificResource"
    (state,) = made["target"]["state"]
    assert (state["type"], state["snapshot"], state["sourceDate"]) == ("TimeState", 1, "2026-11-24T09:30:00Z")
    assert body(visitor.get(state["cached"].partition("/api/v1/")[2]))["sha256"] == state["sha256"]
    assert made["label"] == {"en": "Office", "ru": ""}
    second = body(add(steward, quote("must hold a fair", prefix="it: they ", suffix=", soon")), 201)
    assert second["paragraph"] == 3
    assert held(visitor, "get", f"passages/{second['id'][9:]}/") == second


@pytest.mark.parametrize(
    ("selector", "said", "wanted"),
    [
        ({"type": "XPathSelector"}, {}, [("/selector/type", "not_a_choice")]),
        ({}, {}, [("/selector/type", "not_a_choice")]),
        ({"type": ["TextQuoteSelector"]}, {}, [("/selector/type", "not_a_choice")]),
        ("open", {}, [("/selector", "bad_value")]),
        (position(-1, 4), {}, [("/selector/start", "bad_value")]),
        ({**position(1, 4), "exact": "a"}, {}, [("/selector/exact", "unknown_field")]),
        (position(5, 5), {}, [("/selector", "bad_selection")]),
        (position(0, 4), {"snapshot": 9}, [("/snapshot", "unknown_name")]),
        (quote("they must hold nothing"), {}, [("/selector", "quote_not_found")]),
        (quote("must hold a fair"), {}, [("/selector", "ambiguous_quote")]),
        (quote(""), {}, [("/selector/exact", "required")]),
        (quote("open"), {"recommendation": "T-999"}, [("/recommendation", "unknown_name")]),
    ],
)
def test_selectors_that_lead_nowhere_are_refused_by_name(steward, item, selector, said, wanted):
    answer = add(steward, selector, **said)
    assert (answer.status_code, codes(answer)) == (400, wanted)
    assert not Passage.objects.exists()


def test_source_without_a_text_takes_no_selector(steward, item):
    SourceFactory(slug="unread")
    answer = steward.post("sources/unread/passages/", {"recommendation": "T-900", "selector": position(0, 4)})
    assert codes(answer) == [("/snapshot", "unknown_name")]


def test_passage_is_placed_anew_and_removed(visitor, steward, owner, item):
    made = body(add(steward, position(OFFICE, OFFICE + 19)), 201)
    address = f"passages/{made['id'][9:]}/"
    assert codes(add(steward, position(OFFICE, OFFICE + 19))) == [("/selector", "already_tracked")]
    placed = held(steward, "post", f"{address}place/", {"selector": quote("Trade grew")})
    assert placed["target"]["selector"][0]["exact"] == "Trade grew"
    assert owner.post(f"{address}place/", {"selector": quote("Trade grew")}).status_code == 403
    assert owner.delete(address).status_code == 403
    assert steward.delete(address).status_code == 204
    assert visitor.get(address).status_code == 404


def test_page_of_annotations_to_the_letter_for_those_who_accept_its_profile(visitor, steward, item):
    for words in ("open a joint", "Trade grew", "soon"):
        add(steward, quote(words))
    answer = visitor.get(f"{HOME}passages/?page_size=2", Accept=PROFILE)
    assert answer["Content-Type"].replace("; ", ";") == PROFILE
    page = body(answer)
    assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
    assert page["partOf"]["type"] == "AnnotationCollection"
    assert "results" not in page
    assert "prev" not in page
    assert len(page["items"]) == 2
    contract.validate({"$ref": "#/components/schemas/AnnotationPage"}, page)
    second = body(visitor.get(page["next"].partition("/api/v1/")[2], Accept=PROFILE))
    assert (len(second["items"]), "next" in second, "prev" in second) == (1, False, True)
    for accept, media in (
        ("application/ld+json", "application/ld+json"),
        ("*/*", "application/ld+json"),
        ("application/json", "application/json"),
    ):
        plain = visitor.get(f"{HOME}passages/", Accept=accept)
        assert plain["Content-Type"].partition(";")[0] == media
        assert "results" in body(plain)
    one = visitor.get(f"passages/{page['items'][0]['id'][9:]}/", Accept=PROFILE)
    assert one["Content-Type"].replace("; ", ";") == PROFILE


@pytest.mark.parametrize("count", [1, 3])
def test_lists_need_the_same_queries_for_any_number(visitor, steward, item, count, django_assert_num_queries):
    for words in ("open a joint", "Trade grew", "soon")[:count]:
        add(steward, quote(words))
    for address, most in ((f"{HOME}coverage/", 3), (f"{HOME}snapshots/1/", 2), (f"{HOME}passages/", 3)):
        with django_assert_num_queries(most):
            visitor.get(address)
