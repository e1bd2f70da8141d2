"""What a digest says, to whom, in which order; and what it never says."""

import datetime as dt
import re

import pytest

from recommendations.actions import assignment, capture, event, evidence, followup, head, milestone
from recommendations.actions import recommendation as recommendations
from recommendations.digests import compose as composing
from recommendations.digests.audience import Reader
from recommendations.digests.compose import compose
from recommendations.digests.render import render
from recommendations.models import Person, Recommendation, Subscription
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.rules.access import Role
from recommendations.rules.capture import Outcome
from recommendations.rules.periods import Period
from tests.factories import (
    AssignmentFactory,
    EvidenceFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WEEK = Period(NOW - 7 * DAY, NOW)
TODAY = NOW.date()


def reader(person, scope="everything", period=WEEK, **columns):
    columns = {"cadence": "weekly", "language": "en", "created_at": NOW - 90 * DAY, **columns}
    return Reader(Subscription(person=person, scope=scope, **columns), period, NOW)


def content(person, *args, **kwargs):
    return compose([reader(person, *args, **kwargs)])[0]


def told(section, key="reference"):
    return [row.get("item", row)[key] for row in section.rows]


def flat(text):
    """The words of a text whatever their lines."""
    return " ".join(text.split())


def words(person, *args, **kwargs):
    wanted = reader(person, *args, **kwargs)
    said = render(wanted, compose([wanted])[0])
    assert said.text.endswith("\n")
    return said


def assess(item, actor, value, *, kind="self", now=NOW - DAY, **said):
    statement = followup.Statement(as_of=now.date(), **said)
    return followup.assess(item.reference, value, kind=kind, statement=statement, actor=actor, now=now, seen=None)


def test_nothing_to_say_is_empty(dave, item):
    assert content(dave).is_empty


def test_owed_oldest_promise_first(alice, ministry):
    for reference, target in (("T-1", None), ("T-2", TODAY + 40 * DAY), ("T-3", TODAY - 40 * DAY)):
        item = RecommendationFactory(reference=reference, target_on=target)
        AssignmentFactory(recommendation=item, organization=ministry)
    done = RecommendationFactory(reference="T-4", status="implemented")
    AssignmentFactory(recommendation=done, organization=ministry)
    released = RecommendationFactory(reference="T-5")
    AssignmentFactory(recommendation=released, organization=ministry, until=TODAY)
    assert told(content(alice).owed) == ["T-3", "T-2", "T-1"]


def test_owed_is_also_what_is_assigned_to_the_person(item):
    person = PersonFactory()
    AssignmentFactory(recommendation=item, organization=OrganizationFactory(), person=person)
    assert told(content(person).owed) == ["T-900"]


def test_changed_says_who_from_what_to_what_and_of_which_kind(item, owned, alice, bob, dave):
    assess(item, alice, "no_action", now=NOW - 8 * DAY)  # before the period
    assess(item, alice, "in_preparation", narrative="A working group was set up.")
    assess(item, bob, "no_action", kind="review", now=NOW - DAY / 2)
    assess(item, alice, "in_preparation", now=NOW)  # after it
    text = flat(words(dave).text)
    assert "No action found → In preparation. Self-reported by Alice." in text
    assert "“A working group was set up.”" in text
    assert "Not assessed → No action found. Reviewed by Bob." in text
    assert text.count("Self-reported by Alice.") == 1
    assert text.index("Alice") < text.index("Bob")


def test_every_told_act_has_its_sentence(carol, alice, dave, ministry):
    wording = recommendations.Wording(
        title_en="Scheme", source=SourceFactory(slug="paper").slug, themes=(ThemeFactory(slug="economy").slug,)
    )
    at = NOW - DAY
    recommendations.register("T-10", wording, actor=carol, now=at)
    made = assignment.assign("T-10", "ministry", role="lead", since=at.date(), actor=carol, now=at)
    draft = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 2, 1), "primary")
    piece = evidence.attach("T-10", draft, actor=alice, now=at)
    evidence.retract(piece.uuid, "Wrong link.", actor=alice, now=at)
    report = followup.Statement(as_of=at.date())
    wrong = followup.assess("T-10", "partly", kind="self", statement=report, actor=alice, now=at, seen=None)
    followup.retract(wrong.uuid, "Another item.", actor=alice, now=at)
    first = milestone.plan("T-10", milestone.Plan("A draft"), actor=alice, now=at)
    milestone.amend(first.uuid, {"title": "Two drafts"}, actor=alice, now=at)
    milestone.finish(first.uuid, at.date(), actor=alice, now=at)
    second = milestone.plan("T-10", milestone.Plan("A fair"), actor=alice, now=at)
    milestone.cancel(second.uuid, "No money.", actor=alice, now=at)
    assignment.release(made.uuid, at.date(), actor=carol, now=at)
    item = Recommendation.objects.get(reference="T-10")
    event.about(item, Verb.RESPONDED, actor=REGISTER, now=at, after={"answer": "in_part"})
    event.about(item, Verb.WITHDRAWN, actor=carol, now=at)
    event.about(item, Verb.RESTORED, actor=carol, now=at)
    event.about(item, Verb.SPLIT, actor=carol, now=at, after={"parts": ["T-11", "T-12"]})
    event.about(item, Verb.MERGED, actor=carol, now=at, after={"duplicates": ["S-1"]})
    event.about(item, Verb.MERGED, actor=carol, now=at, after={"merged_into": "S-2"})
    text = flat(words(dave).text)
    for sentence in (
        "Carol registered it.",
        "Carol made “Ministry” responsible (Lead).",
        "Alice attached evidence: “Decree 7”.",
        "Alice retracted evidence: “Decree 7”.",
        "“Wrong link.”",
        "Alice took a status update back (Partly implemented).",
        "“Another item.”",
        "Alice set a milestone: “A draft”.",
        "Alice amended a milestone: “Two drafts”.",
        "Alice finished a milestone: “Two drafts”.",
        "Alice cancelled a milestone: “A fair”.",
        "“No money.”",
        "Carol released “Ministry” (Lead).",
        "Relations recorded a response: Accepted in part.",
        "Carol withdrew it.",
        "Carol restored it.",
        "Carol split it into parts, which are followed up one by one: T-11, T-12.",
        "Carol merged it with what another source recommends: S-1.",
        "Carol merged it with what another source recommends: S-2.",
    ):
        assert sentence in text


