"""What each resource shows, to whom, and what each write does."""

import datetime as dt
import re

import pytest
from django.conf import settings as configured
from django.urls import resolve
from django.utils import timezone

from recommendations.actions import followup
from recommendations.models import Assessment, Event, Recommendation
from tests.api.conftest import EVERYBODY
from tests.api.test_door import problem
from tests.factories import (
    NOW,
    TODAY,
    EvidenceFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


ROW = {
    "reference", "url", "title", "title_en", "title_ru", "description", "description_en", "description_ru", "source", "themes",
    "instrument", "priority", "target_on", "visibility", "parent", "merged_into", "elements", "is_computed", "status", "is_self_reported", "reported_status",
    "verified_status", "disagreement", "assessed_on", "response", "delivery", "freshness", "stalled", "lead", "withdrawn_at",
    "created_at", "updated_at", "version", "has_lost_evidence",
}  # fmt: skip


PARTS = {
    "flags", "passages", "assignments", "latest_self_assessment", "latest_review", "latest_response", "milestones", "indicators",
    "evidence", "counts",
}  # fmt: skip


def test_a_recommendation_in_the_list(full, visitor):
    row = visitor.get("recommendations/").json()["results"][0]
    assert set(row) == ROW | {"highlights"}
    assert row["url"] == f"{configured.PUBLIC_URL}/api/v1/recommendations/T-900/"
    expected = {
        "reference": "T-900",
        "source": {"slug": full.source.slug, "url": f"{configured.PUBLIC_URL}/api/v1/sources/{full.source.slug}/", "title": full.source.title_en},
        "themes": ["economy"],
        "status": "no_action",
        "is_self_reported": False,
        "reported_status": "partly",
        "verified_status": "no_action",
        "disagreement": True,
        "assessed_on": "2026-11-24",
        "delivery": "no_target",
        "freshness": "fresh",
        "lead": {"slug": "ministry", "url": f"{configured.PUBLIC_URL}/api/v1/organizations/ministry/", "name": "Ministry"},
        "parent": None,
        "response": None,
        "updated_at": "2026-11-24T09:30:00Z",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("role", EVERYBODY)
def test_fields_and_names_by_role(full, apis, role):
    body = apis[role].get("recommendations/T-900/").json()
    assert set(body) == ROW | PARTS
    sees = role != "visitor"
    assert (body["latest_self_assessment"]["author"], body["latest_review"]["author"]) == (("Carol", "Bob") if sees else (None, None))  # fmt: skip
    assert body["evidence"][0]["added_by"] == ("Carol" if sees else None)
    assert body["counts"]["children"] == int(sees)
    listed = apis[role].get("recommendations/?count=exact").json()
    assert [row["reference"] for row in listed["results"]] == (["T-900", "T-901"] if sees else ["T-900"])
    assert listed["count"] == 1 + sees


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_reads_the_address_of_somebody_else(full, apis, people, role):
    mine = people[role].email if people[role] else ""
    others = [person.email for person in people.values() if person and person.email != mine]
    for address in _readable(full):
        text = apis[role].get(address).content.decode()
        assert [email for email in others if email in text] == [], address


def _readable(full):
    item = "recommendations/T-900/"
    parts = ("assessments", "evidence", "assignments", "responses", "milestones", "indicators", "history")
    yield from ("", "recommendations/", "events/", "sources/", "organizations/", "themes/", "tokens/", "deliveries/")
    yield from (
        item,
        "people/me/",
        "subscriptions/",
        "statistics/",
        "vocabulary/",
        *(f"{item}{part}/" for part in parts),
    )
    yield f"sources/{full.source.slug}/passages/"


def test_what_is_internal_is_nowhere_for_strangers(full, visitor, steward):
    for address in _readable(full):
        assert "T-901" not in visitor.get(address).content.decode(), address
    assert visitor.get("recommendations/T-901/").content == visitor.get("recommendations/T-999/").content
    evidence = visitor.get(f"evidence/{full.inner_evidence.uuid}/").content
    assert evidence == visitor.get("evidence/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/").content
    assert steward.get("recommendations/T-901/").json()["parent"] == "T-900"
    full.item.parent, full.inner.parent = full.inner, None
    full.inner.save()
    full.item.save()
    assert visitor.get("recommendations/T-900/").json()["parent"] is None
    assert steward.get("recommendations/T-900/").json()["parent"] == "T-901"


def test_the_parts_of_a_detail(full, visitor):
    body = visitor.get("recommendations/T-900/").json()
    (passage,) = body["passages"]
    assert passage["selectors"] == [
        {"type": "TextQuoteSelector", "exact": "dialogue", "prefix": "A ", "suffix": "."},
        {"type": "TextPositionSelector", "start": 2, "end": 10},
    ]
    assert (passage["anchor_state"], passage["section"], passage["paragraph"]) == ("anchored", "One", 1)
    assert [one["organization"]["slug"] for one in body["assignments"]] == ["ministry"]
    assert body["latest_self_assessment"]["evidence"][0]["id"] == str(full.evidence.uuid)
    assert body["latest_self_assessment"]["blockers"] == ["funding"]
    assert body["latest_response"]["answer"] == "in_part"
    assert body["latest_response"]["evidence"] == [str(full.evidence.uuid)]
    assert body["milestones"][0]["due_on"] == "2026-11-24"
    assert body["indicators"][0]["latest"] == {"period_start": "2018-01-01", "period_end": "2018-12-31", "value": 49.5, "value_high": None}  # fmt: skip
    assert body["counts"] == {"assessments": 2, "evidence": 2, "responses": 1, "milestones": 1, "indicators": 1, "events": 4, "children": 0}  # fmt: skip


def test_an_item_that_nobody_has_touched(item, visitor):
    body = visitor.get("recommendations/T-900/").json()
    assert (body["lead"], body["latest_review"], body["latest_response"], body["freshness"]) == (None, None, None, "never")  # fmt: skip
    assert (body["passages"], body["indicators"]) == ([], [])


def test_every_address_in_an_answer_leads_somewhere(full, steward, reader):
    for client in (steward, reader):
        for address in _readable(full):
            for found in set(
                re.findall(rf'"{configured.PUBLIC_URL}(/api/v1/[^"#?]*)"', client.get(address).content.decode())
            ):
                assert resolve(found).url_name != "api_nothing", found
                assert client.get(found).status_code == 200, found


def test_withdrawn_ones_are_found_when_asked_for(item, visitor):
    item.withdrawn_at = NOW
    item.save()
    assert visitor.get("recommendations/").json()["results"] == []
    assert visitor.get("recommendations/?withdrawn=true").json()["results"][0]["withdrawn_at"] == "2026-11-24T09:30:00Z"
    assert visitor.get("recommendations/T-900/").status_code == 200


ORDERS = {
    "reference": ["T-2", "T-10", "T-11"],
    "-reference": ["T-11", "T-10", "T-2"],
    "due_on": ["T-10", "T-2", "T-11"],
    "-due_on": ["T-11", "T-2", "T-10"],
    "priority": ["T-11", "T-2", "T-10"],
    "-priority": ["T-10", "T-2", "T-11"],
    "status": ["T-10", "T-2", "T-11"],
    "-status": ["T-11", "T-2", "T-10"],
    "updated_at": ["T-10", "T-11", "T-2"],
    "-updated_at": ["T-2", "T-11", "T-10"],
}


@pytest.mark.parametrize("ordering", ORDERS)
def test_orders_page_by_page(visitor, ordering):
    ago = NOW - dt.timedelta(days=3)
    RecommendationFactory(reference="T-10", target_on=TODAY, priority="low", status="no_action", updated_at=ago)
    later = ago + dt.timedelta(hours=2)
    RecommendationFactory(reference="T-2", target_on=TODAY + dt.timedelta(days=5), status="partly", updated_at=later)
    RecommendationFactory(reference="T-11", priority="high", status="overtaken", updated_at=ago + dt.timedelta(hours=1))
    address, found = f"/api/v1/recommendations/?page_size=1&ordering={ordering}", []
    while address:
        page = visitor.get(address).json()
        found += [row["reference"] for row in page["results"]]
        address = page["next"] and page["next"].removeprefix(configured.PUBLIC_URL)
    assert found == ORDERS[ordering]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=no_action", 2), ("status=partly,no_action", 2), ("status=partly&status=no_action", 2), ("reported_status=partly", 2),
        ("theme=economy", 1), ("source=nowhere", 0), ("lead=ministry", 1), ("organization=other", 1), ("owner=me", 0), ("delivery=due_soon", 1),
        ("freshness=never", 0), ("disagreement=true", 2), ("disagreement=false", 0), ("due_before=2026-11-25", 1), ("due_after=2026-11-24", 0),
        ("updated_since=2026-11-24T00:00:00Z", 2), ("q=proposal", 2), ("q=T-901", 1), ("priority=high", 0), ("instrument=dialogue", 2),
    ],
)  # fmt: skip
def test_filters(full, steward, query, found):
    assert len(steward.get(f"recommendations/?{query}").json()["results"]) == found


