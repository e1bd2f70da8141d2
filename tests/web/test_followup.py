"""Update status: who may, what is shown first, what is wrong and where, and that nothing typed is lost."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from recommendations.actions import followup
from recommendations.models import Assessment, Event, Evidence
from recommendations.rules.lifecycle import Status
from tests.factories import NOW, TODAY, EvidenceFactory, PersonFactory

pytestmark = pytest.mark.django_db
HERE = "/recommendations/T-900/assess/"


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(NOW, tick=False):
        yield


def said(**changed):
    return {"kind": "self", "value": "in_preparation", "as_of": TODAY.isoformat(), "seen": 1, **changed}


LINK = {
    "link_url": "https://example.org/7",
    "link_title": "Decree 7",
    "link_dated_on": "2026-02-01",
    "link_kind": "primary",
    "link_issuer": "Gazette",
}


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode())))


def report(item, actor, value="in_preparation", kind="self", **more):
    now = more.pop("now", NOW)
    statement = followup.Statement(as_of=more.pop("as_of", TODAY), **more)
    return followup.assess(item.reference, value, kind=kind, statement=statement, actor=actor, now=now, seen=None)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("reader", 403),
        ("contributor", 200),
        ("reviewer", 200),
        ("steward", 200),
        ("administrator", 200),
    ],
)
def test_assess_opens_for_those_who_may(client, people, owned, role, status):
    if people[role]:
        client.force_login(people[role])
    response = client.get(HERE)
    assert response.status_code == status
    if status == 302:
        assert response.url == f"/account/login/?next={HERE}"
    if status == 403:
        assert "Only the owners of T-900, or a steward on their behalf" in text_of(response)
    posted = client.post(HERE, said(kind="review" if role == "reviewer" else "self"))
    assert posted.status_code == (302 if status in {200, 302} else status)
    assert Assessment.objects.count() == (status == 200)


@pytest.mark.parametrize("role", ["reader", "contributor"])
def test_assess_as_a_review_is_for_reviewers(client, people, owned, role):
    client.force_login(people[role])
    assert client.get(f"{HERE}?kind=review").status_code == 403
    assert client.post(HERE, said(kind="review")).status_code == 403
    assert not Assessment.objects.exists()


def test_assess_by_a_contributor_of_somebody_elses_item_is_forbidden(client, item):
    client.force_login(PersonFactory(role="contributor"))
    assert client.get(HERE).status_code == 403
    assert client.post(HERE, said()).status_code == 403


def test_assess_of_what_one_may_not_see_is_as_missing(client, item, dave):
    item.visibility = "internal"
    item.save()
    client.force_login(dave)
    missing = client.get("/recommendations/T-901/assess/")
    assert missing.status_code == 404
    assert client.get("/recommendations/900/assess/").status_code == 404
    assert client.get(HERE).status_code == 403  # a reader sees it, and does not report on it
    client.logout()
    assert client.get(HERE).status_code == client.get("/recommendations/T-901/assess/").status_code == 302


def test_assess_of_a_withdrawn_item_says_so(client, item, owned, alice):
    item.withdrawn_at = NOW
    item.save()
    client.force_login(alice)
    response = client.get(HERE)
    assert response.status_code == 409
    assert "T-900 was withdrawn" in text_of(response)


def test_assess_offers_both_kinds_to_stewards_only(client, people, owned):
    for role, kinds in (("contributor", ["self"]), ("reviewer", ["review"]), ("steward", ["self", "review"])):
        client.force_login(people[role])
        response = client.get(HERE)
        assert list(response.context["kinds"]) == kinds
        assert response.context["kind"] == kinds[0]
        assert (f'href="{HERE}?kind=review"' in response.content.decode()) == (len(kinds) == 2)


def test_assess_shows_first_what_each_status_needs(client, item, owned, alice, bob):
    client.force_login(alice)
    rows = {row.value: row for row, _radio in client.get(HERE).context["rows"]}
    assert list(rows) == [status for status in Status if status is not Status.NOT_ASSESSED]
    needs = {value: [need.text for need in row.needs] for value, row in rows.items()}
    assert needs["in_preparation"] == []
    assert needs["implemented"] == [
        "A report of “Implemented” needs a piece of evidence dated after June 2019: 0 of 1."
    ]
    assert needs["overtaken"] == ["A narrative: say what happened and how you know."]
    assert not rows["reversed"].is_possible
    EvidenceFactory(recommendation=item, kind="secondary")
    EvidenceFactory(recommendation=item, dated_on=dt.date(2019, 6, 30))
    report(item, alice, "partly")
    rows = {row.value: row for row, _radio in client.get(HERE).context["rows"]}
    assert [(need.text, need.is_met) for need in rows["mostly"].needs] == [
        ("A report of “Mostly implemented” needs a piece of evidence dated after June 2019: 1 of 1.", True)
    ]
    assert (rows["partly"].is_current, rows["reversed"].is_possible) == (True, True)
    assert [need.text for need in rows["no_action"].needs] == ["A narrative: say what happened and how you know."]
    client.force_login(bob)
    response = client.get(HERE)
    assert "A review of “Implemented” needs a primary source dated after June 2019: 0 of 1." in text_of(response)
    assert text_of(response).index("0 of 1.") < text_of(response).index("What it rests on")


def test_assess_needs_without_a_date_of_the_source(client, item, owned, alice, bob):
    item.source.published_on = None
    item.source.save()
    for someone, text in (
        (alice, "A report of “Implemented” needs a piece of evidence: 0 of 1."),
        (bob, "A review of “Implemented” needs a primary source: 0 of 1."),
    ):
        client.force_login(someone)
        assert text in text_of(client.get(HERE))


def test_assess_records_and_leads_back(client, item, owned, alice):
    client.force_login(alice)
    piece = EvidenceFactory(recommendation=item)
    response = client.post(
        HERE,
        said(
            narrative="A working group was set up.",
            next_step="Adopt the rules.",
            next_review_on="2027-02-01",
            blockers=["funding", "capacity"],
            evidence=[str(piece.uuid)],
            **LINK,
        ),
    )
    assert (response.status_code, response.url) == (302, "/recommendations/T-900/")
    made = Assessment.objects.get()
    assert (made.kind, made.value, made.author, made.as_of) == ("self", "in_preparation", alice, TODAY)
    assert (made.next_step, made.next_review_on, made.blockers) == (
        "Adopt the rules.",
        dt.date(2027, 2, 1),
        ["funding", "capacity"],
    )
    assert {p.title for p in made.evidence.all()} == {piece.title, "Decree 7"}
    assert [event.verb for event in Event.objects.order_by("sequence")] == ["evidence_attached", "assessed"]
    followed = client.get(HERE)
    assert "Your report on T-900 is recorded: In preparation." in text_of(followed)


def test_assess_review_records_and_says_so(client, item, owned, bob):
    client.force_login(bob)
    client.post(HERE, said(kind="review", value="no_action"))
    item.refresh_from_db()
    assert item.verified_status == "no_action"
    assert "Your review of T-900 is recorded: No action found." in text_of(client.get(HERE))


def test_assess_begins_with_today_in_the_persons_zone(client, owned, alice):
    alice.time_zone = "Pacific/Kiritimati"  # 23:30 on the 24th is the 25th there
    alice.save()
    client.force_login(alice)
    with time_machine.travel(dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC), tick=False):
        page = client.get(HERE).content.decode()
        assert 'name="as_of" value="2026-11-25"' in page
        assert 'max="2026-11-25"' in page
        assert client.post(HERE, said(as_of="2026-11-25")).status_code == 302


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"value": "done"}, "value", 400),
        ({"value": ""}, "value", 400),
        ({"value": "not_assessed"}, "value", 400),
        ({"kind": "guess"}, "kind", 400),
        ({"as_of": "2026-11-25"}, "as_of", 400),
        ({"as_of": "2019-05-31"}, "as_of", 400),
        ({"as_of": "yesterday"}, "as_of", 400),
        ({"as_of": ""}, "as_of", 400),
        ({"next_review_on": TODAY.isoformat()}, "next_review_on", 400),
        ({"blockers": ["weather"]}, "blockers", 400),
        ({"narrative": "a\x07b"}, "narrative", 400),
        ({"narrative": "a\x00b"}, "narrative", 400),
        ({"narrative": "a" * 20_001}, "narrative", 400),
        ({"evidence": ["not-an-id"]}, "evidence", 400),
        ({"evidence": ["0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"]}, "evidence", 400),
        ({"seen": ""}, "seen", 400),
        ({"seen": "9" * 5000}, "seen", 400),
        ({"value": "implemented"}, "evidence", 409),
        ({"value": "overtaken"}, "narrative", 409),
        ({"value": "reversed", "narrative": "Undone."}, "value", 409),
        ({**LINK, "link_url": "javascript:alert(1)"}, "link_url", 400),
        ({**LINK, "link_url": "http://192.168.0.1/"}, "link_url", 400),
        ({**LINK, "link_url": "http://localhost/"}, "link_url", 400),
        ({**LINK, "link_url": "nonsense"}, "link_url", 400),
        ({**LINK, "link_title": ""}, "link_title", 400),
        ({**LINK, "link_kind": "rumour"}, "link_kind", 400),
        ({**LINK, "link_kind": ""}, "link_kind", 400),
        ({**LINK, "link_dated_on": "2027-01-01"}, "link_dated_on", 400),
        ({**LINK, "link_url": ""}, "link_url", 400),
    ],
)
def test_assess_says_what_is_wrong_and_where(client, item, owned, alice, changed, field, status):
    client.force_login(alice)
    response = client.post(HERE, said(**changed))
    assert response.status_code == status
    form = response.context["form"]
    assert set(form.errors) == {field}
    page = response.content.decode()
    assert "Nothing was saved yet" in page
    if not form[field].is_hidden:
        assert f'href="#{form[field].id_for_label or form[field].auto_id}"' in page
        assert f'id="{form[field].id_for_label or form[field].auto_id}' in page
    assert not Assessment.objects.exists()
    assert not Evidence.objects.exists()
    assert not Event.objects.exists()


def test_assess_with_a_step_down_needs_a_narrative(client, item, owned, alice):
    report(item, alice, "partly")
    client.force_login(alice)
    response = client.post(HERE, said(value="no_action", seen=2))
    assert (response.status_code, set(response.context["form"].errors)) == (409, {"narrative"})
    assert client.post(HERE, said(value="no_action", narrative="It stopped.", seen=2)).status_code == 302


def test_assess_of_ones_own_report_is_for_another_reviewer(client, item, carol):
    report(item, carol)
    client.force_login(carol)
    page = client.get(f"{HERE}?kind=review")
    assert "Somebody else has to review this" in text_of(page)
    assert "<textarea" not in page.content.decode()
    response = client.post(HERE, said(kind="review", seen=2))
    assert response.status_code == 409
    assert "another reviewer has to review it" in text_of(response)
    assert Assessment.objects.count() == 1


def test_assess_does_not_offer_retracted_evidence(client, item, owned, alice):
    piece = EvidenceFactory(recommendation=item, retracted_at=NOW, retracted_by=alice, retraction_reason="Wrong.")
    client.force_login(alice)
    assert str(piece.uuid) not in client.get(HERE).content.decode()
    response = client.post(HERE, said(evidence=[str(piece.uuid)]))
    assert "choose again" in text_of(response)


def test_assess_loses_nothing_when_somebody_was_faster(client, item, owned, alice, carol):
    client.force_login(alice)
    piece = EvidenceFactory(recommendation=item)
    mine = said(
        narrative="What I typed.", next_step="My step.", blockers=["funding"], evidence=[str(piece.uuid)], **LINK
    )
    report(item, carol, "no_action", narrative="What she found.")
    response = client.post(HERE, mine)
    assert response.status_code == 412
    text, page = text_of(response), response.content.decode()
    assert "Somebody was faster" in text
    assert re.search(r"Theirs Carol : status updated, No action found .* What she found\.", text)
    assert re.search(r"Yours, not saved yet In preparation What I typed\.", text)
    assert 'name="seen" value="2"' in page
    assert '<button type="submit" form="report">Send yours on top of theirs</button>' in page
    assert "Theirs is version 2 and stays in the history." in text
    assert "Only a file has to be chosen again" not in text
    assert "data-refused" in page
    for typed in ("What I typed.", "My step.", "https://example.org/7", "Decree 7", "Gazette", "2026-02-01"):
        assert typed in page
    assert page.count(" checked") == 3  # the status, the blocker, the piece of evidence
    assert Assessment.objects.count() == 1
    again = {**mine, "seen": response.context["form"]["seen"].value()}
    assert client.post(HERE, again).status_code == 302
    item.refresh_from_db()
    assert (item.reported_status, item.version) == ("in_preparation", 4)


def test_assess_asks_the_same_number_of_questions_for_one_and_three_pieces(
    client, item, owned, alice, django_assert_num_queries
):
    client.force_login(alice)
    asked = []
    for more in (1, 2):
        EvidenceFactory.create_batch(more, recommendation=item)
        with django_assert_num_queries(20, exact=False) as questions:
            client.get(HERE)
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 12


def test_each_attached_piece_says_whether_it_counts_and_if_not_why(client, item, owned, alice, bob):
    pieces = {
        "Good": {},
        "Old": {"dated_on": dt.date(2019, 6, 30)},
        "Second": {"kind": "secondary"},
        "Old rumour": {"kind": "statement", "dated_on": dt.date(2019, 1, 1)},
    }
    for title, said in pieces.items():
        EvidenceFactory(recommendation=item, title=title, **said)
    EvidenceFactory(recommendation=item, title="Gone <b>", retracted_at=NOW, retracted_by=bob, retraction_reason="No.")
    statuses = "“Mostly implemented” and “Implemented”"
    old, second = "it is not dated after the source document", "it is no primary source, and a review needs one"
    wanted = {
        alice: {"Good": "", "Old": old, "Second": "", "Old rumour": old},
        bob: {"Good": "", "Old": old, "Second": second, "Old rumour": f"{old}; {second}"},
    }
    for person, remarks in wanted.items():
        client.force_login(person)
        answer = client.get("/recommendations/T-900/assess/")
        text = text_of(answer)
        for title, why in remarks.items():
            line = f"Does not count for {statuses}: {why}." if why else f"Counts for {statuses}, if it is ticked."
            assert re.search(rf"{title} \([^)]*\) {re.escape(line)}", text), (person, title)
        assert "not to be cited any more: Gone" in text
        assert "<b>" not in answer.content.decode()


def test_a_file_has_to_be_chosen_again_when_somebody_was_faster(client, item, owned, alice, carol):
    client.force_login(alice)
    report(item, carol, "no_action")
    response = client.post(HERE, said(**{**LINK, "link_url": "", "link_file": SimpleUploadedFile("a.txt", b"Words.")}))
    assert "Only a file has to be chosen again" in text_of(response)


def test_a_draft_is_told_apart_from_what_was_sent(client, item, owned, alice):
    client.force_login(alice)
    assert 'data-draft="T-900.self">' in client.get(HERE).content.decode()
    page = client.post(HERE, said(), follow=True).content.decode()
    assert 'data-sent="T-900.self"' in page
    assert f'data-person="{alice.uuid}"' in page
