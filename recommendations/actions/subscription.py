"""Subscribe to a digest, change it, pause it, end it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need, need_current
from recommendations.models import Organization, SavedView, Source, Subscription, Theme
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER, Language, role_of
from recommendations.models.subscription import Scope, Weekday
from recommendations.rules import access, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from recommendations.models import Person
    from recommendations.models.person import Register

RHYTHM: Final = frozenset({"cadence", "weekday", "hour"})
_SUBJECTS: Final[dict[Scope, tuple[str, type[Theme | Source | Organization]]]] = {
    Scope.THEME: ("theme", Theme),
    Scope.SOURCE: ("source", Source),
    Scope.ORGANIZATION: ("organization", Organization),
}
_NO_SUBJECT: Final[dict[str, Any]] = {"theme": None, "source": None, "organization": None, "saved_view": None}
CADENCES: Final = tuple(cadence for cadence in Cadence if cadence is not Cadence.HOURLY)  # it is for notices only


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to get and when (hour 0–23 of their time zone).

    `subject` is a slug, or the id of a saved view of theirs, for scopes that need it. Notices come hourly, all else does not.
    """

    cadence: str = Cadence.WEEKLY
    weekday: int = Weekday.MONDAY
    hour: int = 8
    scope: str = Scope.EVERYTHING
    subject: str = ""
    language: str = Language.ENGLISH


def subscribe(wish: Wish, *, actor: Person, now: dt.datetime) -> Subscription:
    """Begin a digest for the actor. Raises `Forbidden` (not signed in), `Invalid`, `Unlawful` (has notices already)."""
    need(access.at_least(role_of(actor), access.Role.READER), "sign_in", _("Sign in to subscribe."))
    refuse_if(_check(wish))
    with act(now):
        made = Subscription(person=actor, created_at=now, **_columns(wish, actor))
        with _notices_once():
            made.save(force_insert=True)
        record(made, Verb.SUBSCRIBED, actor, now, after=asdict(wish))
    return made


def amend(
    uuid: UUID, wish: Wish, *, actor: Person, now: dt.datetime, seen: int | None = None, paused: bool | None = None
) -> Subscription:
    """Change one's own digest, and whether it is paused (None: as it is).

    Raises `Missing`, `Stale`, `Invalid`, `Unlawful` (ended, has notices already).
    """
    refuse_if(_check(wish))
    with act(now):
        made = locked(uuid, actor)
        need_current(made.version, seen)
        was = {**asdict(wish_of(made)), "state": _state(made.paused_at is not None)}
        state = was["state"] if paused is None else _state(paused)
        before, after = event.changes(was, {**asdict(wish), "state": state})
        if after:
            restarted = {"restarted_at": now} if RHYTHM & after.keys() else {}
            pausing = _pausing(made, paused=state == "paused", now=now) if "state" in after else {}
            with _notices_once():
                update(made, **{**_columns(wish, actor), **restarted, **pausing})
            record(made, Verb.AMENDED, actor, now, before=before, after=after)
    return made


def pause(uuid: UUID, *, actor: Person | None, now: dt.datetime) -> Subscription:
    """Stop for a while. Pausing twice is no second event. Without an actor it is a visitor's, whose link the door has checked."""
    return _set_paused(uuid, paused=True, actor=actor, now=now)


def resume(uuid: UUID, *, actor: Person | None, now: dt.datetime) -> Subscription:
    """Go on after a pause."""
    return _set_paused(uuid, paused=False, actor=actor, now=now)


def unsubscribe(uuid: UUID, *, now: dt.datetime) -> Subscription:
    """End a digest for good. The door has checked the signed link or that it is one's own; ending twice is no event.

    Raises `Missing`.
    """
    with act(now):
        made = Subscription.objects.select_for_update(of=("self",)).select_related("person").filter(uuid=uuid).first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such subscription.")))
        if made.ended_at is None:
            end(made, made.person or REGISTER, now)
    return made


def wish_of(made: Subscription) -> Wish:
    """Return what is wished now."""
    subject = made.theme or made.source or made.organization
    view = str(made.saved_view.uuid) if made.saved_view else ""
    return Wish(
        cadence=made.cadence,
        weekday=made.weekday,
        hour=made.hour,
        scope=made.scope,
        subject=subject.slug if subject else view,
        language=made.language,
    )


