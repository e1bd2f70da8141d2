"""Responses, milestones, indicators, retracted status updates and the computed flags, through the API."""

import datetime as dt
from decimal import Decimal

import pytest

from recommendations.actions import milestone
from recommendations.models import Event, Indicator, Milestone, Observation, Pace, Recommendation, Response
from tests.api.test_door import problem
from tests.factories import NOW, TODAY, EvidenceFactory, OrganizationFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
ITEM = "recommendations/T-900/"
ANSWER = {"organization": "ministry", "answer": "in_part", "responded_on": "2026-11-20", "statement": "A part of it."}
GOAL = {"title": "A draft", "due_on": "2026-12-31"}
YEAR = {"period_start": "2025-01-01", "period_end": "2025-12-31", "value": 3}


# Responses


def test_an_owner_records_a_response(owned, item, owner, visitor, alice):
    piece = EvidenceFactory(recommendation=item)
    made = owner.post(f"{ITEM}responses/", {**ANSWER, "evidence": [str(piece.uuid)]})
    assert (made.status_code, made.headers["Location"]) == (201, made.json()["url"])
    body = made.json()
    assert (body["answer"], body["organization"]["slug"], body["author"]) == ("in_part", "ministry", "Alice")
    assert body["evidence"] == [str(piece.uuid)]
    detail = visitor.get(ITEM).json()
    assert (detail["response"], detail["latest_response"]["author"]) == ("in_part", None)
    assert owner.get("recommendations/?response=in_part").json()["results"][0]["reference"] == "T-900"


def test_a_steward_answers_for_anybody_and_an_owner_for_their_own(owned, owner, steward):
    OrganizationFactory(slug="other")
    said = {**ANSWER, "organization": "other"}
    problem(owner.post(f"{ITEM}responses/", said), 403, "forbidden", ("/organization", "other_organization"))
    assert steward.post(f"{ITEM}responses/", said).status_code == 201
    problem(
        steward.post(f"{ITEM}responses/", {**said, "organization": "nowhere"}),
        400,
        "invalid",
        ("/organization", "unknown_name"),
    )


def test_wrong_responses_are_refused_all_at_once(owned, owner, reviewer):
    problem(reviewer.post(f"{ITEM}responses/", ANSWER), 403, "forbidden", ("", "not_assigned"))
    problem(owner.post(f"{ITEM}responses/", {**ANSWER, "responded_on": "2026-11-25"}), 400, "invalid", ("/responded_on", "in_the_future"))  # fmt: skip
    problem(owner.post(f"{ITEM}responses/", {**ANSWER, "responded_on": "2019-05-31"}), 400, "invalid", ("/responded_on", "before_source"))  # fmt: skip
    problem(owner.post(f"{ITEM}responses/", {**ANSWER, "answer": "perhaps"}), 400, "invalid", ("/answer", "not_a_choice"))  # fmt: skip
    problem(owner.post(f"{ITEM}responses/", ANSWER, If_Match='"7.x"'), 412, "stale", ("/version", "stale"))
    assert not Response.objects.exists()


# Milestones


def test_a_milestone_is_set_amended_and_finished(owned, owner, visitor):
    made = owner.post(f"{ITEM}milestones/", GOAL)
    assert (made.status_code, made.json()["state"], made.json()["version"]) == (201, "due", 1)
    address = made.json()["url"].partition("/api/v1/")[2]
    problem(owner.patch(address, {"due_on": "2026-11-01"}), 428, "precondition_required")
    done = owner.patch(address, {"due_on": "2026-11-01"}, If_Match=made.headers["ETag"])
    assert (done.status_code, done.json()["state"], done.json()["title"]) == (200, "late", "A draft")
    problem(owner.patch(address, {"title": "B"}, If_Match=made.headers["ETag"]), 412, "stale", ("/version", "stale"))
    problem(owner.post(f"{address}finish/", {"done_on": "2026-11-25"}), 400, "invalid", ("/done_on", "in_the_future"))
    finished = owner.post(f"{address}finish/", {"done_on": "2026-11-20"}).json()
    assert (finished["state"], finished["done_on"]) == ("done_late", "2026-11-20")
    problem(owner.post(f"{address}cancel/", {"reason": "No."}), 409, "unlawful", ("", "milestone_closed"))
    problem(owner.patch(address, {"title": "B"}, If_Match="*"), 409, "unlawful", ("", "milestone_closed"))
    assert visitor.get(ITEM).json()["milestones"] == [visitor.get(address).json()]


