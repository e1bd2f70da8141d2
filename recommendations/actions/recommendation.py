"""Register and amend what is tracked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.models import Event, Recommendation, Source, Theme
from recommendations.models.event import Verb
from recommendations.rules import references, words
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Invalid, Missing, Problem, Stale, Unlawful, refuse_if
from recommendations.rules.vocabulary import Instrument, Priority

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person
    from recommendations.models.person import Register

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


def locked(reference: str, actor: Person | Register, *, seen: int | None = None) -> Recommendation:
    """Lock and return the item for a verb's transaction.

    Raises `Missing` for what the actor may not see and `Stale` when the version seen is not the current one.
    """
    found = Recommendation.objects.visible_to(actor).select_related("source").select_for_update(of=("self",))
    item = found.filter(reference=reference).first()
    if item is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    if seen is not None and item.version != seen:
        raise Stale(_faster(item), seen=seen, current=item.version)
    return item


def need_standing(item: Recommendation) -> None:
    """Raise `Unlawful` for an item that was withdrawn: it can be read, not followed up."""
    if item.withdrawn_at is not None:
        text = _("%(reference)s was withdrawn; it can be read, and no longer changed.")
        raise Unlawful(Problem("withdrawn", text % {"reference": item.reference}))


def advance(item: Recommendation, *, now: dt.datetime, **columns: object) -> None:
    """Write columns and the next version, only if the version is still the one that was locked."""
    changed = Recommendation.objects.filter(pk=item.pk, version=item.version)
    if changed.update(version=F("version") + 1, updated_at=now, **columns) != 1:
        raise Stale(_faster(item), seen=item.version, current=item.version + 1)
    for column, value in columns.items():
        setattr(item, column, value)
    item.version, item.updated_at = item.version + 1, now


def register(reference: str, wording: Wording, *, actor: Person | Register, now: dt.datetime) -> Recommendation:
    """Add a recommendation to the register.

    Raises `Forbidden` unless a steward, `Invalid` for bad fields, `Unlawful` when the reference is taken.
    """
    need_steward(actor)
    refuse_if([*references.check_reference(reference), *_check(wording)])
    with act(now):
        columns, themes = _columns(wording)
        item = Recommendation(reference=reference, created_at=now, updated_at=now, **columns)
        try:
            with transaction.atomic():
                item.save(force_insert=True)
        except IntegrityError:
            text = _("The reference %(reference)s is taken; choose another one.")
            raise Unlawful(Problem("reference_taken", text % {"reference": reference}, "reference")) from None
        item.themes.set(themes)
        event.about(item, Verb.REGISTERED, actor=actor, now=now, after=asdict(wording))
    return item


def amend(
    reference: str, changed: dict[str, Any], *, actor: Person | Register, now: dt.datetime, seen: int | None
) -> Recommendation:
    """Change some of the wording; `changed` maps names of `Wording` to new values. Nothing new is no event.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (withdrawn).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_steward(actor)
        need_standing(item)
        old = wording_of(item)
        unknown = sorted(set(changed) - set(AMENDABLE))
        refuse_if([Problem("unknown_field", _("This field cannot be changed."), name) for name in unknown])
        new = Wording(**{**asdict(old), **changed})
        refuse_if(_check(new))
        before, after = event.changes(asdict(old), asdict(new))
        if not after:
            return item
        columns, themes = _columns(new)
        if columns["parent"] == item:
            raise Invalid(Problem("own_parent", _("A recommendation cannot be its own parent."), "parent"))
        advance(item, now=now, **columns)
        item.themes.set(themes)
        event.about(item, Verb.AMENDED, actor=actor, now=now, before=before, after=after)
    return item


def wording_of(item: Recommendation) -> Wording:
    """Return what is written of an item now."""
    plain = {name: getattr(item, name) for name in AMENDABLE if name not in {"source", "parent", "themes"}}
    return Wording(
        **plain,
        source=item.source.slug,
        parent=item.parent.reference if item.parent else "",
        themes=tuple(item.themes.values_list("slug", flat=True)),
    )


def _check(wording: Wording) -> list[Problem]:
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
    columns["parent"] = Recommendation.objects.filter(reference=parent).first() if parent else None
    unknown = sorted(set(slugs) - {theme.slug for theme in themes})
    problems = [words.not_found(slug, "themes") for slug in unknown]
    if source is None:
        problems.append(words.not_found(wording.source, "source"))
    if parent and columns["parent"] is None:
        problems.append(words.not_found(parent, "parent"))
    refuse_if(problems)
    return columns, themes


def _faster(item: Recommendation) -> Problem:
    changes = Event.objects.filter(recommendation=item).of_changes()
    last = changes.select_related("actor").order_by("-sequence").first()
    who = last.actor.name if last and last.actor else "Relations"
    what = last.get_verb_display() if last else ""
    text = _("Somebody was faster: %(who)s (%(what)s). Look at the current version and send yours again.")
    return Problem("stale", text % {"who": who, "what": what}, "version")
