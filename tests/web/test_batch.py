"""Bulk acts on pages: choose in the list, say what, see what came of it, undo."""

import re

import pytest

from recommendations.actions import batch, recommendation
from recommendations.models import Assessment, Assignment, Batch, Evidence, Follow, Recommendation
from tests.factories import NOW, TODAY, AssignmentFactory, PersonFactory, RecommendationFactory, ThemeFactory
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
NEW = "/batches/new/"
LINK = {
    "link_url": "https://example.org/7",
    "link_title": "Decree 7",
    "link_dated_on": "2026-02-01",
    "link_kind": "primary",
}


@pytest.fixture
def three(ministry):
    made = [RecommendationFactory(reference=f"B-{n}") for n in (1, 2, 3)]
    for one in made[:2]:
        AssignmentFactory(recommendation=one, organization=ministry)
    return made


def act(client, verb, references=("B-1", "B-2", "B-3"), **said):
    return client.post(NEW, {"verb": verb, "reference": references, **said})


def buttons(response):
    return re.findall(r'<button type="submit" name="verb" value="(\w+)"', response.content.decode())


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("visitor", []),
        ("reader", ["follow"]),
        ("contributor", ["assess", "follow"]),
        ("reviewer", ["assess", "follow"]),
        ("steward", ["assess", "amend", "assign", "withdraw", "follow"]),
        ("administrator", ["assess", "amend", "assign", "withdraw", "follow"]),
    ],
)
def test_list_offers_what_the_role_may(client, people, three, role, offered):
    if people[role]:
        client.force_login(people[role])
    response = client.get("/recommendations/")
    page = response.content.decode()
    assert buttons(response) == offered
    assert page.count('type="checkbox" name="reference"') == (3 if offered else 0)
    assert faults(page) == []


def test_strangers_are_asked_to_sign_in(client, three, carol):
    made = batch.run("amend", ["B-1"], {"priority": "high"}, actor=carol, now=NOW)
    for address in (NEW, "/batches/", f"/batches/{made.uuid}/", f"/batches/{made.uuid}/undo/"):
        assert client.get(address).url.startswith("/account/login/")
        assert client.post(address).url.startswith("/account/login/")


def test_form_shows_what_will_happen_to_which(client, three, carol):
    client.force_login(carol)
    response = client.get(f"{NEW}?verb=amend&reference=B-1&reference=B-3&reference=B-9")
    page = text_of(response)
    assert "Amend: 2 recommendations" in page
    assert "There is no B-9 in the register." in page
    assert [item.reference for item in response.context["items"]] == ["B-1", "B-3"]
    assert faults(response.content.decode()) == []
    assert not Batch.objects.exists()


def test_all_on_the_page_are_those_that_were_listed(client, three, dave):
    client.force_login(dave)
    query = "verb=follow&listed=B-1&listed=B-2&reference=B-3"
    for both, wanted in (("&all=1", ["B-1", "B-2"]), ("", ["B-3"])):
        response = client.get(f"{NEW}?{query}{both}")
        assert [item.reference for item in response.context["items"]] == wanted


@pytest.mark.parametrize(
    "query",
    ["", "verb=follow", "verb=erase&reference=B-1", "verb=follow&reference=%00", "verb=withdraws&reference=b-1"],
)
def test_what_is_not_asked_well_is_refused_with_the_way_out(client, three, dave, query):
    client.force_login(dave)
    assert client.get(f"{NEW}?{query}").status_code == 400
    assert client.post(NEW, dict(pair.split("=") for pair in query.split("&") if pair)).status_code == 400


def test_too_many_at_once(client, dave):
    client.force_login(dave)
    assert act(client, "follow", [f"B-{n}" for n in range(1001)]).status_code == 400
    assert not Batch.objects.exists()


