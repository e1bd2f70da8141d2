"""Addresses that refuse mail for good: when they get no more, and how that ends."""

import datetime as dt

import pytest

from recommendations.actions import delivery, suppression
from recommendations.digests import deliver, plan, transport
from recommendations.models import Delivery, Event, Person, Suppression
from recommendations.rules.errors import Unlawful

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime.now(dt.UTC)
WHO = "owner.1@example.org"
ONE_MORE = "550 Not here"


def ways():
    return {way: count for way, count in deliver.deliver().items() if count}


def refusals(subscription, *said, address=WHO):
    """Earlier digests of a subscription, the oldest first: what was said, or a state."""
    for number, one in enumerate(said):
        Delivery.objects.create(
            subscription=subscription,
            period_start=NOW - dt.timedelta(days=90 - number),
            period_end=NOW - dt.timedelta(days=89 - number),
            state=one if one in {"sent", "empty"} else "failed",
            planned_at=NOW,
            due_at=NOW,
            finished_at=NOW - dt.timedelta(hours=1),
            recipient=address,
            last_error="" if one in {"sent", "empty"} else one,
        )


def refused(owners, post, reply, *said, **where):
    (subscription,) = owners(1)
    plan.plan()
    refusals(subscription, *said, **where)
    post.at_rcpt[WHO] = reply
    assert ways() == {"failed": 1}
    return Suppression.objects.standing()


@pytest.mark.parametrize("reply", ["550 5.1.1 No such user", "550 5.1.2 No such domain", "551 5.1.6 Moved away"])
def test_an_address_that_is_none_gets_no_more_at_once(owners, post, reply):
    made = refused(owners, post, reply).get()
    assert (made.email, made.reason, made.detail) == (WHO, "refused", reply)
    assert Event.objects.get(verb="suppressed").actor_key == "system"


@pytest.mark.parametrize("reply", ["552 5.3.4 Too big", "550 5.7.1 Blocked by policy", "554 No"])
def test_what_is_not_about_the_address_never_suppresses_it(owners, post, reply):
    assert not refused(owners, post, reply, reply, reply, reply).exists()


@pytest.mark.parametrize(
    ("said", "is_suppressed"),
    [
        ([ONE_MORE, ONE_MORE], True),
        (["sent", "550 5.1.1 No", "empty", ONE_MORE], True),
        ([ONE_MORE], False),
        ([ONE_MORE, "sent", ONE_MORE], False),
        ([ONE_MORE, "cannot be written", ONE_MORE], False),
    ],
)
def test_other_refusals_count_three_in_a_row(owners, post, said, is_suppressed):
    assert refused(owners, post, ONE_MORE, *said).exists() == is_suppressed


def test_refusals_of_a_former_address_do_not_count(owners, post):
    assert not refused(owners, post, ONE_MORE, ONE_MORE, ONE_MORE, address="former@example.org").exists()


def test_after_lifting_the_count_begins_anew(owners, post, erin):
    lifted = suppression.suppress(WHO, "refused", "", now=NOW)
    suppression.lift(lifted.uuid, actor=erin, now=NOW)
    assert not refused(owners, post, ONE_MORE, ONE_MORE, ONE_MORE).exists()


def test_a_suppressed_address_gets_nothing_and_no_conversation(owners, post, states):
    owners(2)
    plan.plan()
    suppression.suppress(WHO.upper(), "bounced", "", now=NOW)
    assert ways() == {"suppressed": 1, "sent": 1}
    assert [recipient for recipient, _ in post.letters] == ["owner.2@example.org"]
    row = Delivery.objects.get(state="suppressed")
    assert (row.last_error, row.text) == ("the address is on the list of those that get no mail", "")


def test_suppressed_before_the_last_dot_it_gets_nothing(owners, post, states, monkeypatch):
    owners(1)
    plan.plan()
    begin = transport.Smtp.begin

    def late(self, envelope):
        begin(self, envelope)
        suppression.suppress(WHO, "complained", "", now=NOW)

    monkeypatch.setattr(transport.Smtp, "begin", late)
    assert ways() == {"suppressed": 1}
    assert (states(), post.letters) == ({"suppressed": 1}, [])


@pytest.mark.parametrize("how", ["lifted", "another address"])
def test_lifted_or_with_another_address_the_next_one_arrives(owners, post, erin, how):
    (subscription,) = owners(1)
    made = suppression.suppress(WHO, "refused", "", now=NOW)
    if how == "lifted":
        suppression.lift(made.uuid, actor=erin, now=NOW)
    else:
        Person.objects.filter(pk=subscription.person_id).update(email="new@example.org")
    plan.plan()
    assert ways() == {"sent": 1}


def test_sending_again_to_a_suppressed_address_is_refused(owners, post, erin):
    refused(owners, post, "550 5.1.1 No such user")
    row = Delivery.objects.get(state="failed")
    with pytest.raises(Unlawful) as problem:
        delivery.send_again(row.uuid, actor=erin, now=NOW)
    assert problem.value.codes == ["address_suppressed"]
    suppression.lift(Suppression.objects.get().uuid, actor=erin, now=NOW)
    post.at_rcpt.clear()
    delivery.send_again(row.uuid, actor=erin, now=NOW)
    assert ways() == {"sent": 1}
