"""Keep a list under a name, change it, let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, subscription
from recommendations.actions.moment import act
from recommendations.actions.permission import need_current, need_signed_in
from recommendations.models import Person, SavedView, Subscription
from recommendations.models.event import Subject, Verb
from recommendations.rules import query as queries
from recommendations.rules import words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

MOST: Final = 100
"""Lists that one person may keep."""


def keep(name: str, query: str, *, actor: Person, now: dt.datetime) -> SavedView:
    """Keep a list of the actor's under a name; what it asks is kept in one way of writing it.

    Raises `Forbidden` (not signed in), `Invalid`, `Unlawful` (the name is taken, enough).
    """
    need_signed_in(actor)
    name, query = _checked(name, query)
    with act(now):
        _alone(actor)
        if SavedView.objects.filter(person=actor).count() >= MOST:
            text = _("You have %(most)s saved views, which is as many as one person may have; remove one first.")
            raise Unlawful(Problem("enough", text % {"most": MOST}))
        _need_free(name, actor)
        made = SavedView.objects.create(person=actor, name=name, query=query, created_at=now, updated_at=now)
        _record(made, Verb.SAVED, actor, now, after={"query": query})
    return made


def amend(uuid: UUID, name: str, query: str, *, actor: Person, now: dt.datetime, seen: int | None = None) -> SavedView:
    """Change one's own list. What changes nothing is no event. Raises `Missing`, `Stale`, `Invalid`, `Unlawful`."""
    name, query = _checked(name, query)
    with act(now):
        _alone(actor)
        made = _mine(uuid, actor)
        need_current(made.version, seen)
        before, after = event.changes({"name": made.name, "query": made.query}, {"name": name, "query": query})
        if after:
            _need_free(name, actor, but=made)
            made.name, made.query, made.updated_at, made.version = name, query, now, made.version + 1
            made.save()
            _record(made, Verb.AMENDED, actor, now, before=_safe(before), after=_safe(after))
    return made


def remove(uuid: UUID, *, actor: Person, now: dt.datetime) -> str:
    """Let one's own list go, and end the digests that are about it; return its name. Raises `Missing`."""
    with act(now):
        _alone(actor)
        made = _mine(uuid, actor)
        about = Subscription.objects.select_for_update(of=("self",)).filter(saved_view=made, ended_at=None)
        for digest in about.order_by("pk"):
            subscription.end(digest, actor, now)
        _record(made, Verb.REMOVED, actor, now, before={"query": made.query})
        made.delete()
    return made.name


def _checked(name: str, query: str) -> tuple[str, str]:
    refuse_if(words.check_text(name, "name", longest=100, required=True))
    return name.strip(), queries.canonical(query)


def _alone(actor: Person) -> None:
    """Let one act at a time change a person's lists, so that no name is taken twice."""
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)


def _mine(uuid: UUID, actor: Person) -> SavedView:
    made = SavedView.objects.select_for_update().filter(uuid=uuid, person=actor).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such saved view.")))
    return made


def _need_free(name: str, actor: Person, *, but: SavedView | None = None) -> None:
    others = SavedView.objects.filter(person=actor, name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        text = _("You have a saved view with this name; choose another name.")
        raise Unlawful(Problem("name_taken", text, "name"))


def _safe(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out the name that a person gave it: it may name somebody, and history forgets nothing."""
    return {name: value for name, value in said.items() if name != "name"}


def _record(
    made: SavedView,
    verb: Verb,
    actor: Person,
    now: dt.datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    event.record(verb, Subject.SAVED_VIEW, str(made.uuid), actor=actor, now=now, before=before, after=after)