def test_amend_see_and_undo(client, three, carol):
    ThemeFactory(slug="economy", name_en="Economy")
    Recommendation.objects.filter(reference="B-2").update(withdrawn_at=NOW)
    client.force_login(carol)
    response = act(client, "amend", priority="high", target_on="2027-01-31", themes=["economy"])
    made = Batch.objects.get()
    assert (response.status_code, response.url) == (302, f"/batches/{made.uuid}/")
    response = client.get(response.url)
    page = text_of(response)
    assert faults(response.content.decode()) == []
    assert "Done to 2 recommendations. 1 was refused, see below." in page
    assert "B-2 was withdrawn; it can be read, and no longer changed." in page
    for label, value in (("Priority", "High"), ("Target date", "31 January 2027"), ("Themes", "Economy")):
        assert f"<dt>{label}</dt><dd>{value}</dd>" in re.sub(r"\s+", " ", response.content.decode())
    recommendation.amend("B-3", {"priority": "low"}, actor=carol, now=NOW, seen=None)
    assert client.get(f"/batches/{made.uuid}/undo/").status_code == 405
    assert client.post(f"/batches/{made.uuid}/undo/").url == f"/batches/{made.uuid}/"
    page = text_of(client.get(f"/batches/{made.uuid}/"))
    assert "Undone, but for 1 item." in page
    assert "Somebody has changed it since" in page
    assert "Undo it" not in page
    assert client.post(f"/batches/{made.uuid}/undo/").status_code == 409
    assert list(Recommendation.objects.order_by("reference").values_list("priority", flat=True)) == ["normal", "normal", "low"]  # fmt: skip


def test_undo_of_all(client, three, carol, dave):
    client.force_login(carol)
    act(client, "amend", no_target="on", visibility="internal")
    made = Batch.objects.get()
    assert "taken away" in text_of(client.get(f"/batches/{made.uuid}/"))
    client.force_login(dave)
    assert "Undo it" not in text_of(client.get(f"/batches/{made.uuid}/"))
    assert client.post(f"/batches/{made.uuid}/undo/").status_code == 403
    client.force_login(carol)
    client.post(f"/batches/{made.uuid}/undo/")
    page = text_of(client.get(f"/batches/{made.uuid}/"))
    assert "All of it is undone." in page
    assert "Undone by Carol" in page
    assert set(Recommendation.objects.values_list("visibility", flat=True)) == {"public"}


@pytest.mark.parametrize(
    ("said", "status", "fields"),
    [
        ({}, 400, {"__all__"}),
        ({"priority": "urgent"}, 400, {"priority"}),
        ({"target_on": "soon"}, 400, {"target_on"}),
        ({"target_on": "2027-01-01", "no_target": "on"}, 400, {"no_target"}),
        ({"themes": "nowhere"}, 400, {"themes"}),
        ({"priority": "normal"}, 409, {"__all__"}),
    ],
)
def test_amend_says_what_is_wrong(client, three, carol, said, status, fields):
    client.force_login(carol)
    response = act(client, "amend", **said)
    assert (response.status_code, set(response.context["form"].errors)) == (status, fields)
    assert "Nothing was done yet" in text_of(response)
    assert faults(response.content.decode()) == []
    assert not Batch.objects.exists()


def test_what_a_role_may_not_is_refused(client, three, alice):
    client.force_login(alice)
    assert act(client, "amend", priority="high").status_code == 403
    assert act(client, "assess", ["B-3"], kind="self", value="partly", as_of=TODAY).status_code == 403
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("role", "kinds"), [("contributor", ["self"]), ("reviewer", ["self", "review"]), ("steward", ["self", "review"])]
)
def test_report_offers_the_kinds_that_the_role_may(client, people, three, role, kinds):
    client.force_login(people[role])
    form = client.get(f"{NEW}?verb=assess&reference=B-1").context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == kinds
    assert form["kind"].initial == kinds[-1]


def test_report_on_several_with_a_link(client, three, alice):
    client.force_login(alice)
    said = {"kind": "self", "value": "mostly", "as_of": "2026-11-01", "narrative": "Seen.", "blockers": ["funding"]}
    response = act(client, "assess", **said, **LINK)
    assert response.status_code == 302
    page = client.get(response.url)
    assert "Done to 2 recommendations. 1 was refused, see below." in text_of(page)
    shown = dict(page.context["said"])
    assert shown["Evidence"] == "Decree 7 (Primary source, 1 February 2026), https://example.org/7"
    assert (shown["Rating"], shown["As of"], shown["What stands in the way"]) == (
        "Self-reported",
        "1 November 2026",
        "Funding",
    )
    assert (Assessment.objects.count(), Evidence.objects.count()) == (2, 2)
    client.post(f"{response.url}undo/")
    assert not Assessment.objects.standing().exists()


