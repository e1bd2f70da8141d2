"""Visitors' digests: asking, limits, confirming, changing; and forgetting them. History keeps no address."""

import datetime as dt
import json
import threading
import uuid
from dataclasses import replace

import pytest
from django.db import connection

from recommendations import tasks
from recommendations.actions import forgetting, subscription, visitor
from recommendations.actions.subscription import Wish
from recommendations.models import Asking, Bounce, Delivery, Event, Subscription, Suppression
from recommendations.rules.errors import Invalid, Missing, Unlawful
from tests.factories import NOW, OrganizationFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WHO, ZONE = "Visitor@example.org", "Europe/Minsk"


def ask(now=NOW, email=WHO, zone=ZONE, **wish):
    visitor.ask(Wish(**wish), email, zone, now=now)


def only():
    return Subscription.objects.get()


def letters():
    return list(Delivery.objects.order_by("planned_at"))


@pytest.fixture
def confirmed(db):
    ask()
    return visitor.confirm(only().uuid, now=NOW + HOUR)


def test_asking_plans_one_letter_and_nothing_else():
    ask()
    made, (letter,) = only(), letters()
    assert (made.person, made.email, made.time_zone, made.confirmed_at) == (None, WHO, ZONE, None)
    assert not Subscription.objects.active().exists()
    assert (letter.kind, letter.state, letter.due_at) == ("confirmation", "planned", NOW)
    assert letter.period_end - letter.period_start == visitor.VALID


def test_history_keeps_the_wish_and_no_address(confirmed):
    events = Event.objects.order_by("id")
    assert [event.verb for event in events] == ["subscribed", "confirmed"]
    assert events[0].after["time_zone"] == ZONE
    told = json.dumps([[event.before, event.after, event.subject_key, event.actor_key] for event in events])
    assert "@" not in told


@pytest.mark.parametrize(
    ("scope", "factory"), [("theme", ThemeFactory), ("source", SourceFactory), ("organization", OrganizationFactory)]
)
def test_asking_about_a_part(scope, factory):
    ask(scope=scope, subject=factory(slug="part").slug)
    assert getattr(only(), scope).slug == "part"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"email": "nobody"}, ["email"]),
        ({"email": "a@b.example\nBcc: c@d.example"}, ["email"]),
        ({"email": f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.example"}, ["email"]),
        ({"scope": "owned"}, ["scope"]),
        ({"scope": "followed"}, ["scope"]),
        ({"zone": "Mars/Olympus"}, ["time_zone"]),
        ({"zone": "../etc/passwd", "hour": 24, "email": ""}, ["email", "time_zone", "hour"]),
        ({"scope": "theme", "subject": "none"}, ["subject"]),
    ],
)
def test_what_is_wrong_is_named_all_at_once(said, fields):
    with pytest.raises(Invalid) as refused:
        ask(**said)
    assert [problem.field for problem in refused.value.problems] == fields
    assert not Subscription.objects.exists()


def test_asking_again_renews_the_wish_and_waits_for_its_turn():
    ask()
    ask(NOW + HOUR / 6, email=WHO.upper(), hour=17)  # the first letter has not left yet: it will say the newest wish
    assert (only().hour, len(letters())) == (17, 1)
    Delivery.objects.update(state="sent")
    ask(NOW + HOUR / 3)
    assert only().created_at == NOW + HOUR / 3
    assert [letter.due_at for letter in letters()] == [NOW, NOW + HOUR]
    assert [event.verb for event in Event.objects.order_by("id")] == ["subscribed", "amended", "amended"]


def test_an_address_gets_three_letters_a_day_and_one_an_hour():
    themes = [ThemeFactory().slug for _ in range(5)]
    for slug in themes:
        ask(scope="theme", subject=slug)
    assert [letter.due_at for letter in letters()] == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert Subscription.objects.count() == visitor.MOST_A_DAY
    ask(email="other@example.org")
    assert letters()[-1].due_at != letters()[0].due_at  # others do not wait for it
    ask(NOW + DAY + 2 * HOUR, scope="theme", subject=themes[4])
    assert Subscription.objects.filter(theme__slug=themes[4]).exists()