def test_due_is_what_fell_due_and_what_falls_due_next(dave):
    for reference, days in (("T-1", -8), ("T-2", -3), ("T-3", 0), ("T-4", 7), ("T-5", 8)):
        RecommendationFactory(reference=reference, target_on=TODAY + days * DAY)
    RecommendationFactory(reference="T-6", target_on=TODAY, status="implemented")
    assert told(content(dave).due) == ["T-2", "T-3", "T-4"]
    text = words(dave).text
    assert "Overdue since 21 November 2026." in text
    assert "Due on 1 December 2026." in text


def test_stale_is_what_crossed_the_line_in_the_period(dave):
    for reference, age in (("T-1", 179), ("T-2", 180), ("T-3", 186), ("T-4", 187)):
        RecommendationFactory(reference=reference, status="partly", assessed_on=TODAY - age * DAY)
    RecommendationFactory(reference="T-5", status="overtaken", assessed_on=TODAY - 182 * DAY)
    assert told(content(dave).stale) == ["T-3", "T-2"]


def test_stale_is_also_what_lost_its_last_evidence(dave, alice):
    lost, still, old = (RecommendationFactory(reference=f"T-{n}", status="implemented") for n in (1, 2, 3))
    gone = {"retracted_by": alice, "retraction_reason": "Wrong link."}
    EvidenceFactory(recommendation=lost, retracted_at=NOW - DAY, **gone)
    EvidenceFactory(recommendation=still, retracted_at=NOW - DAY, **gone)
    EvidenceFactory(recommendation=still)
    EvidenceFactory(recommendation=old, retracted_at=NOW - 30 * DAY, **gone)
    assert told(content(dave).stale) == ["T-1"]
    assert "Nobody has assessed it yet." in words(dave).text


