"""What a steward writes of a recommendation: its fields, what may stand in them, and what their names stand for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation, Source, Theme
from recommendations.rules import words
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Problem, refuse_if
from recommendations.rules.vocabulary import Instrument, Priority

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

CHOICES: Final = {"instrument": Instrument, "priority": Priority, "visibility": Visibility}


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything about a recommendation that a steward may write. `themes` are slugs, `source` and `parent` names."""

    title_en: str
    source: str
    title_ru: str = ""
    description_en: str = ""
    description_ru: str = ""
    themes: tuple[str, ...] = ()
    instrument: str = Instrument.OTHER
    priority: str = Priority.NORMAL
    target_on: dt.date | None = None
    visibility: str = Visibility.PUBLIC
    parent: str = field(default="")


AMENDABLE: Final = tuple(f.name for f in fields(Wording))
_NAMES: Final = frozenset({"source", "parent", "themes"})


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in some wordings stand for, as far as they are known."""

    sources: dict[str, Source]
    themes: dict[str, Theme]
    wholes: dict[str, Recommendation]

    def unknown(self, wording: Wording) -> list[Problem]:
        """Return which names of a wording stand for nothing."""
        problems = [words.not_found(slug, "themes") for slug in sorted({*wording.themes} - self.themes.keys())]
        if wording.source not in self.sources:
            problems.append(words.not_found(wording.source, "source"))
        if wording.parent and wording.parent not in self.wholes:
            problems.append(words.not_found(wording.parent, "parent"))
        return problems

    def columns(self, wording: Wording) -> dict[str, Any]:
        """Return what an item's own columns hold for a wording whose names are known."""
        plain = {name: getattr(wording, name) for name in AMENDABLE if name not in _NAMES}
        return {**plain, "source": self.sources[wording.source], "parent": self.wholes.get(wording.parent)}


def named(wordings: Collection[Wording]) -> Names:
    """Find what wordings name, in at most three statements for any number of them."""
    sources, wholes = {one.source for one in wordings}, {one.parent for one in wordings} - {""}
    themes = {slug for one in wordings for slug in one.themes}
    return Names(
        {one.slug: one for one in Source.objects.filter(slug__in=sources)} if sources else {},
        {one.slug: one for one in Theme.objects.filter(slug__in=themes)} if themes else {},
        {one.reference: one for one in Recommendation.objects.filter(reference__in=wholes)} if wholes else {},
    )


def check(wording: Wording) -> list[Problem]:
    """Return what is wrong with the texts and choices of a wording."""
    problems = words.check_text(wording.title_en, "title_en", longest=words.TITLE, required=True)
    problems += words.check_text(wording.title_ru, "title_ru", longest=words.TITLE)
    for name in ("description_en", "description_ru"):
        problems += words.check_text(getattr(wording, name), name, longest=words.TEXT)
    for name, choices in CHOICES.items():
        if getattr(wording, name) not in choices.values:
            problems.append(words.not_a_choice(getattr(wording, name), choices.values, name))
    return [*problems, *words.check_planned(wording.target_on, "target_on")]


def check_fields(changed: Iterable[str]) -> list[Problem]:
    """Return which fields cannot be changed."""
    unknown = sorted({*changed} - {*AMENDABLE})
    return [Problem("unknown_field", _("This field cannot be changed."), name) for name in unknown]


def check_parent(whole: Recommendation | None, item: Recommendation | None, *, has_parts: bool) -> list[Problem]:
    """Return what speaks against a whole: one level of parts, of something that stands."""
    if whole is None:
        return []
    said = {"whole": whole.reference, "item": item.reference if item else ""}
    if whole == item:
        return [Problem("own_parent", _("A recommendation cannot be its own parent."), "parent")]
    if whole.withdrawn_at is not None:
        return [Problem("withdrawn", _("%(whole)s was withdrawn; restore it first.") % said, "parent")]
    if whole.parent_id is not None:
        text = _("%(whole)s is a part itself, and parts have no parts; choose the whole that it belongs to.")
        return [Problem("one_level", text % said, "parent")]
    if has_parts:
        text = _("%(item)s has parts itself, and parts have no parts; give its parts another whole first.")
        return [Problem("one_level", text % said, "parent")]
    return []


def changed(old: Wording, new: dict[str, Any]) -> Wording:
    """Return a wording with some fields new. Raises `Invalid` for fields that are none and for values that may not be."""
    refuse_if(check_fields(new))
    made = Wording(**{**{name: getattr(old, name) for name in AMENDABLE}, **new})
    refuse_if(check(made))
    return made


def wordings_of(items: Sequence[Recommendation]) -> dict[int, Wording]:
    """Return what is written of items now, by their keys; items come with their sources (`holding.hold`)."""
    wholes = {item.parent_id for item in items if item.parent_id is not None}
    known = Recommendation.objects.filter(pk__in=wholes).values_list("pk", "reference")
    references = dict(known) if wholes else {}
    themes = themes_of([item.pk for item in items])
    return {
        item.pk: Wording(
            **{name: getattr(item, name) for name in AMENDABLE if name not in _NAMES},
            source=item.source.slug,
            parent=references[item.parent_id] if item.parent_id is not None else "",
            themes=tuple(themes[item.pk]),
        )
        for item in items
    }


def wording_of(item: Recommendation) -> Wording:
    """Return what is written of an item now."""
    return wordings_of([item])[item.pk]


def themes_of(keys: Iterable[int]) -> dict[int, list[str]]:
    """Return the slugs of items' themes, in the order of themes."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Theme.objects.filter(recommendations__in=list(keys)).values_list("recommendations", "slug")
    for key, slug in rows.order_by("position", "slug"):
        found[key].append(slug)
    return found
