"""Digests of those who do not sign in: ask for one, confirm the address or decline it, change it. History keeps no address."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, subscription, suppression
from recommendations.actions.moment import act
from recommendations.models import Asking, Delivery, Subscription, Suppression
from recommendations.models.delivery import DeliveryKind, DeliveryState
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.models.postal import SuppressionReason
from recommendations.models.subscription import Scope
from recommendations.rules import words
from recommendations.rules.errors import Invalid, Missing, Problem, Unlawful, refuse_if
from recommendations.rules.mailbox import mailbox

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.actions.subscription import Wish

SCOPES: Final = (Scope.EVERYTHING, Scope.THEME, Scope.SOURCE, Scope.ORGANIZATION)
VALID: Final = dt.timedelta(days=7)  # as long does the link count by which an address is confirmed
APART: Final = dt.timedelta(hours=1)  # between two letters that ask one mailbox
MOST_A_DAY: Final = 3  # of these letters to one mailbox
MOST_UNCONFIRMED: Final = 5  # of these letters to one mailbox in so many days
COUNTED: Final = dt.timedelta(days=30)
MOST_AN_HOUR: Final = 300  # of these letters to all addresses
_LOCK: Final = 7_365_003
_SALT: Final = "recommendations.visitor.mailbox"
_DECLINED: Final = "By the link in a letter that asked to confirm it"
_RHYTHM: Final = subscription.RHYTHM | {"time_zone"}


def ask(wish: Wish, email: str, zone: str, *, now: dt.datetime) -> None:
    """Wish for a digest; a letter that asks to confirm the address is planned with it.

    It answers nothing, so that nobody learns by it what is known of an address. Asking again about the same renews the
    wish while it is not confirmed, and brings another letter: at most one an hour, the next one waits for its turn, three
    a day and five in thirty days that nobody confirms; they are counted by mailbox, however the address is spelled. An
    address that gets no mail gets none by this either. Raises `Invalid`, `Unlawful` (too many letters).
    """
    columns = _columns(wish, zone, words.check_email(email))
    with act(now):
        with connection.cursor() as cursor:  # one after the other: so the limits hold
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _need_room(now)
        goes_at = _turn(email, now)
        if goes_at is None or _is_unwanted(email):
            return
        made = _renewed(wish, email, columns, now) or _made(wish, email, columns, now)
        if not _letters().filter(subscription=made, state=DeliveryState.PLANNED).exists():
            _plan(made, goes_at)


def confirm(uuid: UUID, *, now: dt.datetime) -> Subscription:
    """Take a wish as meant: the door has checked the signed link. Doing it twice is no second event.

    What ended before is not told of: the first digest comes when the period that is running now has ended. Raises
    `Missing`, `Unlawful` (ended).
    """
    with act(now):
        made = subscription.locked(uuid, None)
        if made.confirmed_at is None:
            subscription.update(made, confirmed_at=now, restarted_at=now)
            waiting = _letters().filter(subscription=made, state=DeliveryState.PLANNED)
            waiting.update(state=DeliveryState.SUPPRESSED, finished_at=now)
            Asking.objects.filter(mailbox=_fingerprint(made.email)).update(is_confirmed=True)
            subscription.record(made, Verb.CONFIRMED, REGISTER, now)
    return made


def decline(uuid: UUID, *, now: dt.datetime) -> Suppression:
    """Never write to the address of a wish again: the door has checked the signed link. Doing it twice is no second event.

    Raises `Missing` (also when the address is forgotten already).
    """
    with act(now):
        made = Subscription.objects.filter(uuid=uuid, person=None).exclude(email="").first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such subscription.")))
        return suppression.suppress(made.email, SuppressionReason.COMPLAINED, _DECLINED, now=now)


def amend(uuid: UUID, wish: Wish, zone: str, *, now: dt.datetime) -> Subscription:
    """Change what a visitor gets, and when: the door has checked the signed link.

    Raises `Invalid`, `Missing`, `Unlawful` (ended).
    """
    columns = _columns(wish, zone, [])
    with act(now):
        _change(made := subscription.locked(uuid, None), wish, columns, now)
    return made


def _columns(wish: Wish, zone: str, problems: list[Problem]) -> dict[str, Any]:
    """Return what is written of a wish. Raises `Invalid` with all that is wrong, `problems` among it."""
    if wish.scope in Scope.values and wish.scope not in SCOPES:
        problems = [*problems, words.not_a_choice(wish.scope, SCOPES, "scope")]
    problems = problems + words.check_zone(zone)
    try:
        columns = subscription.columns_of(wish)
    except Invalid as refused:
        problems = [*problems, *refused.problems]
    refuse_if(problems)
    return {**columns, "time_zone": zone}


def _letters() -> Any:
    return Delivery.objects.filter(kind=DeliveryKind.CONFIRMATION)


def _need_room(now: dt.datetime) -> None:
    text = _("So many people ask for digests at the moment that no more letters leave. Try again in an hour.")
    is_full = _letters().filter(planned_at__gt=now - APART).count() >= MOST_AN_HOUR
    refuse_if([Problem("too_many_letters", text)] if is_full else [], Unlawful)


def _turn(email: str, now: dt.datetime) -> dt.datetime | None:
    """Return when a mailbox may get the next letter; None when it had as many as it gets in a day, or before one is confirmed."""
    asked = Asking.objects.filter(mailbox=_fingerprint(email), asked_at__gt=now - COUNTED).order_by("asked_at")
    lately = [one.asked_at for one in asked if one.asked_at > now - dt.timedelta(days=1)]
    if len(lately) >= MOST_A_DAY or sum(not one.is_confirmed for one in asked) >= MOST_UNCONFIRMED:
        return None
    return max(now, lately[-1] + APART) if lately else now


def _fingerprint(email: str) -> str:
    """Return by what a mailbox is known again, and by nobody without our key."""
    return salted_hmac(_SALT, mailbox(email), algorithm="sha256").hexdigest()


def _is_unwanted(email: str) -> bool:
    """Tell whether an address gets no mail, or whoever reads its mailbox wanted none at another spelling of it."""
    standing = Suppression.objects.standing()
    declined = standing.filter(reason=SuppressionReason.COMPLAINED).values_list("email", flat=True)
    return standing.of(email).exists() or mailbox(email) in map(mailbox, declined)


def _plan(made: Subscription, goes_at: dt.datetime) -> None:
    """Plan a letter. It begins beside a full second: digests begin on full hours, and no two begin at once."""
    start = goes_at.replace(microsecond=goes_at.microsecond or 1)
    Delivery.objects.create(
        subscription=made,
        kind=DeliveryKind.CONFIRMATION,
        period_start=start,
        period_end=start + VALID,
        planned_at=goes_at,
        due_at=goes_at,
    )
    Asking.objects.create(mailbox=_fingerprint(made.email), asked_at=goes_at)


def _renewed(wish: Wish, email: str, columns: dict[str, Any], now: dt.datetime) -> Subscription | None:
    """Return the wish of this address about the same; what is not confirmed yet becomes what is wished now."""
    about = {name: columns[name] for name in ("scope", "theme", "source", "organization")}
    found = Subscription.objects.filter(person=None, email__iexact=email, ended_at=None, **about)
    made = found.select_for_update(of=("self",)).order_by("confirmed_at", "id").first()
    if made is not None and made.confirmed_at is None:
        _change(made, wish, columns, now)
        subscription.update(made, created_at=now)
    return made


def _made(wish: Wish, email: str, columns: dict[str, Any], now: dt.datetime) -> Subscription:
    made = Subscription.objects.create(email=email, created_at=now, **columns)
    subscription.record(made, Verb.SUBSCRIBED, REGISTER, now, after={**asdict(wish), "time_zone": made.time_zone})
    return made


def _change(made: Subscription, wish: Wish, columns: dict[str, Any], now: dt.datetime) -> None:
    was = {**asdict(subscription.wish_of(made)), "time_zone": made.time_zone}
    before, after = event.changes(was, {**asdict(wish), "time_zone": columns["time_zone"]})
    if after:
        restarted = {"restarted_at": now} if made.confirmed_at and _RHYTHM & after.keys() else {}
        subscription.update(made, **columns, **restarted)
        subscription.record(made, Verb.AMENDED, REGISTER, now, before=before, after=after)
