"""What the reading view shows: the paragraphs of a snapshot, cut where passages begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

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
class Stretch:
    """Text that the same passages cover: `main` is the innermost one, `begins` are those that start with it."""

    text: str
    main: Mark | None
    begins: tuple[Mark, ...]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as shown; `start` counts characters of the snapshot's text."""

    number: int
    start: int
    kind: str
    repeats: int | None
    stretches: tuple[Stretch, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs in a row that are shown alike: folded when they are no part of the document and hold no passage."""

    is_folded: bool
    kind: str
    blocks: tuple[Block, ...]


def parts(snapshot: Snapshot, marks: Sequence[Mark]) -> list[Part]:
    """Lay out a snapshot; `marks` are the passages with a place in it."""
    places = [(mark.anchor.start or 0, mark.anchor.end or 0) for mark in marks]
    blocks = [_block(snapshot.text, paragraph, marks, places) for paragraph in snapshot.paragraphs]
    return [Part(folded, kind, tuple(members)) for (folded, kind), members in groupby(blocks, key=_fold)]


def _fold(block: Block) -> tuple[bool, str]:
    folded = block.kind in {ParagraphKind.CHROME, ParagraphKind.REPEAT} and not block.is_marked
    return folded, block.kind if folded else ""


def _block(text: str, paragraph: dict[str, Any], marks: Sequence[Mark], places: Sequence[tuple[int, int]]) -> Block:
    cut = runs.cut(paragraph["start"], paragraph["end"], places)
    stretches = tuple(
        Stretch(
            text[run.start : run.end],
            marks[run.covered_by[0]] if run.covered_by else None,
            tuple(marks[index] for index in run.begins),
            len(run.covered_by) > 1,
        )
        for run in cut
    )
    is_marked = any(stretch.main for stretch in stretches)
    return Block(paragraph["number"], paragraph["start"], paragraph["kind"], paragraph["repeats"], stretches, is_marked)
