"""From an answer to what is recorded: judged, compared with what the link said last, kept when it says something new."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from recommendations.actions.capture import Reading
from recommendations.archive import compare, text
from recommendations.archive.judge import FAILURES, judge
from recommendations.models import Capture, Event
from recommendations.models.event import Verb
from recommendations.rules.capture import READ, Outcome

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.archive.fetch import Answer
    from recommendations.archive.text import Said


def failed(url: str, detail: str) -> Reading:
    """Return the reading of a link that gave no answer."""
    return Reading(url, FAILURES.get(detail, Outcome.UNREACHABLE), detail)


def reading(url: str, answer: Answer, last: Capture | None) -> Reading:
    """Return the reading of an answer; `last` is the newest capture with a copy."""
    said = text.said(answer)
    outcome, detail = judge(url, answer, said)
    found = Reading(url, outcome, detail, answer.status, answer.url[:2000], answer.media_type)
    if outcome not in READ or answer.detail:
        return found
    sha256 = hashlib.sha256(answer.content).hexdigest()
    found = replace(found, size=len(answer.content), sha256=sha256, detail="" if said.text else "no_text")
    if last is not None and not _is_news(said, sha256, last):
        return found
    outcome = outcome if last is None else Outcome.CHANGED
    return replace(found, outcome=outcome, content=answer.content, text=said.text)


def last_kept(evidence: UUID) -> Capture | None:
    """Return the newest capture that has a copy, of the address that the piece has now."""
    moved = Event.objects.filter(
        recommendation__evidence__uuid=evidence,
        verb=Verb.EVIDENCE_AMENDED,
        after__evidence=str(evidence),
        after__has_key="url",
    ).latest_first()
    kept = Capture.objects.filter(evidence__uuid=evidence).exclude(content="")
    last_move = moved.values_list("recorded_at", flat=True).first()
    return (kept.filter(captured_at__gte=last_move) if last_move else kept).first()


def _is_news(said: Said, sha256: str, last: Capture) -> bool:
    if said.text or last.text:
        return compare.is_changed(last.text, said.text)
    return sha256 != last.sha256