def test_a_milestone_is_cancelled_with_a_reason(owned, owner, reviewer, visitor):
    made = owner.post(f"{ITEM}milestones/", {"title": "A draft"})
    address = made.json()["url"].partition("/api/v1/")[2]
    problem(reviewer.post(f"{address}cancel/", {"reason": "No."}), 403, "forbidden", ("", "not_assigned"))
    problem(owner.post(f"{address}cancel/", {"reason": ""}), 400, "invalid", ("/reason", "required"))
    body = owner.post(f"{address}cancel/", {"reason": "Two programmes became one."}).json()
    assert (body["state"], body["cancellation_reason"]) == ("cancelled", "Two programmes became one.")
    assert body["cancelled_at"] is not None
    assert Milestone.objects.get().version == 2


def test_a_milestone_of_what_is_hidden_is_missing_for_strangers(full, visitor, carol):
    made = milestone.plan("T-901", milestone.Plan("Hidden"), actor=carol, now=NOW)
    problem(visitor.get(f"milestones/{made.uuid}/"), 404, "not_found")


# Indicators


def test_a_steward_defines_and_amends_an_indicator(item, steward, owner):
    said = {"slug": "fairs", "title_en": "Fairs", "unit_en": "fairs", "direction": "up", "baseline": 0.5, "target": 4}
    problem(owner.post(f"{ITEM}indicators/", said), 403, "forbidden", ("", "stewards_only"))
    made = steward.post(f"{ITEM}indicators/", said)
    assert made.status_code == 201
    body = made.json()
    assert (body["recommendations"], body["direction"], body["baseline"], body["target"]) == (["T-900"], "up", 0.5, 4)
    problem(steward.post(f"{ITEM}indicators/", said), 409, "unlawful", ("/slug", "slug_taken"))
    problem(steward.post("recommendations/T-999/indicators/", said), 404, "not_found")
    address = f"indicators/{body['id']}/"
    problem(steward.patch(address, {"target": 5}), 428, "precondition_required")
    RecommendationFactory(reference="T-902")
    changed = {"target": None, "recommendations": ["T-900", "T-902"]}
    done = steward.patch(address, changed, If_Match=made.headers["ETag"]).json()
    assert (done["target"], done["recommendations"], done["version"]) == (None, ["T-900", "T-902"], 2)
    problem(steward.patch(address, {"target": 5}, If_Match=made.headers["ETag"]), 412, "stale", ("/version", "stale"))
    problem(steward.patch(address, {"slug": "other"}, If_Match="*"), 400, "invalid", ("/slug", "unknown_field"))


@pytest.mark.parametrize("value", ["3", True, None, 1e17, 0.12345, 10**30])
def test_what_is_no_quantity_is_refused(item, steward, value):
    said = {"slug": "fairs", "title_en": "Fairs", "target": value}
    answer = steward.post(f"{ITEM}indicators/", said)
    if value is None:
        assert answer.json()["target"] is None
    else:
        problem(answer, 400, "invalid")
        assert not Indicator.objects.exists()


def test_an_owner_records_a_value_once_for_each_period(full, owner, reviewer, visitor):
    address = f"indicators/{full.indicator.uuid}/"
    problem(reviewer.post(f"{address}observations/", YEAR), 403, "forbidden", ("", "not_assigned"))
    made = owner.post(f"{address}observations/", {**YEAR, "value": 3.25, "source": full.source.slug})
    assert (made.status_code, made.json()["value"], made.json()["source"]) == (201, 3.25, full.source.slug)
    assert Observation.objects.get(uuid=made.json()["id"]).value == Decimal("3.25")
    problem(owner.post(f"{address}observations/", YEAR), 409, "unlawful", ("/period_start", "period_recorded"))
    assert visitor.get(address).json()["latest"]["value"] == 3.25
    late = {**YEAR, "period_end": "2026-12-31"}
    problem(owner.post(f"{address}observations/", late), 400, "invalid", ("/period_end", "in_the_future"))
    theirs = f"indicators/{full.inner_indicator.uuid}/observations/"
    problem(owner.post(theirs, YEAR), 403, "forbidden", ("", "not_assigned"))


def test_values_of_what_is_hidden_leave_no_trace_for_strangers(full, visitor, steward):
    for address in ("events/", "events/?verb=observed"):
        said = visitor.get(address).content.decode()
        assert full.inner_indicator.slug not in said
        assert full.inner_indicator.slug in steward.get(address).content.decode()
    key = f"events/indicator/{full.inner_indicator.slug}/2/"
    problem(visitor.get(key), 404, "not_found")
    assert steward.get(key).json()["verb"] == "observed"


# Retracted status updates


