"""Indicators on pages."""

import datetime as dt

import pytest

from recommendations.actions import indicator
from recommendations.models import Indicator, Observation, Recommendation
from tests.factories import NOW, SourceFactory
from tests.web.test_followup import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ITEM = "/recommendations/T-900/"
DEFINE = f"{ITEM}indicators/add/"
SAID = {
    "slug": "fairs",
    "title_en": "Fairs held",
    "unit_en": "fairs",
    "direction": "up",
    "baseline": "1",
    "target": "4.5",
}
YEAR = {"period_start": "2025-01-01", "period_end": "2025-12-31", "value": "3"}
MISSING = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"


@pytest.fixture
def made(item, owned, carol):
    definition = indicator.Definition("Fairs held", ("T-900",), unit_en="fairs", direction="up", baseline=1, target=4)
    return indicator.define("fairs", definition, actor=carol, now=NOW)


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 302), ("reader", 403), ("contributor", 403), ("reviewer", 403), ("steward", 200), ("administrator", 200)],
)  # fmt: skip
def test_stewards_define(client, people, item, owned, role, status):
    if people[role]:
        client.force_login(people[role])
    assert client.get(DEFINE).status_code == status
    assert client.post(DEFINE, SAID).status_code == (302 if status == 200 else status)
    assert Indicator.objects.count() == (status == 200)
    if status == 200:
        page = text_of(client.get(ITEM))
        assert "Fairs held, fairs Up is good Baseline 1 Target 4.5" in page
        assert "No value has been recorded yet" in page


def test_define_says_what_is_wrong(client, item, carol, made):
    client.force_login(carol)
    assert client.get(DEFINE).context["form"]["slug"].value() == "t-900-2"
    for changed, status, field in (
        ({"slug": "Fairs"}, 400, "slug"),
        ({}, 409, "slug"),
        ({"slug": "b", "title_en": ""}, 400, "title_en"),
        ({"slug": "b", "target": "1e30"}, 400, "target"),
        ({"slug": "b", "baseline": "much"}, 400, "baseline"),
        ({"slug": "b", "direction": "x"}, 400, "direction"),
    ):
        answer = client.post(DEFINE, {**SAID, **changed})
        assert (answer.status_code, set(answer.context["form"].errors)) == (status, {field})


def test_amend(client, item, carol, alice, made):
    address = f"{ITEM}indicators/{made.uuid}/amend/"
    client.force_login(alice)
    assert client.get(address).status_code == 403
    client.force_login(carol)
    shown = client.get(address).context["form"]
    assert (shown["title_en"].value(), shown["seen"].value()) == ("Fairs held", 1)
    said = {**SAID, "title_en": "Fairs", "target": "", "seen": 1}
    del said["slug"]
    assert client.post(address, said).status_code == 302
    made.refresh_from_db()
    assert (made.title_en, made.target, made.version) == ("Fairs", None, 2)
    answer = client.post(address, {**said, "title_en": "C"})
    assert (answer.status_code, answer.context["form"]["seen"].value()) == (412, "2")


def test_an_owner_records_values(client, alice, bob, made):
    source = SourceFactory(slug="yearbook", title_en="Yearbook")
    address = f"{ITEM}indicators/{made.uuid}/observe/"
    client.force_login(bob)
    assert client.get(address).status_code == 403
    client.force_login(alice)
    assert "Fairs held, fairs" in text_of(client.get(address))
    assert client.post(address, {**YEAR, "source": "yearbook", "note_en": "two cities"}).status_code == 302
    value = Observation.objects.get()
    assert (value.value, value.source, value.note_en) == (3, source, "two cities")
    page = text_of(client.get(ITEM))
    assert "Record a value : Fairs held" in page
    assert "Amend : Fairs held" not in page
    for changed, status, field in (
        ({}, 409, "period_start"),
        ({"period_end": "2024-01-01"}, 400, "period_end"),
        ({"period_start": "2026-01-01", "period_end": "2026-12-31"}, 400, "period_end"),
        ({"period_start": "2025-02-01", "value_high": "1"}, 400, "value_high"),
        ({"value": ""}, 400, "value"),
        ({"source": "nowhere"}, 400, "source"),
    ):
        answer = client.post(address, {**YEAR, **changed})
        assert (answer.status_code, set(answer.context["form"].errors)) == (status, {field})
    assert Observation.objects.count() == 1


def test_what_is_missing_or_withdrawn(client, item, carol, made):
    client.force_login(carol)
    assert client.get(f"{ITEM}indicators/{MISSING}/observe/").status_code == 404
    Recommendation.objects.update(withdrawn_at=NOW)
    assert client.get(f"{ITEM}indicators/{made.uuid}/observe/").status_code == 409
    assert client.get(DEFINE).status_code == 409


def test_history_tells_strangers_nothing_of_what_is_measured_for_hidden_items(client, item, made, carol):
    reading = indicator.Reading(dt.date(2025, 1, 1), dt.date(2025, 12, 31), 3)
    indicator.observe("fairs", reading, actor=carol, now=NOW)
    assert "Fairs held" in text_of(client.get("/history/"))
    Recommendation.objects.update(visibility="internal")
    assert "Fairs held" not in text_of(client.get("/history/"))
    client.force_login(carol)
    assert "Fairs held" in text_of(client.get("/history/"))