def addresses():
    return [f"victim+{n}@gmail.com" for n in range(9)] + [
        "v.ictim@gmail.com",
        "Victim@GoogleMail.com",
        '"victim"@gmail.com',
    ]


def test_letters_are_counted_by_mailbox_however_the_address_is_spelled():
    for email in addresses():
        ask(email=email)
    assert [letter.due_at for letter in letters()] == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    ask(email="other@gmail.com")
    assert len(letters()) == 4


def test_who_never_reacts_gets_five_letters_in_thirty_days_also_when_their_wishes_are_forgotten():
    for day in range(30):
        for email in addresses():
            ask(NOW + day * DAY, email=email)
            Delivery.objects.filter(state="planned").update(state="sent")
        forgetting.forget(NOW + day * DAY)
    asked = Asking.objects.order_by("asked_at")
    assert len(asked) == visitor.MOST_UNCONFIRMED
    assert not letters()
    assert not Subscription.objects.exists()
    assert "victim" not in "".join(one.mailbox + str(one) for one in asked)
    ask(asked[0].asked_at + visitor.COUNTED, email=addresses()[0])
    assert len(letters()) == 1


def test_letters_of_a_wish_that_was_confirmed_stop_no_later_one():
    for day in range(4):
        ask(NOW + 2 * day * DAY)
        Delivery.objects.filter(state="planned").update(state="sent")
    visitor.confirm(only().uuid, now=NOW + 7 * DAY)
    assert [one.is_confirmed for one in Asking.objects.all()] == [True] * 4
    for hour in range(6):  # what a day allows stands
        ask(NOW + 8 * DAY + hour * HOUR)
        Delivery.objects.filter(state="planned").update(state="sent")
    assert len(letters()) == 4 + visitor.MOST_A_DAY
    for day in range(9, 20):
        ask(NOW + day * DAY + 12 * HOUR)
        Delivery.objects.filter(state="planned").update(state="sent")
    assert len(letters()) == 4 + visitor.MOST_UNCONFIRMED


def test_counts_of_letters_are_forgotten_when_they_count_no_more():
    ask()
    forgetting.forget(NOW + visitor.COUNTED)
    assert Asking.objects.exists()
    forgetting.forget(NOW + visitor.COUNTED + HOUR)
    assert not Asking.objects.exists()


def test_who_declines_is_written_to_no_more_whoever_asks_by_whatever_spelling():
    ask(email="victim+1@gmail.com")
    made = only()
    said = visitor.decline(made.uuid, now=NOW + HOUR)
    assert (said.email, said.reason) == ("victim+1@gmail.com", "complained")
    assert visitor.decline(made.uuid, now=NOW + 2 * HOUR) == said
    assert Event.objects.filter(verb="suppressed").count() == 1
    for email in ("victim+1@gmail.com", *addresses()):
        ask(NOW + DAY, email=email)
    assert (Subscription.objects.count(), len(letters())) == (1, 1)
    forgetting.forget(NOW + 400 * DAY)
    ask(NOW + 400 * DAY, email="victim+2@gmail.com")
    assert not Subscription.objects.exists()


def test_there_is_nothing_to_decline_at_an_address_that_is_forgotten_or_a_persons(confirmed, dave):
    mine = subscription.subscribe(Wish(), actor=dave, now=NOW)
    subscription.unsubscribe(confirmed.uuid, now=NOW)
    forgetting.forget(NOW + 40 * DAY)
    for uid in (uuid.uuid4(), mine.uuid, confirmed.uuid):
        with pytest.raises(Missing):
            visitor.decline(uid, now=NOW)
    assert not Suppression.objects.exists()


