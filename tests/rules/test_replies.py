"""Whom a refusal speaks for, as mail servers word it."""

import pytest

from recommendations.rules.replies import About, about


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("550 5.1.1 No such user", About.NO_ADDRESS),
        ("550-5.1.1 The email account that you tried to reach does not exist.", About.NO_ADDRESS),
        ("550 5.1.2 Bad destination system", About.NO_ADDRESS),
        ("551 5.1.6 Moved away", About.NO_ADDRESS),
        ("556 5.1.10 Recipient address has null MX", About.NO_ADDRESS),
        ("556 Domain does not accept mail", About.NO_ADDRESS),
        ("550 No such user", About.RECIPIENT),
        ("550 5.0.0 Unknown", About.RECIPIENT),
        ("553 Mailbox name not allowed", About.RECIPIENT),
        ("550 5.2.1 Mailbox disabled", About.RECIPIENT),
        ("552 5.2.2 Mailbox full", About.RECIPIENT),
        ("550 5.4.1 Recipient address rejected: Access denied", About.RECIPIENT),
        ("552 5.3.4 Message too big", About.OTHER),
        ("552 5.2.3 Message too long", About.OTHER),
        ("550 5.7.1 Our policy takes no such mail", About.OTHER),
        ("550 5.1.8 Sender's system unknown", About.OTHER),
        ("554 Transaction failed", About.OTHER),
        ("550 4.1.1 A server that contradicts itself", About.RECIPIENT),
        ("550 5.1.1.9 is an address of a machine", About.RECIPIENT),
        ("421 4.7.0 [TS03] Temporarily deferred", About.DOMAIN),
        ("421-4.7.28 An unusual rate of mail", About.DOMAIN),
        ("450 4.7.1 Too much mail from you", About.DOMAIN),
        ("451 4.7.500 Server busy", About.DOMAIN),
        ("452 4.4.5 Congestion", About.DOMAIN),
        ("451 4.7.1 Greylisting in action", About.OTHER),
        ("450 4.7.1 You are gray-listed", About.OTHER),
        ("450 4.2.1 This user gets mail too fast", About.OTHER),
        ("452 4.2.2 Mailbox full", About.OTHER),
        ("454 4.7.0 Temporary authentication failure", About.OTHER),
        ("421 Closing", About.OTHER),
        ("given up after 8 attempts", About.OTHER),
    ],
)
def test_whom_a_refusal_speaks_for(said, whom):
    assert about(said) is whom
