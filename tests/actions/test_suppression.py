"""Addresses that get no mail: each once however it is spelled; by the register or an administrator; history keeps no address."""

import json
import threading
import uuid

import pytest
from django.db import connection

from recommendations.actions import suppression
from recommendations.models import Event, Suppression
from recommendations.rules.errors import Invalid, Missing, Unlawful
from tests.factories import NOW

pytestmark = pytest.mark.django_db
WHO = "Reader@example.org"


def test_the_register_suppresses_an_address_once_however_it_is_spelled():
    made = suppression.suppress(WHO, "refused", "550 5.1.1 No such user", now=NOW)
    assert (made.email, made.reason, made.detail, made.since, made.lifted_at) == (
        WHO,
        "refused",
        "550 5.1.1 No such user",
        NOW,
        None,
    )
    assert suppression.suppress(WHO.upper(), "bounced", "again", now=NOW) == made
    assert Suppression.objects.standing().of(WHO.lower()).get() == made
    event = Event.objects.get()
    assert (event.verb, event.actor_key, event.subject, event.after) == (
        "suppressed",
        "system",
        "suppression",
        {"reason": "refused"},
    )


def test_what_a_server_says_at_length_is_cut():
    assert len(suppression.suppress(WHO, "refused", "x" * 999, now=NOW).detail) == suppression.LONGEST


def test_an_administrator_adds_and_lifts_by_hand_and_history_keeps_no_address(erin):
    made = suppression.add(WHO, "asked by letter", actor=erin, now=NOW)
    assert (made.reason, made.detail) == ("by_hand", "asked by letter")
    lifted = suppression.lift(made.uuid, actor=erin, now=NOW)
    assert (lifted.lifted_at, lifted.lifted_by) == (NOW, erin)
    assert not Suppression.objects.standing().exists()
    events = Event.objects.order_by("id")
    assert [(event.verb, event.actor) for event in events] == [("suppressed", erin), ("lifted", erin)]
    assert "@" not in json.dumps([[event.before, event.after, event.subject_key] for event in events])


def test_after_lifting_it_can_be_suppressed_anew(erin):
    first = suppression.add(WHO, "", actor=erin, now=NOW)
    suppression.lift(first.uuid, actor=erin, now=NOW)
    assert suppression.suppress(WHO, "bounced", "", now=NOW) != first


def test_adding_what_stands_and_lifting_twice_are_refused(erin):
    made = suppression.suppress(WHO, "refused", "", now=NOW)
    with pytest.raises(Unlawful) as refused:
        suppression.add(WHO.lower(), "", actor=erin, now=NOW)
    assert refused.value.codes == ["suppressed_already"]
    suppression.lift(made.uuid, actor=erin, now=NOW)
    with pytest.raises(Unlawful) as refused:
        suppression.lift(made.uuid, actor=erin, now=NOW)
    assert refused.value.codes == ["lifted_already"]


def test_what_is_no_address_and_what_is_missing(erin):
    with pytest.raises(Invalid) as refused:
        suppression.add("nobody", "x" * 301, actor=erin, now=NOW)
    assert refused.value.codes == ["bad_email", "too_long"]
    with pytest.raises(Missing):
        suppression.lift(uuid.uuid4(), actor=erin, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_at_once_it_is_suppressed_once():
    start = threading.Barrier(4)

    def beat(number):
        start.wait()
        suppression.suppress([WHO, WHO.upper()][number % 2], "refused", "", now=NOW)
        connection.close()

    beats = [threading.Thread(target=beat, args=[number]) for number in range(4)]
    for each in beats:
        each.start()
    for each in beats:
        each.join()
    assert (Suppression.objects.count(), Event.objects.count()) == (1, 1)
