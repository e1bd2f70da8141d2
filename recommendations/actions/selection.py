"""Words selected in a source's text: checked, found in the newest text, and pinned to a passage. No verb of its own."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.models import Anchor, Snapshot, Source
from recommendations.models.passage import AnchorState
from recommendations.rules import words
from recommendations.rules.errors import Invalid, Missing, Problem, Unlawful, refuse_if
from recommendations.texts import anchoring, hints, selectors

if TYPE_CHECKING:
    from recommendations.models import Passage, Recommendation
    from recommendations.texts.reading import Reading
    from recommendations.texts.selectors import Selectors

LONGEST: Final = 5000
"""Characters of the longest passage: more is a chapter, not a recommendation."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Characters `start` to `end` of the text of the source's snapshot of that number."""

    snapshot: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where selected words stand in the newest snapshot."""

    snapshot: Snapshot
    text: Reading
    selectors: Selectors


def resolve(slug: str, chosen: Selection) -> Place:
    """Find selected words in the newest text of a source, whose row is locked.

    White space at either end is left out; what belongs to a letter is taken in. Raises `Missing` (no such source),
    `Invalid`, and `Unlawful` where a text was read in meanwhile that no longer holds the words.
    """
    source = Source.objects.select_for_update().filter(slug=slug).first()
    if source is None:
        raise Missing(Problem("not_found", _("There is no such source."), "source"))
    snapshots = Snapshot.objects.filter(source=source).without_content().select_related("source")
    newest, seen = snapshots.newest_first().first(), snapshots.filter(number=chosen.snapshot).first()
    if newest is None or seen is None:
        said = _("The source has no snapshot %(number)s.") % {"number": chosen.snapshot}
        raise Invalid(Problem("unknown_name", said, "snapshot"))
    text = seen.reading
    found = selectors.select(text, *trimmed(text.text, chosen.start, chosen.end))
    if seen.pk == newest.pk:
        return Place(newest, text, found)
    return _in_newer(found, newest)


def quoted(slug: str, exact: str, prefix: str = "", suffix: str = "", *, number: int | None = None) -> Selection:
    """Return the place of a quote in a source's newest text, or in that of a number. Raises `Invalid`."""
    texts = Snapshot.objects.filter(source__slug=slug).newest_first()
    found = (texts.filter(number=number) if number else texts).values_list("number", "text").first()
    places = selectors.quoted(found[1], exact, prefix, suffix) if found else []
    if len(places) == 1 and found is not None:
        return Selection(found[0], places[0], places[0] + len(exact))
    if places:
        text = _("These words stand %(count)s times in the text; give more of what stands before and after them.")
        raise Invalid(Problem("ambiguous_quote", text % {"count": len(places)}, "selection"))
    text = _("These words do not stand in the text; copy them from it, with the same punctuation.")
    raise Invalid(Problem("quote_not_found", text, "selection"))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of the selected words without white space around them. Raises `Invalid`."""
    if not 0 <= start < end <= len(text):
        said = _("The text has characters 0 to %(length)s; select some of them, the first before the last.")
        raise Invalid(Problem("bad_selection", said % {"length": len(text)}, "selection"))
    while start > 0 and unicodedata.combining(text[start]):
        start -= 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    piece = text[start:end]
    start, end = end - len(piece.lstrip()), start + len(piece.rstrip())
    refuse_if(_check(text[start:end]))
    return start, end


def need_new(place: Place, item: Recommendation, *, but: Passage | None = None) -> None:
    """Raise `Unlawful` when another passage of the item stands at exactly this place."""
    same = Anchor.objects.filter(
        snapshot=place.snapshot,
        passage__recommendation=item,
        start=place.selectors.start,
        end=place.selectors.end,
    )
    if same.exclude(passage=but).exists():
        text = _("These words are a passage of %(reference)s already.")
        raise Unlawful(Problem("already_tracked", text % {"reference": item.reference}, "selection"))


def pin(passage: Passage, place: Place) -> None:
    """Write a passage with the hints that lead to the place, and its anchor there; earlier snapshots keep theirs."""
    hint = hints.derive(place.text, place.selectors, longest=words.NAME)
    passage.first_words, passage.last_words = hint.first, hint.last
    passage.paragraph, passage.section = hint.paragraph, hint.section[: words.TITLE]
    passage.save()
    found = place.selectors
    columns = {name: getattr(found, name) for name in ("exact", "prefix", "suffix", "start", "end", "paragraph")}
    columns |= {"state": AnchorState.ANCHORED, "similarity": 1.0}
    Anchor.objects.update_or_create(passage=passage, snapshot=place.snapshot, defaults=columns)


def _check(exact: str) -> list[Problem]:
    if not any(letter.isalnum() for letter in exact):
        return [Problem("bad_selection", _("Nothing is selected; select some words."), "selection")]
    if len(exact) > LONGEST:
        said = _("%(length)s characters are selected; at most %(longest)s are possible. Select what is proposed.")
        return [Problem("too_long", said % {"length": len(exact), "longest": LONGEST}, "selection")]
    return []


def _in_newer(found: Selectors, newest: Snapshot) -> Place:
    text = newest.reading
    now = anchoring.reanchor(found, text)
    if now.selectors is None or now.state is anchoring.AnchorState.ALTERED:
        said = _("Snapshot %(number)s was read in meanwhile, and no longer holds these words; select them there.")
        raise Unlawful(Problem("text_changed", said % {"number": newest.number}, "selection"))
    return Place(newest, text, now.selectors)
