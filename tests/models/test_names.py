"""What things are called in logs, in the shell and in the administration."""

import datetime as dt
import uuid

import pytest

from recommendations.models import (
    Anchor,
    Assessment,
    Batch,
    Bounce,
    Comment,
    Delivery,
    Follow,
    MailDomain,
    Milestone,
    Notice,
    Organization,
    Passage,
    Person,
    Reply,
    Report,
    Response,
    Snapshot,
    Subscription,
    Suppression,
    Word,
)
from tests.factories import NOW, TODAY


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (Assessment(kind="self", value="partly", as_of=TODAY), "Self-reported: Partly implemented (2026-11-24)"),
        (Milestone(title="Statutes"), "Statutes"),
        (Passage(recommendation_id=3, position=2), "3/2"),
        (Anchor(passage_id=3, state="lost"), "3 lost"),
        (Snapshot(source_id=1, number=2), "1 #2"),
        (Response(answer="noted", responded_on=TODAY), "Noted (2026-11-24)"),
        (Subscription(person=Person(name="Dave"), cadence="weekly", scope="owned"), "Dave weekly owned"),
        (
            Delivery(subscription_id=4, period_start=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), state="sent"),
            "4 2026-11-23 sent",
        ),
        (Reply(recommendation_id=3, kind="not_mine"), "3 not_mine"),
        (Report(name="Half-yearly", as_of=NOW), "Half-yearly 2026-11-24"),
        (Bounce(delivery_id=4, kind="hard", status="5.1.1"), "4 hard 5.1.1"),
        (Suppression(uuid=uuid.UUID(int=7), reason="bounced"), f"{uuid.UUID(int=7)} bounced"),
        (MailDomain(name="example.org"), "example.org"),
        (Word(word="grants"), "grants"),
        (Organization(name_en="Court", name_ru="Суд"), "Court"),
        (Batch(verb="amend", made_at=NOW), "amend 2026-11-24"),
        (Comment(recommendation_id=3, written_at=NOW), "3 2026-11-24"),
        (Follow(person_id=1, recommendation_id=3), "1 3"),
        (Notice(person_id=1, kind="mentioned"), "1 mentioned"),
    ],
)
def test_things_say_what_they_are(thing, said):
    assert str(thing) == said