def lose(item, now, actor, *, is_cited=True):
    piece = EvidenceFactory(recommendation=item, title="Decree <7>", added_by=actor)
    assess(item, actor, "partly", now=NOW - 20 * DAY, evidence=(piece.uuid,) if is_cited else ())
    capture.record(piece.uuid, capture.Reading(piece.url, Outcome.GONE, status=404), now=now)


def test_stale_is_also_what_lost_a_link_on_which_a_rating_rests(dave, carol):
    now, before, free = (RecommendationFactory(reference=f"T-{n}") for n in (1, 2, 3))
    lose(now, NOW - DAY, carol)
    lose(before, NOW - 10 * DAY, carol)
    lose(free, NOW - DAY, carol, is_cited=False)
    said = content(dave)
    assert told(said.stale) == ["T-1"]
    assert told(said.stale, "lost_evidence") == ["Decree <7>"]
    letter = words(dave)
    assert "The link of its evidence “Decree <7>” leads nowhere any more." in letter.text
    assert "“Decree &lt;7&gt;” leads nowhere any more." in letter.html
    assert "1 item went stale or lost its evidence" in letter.text
    piece = now.evidence.get()
    capture.record(piece.uuid, capture.Reading(piece.url, Outcome.OK, status=200), now=NOW)
    assert content(dave).stale.rows == []


@pytest.mark.parametrize("role", [Role.VISITOR, Role.READER])
def test_an_internal_item_is_never_told_to_who_may_not_see_it(alice, item, owned, role):
    """A visitor's digest does not exist yet; its content is guarded all the same."""
    assess(item, alice, "in_preparation")
    type(item).objects.update(visibility="internal", target_on=TODAY, assessed_on=TODAY - 181 * DAY)
    person = Person.objects.get(pk=alice.pk)
    person.role = role
    said = content(person)
    if role == Role.VISITOR:
        assert said.is_empty
    else:
        assert [len(s.rows) for s in (said.owed, said.changed, said.due, said.stale)] == [1, 1, 1, 1]


def test_readers_who_see_different_things_do_not_share_them(alice, item, owned):
    type(item).objects.update(visibility="internal", target_on=TODAY)
    stranger = Person.objects.get(pk=alice.pk)
    stranger.role = Role.VISITOR
    first, second = compose([reader(stranger), reader(alice)])
    assert (first.is_empty, second.is_empty) == (True, False)


@pytest.mark.parametrize("scope", ["owned", "theme", "source", "organization"])
def test_a_scope_keeps_the_rest_out(alice, ministry, scope):
    theme, source = ThemeFactory(name_en="Economy"), SourceFactory(title_en="Paper")
    inside = RecommendationFactory(reference="T-1", target_on=TODAY, themes=[theme], source=source)
    RecommendationFactory(reference="T-2", target_on=TODAY)
    AssignmentFactory(recommendation=inside, organization=ministry)
    subject = {"theme": theme, "source": source, "organization": ministry}
    columns = {scope: subject[scope]} if scope in subject else {}
    said = content(alice, scope, **columns)
    assert (told(said.owed), told(said.due)) == (["T-1"], ["T-1"])
    about = {
        "owned": "What I am responsible for",
        "theme": "The theme “Economy”",
        "source": "The source “Paper”",
        "organization": "What “Ministry” is responsible for",
    }
    assert f"About: {about[scope]}" in words(alice, scope, **columns).text


def test_russian_readers_get_russian_titles_dates_and_numbers(item, owned, alice):
    assess(item, alice, "partly")
    item.refresh_from_db()
    said = words(alice, language="ru")
    assert item.title_ru in said.text
    assert "23 ноября 2026" in said.text
    assert 'lang="ru"' in said.html


def test_a_title_without_translation_is_told_in_the_other_language(alice, ministry):
    item = RecommendationFactory(reference="T-1", title_ru="")
    AssignmentFactory(recommendation=item, organization=ministry)
    assert item.title_en in words(alice, language="ru").text