def test_owner_me(full, owner, visitor):
    assert [row["reference"] for row in owner.get("recommendations/?owner=me").json()["results"]] == ["T-900"]
    assert visitor.get("recommendations/?owner=me").json()["results"] == []


def test_a_steward_registers_and_amends(steward, ministry):
    source, theme = SourceFactory(slug="report"), ThemeFactory(slug="economy")
    said = {
        "reference": "RB-1", "title_en": "One", "title_ru": "Один", "source": source.slug, "themes": [theme.slug], "priority": "high",
        "target_on": "2027-01-01", "parent": None,
    }  # fmt: skip
    made = steward.post("recommendations/", said)
    assert (made.status_code, made.headers["Location"]) == (201, made.json()["url"])
    assert made.headers["ETag"] == steward.get("recommendations/RB-1/").headers["ETag"]
    problem(steward.post("recommendations/", said), 409, "unlawful", ("/reference", "reference_taken"))
    change = {"target_on": None, "themes": [], "description_en": "More."}
    done = steward.patch("recommendations/RB-1/", change, If_Match=made.headers["ETag"], content_type="application/merge-patch+json")  # fmt: skip
    assert done.status_code == 200
    assert (done.json()["target_on"], done.json()["themes"], done.json()["title_en"]) == (None, [], "One")
    assert [event.verb for event in Event.objects.order_by("id")] == ["issued", "registered", "amended"]
    problem(steward.patch("recommendations/RB-1/", {"reference": "RB-2"}, If_Match="*"), 400, "invalid", ("/reference", "unknown_field"))  # fmt: skip
    problem(steward.patch("recommendations/RB-1/", {"parent": "RB-1"}, If_Match="*"), 400, "invalid", ("/parent", "own_parent"))  # fmt: skip