def test_all_addresses_together_get_so_many_an_hour(monkeypatch):
    monkeypatch.setattr(visitor, "MOST_AN_HOUR", 2)
    ask(email="a@example.org")
    ask(email="b@example.org")
    with pytest.raises(Unlawful) as refused:
        ask(email="c@example.org")
    assert refused.value.codes == ["too_many_letters"]
    ask(NOW + HOUR, email="c@example.org")
    assert len(letters()) == 3


def test_a_suppressed_address_gets_nothing_until_that_is_lifted():
    stands = Suppression.objects.create(email=WHO.lower(), reason="bounced", since=NOW)
    ask()
    assert not Subscription.objects.exists()
    Suppression.objects.filter(pk=stands.pk).update(lifted_at=NOW)
    ask()
    assert len(letters()) == 1


def test_who_has_the_digest_already_is_written_to_and_nothing_changes(confirmed):
    Delivery.objects.all().delete()
    ask(NOW + DAY, hour=3, zone="UTC")
    made = only()
    assert (made.hour, made.time_zone, made.version) == (8, ZONE, confirmed.version)
    assert [letter.kind for letter in letters()] == ["confirmation"]


def test_asking_after_the_end_begins_anew(confirmed):
    subscription.unsubscribe(confirmed.uuid, now=NOW + DAY)
    ask(NOW + 2 * DAY)
    assert Subscription.objects.filter(ended_at=None).get().confirmed_at is None


