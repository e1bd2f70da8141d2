"""State why a sentence that recommends something is not tracked, or take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.models import Disposition, Person, Snapshot, Source, coverage
from recommendations.models.event import Subject, Verb
from recommendations.rules import words
from recommendations.rules.coverage import Reason, State
from recommendations.rules.errors import Invalid, Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models.coverage import Covered
    from recommendations.models.person import Register


def state(
    slug: str, sentence: str, reason: str, note: str = "", *, actor: Person | Register, now: dt.datetime
) -> Disposition:
    """State why a sentence of a source's newest text is not tracked; `sentence` is its key (`texts.sentences`).

    A later statement takes the place of the one before; the same again is no event. The reason stays when the sentence
    is tracked later, and counts again when it no longer is.
    Raises `Missing`, `Forbidden`, `Invalid`, `Unlawful` (tracked, or not prescriptive).
    """
    need_steward(actor)
    with act(now):
        source = _locked(slug)
        refuse_if(_check(reason, note))
        covered = _sentence(source, sentence, actor)
        made = Disposition.objects.filter(source=source, sentence_sha256=sentence).first()
        before = _said(made) if made else {}
        after: dict[str, Any] = {"reason": reason, "note": note}
        if made is not None and before == after:
            return made
        made = made or Disposition(source=source, sentence_sha256=sentence)
        made.reason, made.note, made.stated_at = reason, note, now
        made.stated_by = actor if isinstance(actor, Person) else None
        made.save()
        after |= {"sentence": sentence, "paragraph": covered.sentence.paragraph}
        after |= {"start": covered.sentence.start, "end": covered.sentence.end}
        event.record(Verb.DISPOSED, Subject.SOURCE, slug, actor=actor, now=now, before=before, after=after)
    return made


def withdraw(slug: str, sentence: str, *, actor: Person | Register, now: dt.datetime) -> None:
    """Take a reason back: the sentence waits for one again. Raises `Missing` (also: no reason), `Forbidden`."""
    need_steward(actor)
    with act(now):
        source = _locked(slug)
        made = Disposition.objects.filter(source=source, sentence_sha256=sentence).first()
        if made is None:
            raise Missing(Problem("not_found", _("No reason is stated for this sentence.")))
        before = _said(made) | {"sentence": sentence}
        made.delete()
        event.record(Verb.DISPOSED, Subject.SOURCE, slug, actor=actor, now=now, before=before, after={})


def _locked(slug: str) -> Source:
    source = Source.objects.select_for_update().filter(slug=slug).first()
    if source is None:
        raise Missing(Problem("not_found", _("There is no such source.")))
    return source


def _check(reason: str, note: str) -> list[Problem]:
    problems = words.check_text(note, "note", longest=words.LINE)
    return problems if reason in Reason.values else [words.not_a_choice(reason, Reason.values, "reason"), *problems]


def _sentence(source: Source, key: str, actor: Person | Register) -> Covered:
    newest = Snapshot.objects.filter(source=source).without_content().newest_first().first()
    said = coverage.of_snapshot(newest, person=actor).sentences if newest else ()
    same = [one for one in said if one.sentence.key == key]
    if not same:
        text = _("The newest text of the source has no such sentence; look at its coverage again.")
        raise Invalid(Problem("unknown_sentence", text, "sentence"))
    found = next((one for one in same if one.prescription), same[0])
    if found.state is State.TRACKED:
        text = _("This sentence is tracked; a reason is needed only for what is not.")
        raise Unlawful(Problem("tracked", text, "sentence"))
    if found.state is State.OTHER:
        text = _("This sentence recommends nothing that was recognised; no reason is needed.")
        raise Unlawful(Problem("not_prescriptive", text, "sentence"))
    return found


def _said(made: Disposition) -> dict[str, Any]:
    return {"reason": made.reason, "note": made.note}
