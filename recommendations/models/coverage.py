"""What of a source's text is tracked: each sentence with its state, and the figures."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommendations.models.disposition import Disposition
from recommendations.models.passage import Anchor, Passage
from recommendations.rules.coverage import State
from recommendations.texts import prescriptions, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.models.source import Snapshot
    from recommendations.texts.prescriptions import Prescription
    from recommendations.texts.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Covered:
    """A sentence and what the register has to say of it.

    `passages` (with their recommendations) overlap it or a sentence that it repeats; `is_repeat` tells that the same was
    said before it. `disposition` is the reason that a steward gave for not tracking it, kept for when nothing tracks it.
    """

    sentence: Sentence
    state: State
    prescription: Prescription | None
    passages: tuple[Passage, ...]
    disposition: Disposition | None
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """All sentences of a snapshot in order. Figures count what is said twice once."""

    snapshot: Snapshot
    sentences: tuple[Covered, ...]

    @property
    def prescriptive(self) -> list[Covered]:
        """The different sentences that say what should be done, tracked or not."""
        return [one for one in self.sentences if one.prescription and not one.is_repeat]

    @property
    def tracked(self) -> list[Covered]:
        """Those of the prescriptive ones that are tracked."""
        return [one for one in self.prescriptive if one.state is State.TRACKED]

    @property
    def explained(self) -> list[Covered]:
        """Those that are not tracked, for a reason that was stated."""
        return [one for one in self.prescriptive if one.state is State.UNTRACKED and one.disposition]

    @property
    def unexplained(self) -> list[Covered]:
        """Those that are not tracked, and nobody has said why."""
        return [one for one in self.prescriptive if one.state is State.UNTRACKED and not one.disposition]


def of_snapshot(snapshot: Snapshot, *, person: Person | Register | AnonymousUser | None) -> Coverage:
    """Tell what of a snapshot is tracked, as far as the person may know: two statements.

    What only an internal recommendation tracks is for strangers what nobody tracks, with the reason that was stated
    before it was tracked, if any.
    """
    said = list(sentences.split(snapshot.reading.paragraphs))
    known = Passage.objects.visible_to(person)
    anchors = Anchor.objects.filter(snapshot=snapshot, start__isnull=False, passage__in=known)
    tracked = _tracked(said, anchors.select_related("passage__recommendation").order_by("start", "id"), snapshot.text)
    reasons = {one.sentence_sha256: one for one in Disposition.objects.filter(source=snapshot.source_id)}
    return Coverage(snapshot, tuple(_covered(said, tracked, reasons)))


def _tracked(said: Sequence[Sentence], anchors: Iterable[Anchor], text: str) -> dict[str, dict[int, Passage]]:
    """Return by key of the sentence the passages that share a letter or a figure with it, by their ids."""
    starts = [sentence.start for sentence in said]
    found: dict[str, dict[int, Passage]] = defaultdict(dict)
    for anchor in anchors:
        start, end = anchor.start or 0, anchor.end or 0
        at = max(0, bisect_right(starts, start) - 1)
        while at < len(said) and said[at].start < end:
            common = text[max(start, said[at].start) : min(end, said[at].end)]
            if any(letter.isalnum() for letter in common):
                found[said[at].key][anchor.passage_id] = anchor.passage
            at += 1
    return found


def _covered(
    said: Iterable[Sentence], tracked: dict[str, dict[int, Passage]], reasons: dict[str, Disposition]
) -> Iterable[Covered]:
    seen: set[str] = set()
    for sentence in said:
        prescription = prescriptions.find(sentence.text)
        passages = tuple(tracked.get(sentence.key, {}).values())
        asked = State.UNTRACKED if prescription else State.OTHER
        state = State.TRACKED if passages else asked
        yield Covered(sentence, state, prescription, passages, reasons.get(sentence.key), sentence.key in seen)
        seen.add(sentence.key)