@pytest.mark.parametrize("role", ["contributor", "reviewer"])
def test_others_do_not_register(item, apis, role):
    said = {"reference": "RB-1", "title_en": "One", "source": item.source.slug}
    problem(apis[role].post("recommendations/", said), 403, "forbidden", ("", "stewards_only"))
    problem(apis[role].patch("recommendations/T-900/", {"priority": "low"}, If_Match="*"), 403, "forbidden")
    assert Recommendation.objects.count() == 1


STATEMENT = {"kind": "self", "value": "in_preparation", "as_of": "2026-11-20"}


def test_an_owner_reports_and_a_reviewer_verifies(owned, item, owner, reviewer, visitor):
    tag = owner.get("recommendations/T-900/").headers["ETag"]
    made = owner.post("recommendations/T-900/assessments/", {**STATEMENT, "narrative": "A draft."}, If_Match=tag)
    assert (made.status_code, made.headers["Location"]) == (201, made.json()["url"])
    assert made.json()["author"] == "Alice"
    assert owner.get(made.json()["url"].removeprefix(configured.PUBLIC_URL)).json() == made.json()
    problem(owner.post("recommendations/T-900/assessments/", STATEMENT, If_Match=tag), 412, "stale")
    assert visitor.get("recommendations/T-900/").json()["is_self_reported"] is True
    review = {**STATEMENT, "kind": "review", "value": "no_action", "narrative": "Not seen."}
    assert reviewer.post("recommendations/T-900/assessments/", review).status_code == 201
    body = visitor.get("recommendations/T-900/").json()
    assert (body["status"], body["reported_status"], body["disagreement"]) == ("no_action", "in_preparation", True)
    assert [row["kind"] for row in visitor.get("recommendations/T-900/assessments/").json()["results"]] == ["review", "self"]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "status", "code", "error"),
    [
        ({"value": "implemented"}, 409, "unlawful", ("/evidence", "evidence_needed")),
        ({"value": "reversed", "narrative": "x"}, 409, "unlawful", ("/value", "not_delivered_before")),
        ({"value": "not_assessed"}, 400, "invalid", ("/value", "not_a_choice")),
        ({"kind": "review"}, 403, "forbidden", ("", "reviewers_only")),
        ({"as_of": "2026-11-30"}, 400, "invalid", ("/as_of", "in_the_future")),
        ({"evidence": ["0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"]}, 400, "invalid", ("/evidence/0", "unknown_name")),
        ({"evidence": ["1"]}, 400, "invalid", ("/evidence/0", "bad_value")),
        ({"blockers": ["weather"]}, 400, "invalid", ("/blockers/0", "not_a_choice")),
        ({"next_review_on": "2026-11-01"}, 400, "invalid", ("/next_review_on", "review_not_later")),
    ],
)
def test_what_the_law_and_the_form_refuse(owned, owner, said, status, code, error):
    problem(owner.post("recommendations/T-900/assessments/", {**STATEMENT, **said}), status, code, error)
    assert not Assessment.objects.exists()


