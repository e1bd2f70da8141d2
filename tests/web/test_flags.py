"""Status updates that were taken back, and computed flags, on pages."""

import datetime as dt

import pytest

from recommendations.actions import followup
from recommendations.models import Event, Pace, Recommendation
from tests.actions.test_followup import assess
from tests.factories import NOW, TODAY, RecommendationFactory
from tests.web.test_followup import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ITEM = "/recommendations/T-900/"
DAY = dt.timedelta(days=1)
MISSING = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"


def retract_address(made):
    return f"/assessments/{made.uuid}/retract/"


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 302), ("reader", 403), ("contributor", 200), ("reviewer", 403), ("steward", 200), ("administrator", 200)],
)  # fmt: skip
def test_retract_opens_for_the_author_and_stewards(client, people, item, owned, alice, role, status):
    made = assess(item, alice, "partly", narrative="We began.")
    if people[role]:
        client.force_login(people[role])
    assert ("retract/" in client.get(ITEM).content.decode()) == (status == 200)
    assert client.get(retract_address(made)).status_code == status
    answer = client.post(retract_address(made), {"reason": "Another item."})
    assert answer.status_code == (302 if status == 200 else status)
    made.refresh_from_db()
    assert made.is_standing == (status != 200)


def test_retracted_update_stays_readable_struck_out_with_its_reason(client, item, owned, alice):
    made = assess(item, alice, "partly", narrative="We began.")
    client.force_login(alice)
    answer = client.post(retract_address(made), {"reason": ""})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"reason"})
    client.post(retract_address(made), {"reason": "Another item."})
    page = client.get(ITEM).content.decode()
    assert "<del>We began.</del>" in page
    page = text_of(client.get(ITEM))
    assert "Retracted on 24 November 2026 by Alice (Ministry): Another item." in page
    assert "No owner has reported on it yet." in page
    told = text_of(client.get("/history/"))
    assert "Self-reported: status update retracted" in told
    assert "Retracted: Partly implemented" in told
    assert client.get(retract_address(made)).status_code == 409
    assert client.post(retract_address(made), {"reason": "Again."}).status_code == 409
    assert client.get(f"/assessments/{MISSING}/retract/").status_code == 404


def test_retracting_what_did_not_lead_changes_no_status(client, item, owned, alice):
    first = assess(item, alice, "in_preparation", as_of=TODAY - DAY)
    assess(item, alice, "partly")
    followup.retract(first.uuid, "Wrong.", actor=alice, now=NOW)
    line = next(line for line in client.get(ITEM).context["lines"] if line.event.verb == "assessment_retracted")
    assert line.said.status is None


def test_page_says_why_something_is_stalled(client, item):
    Pace.objects.create(instrument="dialogue", gaps=57, ninth_decile=42 * DAY, measured_at=NOW)
    Recommendation.objects.update(heard_at=NOW - 120 * DAY)
    page = text_of(client.get(ITEM))
    assert "Last heard of 27 July 2026 Stalled silent for 120 days" in page
    assert "of 57 gaps of comparable ones (instrument: Dialogue), nine in ten have at most 42 days" in page
    assert "Here 57 gaps were counted; nine in ten have at most 42 days." in page
    Recommendation.objects.update(heard_at=NOW - 42 * DAY)
    assert "Stalled silent" not in text_of(client.get(ITEM))


def test_page_says_when_there_is_too_little_to_compare_with(client, item):
    assert "Here 0 gaps were counted: too few to call anything stalled." in text_of(client.get(ITEM))


def test_page_says_since_when_it_is_late_and_who_says_what(client, item, owned, alice, bob):
    Recommendation.objects.update(target_on=TODAY - 3 * DAY)
    assess(item, alice, "partly", as_of=TODAY - 100 * DAY)
    assess(item, bob, "no_action", kind="review", as_of=TODAY - 95 * DAY)
    page = text_of(client.get(ITEM))
    assert "Overdue target 21 November 2026, 3 days ago" in page
    assert "21 August 2026 Ageing: 95 days ago" in page
    assert (
        "The owner says “Partly implemented” (16 August 2026), the reviewer “No action found” (21 August 2026)." in page
    )


def test_list_and_overview_know_the_stalled(client, item):
    Pace.objects.create(instrument="dialogue", gaps=20, ninth_decile=10 * DAY, measured_at=NOW)
    RecommendationFactory(reference="T-901", instrument="fund")
    page = text_of(client.get("/recommendations/?stalled=true"))
    assert "Silence: Stalled" in page
    assert "T-900" in page
    assert "T-901" not in page
    assert "Never Stalled" in page
    page = text_of(client.get("/recommendations/?stalled=false"))
    assert "Silence: Not stalled" in page
    assert "T-900" not in page
    assert "1 stalled" in text_of(client.get("/"))
    assert not Event.objects.exists()
