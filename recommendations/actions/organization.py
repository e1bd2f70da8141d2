"""Register and amend organizations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_current, need_steward
from recommendations.actions.slug import unless_taken
from recommendations.models import Organization
from recommendations.models.event import Subject, Verb
from recommendations.models.organization import OrganizationKind
from recommendations.rules import references, words
from recommendations.rules.errors import Missing, Problem, refuse_if

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person
    from recommendations.models.person import Register


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a steward may write about an organization; `parent` is a slug or empty."""

    name_en: str
    name_ru: str = ""
    short_name_en: str = ""
    short_name_ru: str = ""
    kind: str = OrganizationKind.OTHER
    parent: str = ""


def register(slug: str, said: Particulars, *, actor: Person | Register, now: dt.datetime) -> Organization:
    """Add an organization. Raises `Forbidden`, `Invalid`, `Unlawful` (slug taken)."""
    need_steward(actor)
    refuse_if([*references.check_slug(slug), *_check(said)])
    with act(now):
        with unless_taken(slug):
            made = Organization.objects.create(slug=slug, **_columns(said))
        event.record(Verb.REGISTERED, Subject.ORGANIZATION, slug, actor=actor, now=now, after=asdict(said))
    return made


def amend(
    slug: str, said: Particulars, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Organization:
    """Rewrite what is known of an organization. Nothing new is no event.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`.
    """
    need_steward(actor)
    refuse_if(_check(said))
    with act(now):
        made = Organization.objects.select_for_update().filter(slug=slug).first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such organization.")))
        need_current(made.version, seen)
        before, after = event.changes(asdict(particulars_of(made)), asdict(said))
        if not after:
            return made
        for column, value in _columns(said).items():
            setattr(made, column, value)
        if made.parent_id == made.pk:
            refuse_if([Problem("own_parent", _("An organization cannot be its own parent."), "parent")])
        made.version += 1
        made.save()
        event.record(Verb.AMENDED, Subject.ORGANIZATION, slug, actor=actor, now=now, before=before, after=after)
    return made


def particulars_of(made: Organization) -> Particulars:
    """Return what is written of an organization now."""
    return Particulars(
        name_en=made.name_en,
        name_ru=made.name_ru,
        short_name_en=made.short_name_en,
        short_name_ru=made.short_name_ru,
        kind=made.kind,
        parent=made.parent.slug if made.parent else "",
    )


def _check(said: Particulars) -> list[Problem]:
    problems = words.check_text(said.name_en, "name_en", longest=words.TITLE, required=True)
    problems += words.check_text(said.name_ru, "name_ru", longest=words.TITLE)
    problems += words.check_text(said.short_name_en, "short_name_en", longest=words.SHORT)
    problems += words.check_text(said.short_name_ru, "short_name_ru", longest=words.SHORT)
    if said.kind not in OrganizationKind.values:
        problems.append(words.not_a_choice(said.kind, OrganizationKind.values, "kind"))
    return problems


def _columns(said: Particulars) -> dict[str, Any]:
    columns = asdict(said)
    slug = columns.pop("parent")
    parent = Organization.objects.filter(slug=slug).first() if slug else None
    if slug and parent is None:
        refuse_if([words.not_found(slug, "parent")])
    names = {"sort_en": words.sort_key(said.name_en), "sort_ru": words.sort_key(said.name_ru or said.name_en)}
    return {**columns, **names, "parent": parent}
