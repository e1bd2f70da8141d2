"""Pages with which people write, in a real browser: accessible in light and dark, wide and narrow, and by keyboard."""

import pytest
from django.urls import reverse
from django.utils import timezone

from recommendations.actions import followup
from recommendations.models import Assessment, Comment
from tests.browsing import enter, follow, look_everywhere, sign_in
from tests.factories import EvidenceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def report(item, actor, value, kind="self", **said):
    now = timezone.now()
    statement = followup.Statement(as_of=now.date(), **said)
    return followup.assess(item.reference, value, kind=kind, statement=statement, actor=actor, now=now, seen=None)


@pytest.fixture
def followed(item, owned, alice, bob, carol):
    """An item with evidence and both ratings, which differ."""
    pieces = EvidenceFactory.create_batch(2, recommendation=item, added_by=alice)
    report(item, alice, "partly", narrative="What the owner says.", evidence=(pieces[0].uuid,), next_step="Go on.")
    report(item, bob, "in_preparation", kind="review", narrative="What the reviewer found.")
    return pieces


def test_update_status_is_accessible(page, followed, alice, bob, carol):
    for someone in (alice, bob, carol):
        enter(page, someone)
        page.goto("/recommendations/T-900/assess/")
        look_everywhere(page)


def test_update_status_with_errors_is_accessible(page, followed, alice):
    enter(page, alice)
    page.goto("/recommendations/T-900/assess/")
    page.click("summary")
    page.fill("[name=link_url]", "javascript:alert(1)")
    page.click("main button[type=submit]")
    assert page.locator(".error-summary a").count() == 5
    look_everywhere(page)
    page.click(".error-summary a >> nth=0")
    assert page.url.endswith("#id_value")


def test_update_status_when_somebody_was_faster_is_accessible(page, item, owned, alice, carol):
    enter(page, alice)
    page.goto("/recommendations/T-900/assess/")
    page.check("[value=partly]")
    page.fill("[name=narrative]", "What I typed.")
    report(item, carol, "no_action", narrative="What she found.")
    page.click("main button[type=submit]")
    assert page.locator(".stale").inner_text().count("What") == 2
    look_everywhere(page)
    page.click("main button[type=submit]")
    assert Assessment.objects.count() == 2


def test_a_comment_that_was_not_sent_is_in_both_its_forms_until_it_is(page, followed, alice):
    enter(page, alice)
    page.goto("/recommendations/T-900/")
    page.fill(".remark [name=body]", "Typed before the session ended.")
    enter(page, alice)
    page.goto("/recommendations/T-900/comment/")
    assert page.input_value("[name=body]") == "Typed before the session ended."
    assert page.locator("[data-draft-note]").is_visible()
    look_everywhere(page)
    follow(page, "button", "Comment")
    assert page.input_value(".remark [name=body]") == ""
    page.reload()
    assert page.input_value(".remark [name=body]") == ""
    assert Comment.objects.get().body == "Typed before the session ended."


def test_a_response_that_was_not_sent_is_in_the_form_again(page, item, owned, alice):
    enter(page, alice)
    page.goto("/recommendations/T-900/respond/")
    page.fill("[name=statement]", "We shall.")
    page.reload()
    assert page.input_value("[name=statement]") == "We shall."
    page.get_by_role("button", name="Throw the draft away").press("Enter")
    page.reload()
    assert page.input_value("[name=statement]") == ""


def test_new_token_is_accessible(page, dave):
    sign_in(page, dave)
    page.goto("/account/tokens/")
    page.fill("[name=name]", "Dashboard")
    page.click("text=Make the token")
    assert page.locator(".key-text").inner_text().startswith("rel_")
    look_everywhere(page)
    page.click(".confirm summary")
    page.click("text=Revoke it")
    assert "is revoked" in page.inner_text(".messages")


def test_pages_that_refuse_are_accessible(page, item, dave):
    enter(page, dave)
    page.goto("/recommendations/T-900/assess/")
    look_everywhere(page)


@pytest.mark.parametrize("where", ["index", "recommendations_recommendation_changelist", "recommendations_person_add"])
def test_admin_works_under_the_policy(page, item, erin, where):
    enter(page, erin)
    page.goto(reverse(f"admin:{where}"))
    assert page.locator("#site-name").inner_text() == "Relations: administration"
    page.goto(reverse("admin:recommendations_recommendation_change", args=[item.pk]))
    assert page.locator("[name=title_en]").input_value() == item.title_en
