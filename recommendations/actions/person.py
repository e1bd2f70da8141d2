"""Found the register's first administrator; invite and amend people. History keeps no e-mail address."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, session, unasked
from recommendations.actions.moment import act
from recommendations.actions.permission import need, need_administrator, need_current, need_signed_in
from recommendations.models import Organization, Person
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER, Language, Register
from recommendations.rules import words
from recommendations.rules.access import Role
from recommendations.rules.errors import Forbidden, Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from uuid import UUID

FOUNDING_LOCK = 7_365_001


@dataclass(frozen=True, slots=True)
class Place:
    """What an administrator decides about a person; `organization` is a slug or empty."""

    role: str = Role.READER
    organization: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """What people decide about themselves."""

    name: str
    language: str = Language.ENGLISH
    time_zone: str = "UTC"


def has_administrator() -> bool:
    """Tell whether somebody can already administer this register."""
    return Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists()


def found(email: str, password: str, profile: Profile, *, now: dt.datetime) -> Person:
    """Make the first administrator; refused once there is one. Raises `Invalid`, `Forbidden`."""
    with act(now):
        with connection.cursor() as cursor:  # two who hold the link at once: one of them founds
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING_LOCK])
        if has_administrator():
            raise Forbidden(Problem("founded", _("This register has an administrator; ask them for an invitation.")))
        return _create(email, password, profile, Place(role=Role.ADMINISTRATOR), actor=REGISTER, now=now)


def invite(
    email: str,
    password: str | None,
    profile: Profile,
    place: Place,
    *,
    actor: Person | Register,
    now: dt.datetime,
) -> Person:
    """Add a person; without a password they set one by “forgotten password”. Raises `Forbidden`, `Invalid`."""
    need_administrator(actor)
    with act(now):
        return _create(email, password, profile, place, actor=actor, now=now)


def place(uuid: UUID, said: Place, *, actor: Person | Register, now: dt.datetime) -> Person:
    """Change a person's role, organization, or whether they may sign in.

    Raises `Missing`, `Forbidden` (not an administrator; one's own role), `Invalid`.
    """
    need_administrator(actor)
    with act(now):
        person = Person.objects.select_for_update().filter(uuid=uuid).first()
        if person is None:
            raise Missing(Problem("not_found", _("There is no such person.")))
        before, after = event.changes(asdict(place_of(person)), asdict(said))
        if not after:
            return person
        own = _("You cannot take your own role or sign-in away; ask another administrator.")
        need(person != actor or not {"role", "is_active"} & set(after), "own_role", own)
        for column, value in _columns(said).items():
            setattr(person, column, value)
        _save(person, Verb.AMENDED, actor=actor, now=now, before=before, after=after)
        unasked.arrived(person, now=now)
        if not person.is_active:
            session.end_all(person)
    return person


def introduce(said: Profile, *, actor: Person, now: dt.datetime, seen: int | None = None) -> Person:
    """Change one's own name, language and time zone. History keeps the fact, not the name.

    Raises `Invalid`, `Stale` (the version seen is not the current one).
    """
    refuse_if(_check_profile(said))
    with act(now):
        person = Person.objects.select_for_update().get(pk=actor.pk)
        need_current(person.version, seen)
        mine = {name: getattr(person, name) for name in asdict(said)}
        before, after = event.changes(mine, asdict(said))
        if not after:
            return person
        for column, value in after.items():
            setattr(person, column, value)
        if "name" in after:
            before["name"], after["name"] = "", ""
        _save(person, Verb.AMENDED, actor=actor, now=now, before=before, after=after)
    return person


def readdress(email: str, *, actor: Person, now: dt.datetime) -> Person:
    """Give the actor another address, which was confirmed: it signs them in, and their mail goes there.

    Links to answer digests by that were mailed before are worth nothing from then on, wherever mail goes later. History keeps the fact, not the address. Raises `Forbidden`, `Invalid`, `Unlawful` (it is somebody else's).
    """
    need_signed_in(actor)
    email = email.strip().lower()
    refuse_if(words.check_email(email))
    with act(now) as moment:
        person = Person.objects.select_for_update().get(pk=actor.pk)
        is_new, person.email = person.email != email, email
        with _unique():
            EmailAddress.objects.filter(user=person).exclude(email=email).delete()
            EmailAddress.objects.update_or_create(
                user=person, email=email, defaults={"verified": True, "primary": True}
            )
            if is_new:
                person.subscriptions.update(answers_from=moment, version=F("version") + 1)
                hidden = {"email": ""}
                _save(person, Verb.AMENDED, actor=actor, now=now, before=hidden, after=hidden)
    return person


def place_of(person: Person) -> Place:
    """Return what is decided about a person now."""
    organization = person.organization.slug if person.organization else ""
    return Place(role=person.role, organization=organization, is_active=person.is_active)


def _save(
    person: Person,
    verb: Verb,
    *,
    actor: Person | Register,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    person.version += 1
    person.save()
    event.record(verb, Subject.PERSON, str(person.uuid), actor=actor, now=now, before=before, after=after)


def _create(
    email: str, password: str | None, profile: Profile, said: Place, *, actor: Person | Register, now: dt.datetime
) -> Person:
    email = email.strip().lower()
    person = Person(email=email, joined_at=now, **asdict(profile), **_columns(said))
    refuse_if([*words.check_email(email), *_check_profile(profile), *_check_password(password, person)])
    person.set_password(password)
    with _unique():
        person.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    event.record(Verb.REGISTERED, Subject.PERSON, str(person.uuid), actor=actor, now=now, after=asdict(said))
    unasked.arrived(person, now=now)
    return person


@contextmanager
def _unique() -> Iterator[None]:
    """Say in words that an address is taken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        text = _("Somebody with this e-mail address is registered already.")
        raise Unlawful(Problem("email_taken", text, "email")) from None


def _columns(said: Place) -> dict[str, Any]:
    body = Organization.objects.filter(slug=said.organization).first() if said.organization else None
    problems = [words.not_found(said.organization, "organization")] if said.organization and body is None else []
    if said.role not in Role.values or said.role == Role.VISITOR:
        problems.append(words.not_a_choice(said.role, [r for r in Role.values if r != Role.VISITOR], "role"))
    refuse_if(problems)
    return {"role": said.role, "organization": body, "is_active": said.is_active}


def _check_profile(said: Profile) -> list[Problem]:
    problems = words.check_text(said.name, "name", longest=words.NAME, required=True)
    if said.language not in Language.values:
        problems.append(words.not_a_choice(said.language, Language.values, "language"))
    return problems + words.check_zone(said.time_zone)


def _check_password(password: str | None, person: Person) -> list[Problem]:
    if password is None:
        return []
    try:
        validate_password(password, person)
    except ValidationError as wrong:
        return [Problem("weak_password", text, "password") for text in wrong.messages]
    return []
