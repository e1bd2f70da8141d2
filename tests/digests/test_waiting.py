"""Notices by mail: gathered, at most one mail an hour, none twice, none lost, none that was seen."""

import datetime as dt
import re
import threading

import pytest
from django.db import connection

from recommendations.actions import (
    assignment,
    batch,
    comment,
    delivery,
    importing,
    notice,
    subscription,
    unasked,
    webhook,
)
from recommendations.actions.moment import act
from recommendations.actions.subscription import Wish
from recommendations.digests import claim, letters, plain, plan, rounds, waiting
from recommendations.digests.audience import Reader
from recommendations.models import Comment, Delivery, Event, Notice, Subscription
from recommendations.models.clock import clock
from recommendations.models.notice import NoticeKind
from recommendations.rules.access import Role
from recommendations.rules.periods import Period
from tests.factories import AssignmentFactory, OrganizationFactory, PersonFactory, RecommendationFactory, ReplyFactory

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def told(transactional_db):
    """Tell people that somebody mentioned them, some time ago."""
    item, author = RecommendationFactory(reference="T-700", title_en="Scheme"), PersonFactory(name="Ann Author")

    def tell(*people, ago=MINUTE):
        at = clock() - ago
        with act(at):
            said = Comment.objects.create(recommendation=item, author=author, body="Look", written_at=at)
            notice.mentioned(said, people)

    return tell


def passed(by):
    """Let that much time pass for what was planned and sent so far."""
    for one in Delivery.objects.all():
        moments = ("period_start", "period_end", "handed_over_at", "finished_at", "planned_at", "due_at")
        later = {name: getattr(one, name) - by for name in moments if getattr(one, name)}
        Delivery.objects.filter(pk=one.pk).update(**later)


def texts(post):
    return [" ".join(str(one.get_body(("plain",)).get_content()).split()) for one in post.messages]


def test_a_notice_that_nobody_takes_up_is_missed(told):
    told(PersonFactory(name="Dave"), ago=2 * HOUR)
    told(PersonFactory(name="Carol"))
    assert plan.unplanned() == 1
    plan.plan()
    assert plan.unplanned() == 0