def columns_of(wish: Wish) -> dict[str, Any]:
    """Return what is written of a wish that is nobody's in particular. Raises `Invalid`."""
    refuse_if(_check(wish))
    return _columns(wish, None)


@contextmanager
def _notices_once() -> Iterator[None]:
    """Refuse a second subscription to one's notices: an index says whether there is one."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        text = _("You get your notices by mail already; change that subscription.")
        raise Unlawful(Problem("notices_already", text, "scope")) from None


def _set_paused(uuid: UUID, *, paused: bool, actor: Person | None, now: dt.datetime) -> Subscription:
    with act(now):
        made = locked(uuid, actor)
        if (made.paused_at is not None) != paused:
            update(made, **_pausing(made, paused=paused, now=now))
            before, after = {"state": _state(not paused)}, {"state": _state(paused)}
            record(made, Verb.AMENDED, actor or REGISTER, now, before=before, after=after)
    return made


def _pausing(made: Subscription, *, paused: bool, now: dt.datetime) -> dict[str, dt.datetime | None]:
    """Return the columns of a pause or its end; after a pause periods are counted anew."""
    return {"paused_at": now if paused else None, "restarted_at": made.restarted_at if paused else now}


def _state(paused: bool) -> str:  # noqa: FBT001 - the only thing it asks
    return "paused" if paused else "active"


def locked(uuid: UUID, actor: Person | None) -> Subscription:
    """Return a digest of the actor's (None: a visitor's) that has not ended, locked. Raises `Missing`, `Unlawful`."""
    found = Subscription.objects.select_for_update(of=("self",)).select_related(*_NO_SUBJECT)
    made = found.filter(uuid=uuid, person=actor).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such subscription.")))
    if made.ended_at is not None:
        raise Unlawful(Problem("ended", _("This subscription has ended; make a new one.")))
    return made


def update(made: Subscription, **columns: Any) -> None:
    """Write columns, as a new version. A part of verbs."""
    columns["version"] = made.version + 1
    for column, value in columns.items():
        setattr(made, column, value)
    made.save(update_fields=list(columns))


def end(made: Subscription, actor: Person | Register, now: dt.datetime) -> None:
    """End a digest that is held. A part of verbs."""
    update(made, ended_at=now)
    record(made, Verb.UNSUBSCRIBED, actor, now)


def record(
    made: Subscription,
    verb: Verb,
    actor: Person | Register,
    now: dt.datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record one event of a digest's own chain. A part of verbs."""
    event.record(verb, Subject.SUBSCRIPTION, str(made.uuid), actor=actor, now=now, before=before, after=after)


def _check(wish: Wish) -> list[Problem]:
    problems = [
        words.not_a_choice(value, choices, name)
        for name, value, choices in (
            ("cadence", wish.cadence, [Cadence.HOURLY] if wish.scope == Scope.NOTICES else CADENCES),
            ("scope", wish.scope, Scope.values),
            ("language", wish.language, Language.values),
        )
        if value not in choices
    ]
    if wish.weekday not in Weekday.values:
        problems.append(words.not_a_choice(wish.weekday, map(str, Weekday.values), "weekday"))
    if not 0 <= wish.hour <= 23:  # noqa: PLR2004 - hours of a day
        problems.append(Problem("bad_hour", _("An hour is a number from 0 to 23."), "hour"))
    return problems


def _columns(wish: Wish, person: Person | None) -> dict[str, Any]:
    columns = {**asdict(wish), **_NO_SUBJECT}
    said = columns.pop("subject")
    if wish.scope in _SUBJECTS:
        name, model = _SUBJECTS[Scope(wish.scope)]
        columns[name] = model.objects.filter(slug=said).first()
        refuse_if([words.not_found(said, "subject")] if columns[name] is None else [])
    elif wish.scope == Scope.SAVED_VIEW:
        columns["saved_view"] = _view(said, person)
        refuse_if([words.not_found(said, "subject")] if columns["saved_view"] is None else [])
    return columns


def _view(said: str, person: Person | None) -> SavedView | None:
    """Return a view of the person's own, held so that it cannot be removed before the digest about it is there."""
    with suppress(ValueError):
        mine = SavedView.objects.select_for_update(no_key=True).filter(uuid=UUID(said), person=person)
        return mine.first() if person else None
    return None
