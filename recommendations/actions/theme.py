"""Register and amend themes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_current, need_steward
from recommendations.actions.slug import unless_taken
from recommendations.models import Theme
from recommendations.models.event import Subject, Verb
from recommendations.rules import references, words
from recommendations.rules.errors import Missing, Problem, refuse_if

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person
    from recommendations.models.person import Register


@dataclass(frozen=True, slots=True)
class Naming:
    """What a steward may write about a theme."""

    name_en: str
    name_ru: str = ""
    position: int = 0


def register(slug: str, said: Naming, *, actor: Person | Register, now: dt.datetime) -> Theme:
    """Add a theme. Raises `Forbidden`, `Invalid`, `Unlawful` (slug taken)."""
    need_steward(actor)
    refuse_if([*references.check_slug(slug), *_check(said)])
    with act(now):
        with unless_taken(slug):
            made = Theme.objects.create(slug=slug, **asdict(said))
        event.record(Verb.REGISTERED, Subject.THEME, slug, actor=actor, now=now, after=asdict(said))
    return made


def amend(slug: str, said: Naming, *, actor: Person | Register, now: dt.datetime, seen: int | None = None) -> Theme:
    """Rename or move a theme. Raises `Missing`, `Stale`, `Forbidden`, `Invalid`. Nothing new is no event."""
    need_steward(actor)
    refuse_if(_check(said))
    with act(now):
        made = Theme.objects.select_for_update().filter(slug=slug).first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such theme.")))
        need_current(made.version, seen)
        before, after = event.changes({name: getattr(made, name) for name in asdict(said)}, asdict(said))
        if after:
            Theme.objects.filter(pk=made.pk).update(version=made.version + 1, **after)
            event.record(Verb.AMENDED, Subject.THEME, slug, actor=actor, now=now, before=before, after=after)
    made.refresh_from_db()
    return made


def _check(said: Naming) -> list[Problem]:
    problems = words.check_text(said.name_en, "name_en", longest=words.NAME, required=True)
    return problems + words.check_text(said.name_ru, "name_ru", longest=words.NAME)
