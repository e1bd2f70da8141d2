"""Attach what shows that something happened; correct what is said of it; retract what turned out not to show it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import bearing, capture, event, keeping
from recommendations.actions.moment import act
from recommendations.actions.permission import is_assigned, need, need_current
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.actions.today import today_of
from recommendations.models import Evidence
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access, links, words
from recommendations.rules.capture import Outcome
from recommendations.rules.errors import Invalid, Missing, Problem, Unlawful, refuse_if
from recommendations.rules.lifecycle import EvidenceKind
from recommendations.texts import decoding, filetypes

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person, Recommendation

FOLDER: Final = "evidence"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent: under which name, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A link or a file about to become evidence."""

    title: str
    url: str
    dated_on: dt.date
    kind: str
    issuer: str = ""
    file: File | None = None


AMENDABLE: Final = tuple(f.name for f in fields(Draft) if f.name != "file")


def attach(reference: str, draft: Draft, *, actor: Person, now: dt.datetime, seen: int | None = None) -> Evidence:
    """Attach a link or a file to a recommendation. A link is read as soon as somebody comes to it.

    Raises `Missing`, `Stale`, `Forbidden` (not one's own to do), `Invalid`, `Unlawful` (withdrawn).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_right(actor, item)
        need_standing(item)
        refuse_if(_check(draft, today_of(actor, now)))
        said = {name: getattr(draft, name) for name in AMENDABLE}
        kept = _kept(draft.file) if draft.file else {}
        piece = Evidence.objects.create(recommendation=item, added_by=actor, added_at=now, **said, **kept)
        capture.watch(piece, now=now)
        advance(item, now=now, heard_at=now)
        for own in ("file", "file_name"):  # where it lies is nobody's business, and a name may be a person's
            kept.pop(own, None)
        event.about(item, Verb.EVIDENCE_ATTACHED, actor=actor, now=now, after={"evidence": piece.uuid, **said, **kept})
    return piece


def amend(uuid: UUID, changed: dict[str, Any], *, actor: Person, now: dt.datetime, seen: int | None) -> Evidence:
    """Correct what is said of a piece; `changed` maps names of `AMENDABLE` to new values. Nothing new is no event.

    An address that is changed is read anew. Who attached it, or a steward, may. Raises `Missing`, `Stale`, `Forbidden`,
    `Invalid`, `Unlawful` (retracted, withdrawn, or a rating that rests on it would no longer have what it needs).
    """
    with act(now):
        item, piece = _locked(uuid, actor)
        need_right_over(piece, actor)
        need_standing(item)
        _need_unretracted(piece)
        need_current(piece.version, seen)
        old = draft_of(piece)
        new = _amended(old, piece, changed)
        refuse_if(_check(new, today_of(actor, now), is_file=bool(piece.file)))
        before, after = event.changes(asdict(old), asdict(new))
        if not after:
            return piece
        refuse_if(bearing.check(item, piece, kind=new.kind, dated_on=new.dated_on), Unlawful)
        _write(piece, after, now=now)
        advance(item, now=now)
        told = {"evidence": piece.uuid, "title": new.title, **after}
        event.about(item, Verb.EVIDENCE_AMENDED, actor=actor, now=now, before=before, after=told)
    return piece


def retract(uuid: UUID, reason: str, *, actor: Person, now: dt.datetime) -> Evidence:
    """Withdraw a piece of evidence with a reason; it stays readable. Who attached it, or a steward, may.

    Raises `Missing`, `Forbidden`, `Invalid` (no reason), `Unlawful` (already retracted, item withdrawn).
    """
    with act(now):
        item, piece = _locked(uuid, actor)
        need_right_over(piece, actor)
        need_standing(item)
        refuse_if(words.check_text(reason, "reason", longest=words.TEXT, required=True))
        _need_unretracted(piece)
        held = Evidence.objects.filter(pk=piece.pk)
        held.update(retracted_at=now, retracted_by=actor, retraction_reason=reason, version=piece.version + 1)
        advance(item, now=now)
        after = {"evidence": piece.uuid, "title": piece.title, "reason": reason}
        event.about(item, Verb.EVIDENCE_RETRACTED, actor=actor, now=now, after=after)
    piece.refresh_from_db()
    return piece


def need_right(actor: Person, item: Recommendation) -> None:
    """Raise `Forbidden` unless the actor may attach evidence to the item."""
    text = _("Only the owners of %(reference)s, reviewers and stewards may attach evidence to it.")
    allowed = access.may_attach_evidence(role_of(actor), is_assigned=is_assigned(actor, item))
    need(allowed, "not_assigned", text % {"reference": item.reference})


def need_right_over(piece: Evidence, actor: Person) -> None:
    """Raise `Forbidden` unless the actor may amend and retract the piece."""
    allowed = access.may_keep_register(role_of(actor)) or piece.added_by_id == actor.pk
    need(allowed, "not_yours", _("Only the person who attached it, or a steward, may amend or retract evidence."))


def draft_of(piece: Evidence) -> Draft:
    """Return what is said of a piece now; its file, if it is one, stays what it is."""
    return Draft(**{name: getattr(piece, name) for name in AMENDABLE})


def _locked(uuid: UUID, actor: Person) -> tuple[Recommendation, Evidence]:
    """Lock the piece's item, and read the piece as it is from then on. What one may not see is missing."""
    missing = Missing(Problem("not_found", _("There is no such piece of evidence.")))
    reference = Evidence.objects.filter(uuid=uuid).values_list("recommendation__reference", flat=True).first()
    if reference is None:
        raise missing
    item = locked(reference, actor)
    return item, Evidence.objects.get(uuid=uuid)


