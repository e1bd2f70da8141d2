"""Say where in a source a recommendation stands: by hints, all at once, or by words selected in its text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from recommendations.actions import anchor, event, selection
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.models import Anchor, Passage, Recommendation, Source
from recommendations.models.event import Verb
from recommendations.rules import words
from recommendations.rules.errors import Missing, Problem, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from recommendations.actions.selection import Selection
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


def add(
    reference: str,
    source: str,
    chosen: Selection,
    *,
    actor: Person | Register,
    now: dt.datetime,
    seen: int | None = None,
    label_en: str = "",
    label_ru: str = "",
) -> Passage:
    """Make words selected in a source's text one more passage of a recommendation.

    Raises `Missing` (either of the two), `Stale`, `Forbidden`, `Invalid` (no such words), `Unlawful` (withdrawn; words
    that the newest text no longer holds; a passage of exactly these words).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_steward(actor)
        need_standing(item)
        problems = words.check_text(label_en, "label_en", longest=words.NAME)
        refuse_if(problems + words.check_text(label_ru, "label_ru", longest=words.NAME))
        place = selection.resolve(source, chosen)
        selection.need_new(place, item)
        before = placings_of(item, place.snapshot.source)
        last = item.passages.filter(source=place.snapshot.source).aggregate(last=Max("position"))["last"] or 0
        row = Passage(recommendation=item, source=place.snapshot.source, position=last + 1)
        row.label_en, row.label_ru = label_en, label_ru
        selection.pin(row, place)
        _tell(item, place.snapshot.source, before, actor=actor, now=now)
    return row


def place_anew(
    uuid: UUID, chosen: Selection, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Passage:
    """Say where a passage stands in its source's newest text: what a steward does with one that is lost or altered.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful`; see `add`.
    """
    with act(now):
        row, item = _held(uuid, actor, seen=seen)
        place = selection.resolve(row.source.slug, chosen)
        selection.need_new(place, item, but=row)
        before = placings_of(item, row.source)
        selection.pin(row, place)
        _tell(item, row.source, before, actor=actor, now=now)
    return row


def remove(uuid: UUID, *, actor: Person | Register, now: dt.datetime, seen: int | None = None) -> Recommendation:
    """Take a passage back that does not say what the recommendation says. Raises `Missing`, `Stale`, `Forbidden`, `Unlawful`."""
    with act(now):
        row, item = _held(uuid, actor, seen=seen)
        before = placings_of(item, row.source)
        row.anchors.all().delete()
        row.delete()
        for position, other in enumerate(item.passages.filter(source=row.source).order_by("position"), 1):
            Passage.objects.filter(pk=other.pk).exclude(position=position).update(position=position)
        _tell(item, row.source, before, actor=actor, now=now)
    return item


def placings_of(item: Recommendation, source: Source) -> list[Placing]:
    """Return what is said of an item's passages in a source now, in order."""
    rows = item.passages.filter(source=source).order_by("position")
    return [Placing(**{name: getattr(row, name) for name in Placing.__slots__}) for row in rows]


def _held(uuid: UUID, actor: Person | Register, *, seen: int | None) -> tuple[Passage, Recommendation]:
    """Return a passage and its recommendation, locked, of which the actor may change both."""
    row = Passage.objects.filter(uuid=uuid).select_related("recommendation", "source").first()
    if row is None:
        raise Missing(Problem("not_found", _("There is no such passage.")))
    item = locked(row.recommendation.reference, actor, seen=seen)
    need_steward(actor)
    need_standing(item)
    return row, item


def _tell(
    item: Recommendation, source: Source, before: list[Placing], *, actor: Person | Register, now: dt.datetime
) -> None:
    """Write the next version and the event of what was changed among an item's passages."""
    advance(item, now=now)
    said = (
        {"passages": [asdict(one) for one in before]},
        {"passages": [asdict(one) for one in placings_of(item, source)]},
    )
    event.about(item, Verb.AMENDED, actor=actor, now=now, before=said[0], after=said[1])


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
        anchor.anew(moved, newest, newest.reading)


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
