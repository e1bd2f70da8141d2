"""Say where in a source a recommendation stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from recommendations.actions import anchor, event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.actions.source import read
from recommendations.models import Anchor, Passage, Recommendation, Source
from recommendations.models.event import Verb
from recommendations.rules import words
from recommendations.rules.errors import Problem, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from recommendations.models import Person
    from recommendations.models.person import Register

_WIDTHS = {"section": words.TITLE, "label_en": words.NAME, "label_ru": words.NAME}


@dataclass(frozen=True, slots=True)
class Placing:
    """How to find one passage: a few first and last words, the paragraph and section heading when known."""

    first_words: str
    last_words: str
    paragraph: int | None = None
    section: str = ""
    label_en: str = ""
    label_ru: str = ""


_HINTS = ("first_words", "last_words", "paragraph", "section")


def place(
    reference: str,
    source: str,
    said: Sequence[Placing],
    *,
    actor: Person | Register,
    now: dt.datetime,
    seen: int | None = None,
) -> Recommendation:
    """Name all passages of a source (slug) that make the recommendation, in order; those named before give way.

    They are looked for in the newest snapshot at once. Nothing new is no event.
    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (withdrawn).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_steward(actor)
        need_standing(item)
        document = Source.objects.select_for_update().filter(slug=source).first()
        refuse_if(_check(said) + ([words.not_found(source, "source")] if document is None else []))
        assert document is not None  # noqa: S101 - refused above
        before, after = [asdict(one) for one in placings_of(item, document)], [asdict(one) for one in said]
        if before == after:
            return item
        advance(item, now=now)
        _write(item, document, said)
        event.about(item, Verb.AMENDED, actor=actor, now=now, before={"passages": before}, after={"passages": after})
    return item


def placings_of(item: Recommendation, source: Source) -> list[Placing]:
    """Return what is said of an item's passages in a source now, in order."""
    rows = item.passages.filter(source=source).order_by("position")
    return [Placing(**{name: getattr(row, name) for name in Placing.__slots__}) for row in rows]


def _write(item: Recommendation, source: Source, said: Sequence[Placing]) -> None:
    standing = {row.position: row for row in item.passages.filter(source=source)}
    moved = []
    for position, one in enumerate(said, 1):
        row = standing.pop(position, None) or Passage(recommendation=item, source=source, position=position)
        if row.pk is None or any(getattr(row, name) != getattr(one, name) for name in _HINTS):
            moved.append(row)
        for name, value in asdict(one).items():
            setattr(row, name, value)
        row.save()
    Anchor.objects.filter(passage__in=standing.values()).delete()
    Passage.objects.filter(pk__in=[row.pk for row in standing.values()]).delete()
    newest = source.snapshots.order_by("-number").first()
    if newest is not None and moved:
        anchor.anew(moved, newest, read(bytes(newest.content)))


def _check(said: Sequence[Placing]) -> list[Problem]:
    problems = []
    for number, one in enumerate(said):
        for name in ("first_words", "last_words"):
            problems += words.check_text(
                getattr(one, name), f"passages/{number}/{name}", longest=words.NAME, required=True
            )
        for name, longest in _WIDTHS.items():
            problems += words.check_text(getattr(one, name), f"passages/{number}/{name}", longest=longest)
    return problems