def test_a_first_notice_leaves_at_once_by_the_protocol_of_all_mail(told, post, states):
    dave = PersonFactory(name="Dave")
    told(dave)
    done = rounds.run()
    assert (done.planned, done.ways["sent"], done.is_well) == (1, 1, True)
    (letter,) = post.messages
    assert letter["Subject"] == "T-700: Ann Author mentioned you in a comment"
    assert letter["To"] == "Dave <dave@example.org>"
    assert "/digests/unsubscribe/" in letter["List-Unsubscribe"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states() == {"sent": 1}
    assert "Look" not in texts(post)[0]
    lines = letter.get_body(("plain",)).get_content().split("\n")
    assert lines.count("-- ") == 1
    assert [line for line in lines if len(line) > plain.WIDTH and not line.strip().startswith("https://")] == []


def test_what_came_within_an_hour_is_gathered(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    rounds.run()
    told(dave)
    told(dave)
    assert rounds.run().planned == 0
    passed(HOUR - MINUTE)
    assert rounds.run().planned == 0
    passed(MINUTE)
    assert rounds.run().planned == 1
    assert [letter["Subject"] for letter in post.messages][1] == "2 notices for you in the register"
    assert texts(post)[1].count("Ann Author mentioned you in a comment.") == 2
    passed(HOUR)
    assert rounds.run().planned == 0


def test_an_hour_counts_from_when_the_last_one_left(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    rounds.run()
    told(dave)
    passed(3 * HOUR)
    Delivery.objects.update(handed_over_at=clock() - HOUR / 2)  # the mail server was away for long
    assert rounds.run().planned == 0


def test_nothing_new_writes_no_row(told, post):
    told(PersonFactory(name="Dave"))
    for _hour in range(3):
        rounds.run()
        passed(HOUR)
    assert Delivery.objects.count() == 1


def test_what_was_seen_on_the_site_is_not_mailed(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    notice.see_all(actor=dave, now=clock())
    assert rounds.run().planned == 0
    told(dave)
    plan.plan()
    notice.see_all(actor=dave, now=clock())  # between planning and sending
    assert rounds.run().ways["empty"] == 1
    assert post.letters == []


def test_while_one_is_under_way_no_other_is_planned_and_what_came_is_in_the_next(told, nobody_listens):
    dave = PersonFactory(name="Dave")
    told(dave)
    assert rounds.run().ways["waiting"] == 1
    told(dave, ago=MINUTE / 2)
    passed(2 * HOUR)
    assert rounds.run().planned == 0
    Delivery.objects.update(state="sent", token=None, lease_until=None)
    assert plan.plan() == {"planned": 1}
    assert [row.notices.count() for row in Delivery.objects.order_by("id")] == [1, 1]


def test_one_that_is_committed_late_is_in_the_next_mail(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    rounds.run()
    told(dave, ago=MINUTE)  # made before the last mail was planned, seen by nobody until now
    passed(HOUR)
    rounds.run()
    assert [letter["Subject"] for letter in post.messages] == ["T-700: Ann Author mentioned you in a comment"] * 2
    assert Notice.objects.filter(delivery=None).count() == 0


def test_two_beats_at_once_plan_one(told):
    people = [PersonFactory() for _ in range(5)]
    told(*people)

    def beat():
        plan.plan()
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    assert Delivery.objects.count() == 5
    assert sorted(row.notices.count() for row in Delivery.objects.all()) == [1] * 5


@pytest.mark.parametrize("night", ["2026-10-25", "2026-03-29"])
def test_hours_are_counted_whatever_clocks_do(told, night):
    """In one of these nights an hour comes twice in Minsk's neighbours, in the other one is left out."""
    person = PersonFactory(name="Dave", time_zone="Europe/Warsaw")
    start = dt.datetime.fromisoformat(f"{night}T00:10:00Z")
    Subscription.objects.create(
        person=person, scope="notices", cadence="hourly", created_at=start - 24 * HOUR, restarted_at=start - 24 * HOUR
    )
    planned = []
    for minutes in range(0, 180, 15):
        at = start + minutes * MINUTE
        told(person)
        Notice.objects.filter(delivery=None).update(made_at=at - MINUTE)
        if plan.plan(at=at):
            planned.append(minutes)
            Delivery.objects.update(state="sent")
    assert planned == [0, 60, 120]
    assert Notice.objects.filter(delivery=None).count() == 3  # of the last three quarters


def test_a_time_to_come_counts_as_if_it_had_come(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    rounds.run()
    told(dave)
    later = clock() + 2 * HOUR
    assert [one.is_empty for one in rounds.rehearse(at=later)] == [False]
    assert Delivery.objects.count() == 1
    assert [rounds.run(at=later).planned for _again in range(2)] == [1, 0]
    assert Delivery.objects.latest("id").period_end < clock()
    assert list(rounds.rehearse()) == []


def test_paused_it_is_not_made_up_for_and_ended_it_is_over(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    made = Subscription.objects.get()
    subscription.pause(made.uuid, actor=dave, now=clock())
    assert rounds.run().planned == 0
    subscription.resume(made.uuid, actor=dave, now=clock())
    assert rounds.run().planned == 0
    told(dave, ago=-MINUTE)
    Notice.objects.filter(made_at__gt=clock()).update(made_at=clock())
    assert rounds.run().planned == 1
    subscription.unsubscribe(made.uuid, now=clock())
    told(dave)
    passed(HOUR)
    assert rounds.run().planned == 0
    assert Subscription.objects.count() == 1  # never begun again by itself


def test_whoever_may_not_sign_in_gets_none(told, post):
    dave = PersonFactory(name="Dave")
    told(dave)
    plan.plan()
    type(dave).objects.filter(pk=dave.pk).update(is_active=False)
    assert rounds.run().ways["suppressed"] == 1
    told(dave)
    assert rounds.run().planned == 0


def test_statements_do_not_grow_with_people(told, django_assert_num_queries):
    for count in (1, 3):
        Notice.objects.all().delete()
        told(*[PersonFactory() for _ in range(count)])
        now = clock()
        with django_assert_num_queries(1):
            assert waiting.plan(now, now) == count
        mine = claim.claim(9).claims
        with django_assert_num_queries(2):  # the rows, their notices
            written = letters.write(mine, now=now)
        assert len(written.letters) == count


def test_asked_for_again_it_says_what_is_still_unseen(told, post, erin):
    dave = PersonFactory(name="Dave")
    told(dave)
    post.after_dot["dave@example.org"] = "554 no"
    assert rounds.run().ways["failed"] == 1
    post.after_dot.clear()
    row = Delivery.objects.get()
    delivery.send_again(row.uuid, actor=erin, now=clock())
    assert rounds.run().ways["sent"] == 1
    assert [letter["Message-ID"] for letter in post.messages] == [row.message_id]


def test_overdue_reminders_live_in_the_digest_not_in_one_mail_for_each_item(post, transactional_db):
    body = OrganizationFactory(slug="institute")
    alice = PersonFactory(name="Alice", role=Role.CONTRIBUTOR, organization=body)
    late = clock().date() - dt.timedelta(days=30)
    for n in range(3):
        item = RecommendationFactory(reference=f"L-{n}", target_on=late)
        AssignmentFactory(recommendation=item, organization=body)
    began = clock() - dt.timedelta(days=8)
    weekday = (clock() - dt.timedelta(days=1)).weekday()
    wish = Wish(scope="owned", weekday=weekday, hour=0)
    subscription.subscribe(wish, actor=alice, now=began)
    with act(began):
        unasked.arrange([alice.pk], [alice.pk], now=began)
    for _beat in range(3):
        rounds.run()
    (said,) = texts(post)
    assert all(f"L-{n}" in said for n in range(3))
    assert Notice.objects.count() == 0


def everything(alice, carol, item):
    """One notice of each kind for Alice."""
    by = {"actor": carol, "now": clock()}
    assignment.assign(item.reference, "ministry", role="lead", since=clock().date(), **by)
    comment.write(item.reference, "See this", people=[alice.uuid], **by)
    for n in range(2):
        AssignmentFactory(recommendation=RecommendationFactory(reference=f"B-{n}"), organization=alice.organization)
    batch.run("amend", ["B-0", "B-1"], {"priority": "high"}, **by)
    made = importing.take("table.csv", b"reference,priority\nB-0,low\n", "csv", **by)
    hook, _secret = webhook.register(webhook.Wish("Office hook", "https://example.org/hook"), **by)
    said = {"person": alice, "made_at": clock()}
    Notice.objects.create(kind="import", importing=made, count=1, **said)
    Notice.objects.create(kind="webhook", webhook=hook, **said)
    reply = ReplyFactory(recommendation=item, note="Ask the ministry of health.")
    Notice.objects.create(kind="disowned", recommendation=item, reply=reply, **said)
    kinds = Notice.objects.filter(person=alice).values_list("kind", flat=True)
    assert sorted(kinds) == sorted(NoticeKind.values)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_in_both_forms(alice, carol, item, post, language):
    type(alice).objects.update(language=language)
    alice.refresh_from_db()
    everything(alice, carol, item)
    rounds.run()
    letter = next(one for one in post.messages if "alice" in one["To"])
    html, text = (letter.get_body((form,)).get_content() for form in ("html", "plain"))
    flat = " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<body") :]).split())
    for one in Notice.objects.filter(person=alice):
        assert one.delivery.state == "sent"
    for word in re.findall(r"^ {4}(\S.*[^.\s])\.$", text, re.MULTILINE):
        assert word in flat
    links = set(re.findall(r"https://\S+", text))
    assert {link.replace("&", "&amp;") for link in links} <= set(re.findall(r'href="([^"]+)"', html))
    assert "https://register.example.org/digests/" in links
    assert len(html.encode()) < 98_000
    assert all(len(line) <= 72 for line in text.partition("\n--")[0].splitlines() if "http" not in line)


def test_of_very_many_the_page_has_all(told):
    dave = PersonFactory(name="Dave")
    for _ in range(41):
        told(dave)
    made = Subscription.objects.get()
    letter = letters.preview(Reader(made, Period(clock(), clock()), clock()))
    assert letter.subject == "41 notices for you in the register"
    assert letter.text.count("Ann Author mentioned you") == 40
    assert "There is more:" in letter.text
    assert "There is more than fits into a mail." in letter.html


def test_one_subscription_of_this_kind_is_enough(told):
    dave, bob = PersonFactory(name="Dave"), PersonFactory(name="Bob")
    told(dave)
    hourly = Wish(cadence="hourly", scope="notices")
    with pytest.raises(subscription.Unlawful) as refused:
        subscription.subscribe(hourly, actor=dave, now=clock())
    assert [(p.code, p.field) for p in refused.value.problems] == [("notices_already", "scope")]
    other = subscription.subscribe(Wish(), actor=dave, now=clock())
    with pytest.raises(subscription.Unlawful):
        subscription.amend(other.uuid, hourly, actor=dave, now=clock())
    assert subscription.wish_of(subscription.subscribe(hourly, actor=bob, now=clock())) == hourly
    assert Event.objects.filter(verb="subscribed").count() == 3
