"""Record what a cited link said when it was read; say in history when it is lost, and when it is found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, keeping
from recommendations.actions.moment import act
from recommendations.actions.recommendation import advance, locked
from recommendations.models import Capture, Evidence, Watch
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.rules import capture, links
from recommendations.rules.capture import Outcome
from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Recommendation

FOLDER = "captures"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading `url`. `content` is given when a copy is to be kept; `text` are its words, if it has any."""

    url: str
    outcome: Outcome
    detail: str = ""
    status: int | None = None
    final_url: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    content: bytes | None = None
    text: str = ""


def watch(piece: Evidence, *, now: dt.datetime) -> None:
    """Have a link read as soon as possible, and again from then on. Within the act that attached or changed it."""
    host = links.host_of(piece.url)
    if not piece.url or links.is_example(host):
        Watch.objects.filter(evidence=piece).delete()
        return
    fresh = {"host": host, "due_at": now, "checked_at": None, "failures": 0, "lease_until": None}
    Watch.objects.update_or_create(evidence=piece, defaults=fresh)


def record(
    uuid: UUID,
    reading: Reading,
    *,
    now: dt.datetime,
    again_at: dt.datetime | None = None,
    lease: dt.datetime | None = None,
) -> Capture | None:
    """Write down a reading by the register itself. A link that was lost or is found again is one event of its item.

    None, and nothing is written, when the reading is of no use any more: the piece has another address by now or was
    retracted, or somebody else reads it since `lease` ran out. Raises `Missing`.
    """
    with act(now) as moment:
        item, piece = _locked(uuid)
        mine = Watch.objects.select_for_update().filter(evidence=piece).first()
        is_late = lease is not None and (mine is None or mine.lease_until != lease)
        if is_late or piece.url != reading.url or not piece.is_standing:
            return None
        failed = capture.failures(mine.failures, mine.checked_at, reading.outcome, now) if mine else 0
        made = _keep(piece, reading, now=moment)
        due_at = again_at or capture.again(reading.outcome, now, 0.5)
        columns = {"checked_at": now, "due_at": due_at, "failures": failed, "lease_until": None}
        Watch.objects.filter(evidence=piece).update(**columns)
        _turn(item, piece, capture.standing(Outcome(piece.outcome), reading.outcome, failed), now=now)
    return made


def _locked(uuid: UUID) -> tuple[Recommendation, Evidence]:
    found = Evidence.objects.filter(uuid=uuid).values_list("recommendation__reference", flat=True).first()
    if found is None:
        raise Missing(Problem("not_found", _("There is no such piece of evidence.")))
    item = locked(found, REGISTER)
    return item, Evidence.objects.get(uuid=uuid)  # as it is now that nobody else changes it


def _keep(piece: Evidence, reading: Reading, *, now: dt.datetime) -> Capture:
    return Capture.objects.create(
        evidence=piece,
        captured_at=now,
        outcome=reading.outcome,
        detail=reading.detail,
        status=reading.status,
        final_url=reading.final_url,
        media_type=reading.media_type,
        size=reading.size,
        sha256=reading.sha256,
        content="" if reading.content is None else keeping.keep(FOLDER, reading.content),
        text=reading.text,
    )


def _turn(item: Recommendation, piece: Evidence, state: Outcome, *, now: dt.datetime) -> None:
    """Write another state of the link; it is news only when it was lost, or found again."""
    if state == piece.outcome:
        return
    Evidence.objects.filter(pk=piece.pk).update(outcome=state)
    if capture.is_lost(state) == piece.is_lost:
        return
    verb = Verb.LINK_LOST if capture.is_lost(state) else Verb.LINK_FOUND
    advance(item, now=now)
    before = {"outcome": capture.for_strangers(piece.outcome)}
    after = {"evidence": piece.uuid, "title": piece.title, "outcome": capture.for_strangers(state)}
    event.about(item, verb, actor=REGISTER, now=now, before=before, after=after)