@pytest.mark.django_db(transaction=True)
def test_at_once_an_address_gets_one_letter():
    def run():
        ask()
        connection.close()

    together = [threading.Thread(target=run) for _ in range(8)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert (only().email, len(letters())) == (WHO, 1)


def test_confirming_once(confirmed):
    assert (confirmed.confirmed_at, confirmed.restarted_at) == (NOW + HOUR, NOW + HOUR)
    visitor.confirm(confirmed.uuid, now=NOW + DAY)
    assert only().confirmed_at == NOW + HOUR
    assert Event.objects.filter(verb="confirmed").count() == 1
    assert [letter.state for letter in letters()] == ["suppressed"]  # what still waited asks for nothing any more


def test_only_visitors_digests_are_confirmed_and_changed(dave):
    mine = subscription.subscribe(Wish(), actor=dave, now=NOW)
    for uid in (mine.uuid, uuid.uuid4()):
        for verb in (
            lambda uid: visitor.confirm(uid, now=NOW),
            lambda uid: visitor.amend(uid, Wish(), ZONE, now=NOW),
            lambda uid: subscription.pause(uid, actor=None, now=NOW),
        ):
            with pytest.raises(Missing):
                verb(uid)


def test_what_has_ended_is_neither_confirmed_nor_changed(confirmed):
    subscription.unsubscribe(confirmed.uuid, now=NOW + DAY)
    with pytest.raises(Unlawful):
        visitor.confirm(confirmed.uuid, now=NOW + DAY)
    with pytest.raises(Unlawful):
        visitor.amend(confirmed.uuid, Wish(), ZONE, now=NOW + DAY)


def test_amending(confirmed):
    later = NOW + DAY
    made = visitor.amend(confirmed.uuid, Wish(language="ru"), ZONE, now=later)
    assert made.restarted_at == NOW + HOUR  # another language is no other rhythm
    made = visitor.amend(confirmed.uuid, Wish(language="ru", hour=9), "Europe/Moscow", now=later)
    assert (made.hour, made.time_zone, made.restarted_at) == (9, "Europe/Moscow", later)
    version = made.version
    assert visitor.amend(confirmed.uuid, Wish(language="ru", hour=9), "Europe/Moscow", now=later).version == version
    last = Event.objects.latest("id")
    assert (last.before, last.after) == (
        {"hour": 8, "time_zone": ZONE},
        {"hour": 9, "time_zone": "Europe/Moscow"},
    )
    with pytest.raises(Invalid):
        visitor.amend(confirmed.uuid, replace(Wish(), scope="owned"), ZONE, now=later)


def test_pausing_and_resuming_without_an_account(confirmed):
    assert subscription.pause(confirmed.uuid, actor=None, now=NOW + DAY).paused_at
    assert subscription.resume(confirmed.uuid, actor=None, now=NOW + 2 * DAY).restarted_at == NOW + 2 * DAY
    assert {event.actor_key for event in Event.objects.all()} == {"system"}


# Forgetting


def bounced(**columns):
    return Bounce.objects.create(
        delivery=letters()[0], kind="hard", diagnostic=f"no such user {WHO}", recorded_at=NOW, **columns
    )


def test_what_nobody_confirmed_is_deleted_after_a_week_with_its_letters():
    ask()
    bounced(sha256="0" * 64)
    assert forgetting.forget(NOW + 7 * DAY) == (0, 0)
    assert forgetting.forget(NOW + 8 * DAY) == (1, 0)
    left = [model.objects.exists() for model in (Subscription, Delivery, Bounce)]
    assert left == [False, False, False]
    assert Event.objects.filter(verb="subscribed").exists()
    assert forgetting.forget(NOW + 8 * DAY) == (0, 0)


def test_it_stays_while_a_letter_of_it_counts_or_is_on_its_way():
    ask()
    Delivery.objects.update(state="sent")
    ask(NOW + 6 * DAY)
    assert forgetting.forget(NOW + 8 * DAY) == (0, 0)
    late = NOW + 20 * DAY
    Delivery.objects.filter(state="planned").update(state="sending", token=uuid.uuid4(), lease_until=late + HOUR)
    assert forgetting.forget(late) == (0, 0)
    assert forgetting.forget(late + 2 * HOUR) == (1, 0)


def test_an_ended_digest_loses_its_address_after_thirty_days(confirmed):
    bounced(sha256="1" * 64)
    texts = {"recipient": WHO, "text": "t", "html": "h", "last_error": f"550 {WHO}", "subject": "Weekly"}
    Delivery.objects.update(state="failed", **texts)
    subscription.unsubscribe(confirmed.uuid, now=NOW + DAY)
    assert forgetting.forget(NOW + 31 * DAY) == (0, 0)
    assert forgetting.forget(NOW + 32 * DAY) == (0, 1)
    made, (row,) = only(), letters()
    assert (made.email, made.time_zone, made.address) == ("", "", "")
    assert (row.recipient, row.text, row.html, row.last_error, row.subject) == ("", "", "", "", "Weekly")
    assert Bounce.objects.get().diagnostic == ""
    assert forgetting.forget(NOW + 32 * DAY) == (0, 0)


def test_running_and_peoples_digests_are_not_forgotten(confirmed, dave):
    mine = subscription.subscribe(Wish(), actor=dave, now=NOW)
    subscription.unsubscribe(mine.uuid, now=NOW)
    assert forgetting.forget(NOW + 400 * DAY) == (0, 0)


def test_the_task_forgets():
    ask(dt.datetime.now(dt.UTC) - 30 * DAY)
    tasks.forget_visitors()
    tasks.forget_visitors()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("columns", "is_kept"),
    [
        ({"reason": "refused"}, False),
        ({"reason": "bounced"}, False),
        ({"reason": "complained"}, True),
        ({"reason": "by_hand"}, True),
        ({"reason": "by_hand", "lifted_at": NOW}, False),
        ({"reason": "refused", "since": NOW + 2 * DAY}, True),
    ],
)
def test_a_suppressed_address_that_nobody_has_is_forgotten_unless_it_wanted_no_mail(columns, is_kept):
    Suppression.objects.create(**{"email": WHO, "since": NOW, **columns})
    forgetting.forget(NOW + 31 * DAY)
    assert Suppression.objects.exists() == is_kept


def test_a_suppressed_address_that_somebody_has_is_not_forgotten(confirmed, dave):
    for email in (WHO.upper(), dave.email.upper()):
        Suppression.objects.create(email=email, since=NOW, reason="refused")
    forgetting.forget(NOW + 31 * DAY)
    assert Suppression.objects.count() == 2