def test_evidence_is_attached_cited_and_retracted(owned, owner, reviewer, visitor):
    said = {"title": "Decree 7", "link": "https://example.org/7", "dated_on": "2026-03-01", "kind": "primary", "issuer": "Office"}  # fmt: skip
    made = owner.post("recommendations/T-900/evidence/", said)
    assert made.status_code == 201
    identity = made.json()["id"]
    done = {**STATEMENT, "value": "implemented", "evidence": [identity]}
    assert owner.post("recommendations/T-900/assessments/", done).json()["evidence"][0]["is_standing"] is True
    assert visitor.get(f"evidence/{identity}/").json()["added_by"] is None
    problem(owner.post(f"evidence/{identity}/retract/", {}), 400, "invalid", ("/reason", "required"))
    problem(reviewer.post(f"evidence/{identity}/retract/", {"reason": "Wrong."}), 403, "forbidden", ("", "not_yours"))
    gone = owner.post(f"evidence/{identity}/retract/", {"reason": "Wrong."})
    assert (gone.status_code, gone.json()["is_standing"], gone.json()["retraction_reason"]) == (200, False, "Wrong.")
    problem(owner.post(f"evidence/{identity}/retract/", {"reason": "Wrong."}), 409, "unlawful", ("", "already_retracted"))  # fmt: skip
    assert visitor.get("recommendations/T-900/").json()["evidence"] == []


@pytest.mark.parametrize(
    ("link", "code"),
    [("javascript:alert(1)", "link_scheme"), ("http://127.0.0.1/x", "link_private"), ("https://example.org:8080/", "link_port"), ("", "required")],
)  # fmt: skip
def test_links_that_are_no_evidence(owned, owner, link, code):
    said = {"title": "Decree 7", "link": link, "dated_on": "2026-03-01", "kind": "primary"}
    problem(owner.post("recommendations/T-900/evidence/", said), 400, "invalid", ("/link", code))


