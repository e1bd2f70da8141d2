"""Register and amend what is tracked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from recommendations.actions import computed, event
from recommendations.actions.holding import advance, hold, locked, locked_with, need_standing
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.models import Recommendation, Source, Theme
from recommendations.models.event import Verb
from recommendations.rules import references, words
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Problem, Unlawful, refuse_if
from recommendations.rules.vocabulary import Instrument, Priority

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person
    from recommendations.models.person import Register

__all__ = [
    "Wording",
    "advance",
    "amend",
    "check",
    "enter",
    "locked",
    "need_standing",
    "register",
    "taken",
    "wording_of",
]
_CHOICES: Final = {"instrument": Instrument, "priority": Priority, "visibility": Visibility}


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


def register(reference: str, wording: Wording, *, actor: Person | Register, now: dt.datetime) -> Recommendation:
    """Add a recommendation to the register; with `parent`, as a part of another one.

    Raises `Forbidden` unless a steward, `Invalid` for bad fields, `Unlawful` when the reference is taken.
    """
    need_steward(actor)
    refuse_if([*references.check_reference(reference), *check(wording)])
    with act(now):
        whole = _named(wording.parent)
        held = hold([whole.pk]) if whole else {}
        item = enter(reference, wording, actor=actor, now=now)
        for one in held.values():
            computed.keep(one, actor=actor, now=now)
    return item


def enter(
    reference: str, wording: Wording, *, actor: Person | Register, now: dt.datetime, field: str = "reference"
) -> Recommendation:
    """Write a new item with its event, for a verb whose transaction holds the whole that it becomes a part of.

    `field` is what a taken reference is said to be wrong in.
    """
    columns, themes = _columns(wording)
    refuse_if(_check_parent(columns["parent"], None))
    item = Recommendation(reference=reference, created_at=now, updated_at=now, **columns)
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        raise Unlawful(taken(reference, field)) from None
    item.themes.set(themes)
    event.about(item, Verb.REGISTERED, actor=actor, now=now, after=asdict(wording))
    return item


def taken(reference: str, field: str) -> Problem:
    """Say that a reference is in use."""
    text = _("The reference %(reference)s is taken; choose another one.")
    return Problem("reference_taken", text % {"reference": reference}, field)


def amend(
    reference: str, changed: dict[str, Any], *, actor: Person | Register, now: dt.datetime, seen: int | None
) -> Recommendation:
    """Change some of the wording; `changed` maps names of `Wording` to new values. Nothing new is no event.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (withdrawn).
    """
    with act(now):
        whole = _named(changed.get("parent", ""))
        item = locked_with(reference, actor, whole, seen=seen)
        need_steward(actor)
        need_standing(item)
        old = wording_of(item)
        new = _changed(old, changed)
        before, after = event.changes(asdict(old), asdict(new))
        if not after:
            return item
        columns, themes = _columns(new)
        refuse_if(_check_parent(columns["parent"], item) if "parent" in after else [])
        around = [item.parent_id, columns["parent"].pk if columns["parent"] else None]
        advance(item, now=now, **columns)
        item.themes.set(themes)
        event.about(item, Verb.AMENDED, actor=actor, now=now, before=before, after=after)
        if {"parent", "visibility"} & set(after):
            for one in (item, *hold(around).values()):
                computed.keep(one, actor=actor, now=now)
    return item


def _changed(old: Wording, changed: dict[str, Any]) -> Wording:
    unknown = sorted(set(changed) - set(AMENDABLE))
    refuse_if([Problem("unknown_field", _("This field cannot be changed."), name) for name in unknown])
    new = Wording(**{**asdict(old), **changed})
    refuse_if(check(new))
    return new


def _named(reference: str) -> Recommendation | None:
    return Recommendation.objects.filter(reference=reference).first() if reference else None


def _check_parent(whole: Recommendation | None, item: Recommendation | None) -> list[Problem]:
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
    if item is not None and item.children.exists():
        text = _("%(item)s has parts itself, and parts have no parts; give its parts another whole first.")
        return [Problem("one_level", text % said, "parent")]
    return []


def wording_of(item: Recommendation) -> Wording:
    """Return what is written of an item now."""
    plain = {name: getattr(item, name) for name in AMENDABLE if name not in {"source", "parent", "themes"}}
    return Wording(
        **plain,
        source=item.source.slug,
        parent=item.parent.reference if item.parent else "",
        themes=tuple(item.themes.values_list("slug", flat=True)),
    )


def check(wording: Wording) -> list[Problem]:
    """Return what is wrong with the texts and choices of a wording."""
    problems = words.check_text(wording.title_en, "title_en", longest=words.TITLE, required=True)
    problems += words.check_text(wording.title_ru, "title_ru", longest=words.TITLE)
    for name in ("description_en", "description_ru"):
        problems += words.check_text(getattr(wording, name), name, longest=words.TEXT)
    for name, choices in _CHOICES.items():
        if getattr(wording, name) not in choices.values:
            problems.append(words.not_a_choice(getattr(wording, name), choices.values, name))
    return problems


def _columns(wording: Wording) -> tuple[dict[str, Any], list[Theme]]:
    columns = asdict(wording)
    slugs, parent = columns.pop("themes"), columns.pop("parent")
    source = Source.objects.filter(slug=wording.source).first()
    themes = list(Theme.objects.filter(slug__in=slugs))
    columns["source"] = source
    columns["parent"] = _named(parent)
    unknown = sorted(set(slugs) - {theme.slug for theme in themes})
    problems = [words.not_found(slug, "themes") for slug in unknown]
    if source is None:
        problems.append(words.not_found(wording.source, "source"))
    if parent and columns["parent"] is None:
        problems.append(words.not_found(parent, "parent"))
    refuse_if(problems)
    return columns, themes