def _need_unretracted(piece: Evidence) -> None:
    if not piece.is_standing:
        raise Unlawful(Problem("already_retracted", _("This piece of evidence was retracted before.")))


def _kept(file: File) -> dict[str, Any]:
    """Keep an uploaded file; raise `Invalid` for one that may not be. What it is its bytes say, not its name."""
    try:
        kind = filetypes.tell(file.content, file.name)
    except decoding.Unreadable as wrong:
        raise Invalid(Problem(f"file_{wrong.code}", wrong.detail, "file")) from None
    return {
        "file": keeping.keep(FOLDER, file.content),
        "file_name": filetypes.safe_name(file.name, kind),
        "media_type": kind.media_type,
        "size": len(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
    }


def _amended(old: Draft, piece: Evidence, changed: dict[str, Any]) -> Draft:
    unknown = sorted(set(changed) - set(AMENDABLE))
    problems = [Problem("unknown_field", _("This field cannot be changed."), name) for name in unknown]
    if piece.file and changed.get("url"):
        text = _("A file has no address; attach the link as a piece of evidence of its own.")
        problems.append(Problem("link_or_file", text, "url"))
    refuse_if(problems)
    return replace(old, **changed)


def _write(piece: Evidence, after: dict[str, Any], *, now: dt.datetime) -> None:
    moved = {"outcome": Outcome.UNCHECKED} if "url" in after else {}
    for name, value in {**after, **moved, "version": piece.version + 1}.items():
        setattr(piece, name, value)
    piece.save(update_fields=[*after, *moved, "version"])
    if moved:
        capture.watch(piece, now=now)


def _check(draft: Draft, today: dt.date, *, is_file: bool = False) -> list[Problem]:
    problems = words.check_text(draft.title, "title", longest=words.TITLE, required=True)
    problems += words.check_text(draft.issuer, "issuer", longest=words.LINE)
    if draft.file is not None and draft.url:
        text = _("Give a link or a file; for both, attach two pieces of evidence.")
        problems.append(Problem("link_or_file", text, "file"))
    elif draft.file is None and not is_file:
        problems += words.check_text(draft.url, "url", longest=links.MAX_LENGTH, required=True) or links.check_link(
            draft.url
        )
    problems += words.check_past(draft.dated_on, today, "dated_on")
    if draft.kind not in EvidenceKind.values:
        problems.append(words.not_a_choice(draft.kind, EvidenceKind.values, "kind"))
    return problems
