"""Status updates that are taken back: readable, and nothing rests on them."""

import datetime as dt
from uuid import uuid4

import pytest

from recommendations.actions import computed, followup
from recommendations.models import Assessment, Event, Recommendation
from recommendations.models.stamp import stamp
from recommendations.rules.errors import Forbidden, Invalid, Missing, Unlawful
from tests.actions.test_followup import assess
from tests.factories import NOW, TODAY, PersonFactory

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def two(item, owned, alice):
    """An older update and a newer one of the same kind."""
    first = assess(item, alice, "in_preparation", as_of=TODAY - dt.timedelta(days=5))
    return first, assess(item, alice, "partly", next_step="More.")


def test_the_update_before_is_current_again(two, item, alice):
    made = followup.retract(two[1].uuid, "Another item.", actor=alice, now=LATER)
    assert (made.is_standing, made.retracted_at, made.retracted_by) == (False, LATER, alice)
    item.refresh_from_db()
    assert (item.status, item.reported, item.assessed_on) == ("in_preparation", two[0], TODAY - dt.timedelta(days=5))
    assert {column: getattr(item, column) for column in computed.current(item)} == computed.current(item)
    assert (item.version, item.heard_at) == (4, NOW)  # taking back is no sign of life
    assert stamp("T-900", alice).counts.assessments == 1


def test_retract_writes_one_event(two, alice):
    followup.retract(two[1].uuid, "Another item.", actor=alice, now=LATER)
    event = Event.objects.last()
    assert (event.verb, event.before) == ("assessment_retracted", {"value": "partly"})
    expected = {
        "assessment": str(two[1].uuid),
        "kind": "self",
        "as_of": "2026-11-24",
        "retracted": "partly",
        "value": "in_preparation",
        "reason": "Another item.",
    }
    assert event.after == expected


def test_when_all_are_taken_back_nobody_has_looked(two, item, alice):
    for one in two:
        followup.retract(one.uuid, "Another item.", actor=alice, now=LATER)
    item.refresh_from_db()
    assert (item.status, item.reported, item.assessed_on, item.is_self_reported) == ("not_assessed", None, None, False)


def test_the_law_does_not_see_what_was_taken_back(two, item, alice, bob):
    for one in two:
        followup.retract(one.uuid, "Another item.", actor=alice, now=LATER)
    with pytest.raises(Unlawful) as refused:
        assess(item, alice, "reversed", narrative="Undone.")
    assert refused.value.codes == ["not_delivered_before"]
    assess(item, alice, "no_action")  # no step down from what no longer counts


def test_a_reviewer_who_took_the_own_report_back_may_review(item, owned, carol):
    made = assess(item, carol, "partly")
    with pytest.raises(Unlawful):
        assess(item, carol, "partly", kind="review")
    followup.retract(made.uuid, "Not mine to say.", actor=carol, now=LATER)
    assess(item, carol, "partly", kind="review")
    item.refresh_from_db()
    assert (item.reported_status, item.verified_status) == ("not_assessed", "partly")


def test_who_may_retract(two, people, carol):
    for someone in (people["reader"], people["reviewer"], PersonFactory(role="contributor")):
        with pytest.raises(Forbidden) as refused:
            followup.retract(two[0].uuid, "No.", actor=someone, now=LATER)
        assert refused.value.codes == ["not_yours"]
    followup.retract(two[0].uuid, "On behalf.", actor=carol, now=LATER)


def test_refusals_change_nothing(two, alice, carol):
    with pytest.raises(Missing):
        followup.retract(uuid4(), "No.", actor=alice, now=LATER)
    for reason, code in ((" ", "required"), ("\x00", "control_characters")):
        with pytest.raises(Invalid) as refused:
            followup.retract(two[0].uuid, reason, actor=alice, now=LATER)
        assert refused.value.codes == [code]
    assert not Assessment.objects.filter(retracted_at__isnull=False).exists()
    followup.retract(two[0].uuid, "Once.", actor=alice, now=LATER)
    with pytest.raises(Unlawful) as again:
        followup.retract(two[0].uuid, "Twice.", actor=alice, now=LATER)
    assert again.value.codes == ["already_retracted"]
    Recommendation.objects.update(withdrawn_at=NOW)
    with pytest.raises(Unlawful) as withdrawn:
        followup.retract(two[1].uuid, "Late.", actor=carol, now=LATER)
    assert withdrawn.value.codes == ["withdrawn"]
