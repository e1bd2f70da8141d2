"""A reviewer disagrees with a report; nobody reviews their own."""

import pytest
from playwright.sync_api import expect

from recommendations.models import Assessment, Recommendation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reviewer_disagrees_and_nobody_reviews_their_own_report(walk):
    reviewer = walk("reviewer").come("/my/")
    reviewer.follow("Review %(reference)s", reference="RB-05")
    reviewer.reads("Partly implemented", within=".standing")
    reviewer.mark("Implemented")
    reviewer.press("Record the review")
    reviewer.is_stopped("Evidence that this rests on")
    expect(reviewer.find("radio", "Implemented", "main")).to_be_checked()

    reviewer.mark("In preparation")
    reviewer.write("Narrative", "Experts have met once, and minutes are missing.")
    reviewer.press("Record the review")
    reviewer.reads(
        "Your review of %(reference)s is recorded: %(status)s.",
        within=".message-success",
        reference="RB-05",
        status=reviewer.say("In preparation"),
    )
    reviewer.reads("Ratings differ", within="#ratings ~ p")
    item = Recommendation.objects.get(reference="RB-05")
    assert (item.reported_status, item.verified_status, item.disagrees) == ("partly", "in_preparation", True)

    steward = walk("steward").come("/recommendations/RB-06/assess/?kind=self")
    steward.mark("In preparation")
    steward.press("Record the report")
    steward.come("/recommendations/RB-06/assess/?kind=self")
    steward.follow("Review", within=".kinds")
    steward.reads("Somebody else has to review this")
    expect(steward.page.locator("form#report")).to_have_count(0)
    assert not Assessment.objects.filter(recommendation__reference="RB-06", kind="review").exists()