def test_a_status_update_is_retracted(full, steward, owner, visitor):
    address = f"assessments/{full.assessment.uuid}/"
    problem(owner.post(f"{address}retract/", {"reason": "Wrong."}), 403, "forbidden", ("", "not_yours"))
    problem(steward.post(f"{address}retract/", {"reason": " "}), 400, "invalid", ("/reason", "required"))
    body = steward.post(f"{address}retract/", {"reason": "Another item."}).json()
    assert (body["is_standing"], body["retraction_reason"]) == (False, "Another item.")
    assert body["retracted_at"] is not None
    problem(steward.post(f"{address}retract/", {"reason": "Again."}), 409, "unlawful", ("", "already_retracted"))
    detail = visitor.get(ITEM).json()
    assert (detail["latest_self_assessment"], detail["reported_status"], detail["disagreement"]) == (None, "not_assessed", False)  # fmt: skip
    assert detail["counts"]["assessments"] == 1
    listed = visitor.get(f"{ITEM}assessments/").json()["results"]
    assert [one["is_standing"] for one in listed] == [True, False]


# The computed flags


@pytest.fixture
def slow(full):
    """Dialogues are usually silent for 30 days at most; this one has been for 100."""
    Pace.objects.create(instrument="dialogue", gaps=20, ninth_decile=dt.timedelta(days=30), measured_at=NOW)
    Recommendation.objects.update(heard_at=NOW - dt.timedelta(days=100))
    return full


def test_the_flags_are_explained(slow, visitor):
    Recommendation.objects.filter(reference="T-900").update(target_on=TODAY - dt.timedelta(days=3))
    body = visitor.get(ITEM).json()
    flags = body["flags"]
    assert body["stalled"] is True
    expected = {"is_stalled": True, "silent_since": "2026-08-16", "silent_days": 100, "ninth_decile_days": 30, "gaps": 20, "gaps_needed": 20}  # fmt: skip
    assert {name: flags["stalled"][name] for name in expected} == expected
    assert (flags["delivery"]["overdue_since"], flags["delivery"]["days_overdue"]) == ("2026-11-22", 3)
    assert (flags["freshness"]["assessed_on"], flags["freshness"]["days"]) == ("2026-11-24", 0)
    assert flags["disagreement"]["differs"] is True
    assert flags["disagreement"]["reported"] == {"value": "partly", "as_of": "2026-11-24", "author": None}
    assert flags["disagreement"]["verified"]["value"] == "no_action"
    assert all(flag["rule"] for flag in flags.values())
    russian = visitor.get(ITEM, Accept_Language="ru").json()["flags"]
    assert all(russian[name]["rule"] != flags[name]["rule"] for name in flags)


def test_the_flags_of_what_nobody_has_looked_at(item, visitor):
    flags = visitor.get(ITEM).json()["flags"]
    assert (flags["stalled"]["gaps"], flags["stalled"]["ninth_decile_days"]) == (0, None)
    assert (flags["freshness"]["days"], flags["disagreement"]["reported"]) == (None, None)
    assert (flags["delivery"]["overdue_since"], flags["delivery"]["days_overdue"]) == (None, 0)


@pytest.mark.parametrize(("query", "found"), [("stalled=true", ["T-900", "T-901"]), ("stalled=false", ["T-902"])])
def test_stalled_can_be_asked_for(slow, steward, query, found):
    RecommendationFactory(reference="T-902", instrument="fund")
    rows = steward.get(f"recommendations/?{query}").json()["results"]
    assert [row["reference"] for row in rows] == found
    assert {row["stalled"] for row in rows} == {query == "stalled=true"}
    assert steward.get(f"statistics/?{query}").json()["total"] == len(found)


def test_stalled_ones_are_counted(slow, visitor, steward):
    assert visitor.get("statistics/").json()["stalled"] == 1
    assert steward.get("statistics/").json()["stalled"] == 2


def test_the_tag_of_a_detail_changes_with_the_pace(slow, visitor):
    before = visitor.get(ITEM).headers["ETag"]
    Pace.objects.update(gaps=21)
    between = visitor.get(ITEM).headers["ETag"]
    Recommendation.objects.update(heard_at=NOW)
    after = visitor.get(ITEM).headers["ETag"]
    assert len({before, between, after}) == 3


def test_each_act_is_one_event(owned, owner):
    owner.post(f"{ITEM}responses/", ANSWER)
    address = owner.post(f"{ITEM}milestones/", GOAL).json()["url"].partition("/api/v1/")[2]
    owner.patch(address, {"title": "B"}, If_Match="*")
    owner.patch(address, {"title": "B"}, If_Match="*")
    owner.post(f"{address}finish/", {"done_on": "2026-11-20"})
    verbs = list(Event.objects.exclude(verb="issued").order_by("id").values_list("verb", flat=True))
    assert verbs == ["responded", "milestone_set", "milestone_amended", "milestone_finished"]