def test_a_steward_assigns_and_releases(item, ministry, alice, bob, steward, visitor):
    said = {"organization": "ministry", "role": "lead", "since": "2026-01-01", "person": str(alice.uuid)}
    wrong = {**said, "person": str(bob.uuid)}
    problem(steward.post("recommendations/T-900/assignments/", wrong), 400, "invalid", ("/person", "other_organization"))  # fmt: skip
    made = steward.post("recommendations/T-900/assignments/", said)
    assert (made.status_code, made.json()["person"]) == (201, "Alice")
    assert visitor.get(f"assignments/{made.json()['id']}/").json()["person"] is None
    problem(steward.post("recommendations/T-900/assignments/", said), 409, "unlawful", ("/organization", "already_assigned"))  # fmt: skip
    done = steward.post(f"assignments/{made.json()['id']}/release/", {"until": "2026-11-01"})
    assert (done.status_code, done.json()["until"], done.json()["version"]) == (200, "2026-11-01", 2)
    assert visitor.get("recommendations/T-900/").json()["assignments"] == []


def test_stewards_keep_themes_and_organizations(steward, owner):
    assert steward.post("themes/", {"slug": "transport", "name_en": "Transport", "position": 3}).status_code == 201
    problem(steward.post("themes/", {"slug": "transport", "name_en": "T"}), 409, "unlawful", ("/slug", "slug_taken"))
    made = steward.post("organizations/", {"slug": "office", "name_en": "Office", "kind": "court", "parent": None})
    assert (made.status_code, made.json()["parent"], made.json()["name"]) == (201, None, "Office")
    child = steward.post("organizations/", {"slug": "desk", "name_en": "Desk", "parent": "office"})
    assert child.json()["parent"] == "office"
    problem(owner.post("themes/", {"slug": "x", "name_en": "X"}), 403, "forbidden")
    tag = made.headers["ETag"]
    done = steward.patch("organizations/office/", {"name_ru": "Палата"}, If_Match=tag)
    assert (done.status_code, done.json()["name_ru"], done.json()["kind"], done.json()["version"]) == (200, "Палата", "court", 2)  # fmt: skip
    problem(steward.patch("organizations/office/", {"name_ru": "П"}, If_Match=tag), 412, "stale")
    problem(steward.patch("organizations/office/", {"parent": "office"}, If_Match="*"), 400, "invalid", ("/parent", "own_parent"))  # fmt: skip
    assert steward.patch("themes/transport/", {"name_ru": "Транспорт"}, If_Match="*").json()["position"] == 3
    problem(steward.patch("themes/transport/", {"name_ru": "Т"}, If_Match='"1.x"'), 412, "stale")
    problem(steward.patch("themes/nowhere/", {"name_ru": "Т"}, If_Match="*"), 404, "not_found")
    problem(steward.patch("organizations/nowhere/", {"name_ru": "Т"}, If_Match="*"), 404, "not_found")


def test_sources_and_their_passages(full, visitor, steward):
    (row,) = visitor.get("sources/").json()["results"]
    assert (row["published"], row["recommendations"], row["snapshot"]["number"]) == ("2019-06", 1, 1)
    assert row["snapshot"]["read_at"] == "2026-11-24T09:30:00Z"
    assert steward.get(f"sources/{full.source.slug}/").json()["recommendations"] == 2
    answer = visitor.get(f"sources/{full.source.slug}/passages/")
    assert answer.headers["Content-Type"] == "application/ld+json"
    body = answer.json()
    assert (body["type"], body["@context"][0], len(body["results"])) == ("AnnotationPage", "http://www.w3.org/ns/anno.jsonld", 1)  # fmt: skip
    assert body["results"][0]["recommendation"] == "T-900"
    one = visitor.get(f"passages/{full.passage.uuid}/", Accept="application/json")
    assert (one.headers["Content-Type"], one.json()) == ("application/json", body["results"][0])
    problem(visitor.get(f"passages/{full.inner_passage.uuid}/"), 404, "not_found")
    bare = SourceFactory(slug="bare", published_on=None)
    said = visitor.get(f"sources/{bare.slug}/").json()
    assert (said["published"], said["snapshot"], said["link"]) == (None, None, None)