def test_report_without_a_link_and_what_is_wrong_with_one(client, three, alice):
    client.force_login(alice)
    said = {"kind": "self", "value": "partly", "as_of": "2026-11-01"}
    for more, status, field in (
        ({"link_url": "javascript:x"}, 400, "link_url"),
        ({"value": ""}, 400, "value"),
        ({"as_of": "2030-01-01"}, 400, "as_of"),
        ({"value": "mostly"}, 409, "__all__"),
    ):
        response = act(client, "assess", ["B-1", "B-2"], **{**said, **more})
        assert (response.status_code, field in response.context["form"].errors) == (status, True), more
    assert act(client, "assess", **said).status_code == 302


def test_assign_several(client, three, carol, ministry):
    person = PersonFactory(role="contributor", organization=ministry)
    client.force_login(carol)
    said = {"organization": "ministry", "role": "lead", "since": "2026-11-01"}
    response = act(client, "assign", **said, person=str(person.uuid))
    assert Assignment.objects.get(recommendation__reference="B-3").person == person
    shown = dict(client.get(response.url).context["said"])
    assert shown == {"Organization": "Ministry", "Role": "Lead", "Since": "1 November 2026", "Person": person.name}
    response = act(client, "assign", **{**said, "role": "validating"}, person="")
    assert "Person" not in dict(client.get(response.url).context["said"])


def test_follow_several_is_ones_own(client, three, dave, bob):
    client.force_login(dave)
    response = act(client, "follow")
    assert Follow.objects.count() == 3
    assert "Follow: 3 recommendations" in text_of(client.get("/batches/"))
    assert client.get(response.url).status_code == 200
    client.force_login(bob)
    assert client.get(response.url).status_code == 404
    page = client.get("/batches/")
    assert "Nothing was done to several at once yet" in text_of(page)
    assert faults(page.content.decode()) == []
    assert client.get("/batches/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/").status_code == 404


def test_history_and_notices_lead_to_the_batch(client, three, carol, alice):
    made = batch.run("amend", ["B-1", "B-2", "B-3"], {"priority": "high"}, actor=carol, now=NOW)
    batch.undo(made.uuid, actor=carol, now=NOW)
    client.force_login(alice)
    response = client.get("/history/?subject=batch")
    assert f'href="/batches/{made.uuid}/"' in response.content.decode()
    assert "Act: Amend" in text_of(response)
    assert "Undone: 3" in text_of(response)
    assert "2 of your recommendations were changed by one bulk act" in text_of(client.get("/my/"))
    assert faults(client.get("/my/").content.decode()) == []


def test_pages_ask_the_same_number_of_questions_for_one_and_three(client, carol, django_assert_num_queries):
    client.force_login(carol)
    asked = []
    for size in (1, 3):
        references = [RecommendationFactory().reference for _n in range(size)]
        made = batch.run("amend", references, {"priority": "high"}, actor=carol, now=NOW)
        counts = []
        for address in (
            f"/batches/{made.uuid}/",
            "/batches/",
            f"{NEW}?verb=follow&" + "&".join(f"reference={r}" for r in references),
        ):
            with django_assert_num_queries(30, exact=False) as questions:
                assert client.get(address).status_code == 200
            counts.append(len(questions))
        asked.append(counts)
    assert asked[0] == asked[1]


def test_many_are_withdrawn_by_the_page(client, carol, words):
    RecommendationFactory(reference="B-1")
    client.force_login(carol)
    page = words(client.get("/batches/new/?verb=withdraw&reference=B-1"))
    assert "Readers see it in the history of each of them." in page
    answer = client.post(
        "/batches/new/", {"verb": "withdraw", "reference": "B-1", "reason": "Taken back."}, follow=True
    )
    assert "Taken back." in words(answer)
    assert Recommendation.objects.get(reference="B-1").withdrawn_at is not None
