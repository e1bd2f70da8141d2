"""History by API: who reads which events, in which order."""

import pytest
from django.conf import settings as configured

from tests.api.conftest import EVERYBODY
from tests.api.test_door import problem

pytestmark = pytest.mark.django_db


def test_events_can_be_followed(full, visitor, steward, people):
    newest = steward.get("events/").json()["results"]
    times = [row["recorded_at"] for row in newest]
    assert times == sorted(times, reverse=True)
    oldest = steward.get("events/?ordering=recorded_at&page_size=1").json()
    assert oldest["next"]
    assert {row["verb"] for row in steward.get("events/?verb=assessed&verb=observed,registered").json()["results"]} == {"assessed", "observed", "registered"}  # fmt: skip
    assert steward.get("events/?since=2026-11-25T00:00:00Z").json()["results"] == []
    assert steward.get("events/?since=2026-11-24T12:30:00%2B03:00").json()["results"]
    assert steward.get("events/?since=0828-06-13T06:03:46%2B20:39").json()["results"]
    assert {row["actor"] for row in visitor.get("events/").json()["results"]} == {None}
    for query, error in (("since=soon", ("/since", "bad_parameter")), ("since=2026-11-24", ("/since", "bad_parameter")), ("since=2026-13-01T00:00:00Z", ("/since", "bad_parameter")), ("verb=done", ("/verb", "not_a_choice")), ("ordering=verb", ("/ordering", "not_a_choice"))):  # fmt: skip
        problem(steward.get(f"events/?{query}"), 400, "invalid", error)


def test_events_that_name_an_internal_item_are_not_for_strangers(full, visitor, steward):
    steward.patch("recommendations/T-901/", {"parent": None}, If_Match="*")
    before = visitor.get("recommendations/T-900/history/").json()["results"][-1]["sequence"]
    steward.patch("recommendations/T-900/", {"parent": "T-901"}, If_Match="*")
    assert visitor.get("recommendations/T-900/history/").json()["results"][-1]["sequence"] == before
    last = steward.get("recommendations/T-900/history/").json()["results"][-1]
    assert last["after"] == {"parent": "T-901"}
    steward.patch("recommendations/T-900/", {"parent": None}, If_Match="*")
    assert visitor.get("recommendations/T-900/history/").json()["results"][-1]["sequence"] == before
    steward.patch("recommendations/T-901/", {"visibility": "public"}, If_Match="*")
    assert visitor.get("recommendations/T-900/history/").json()["results"][-1]["sequence"] == last["sequence"] + 1


def test_people_s_and_tokens_events_are_for_administrators(full, apis):
    for role in EVERYBODY:
        found = {row["subject"] for row in apis[role].get("events/").json()["results"]}
        assert ("token" in found) is (role == "administrator")
    identity = full.token.uuid
    assert apis["administrator"].get(f"events/token/{identity}/1/").status_code == 200
    assert apis["steward"].get(f"events/token/{identity}/1/").status_code == 404


def test_history_of_one_is_a_chain(full, visitor):
    rows = visitor.get("recommendations/T-900/history/").json()["results"]
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4]
    assert [row["previous_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    rated = next(row for row in rows if row["verb"] == "assessed")
    assert rated["after"]["value"] == "partly"
    assert visitor.get(rated["url"].removeprefix(configured.PUBLIC_URL)).json() == rated
    assert rated["id"] == f"recommendation/T-900/{rated['sequence']}"
