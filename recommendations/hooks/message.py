"""What is said to whom: the event as the API shows it, if the person may see it now, signed by Standard Webhooks."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.db.models import F, Q

from recommendations.actions import webhook
from recommendations.actions.calling import PERSONAL
from recommendations.models import Call, Event, Person
from recommendations.models.event import Subject

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.hooks.claim import Claim

TEST: Final = "webhook.test"
_WEBHOOK: Final = ("uuid", "url", "secret", "old_secret", "old_secret_until")
_SAME: Final = (
    "subject", "subject_key", "sequence", "verb", "actor_key", "recorded_at", "before", "after", "previous_hash", "hash",
)  # fmt: skip


class Unsaid(Exception):
    """Nothing is to be said any more; `word` says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Message:
    """A request that is ready to be sent."""

    webhook: UUID
    url: str
    body: bytes
    headers: list[tuple[str, str]]
    is_test: bool


def write(mine: Claim) -> Message:
    """Compose a claimed call. Raises `Unsaid` where the person may not see the event (any more), or may not sign in."""
    row = Call.objects.filter(pk=mine.call).values("uuid", "event", "webhook__person", *_of_webhook()).get()
    hook = {name: row[f"webhook__{name}"] for name in _WEBHOOK}
    person = Person.objects.get(pk=row["webhook__person"])
    if not person.is_active:
        raise Unsaid("person_inactive")
    said = _event(row["event"], person) if row["event"] else _test(hook, mine.at)
    keys = webhook.secrets_of(hook, mine.at)
    if not keys:
        raise Unsaid("secret_lost")
    body = orjson.dumps(said, option=orjson.OPT_UTC_Z)
    return Message(
        hook["uuid"], hook["url"], body, _headers(str(row["uuid"]), body, mine.at, keys), row["event"] is None
    )


def sign(key: bytes, identity: str, seconds: int, body: bytes) -> str:
    """Return the signature of the version `v1`: HMAC-SHA256 over id, seconds since 1970, and body."""
    signed = hmac.new(key, f"{identity}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _headers(identity: str, body: bytes, at: dt.datetime, keys: list[bytes]) -> list[tuple[str, str]]:
    seconds = int(at.timestamp())
    return [
        ("Content-Type", "application/json"),
        ("User-Agent", f"Relations/1.0 (webhooks; +{settings.PUBLIC_URL})"),
        ("Accept", "*/*"),
        ("webhook-id", identity),
        ("webhook-timestamp", str(seconds)),
        ("webhook-signature", " ".join(sign(key, identity, seconds, body) for key in keys)),
    ]


def _event(key: int, person: Person) -> dict[str, Any]:
    following = Q(subject=Subject.BATCH, after__verb="follow")  # whom one follows is nobody else's business
    events = Event.objects.visible_to(person).exclude(subject__in=PERSONAL).exclude(following).filter(pk=key)
    row = events.values(*_SAME, reference=F("recommendation__reference"), name=F("actor__name")).first()
    if row is None:
        raise Unsaid("not_visible")
    row["recorded_at"] = row["recorded_at"].astimezone(dt.UTC)
    place = "/".join(str(row[part]) for part in ("subject", "subject_key", "sequence"))
    return {
        "type": f"{row['subject']}.{row['verb']}",
        "timestamp": row["recorded_at"],
        "data": {
            "id": place,
            "url": f"{settings.PUBLIC_URL}/api/v1/events/{place}/",
            "recommendation": row["reference"],
            "actor": row["name"],
            **{name: row[name] for name in _SAME},
        },
    }


def _test(hook: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    url = f"{settings.PUBLIC_URL}/api/v1/webhooks/{hook['uuid']}/"
    return {"type": TEST, "timestamp": at.astimezone(dt.UTC), "data": {"webhook": hook["uuid"], "url": url}}


def _of_webhook() -> list[str]:
    return [f"webhook__{name}" for name in _WEBHOOK]
