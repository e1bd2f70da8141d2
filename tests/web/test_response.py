"""Record a response on a page."""

import pytest

from recommendations.models import Event, Recommendation, Response
from tests.factories import NOW, EvidenceFactory, OrganizationFactory, PersonFactory
from tests.web.test_followup import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/recommendations/T-900/respond/"
SAID = {"organization": "ministry", "answer": "in_part", "responded_on": "2026-11-20", "statement": "A part of it."}


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 302), ("reader", 403), ("contributor", 200), ("reviewer", 403), ("steward", 200), ("administrator", 200)],
)  # fmt: skip
def test_opens_for_owners_and_stewards(client, people, owned, role, status):
    if people[role]:
        client.force_login(people[role])
    assert client.get(ADDRESS).status_code == status
    answer = client.post(ADDRESS, SAID)
    assert answer.status_code == (302 if status == 200 else status)
    assert Response.objects.count() == (status == 200)


def test_all_responses_are_shown_latest_first_with_what_they_cite(client, owned, item, alice, carol):
    piece = EvidenceFactory(recommendation=item, title="Letter 12")
    client.force_login(alice)
    assert "Letter 12" in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {**SAID, "evidence": [str(piece.uuid)]})
    assert "The response is recorded." in text_of(client.get(ADDRESS))
    assert "Accepted in part, Ministry" in text_of(client.get(ADDRESS))
    client.post(ADDRESS, {**SAID, "answer": "rejected", "responded_on": "2026-11-21", "statement": ""})
    page = text_of(client.get("/recommendations/T-900/"))
    assert page.index("Rejected · Ministry") < page.index("Accepted in part · Ministry")
    assert "Recorded on 24 November 2026 by Alice (Ministry)" in page
    assert "On this evidence: Letter 12" in page
    assert "Response Rejected" in page
    client.logout()
    assert "Alice" not in text_of(client.get("/recommendations/T-900/"))
    assert "Response recorded" in text_of(client.get("/history/"))


def test_says_what_is_wrong_and_where(client, owned, carol, alice):
    client.force_login(alice)
    for changed, field in (
        ({"responded_on": "2026-11-25"}, "responded_on"),
        ({"responded_on": "2019-01-01"}, "responded_on"),
        ({"answer": ""}, "answer"),
        ({"organization": "other"}, "organization"),
        ({"statement": "a\x0bb"}, "statement"),
    ):
        answer = client.post(ADDRESS, {**SAID, **changed})
        assert (answer.status_code, set(answer.context["form"].errors)) == (400, {field})
    assert not Event.objects.exists()


def test_stewards_choose_among_all_and_the_lead_is_proposed(client, owned, carol):
    OrganizationFactory(slug="other", name_en="Another body")
    client.force_login(carol)
    form = client.get(ADDRESS).context["form"]
    assert [value for value, _label in form.fields["organization"].choices] == ["", "other", "ministry"]
    assert form["organization"].value() == "ministry"


def test_without_an_owner_nothing_is_proposed(client, item, carol):
    client.force_login(carol)
    assert client.get(ADDRESS).context["form"]["organization"].value() == ""


def test_missing_and_withdrawn(client, item):
    client.force_login(PersonFactory(role="steward"))
    assert client.get("/recommendations/T-999/respond/").status_code == 404
    Recommendation.objects.update(withdrawn_at=NOW)
    assert client.get(ADDRESS).status_code == 409