def test_days_are_the_readers_own(alice, item, owned):
    assess(item, alice, "partly", now=dt.datetime(2026, 11, 20, 22, 0, tzinfo=dt.UTC))
    alice.time_zone = "Asia/Vladivostok"
    assert "21 November 2026: Not assessed" in words(alice).text


@pytest.mark.parametrize(("cadence", "title"), [("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly")])
def test_the_subject_says_how_often_and_until_when(alice, item, owned, cadence, title):
    assert words(alice, cadence=cadence).subject == f"{title} digest of the register, 24 November 2026"


def test_a_section_that_is_too_long_says_so(alice, ministry, monkeypatch):
    monkeypatch.setattr(composing, "MOST", 2)
    for n in (3, 1, 2):
        item = RecommendationFactory(reference=f"T-{n}", target_on=TODAY - n * DAY, assessed_on=TODAY - 182 * DAY)
        AssignmentFactory(recommendation=item, organization=ministry)
        assess(item, alice, "partly", now=NOW - n * DAY / 24)
    type(item).objects.update(assessed_on=TODAY - 182 * DAY)
    said = words(alice)
    for place in ("my/", "history/", "recommendations/?delivery=due_soon,overdue", "recommendations/?freshness=stale"):
        assert f"There is more: http://127.0.0.1:8000/{place}" in flat(said.text)
    assert "2+ changes" in said.text
    assert told(content(alice).owed) == ["T-3", "T-2"]
    assert told(content(alice).changed) == ["T-1", "T-2"]  # the newest


def test_what_people_wrote_stays_text(alice, item, owned):
    type(item).objects.update(title_en='<img src="https://evil.example/x.png">\u202e')
    long = "A long story. " * 100
    assess(item, alice, "partly", narrative=f"{long}\u2028<b>")
    said = words(alice)
    assert "<img" not in said.html
    assert "&lt;img" in said.html
    assert "\u202e" not in said.text + said.html
    assert "…”" in said.text
    assert len(said.text) < 3000


def test_the_html_needs_nothing_from_elsewhere(alice, item, owned):
    html = words(alice).html
    for tag in ("<img", "<link", "<script", "<iframe", "@import", "url(", "<form"):
        assert tag not in html
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<a [^>]*style="[^"]*background[^>]*>Update the status</a>', html)


def test_statements_do_not_grow_with_readers(item, owned, ministry, django_assert_num_queries):
    assess(item, PersonFactory(role=Role.CONTRIBUTOR, organization=ministry), "partly")
    assignment.assign(
        item.reference,
        OrganizationFactory().slug,
        role="supporting",
        since=TODAY,
        actor=PersonFactory(role=Role.STEWARD),
        now=NOW - DAY,
    )
    theme = ThemeFactory()
    for count in (1, 3):
        people = [
            PersonFactory(organization=ministry, time_zone=zone) for zone in ("UTC", "Asia/Tokyo", "Europe/Minsk")
        ]
        readers = [reader(person, "theme" if n == 2 else "everything", theme=theme) for n, person in enumerate(people)]
        with django_assert_num_queries(10):
            contents = compose(readers[:count])
        with django_assert_num_queries(0):
            for one, said in zip(readers, contents, strict=False):
                render(one, said)


def test_stewards_have_the_head_of_history_in_their_mail(item, owned, alice, carol, dave, django_assert_num_queries):
    assess(item, alice, "partly")
    assert words(carol).text.count("root") == 0  # none is published yet
    made = head.publish(dt.date(2020, 1, 1), now=NOW)
    line = f"History up to 1 January 2020: 1 events, root {made.root}."
    said = words(carol)
    assert flat(said.text).count(line) == 1
    assert re.sub(r"<[^>]+>", "", said.html).count(line) == 1
    assert made.root not in words(dave).text + words(alice).text
    for readers in ([reader(carol)], [reader(carol), reader(dave), reader(PersonFactory(role=Role.ADMINISTRATOR))]):
        with django_assert_num_queries(10):  # no body is named
            compose(readers)


def test_a_head_alone_is_nothing_to_say(carol):
    head.publish(dt.date(2020, 1, 1), now=NOW)
    assert content(carol).is_empty


def test_composing_for_nobody_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert compose([]) == []
