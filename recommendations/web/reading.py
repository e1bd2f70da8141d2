"""What the reading view shows: the paragraphs of a snapshot, cut where passages begin and end, with notes; and its sections."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from recommendations.models.passage import AnchorState
from recommendations.texts import runs
from recommendations.texts.kinds import ParagraphKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.models import Anchor, Passage, Snapshot


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage with its place in the snapshot shown."""

    passage: Passage
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Note:
    """What is said beside a paragraph of a recommendation that it makes, in one passage or several.

    `previous` and `following` are the passages before the first and after the last of them in the text.
    """

    marks: tuple[Mark, ...]
    previous: Passage | None
    following: Passage | None

    @property
    def passage(self) -> Passage:
        """The first of the passages, after which the note is called."""
        return self.marks[0].passage

    @property
    def states(self) -> list[str]:
        """What became of the passages since the text before, in words, if anything did."""
        changed = [mark.anchor for mark in self.marks if mark.anchor.state != AnchorState.ANCHORED]
        return [*dict.fromkeys(anchor.get_state_display() for anchor in changed)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that the same passages cover: `main` is the innermost one; `begins` start with it, each with its note."""

    text: str
    main: Mark | None
    begins: tuple[tuple[Mark, Note], ...]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as shown; `start` counts characters of the snapshot's text, `notes` are on what begins in it."""

    number: int
    start: int
    kind: str
    repeats: int | None
    stretches: tuple[Stretch, ...]
    is_marked: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs in a row that are shown alike: folded when they are no part of the document and hold no passage."""

    is_folded: bool
    kind: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands between two headings: its heading ("" before the first), its first paragraph and its passages."""

    title: str
    number: int
    notes: tuple[Note, ...]

    @property
    def firsts(self) -> list[Passage]:
        """The first passage of each recommendation that is made in it."""
        found = {note.passage.tracked.pk: note.passage for note in reversed(self.notes)}
        return [note.passage for note in self.notes if found[note.passage.tracked.pk] is note.passage]


def blocks(snapshot: Snapshot, marks: Sequence[Mark]) -> list[Block]:
    """Lay out the paragraphs of a snapshot; `marks` are the passages with a place in it."""
    ordered = sorted(marks, key=lambda mark: (mark.anchor.start or 0, -(mark.anchor.end or 0)))
    places = [(mark.anchor.start or 0, mark.anchor.end or 0) for mark in ordered]
    return [_block(snapshot.text, paragraph, ordered, places) for paragraph in snapshot.paragraphs]


def parts(shown: Sequence[Block]) -> list[Part]:
    """Put blocks that are shown alike together."""
    return [Part(folded, kind, tuple(members)) for (folded, kind), members in groupby(shown, key=_fold)]


def sections(shown: Sequence[Block]) -> list[Section]:
    """Return the sections of a text: a heading that another follows at once has nothing of its own, and stands all the same."""
    found: list[tuple[str, int, list[Note]]] = []
    for block in shown:
        if block.kind == ParagraphKind.HEADING:
            found.append(("".join(stretch.text for stretch in block.stretches), block.number, []))
        elif not found and not _fold(block)[0]:
            found.append(("", block.number, []))
        if found:
            found[-1][2].extend(block.notes)
    return [Section(title, number, tuple(notes)) for title, number, notes in found]


def _fold(block: Block) -> tuple[bool, str]:
    folded = block.kind in {ParagraphKind.CHROME, ParagraphKind.REPEAT} and not block.is_marked
    return folded, block.kind if folded else ""


def _block(text: str, paragraph: dict[str, Any], marks: Sequence[Mark], places: Sequence[tuple[int, int]]) -> Block:
    cut = runs.cut(paragraph["start"], paragraph["end"], places)
    notes = _notes([index for run in cut for index in run.begins], marks)
    stretches = tuple(
        Stretch(
            text[run.start : run.end],
            marks[run.covered_by[0]] if run.covered_by else None,
            tuple((marks[index], notes[marks[index].passage.tracked.pk]) for index in run.begins),
            len(run.covered_by) > 1,
        )
        for run in cut
    )
    is_marked = any(stretch.main for stretch in stretches)
    number, start, kind = paragraph["number"], paragraph["start"], paragraph["kind"]
    return Block(number, start, kind, paragraph["repeats"], stretches, is_marked, tuple(notes.values()))


def _notes(begun: Sequence[int], marks: Sequence[Mark]) -> dict[int, Note]:
    """Return the notes on the passages with these places in the order of the text, by recommendation."""
    found: dict[int, list[int]] = {}
    for index in begun:
        found.setdefault(marks[index].passage.tracked.pk, []).append(index)
    passages = [None, *(mark.passage for mark in marks), None]
    return {
        key: Note(tuple(marks[index] for index in indexes), passages[indexes[0]], passages[indexes[-1] + 2])
        for key, indexes in found.items()
    }
