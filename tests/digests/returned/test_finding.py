"""Which digest a report is about, and what a forger gets."""

import pytest

from recommendations.digests import links
from recommendations.digests.returned.finding import find
from recommendations.digests.returned.report import Report
from recommendations.models.postal import BounceKind

pytestmark = pytest.mark.django_db


def report(*places, **columns):
    return Report(BounceKind.HARD, places=places, **columns)


def test_the_envelope_address_proves(sent, dave):
    made = sent(dave)
    address = links.bounces_to(made)
    local, _, domain = address.partition("@")
    assert (local[:40], domain) == (f"bounces+{made.uuid.hex}", "register.example.org")
    assert len(local) <= 64
    assert local == local.lower()
    for place in (address, address.upper(), f"Dave <{address}>", f"rfc822; {address}", f"a@b.org, {address}"):
        assert find(report("c@d.org", place)) == (made, True)


def test_a_forged_envelope_address_is_nothing(sent, alice, dave):
    mine, theirs = links.bounces_to(sent(dave)), links.bounces_to(sent(alice))
    swapped = theirs.replace(theirs.partition(".")[2], mine.partition(".")[2])
    assert find(report(swapped)) is None
    assert find(report(f"bounces+{'0' * 32}.{'a' * 16}@register.example.org")) is None


def test_an_envelope_address_of_a_digest_that_is_gone_is_nothing(sent, dave):
    made = sent(dave)
    address = links.bounces_to(made)
    made.delete()
    assert find(report(address)) is None


def test_the_signed_link_to_unsubscribe_proves_as_well(sent, dave):
    made = sent(dave)
    header = f"<{links.unsubscribe(made.subscription)}>"
    assert find(report(message_id=made.message_id, unsubscribe=header)) == (made, True)


def test_the_link_of_another_digest_proves_nothing(sent, alice, dave):
    made, header = sent(dave), f"<{links.unsubscribe(sent(alice).subscription)}>"
    assert find(report(message_id=made.message_id, unsubscribe=header)) is None
    assert find(report(message_id=made.message_id, unsubscribe="<https://x/digests/unsubscribe/forged.x/>")) is None


def test_a_message_id_alone_proves_nothing_and_needs_the_address(sent, dave):
    made = sent(dave)
    assert find(report(message_id=made.message_id, recipients=(dave.email.lower(),))) == (made, False)
    assert find(report(message_id=made.message_id, recipients=("somebody@example.org",))) is None
    assert find(report(message_id=made.message_id)) is None


@pytest.mark.parametrize(
    "message_id",
    ["", "<digest.1@register.example.org>", "<x@register.example.org>", f"<digest.{'0' * 32}@register.example.org>"],
)
def test_a_message_id_that_is_not_ours_is_nothing(sent, dave, message_id):
    assert find(report(message_id=message_id, recipients=(sent(dave).recipient,))) is None


def test_a_message_id_of_another_register_is_nothing(sent, dave):
    made = sent(dave)
    other = made.message_id.replace("register.example.org", "example.org")
    assert find(report(message_id=other, recipients=(dave.email,))) is None


def test_without_an_address_for_bounces_there_is_none(sent, dave, settings):
    made = sent(dave)
    settings.BOUNCE_ADDRESS = ""
    assert links.bounces_to(made) == ""
