"""Finding passages in a snapshot: a part of reading a source in and of naming passages, never a verb of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from recommendations.models import Anchor, Passage
from recommendations.rules.access import Visibility
from recommendations.texts import anchoring
from recommendations.texts.anchoring import AnchorState, Hint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommendations.models import Snapshot
    from recommendations.texts.reading import Reading
    from recommendations.texts.selectors import Selectors

_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Anchored:
    """A passage's place in a snapshot; `detail` says why there is none."""

    passage: Passage
    anchor: Anchor
    detail: str = ""

    @property
    def is_public(self) -> bool:
        """Whether strangers may know of it."""
        item = self.passage.recommendation
        return item.visibility == Visibility.PUBLIC and item.withdrawn_at is None


def everything(snapshot: Snapshot, text: Reading) -> tuple[Anchored, ...]:
    """Anchor all passages of the snapshot's source in it."""
    passages = Passage.objects.of_source(snapshot.source)
    before = _last_places(passages, snapshot)
    found = tuple(_anchor(passage, before.get(passage.pk), snapshot, text) for passage in passages)
    Anchor.objects.bulk_create([one.anchor for one in found])
    return found


def anew(passages: Iterable[Passage], snapshot: Snapshot, text: Reading) -> None:
    """Anchor passages by their hints, whatever stood there before."""
    passages = list(passages)
    Anchor.objects.filter(passage__in=passages).delete()
    Anchor.objects.bulk_create(_anchor(passage, None, snapshot, text).anchor for passage in passages)


def standing(snapshot: Snapshot) -> tuple[Anchored, ...]:
    """Return what is known of the passages in a snapshot."""
    anchors = {anchor.passage_id: anchor for anchor in snapshot.anchors.all()}
    passages = Passage.objects.of_source(snapshot.source)
    return tuple(Anchored(passage, anchors[passage.pk]) for passage in passages if passage.pk in anchors)


def _last_places(passages: Iterable[Passage], snapshot: Snapshot) -> dict[int, Selectors]:
    # Oldest first, so that the newest place of each passage stays. One that got lost is sought by its last known words.
    earlier = Anchor.objects.filter(passage__in=passages, snapshot__number__lt=snapshot.number, start__isnull=False)
    return {
        anchor.passage_id: place
        for anchor in earlier.order_by("snapshot__number")
        if (place := anchor.selectors) is not None
    }


def _anchor(passage: Passage, before: Selectors | None, snapshot: Snapshot, text: Reading) -> Anchored:
    detail = ""
    if before is not None:
        now = anchoring.reanchor(before, text)
        if now.selectors is None:
            words = before.exact if len(before.exact) <= _LONGEST else f"{before.exact[:_LONGEST]}…"
            detail = _("Nothing in the new text is like “%(words)s”.") % {"words": " ".join(words.split())}
    else:
        hint = Hint(passage.first_words, passage.last_words, passage.paragraph, passage.section)
        try:
            now = anchoring.Anchoring(AnchorState.ANCHORED, anchoring.locate(hint, text), 1.0)
        except anchoring.NotFound as nowhere:
            now, detail = anchoring.Anchoring(AnchorState.LOST, None, 0.0), nowhere.detail
    return Anchored(passage, _row(passage, snapshot, now), detail)


def _row(passage: Passage, snapshot: Snapshot, now: anchoring.Anchoring) -> Anchor:
    place = now.selectors
    row = Anchor(passage=passage, snapshot=snapshot, state=now.state.value, similarity=now.similarity)
    if place is not None:
        row.exact, row.prefix, row.suffix = place.exact, place.prefix, place.suffix
        row.start, row.end, row.paragraph = place.start, place.end, place.paragraph
    return row