def test_indicators_and_observations(full, visitor, steward):
    share = visitor.get(f"indicators/{full.indicator.uuid}/").json()
    assert (share["recommendations"], share["baseline"], share["unit"]) == (["T-900"], None, "%")
    assert share["latest"]["value"] == 49.5
    (row,) = visitor.get(f"indicators/{full.indicator.uuid}/observations/").json()["results"]
    assert (row["value"], row["source"], row["note"]) == (49.5, full.source.slug, "")
    assert visitor.get(f"observations/{row['id']}/").json() == row
    problem(visitor.get(f"indicators/{full.inner_indicator.uuid}/observations/"), 404, "not_found")
    problem(visitor.get(f"observations/{full.inner_observation.uuid}/"), 404, "not_found")
    full.indicator.recommendations.add(full.inner)
    full.indicator.target = 50
    full.indicator.save()
    assert visitor.get(f"indicators/{full.indicator.uuid}/").json()["recommendations"] == ["T-900"]
    assert steward.get(f"indicators/{full.indicator.uuid}/").json()["recommendations"] == ["T-900", "T-901"]
    assert steward.get(f"indicators/{full.indicator.uuid}/").json()["target"] == 50


def test_statistics_say_of_how_many(full, visitor, steward):
    RecommendationFactory(reference="T-902", source=full.source)
    body = visitor.get("statistics/").json()
    assert (body["total"], body["assessed"], body["disagreement"]) == (2, 1, 1)
    assert (body["status"]["no_action"], body["status"]["not_assessed"]) == (1, 1)
    assert (body["response"]["none"], body["delivery"]["no_target"], body["freshness"]["never"]) == (2, 2, 1)
    nothing = dict.fromkeys(body["status"], 0)
    group = {
        "assessed": 1,
        "total": 1,
        "reported_status": {**nothing, "partly": 1},
        "verified_status": {**nothing, "no_action": 1},
    }
    assert (body["theme"], body["lead"]) == ({"economy": group}, {"ministry": group})
    assert body["pairs"] == [{"reported_status": "partly", "verified_status": "no_action", "count": 1}]
    assert steward.get("statistics/?theme=economy").json()["total"] == 1
    assert steward.get("statistics/").json()["total"] == 3
    assert steward.get("statistics/").json()["delivery"]["due_soon"] == 1


def test_figures_over_time_begin_with_the_register(full, visitor, steward):
    day = timezone.now().date().isoformat()
    for api, total in ((visitor, 1), (steward, 2)):
        body = api.get("statistics/series/").json()
        assert (body["step"], [(mark["day"], mark["total"]) for mark in body["marks"]]) == ("day", [(day, total)])
    now = visitor.get("statistics/").json()
    (mark,) = visitor.get("statistics/series/?step=month").json()["marks"]
    assert [mark[name] for name in ("reported_status", "verified_status")] == [
        now[name] for name in ("reported_status", "verified_status")
    ]


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("step=year", "not_a_choice", "/step"),
        ("since=monday", "bad_parameter", "/since"),
        ("since=1000-01-01&step=day", "bad_period", "/since"),
        ("since=9999-01-01", "bad_period", "/since"),
        ("theme=economy", "unknown_parameter", "/theme"),
    ],
)
def test_figures_over_time_refuse_what_they_do_not_know(visitor, query, code, pointer):
    problem(visitor.get(f"statistics/series/?{query}"), 400, "invalid", (pointer, code))


def test_evidence_that_is_a_file_has_no_link(item, visitor):
    piece = EvidenceFactory(recommendation=item, url="", file="evidence/x.pdf")
    assert visitor.get(f"evidence/{piece.uuid}/").json()["link"] is None


def test_a_stewards_report_can_be_followed_by_the_same_verbs(item, carol, visitor):
    followup.assess("T-900", "no_action", kind="self", statement=followup.Statement(as_of=TODAY), actor=carol, now=NOW, seen=None)  # fmt: skip
    assert visitor.get("recommendations/T-900/assessments/").json()["results"][0]["value"] == "no_action"
