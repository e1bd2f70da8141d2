"""Have a server of one's own called when something happens: register it, change it, try it, end it."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import calling, event, notice, sealing
from recommendations.actions.moment import act
from recommendations.actions.permission import need_current, need_steward
from recommendations.models import Call, Webhook
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.models.webhook import CallState, WebhookState
from recommendations.rules import links, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if
from relations import waking

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.models import Person

MOST: Final = 20
"""Webhooks that one person may have."""
OVERLAP: Final = dt.timedelta(hours=24)
"""How long the secret before the new one goes on signing."""
_PURPOSE: Final = "webhook"
_PREFIX: Final = "whsec_"
_UNDER_WAY: Final = (CallState.PLANNED, CallState.SENDING)


@dataclass(frozen=True, slots=True)
class Wish:
    """Where to call, and of which verbs of events; none means all."""

    name: str
    url: str
    verbs: tuple[str, ...] = ()


def register(wish: Wish, *, actor: Person, now: dt.datetime) -> tuple[Webhook, str]:
    """Begin to call a server of the actor's. Returns it with its secret: the only time that this is shown.

    Raises `Forbidden` unless a steward, `Invalid`, `Unlawful` (enough).
    """
    need_steward(actor)
    refuse_if(_check(wish))
    with act(now):
        if Webhook.objects.filter(person=actor, ended_at=None).count() >= MOST:
            text = _("You have %(most)s webhooks, which is as many as one person may have; end one first.")
            raise Unlawful(Problem("enough", text % {"most": MOST}))
        made = Webhook(person=actor, created_at=now, updated_at=now, **_columns(wish))
        made.secret, secret = _fresh(made)
        made.save()
        _record(made, Verb.REGISTERED, actor, now, after=_told(wish))
    return made, secret


def amend(
    uuid: UUID, wish: Wish, *, actor: Person, now: dt.datetime, seen: int | None = None, paused: bool | None = None
) -> Webhook:
    """Change one's own webhook, and whether it rests (None: as it is). `paused=False` also brings a disabled one back.

    Raises `Missing`, `Stale`, `Invalid`.
    """
    refuse_if(_check(wish))
    with act(now):
        made = _locked(uuid, actor)
        need_current(made.version, seen)
        state = _state(made.state, paused)
        was = Wish(made.name, made.url, tuple(made.verbs))
        before, after = event.changes({**asdict(was), "state": made.state}, {**asdict(wish), "state": state})
        if after:
            well = {"failures": 0, "failing_since": None} if state != made.state else {}
            _update(made, now, **_columns(wish), state=state, **well)
            _record(made, Verb.AMENDED, actor, now, before=_safe(before), after=_safe(after))
            waking.wake(calling.TASK)
    return made


def rotate(uuid: UUID, *, actor: Person, now: dt.datetime) -> tuple[Webhook, str]:
    """Give a webhook a new secret and return it, this once; for 24 hours the old one signs too. Raises `Missing`."""
    with act(now):
        made = _locked(uuid, actor)
        sealed, secret = _fresh(made)
        _update(made, now, old_secret=made.secret, old_secret_until=now + OVERLAP, secret=sealed)
        _record(made, Verb.AMENDED, actor, now, after={"secret_until": now + OVERLAP})
    return made, secret


def end(uuid: UUID, *, actor: Person, now: dt.datetime) -> Webhook:
    """Call a server no more. What was waiting for it is dropped, and its secrets are forgotten. Raises `Missing`."""
    with act(now):
        made = _locked(uuid, actor)
        _drop(made, now)
        _update(made, now, ended_at=now, secret=b"", old_secret=None, old_secret_until=None)
        _record(made, Verb.REMOVED, actor, now)
    return made


def try_out(uuid: UUID, *, actor: Person, now: dt.datetime) -> Call:
    """Plan a call that tells of nothing, also for a webhook that is paused or disabled. It is no history: no event.

    Raises `Missing`, `Unlawful` (one is under way).
    """
    with act(now):
        made = _locked(uuid, actor)
        if Call.objects.filter(webhook=made, event=None, state__in=_UNDER_WAY).exists():
            raise Unlawful(Problem("under_way", _("A test is under way; wait for what comes of it.")))
        planned = Call.objects.create(webhook=made, planned_at=now, due_at=now)
        waking.wake(calling.TASK)
    return planned


def resend(uuid: UUID, *, actor: Person, now: dt.datetime) -> Call:
    """Make a call again that was accepted, given up or dropped. Its id stays the same.

    Raises `Missing`, `Unlawful` (still under way).
    """
    with act(now):
        found = Call.objects.filter(uuid=uuid, webhook__person=actor).values_list("webhook__uuid", flat=True).first()
        if found is None:
            raise Missing(Problem("not_found", _("There is no such call.")))
        made = _locked(found, actor)
        call = Call.objects.select_for_update().get(uuid=uuid)
        if call.state in _UNDER_WAY:
            raise Unlawful(Problem("under_way", _("The call is under way; wait for what comes of it.")))
        call.state, call.due_at, call.attempts, call.finished_at = CallState.PLANNED, now, 0, None
        call.save(update_fields=["state", "due_at", "attempts", "finished_at"])
        _record(made, Verb.SENT_AGAIN, actor, now, after={"call": call.uuid})
        waking.wake(calling.TASK)
    return call


def disable(uuid: UUID, why: str, *, now: dt.datetime) -> Webhook | None:
    """Stop calling a server that wants no calls, or has not taken one for days; tell whose webhook it is, once.

    A verb of the register itself. What was waiting is dropped; it can be sent again. Returns None where there was nothing
    to stop.
    """
    with act(now):
        calls = (WebhookState.ACTIVE, WebhookState.FAILING)
        found = Webhook.objects.select_for_update(no_key=True).filter(uuid=uuid, ended_at=None, state__in=calls)
        made = found.first()
        if made is None:
            return None
        before = {"state": made.state}
        _drop(made, now)
        _update(made, now, state=WebhookState.DISABLED)
        notice.disabled(made, now=now)
        after = {"state": WebhookState.DISABLED, "why": why}
        event.record(
            Verb.DISABLED, Subject.WEBHOOK, str(made.uuid), actor=REGISTER, now=now, before=before, after=after
        )
    return made


def secrets_of(row: dict[str, Any], moment: dt.datetime) -> list[bytes]:
    """Return the keys that sign at a moment, the newest first; `row` has `uuid`, both secrets and `old_secret_until`.

    Empty where the site's SECRET_KEY was changed without keeping the old one for a while.
    """
    until = row["old_secret_until"]
    sealed = [row["secret"], *([row["old_secret"]] if until is not None and moment < until else [])]
    found = [sealing.unseal(one, _PURPOSE, str(row["uuid"])) for one in sealed]
    return [one for one in found if one is not None]


def _fresh(made: Webhook) -> tuple[bytes, str]:
    """Return a new secret: sealed, and as it is shown."""
    key = secrets.token_bytes(32)
    return sealing.seal(key, _PURPOSE, str(made.uuid)), _PREFIX + base64.b64encode(key).decode()


def _locked(uuid: UUID, actor: Person) -> Webhook:
    made = Webhook.objects.select_for_update(no_key=True).filter(uuid=uuid, person=actor, ended_at=None).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such webhook.")))
    return made


def _state(now: str, paused: bool | None) -> str:  # noqa: FBT001 - what was asked
    if paused is None:
        return now
    if paused:
        return WebhookState.PAUSED.value
    return now if now == WebhookState.FAILING else WebhookState.ACTIVE.value


def _drop(made: Webhook, now: dt.datetime) -> None:
    gone = {"state": CallState.DROPPED, "token": None, "lease_until": None, "finished_at": now}
    Call.objects.filter(webhook=made, state__in=_UNDER_WAY).update(**gone)


def _update(made: Webhook, now: dt.datetime, **columns: Any) -> None:
    columns |= {"version": made.version + 1, "updated_at": now}
    for column, value in columns.items():
        setattr(made, column, value)
    made.save(update_fields=list(columns))


def _check(wish: Wish) -> list[Problem]:
    problems = words.check_text(wish.name, "name", longest=100, required=True)
    problems += words.check_text(wish.url, "url", longest=links.MAX_LENGTH, required=True) or links.check_link(wish.url)
    wrong = [verb for verb in wish.verbs if verb not in Verb.values]
    return problems + [words.not_a_choice(verb, Verb.values, "verbs") for verb in wrong[:1]]


def _columns(wish: Wish) -> dict[str, Any]:
    return {"name": wish.name.strip(), "url": wish.url, "verbs": list(dict.fromkeys(wish.verbs))}


def _told(wish: Wish) -> dict[str, Any]:
    return _safe(asdict(wish))


def _safe(said: dict[str, Any]) -> dict[str, Any]:
    """Keep of an address its host only: what follows may be a secret of whoever is called."""
    return {name: links.host_of(value) if name == "url" else value for name, value in said.items() if name != "name"}


def _record(
    made: Webhook,
    verb: Verb,
    actor: Person,
    now: dt.datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    event.record(verb, Subject.WEBHOOK, str(made.uuid), actor=actor, now=now, before=before, after=after)
