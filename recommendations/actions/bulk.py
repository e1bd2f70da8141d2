"""What can be done to many items at once: for each verb what has to be said, how it is done to one item, and undone."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import assignment, evidence, follow, followup, recommendation, withdrawal
from recommendations.actions.today import today_of
from recommendations.models import Follow
from recommendations.models.batch import BatchVerb
from recommendations.rules.errors import Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    from collections.abc import Callable

    from recommendations.models import Person

Said = dict[str, Any]
_UNCHANGED: Final = Problem("unchanged", gettext_lazy("It was so already; nothing was changed."))
_CHANGED_SINCE: Final = Problem("changed_since", gettext_lazy("Somebody has changed it since; it stays as it is now."))


@dataclass(frozen=True, slots=True)
class Bulk:
    """A verb for many. `do` calls the single verb (or the part of it that tells nobody) and returns what `undo` will need (JSON); `undo` calls its opposite.

    `needed` and `possible` name what has to be and may be said. Without `undo` it cannot be undone. With `is_change`
    the item gets a new version by it, so that one can tell whether anybody has changed it since.
    """

    do: Callable[[str, Said, Person, dt.datetime], Said]
    undo: Callable[[str, Said, Person, dt.datetime], None] | None
    needed: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    is_change: bool = True

    def check(self, said: Said) -> None:
        """Raise `Invalid` for what is missing, and for what nobody asked for."""
        missing = sorted(name for name in self.needed if said.get(name) in (None, ""))
        unknown = sorted(set(said) - self.needed - self.possible)
        problems = [Problem("required", gettext_lazy("This is needed; fill it in."), name) for name in missing]
        problems += [Problem("unknown_field", gettext_lazy("This field cannot be changed."), name) for name in unknown]
        if not (said or self.needed) and self.possible:
            problems.append(Problem("nothing_said", gettext_lazy("Say what has to be changed.")))
        refuse_if(problems)


def changed_since() -> Unlawful:
    """Return the refusal to undo what is no longer as the batch left it."""
    return Unlawful(_CHANGED_SINCE)


def _assess(reference: str, said: Said, actor: Person, now: dt.datetime) -> Said:
    rest = {name: value for name, value in said.items() if name not in {"kind", "value", "link"}}
    link = said.get("link")
    made = followup.assess(
        reference,
        said["value"],
        kind=said["kind"],
        statement=followup.Statement(**rest),
        attachments=[evidence.Draft(**link)] if link else [],
        actor=actor,
        now=now,
        seen=None,
    )
    return {"assessment": made.uuid, "evidence": list(made.evidence.values_list("uuid", flat=True))}


def _retract(_reference: str, kept: Said, actor: Person, now: dt.datetime) -> None:
    reason = _("Undone together with the other items of a bulk act.")
    followup.retract(UUID(kept["assessment"]), reason, actor=actor, now=now)
    for piece in kept["evidence"]:
        evidence.retract(UUID(piece), reason, actor=actor, now=now)


def _amend(reference: str, said: Said, actor: Person, now: dt.datetime) -> Said:
    item = recommendation.locked(reference, actor)
    was, version = asdict(recommendation.wording_of(item)), item.version
    if recommendation.amend(reference, said, actor=actor, now=now, seen=version).version == version:
        raise Unlawful(_UNCHANGED)
    return {"before": {name: was[name] for name in said}}


def _amend_back(reference: str, kept: Said, actor: Person, now: dt.datetime) -> None:
    before = dict(kept["before"])
    if before.get("target_on"):
        before["target_on"] = dt.date.fromisoformat(before["target_on"])
    if "themes" in before:
        before["themes"] = tuple(before["themes"])
    recommendation.amend(reference, before, actor=actor, now=now, seen=None)


def _assign(reference: str, said: Said, actor: Person, now: dt.datetime) -> Said:
    rest = {name: value for name, value in said.items() if name != "organization"}
    made = assignment.give(reference, said["organization"], actor=actor, now=now, **rest)
    return {"assignment": made.uuid, "since": made.since}


def _release(_reference: str, kept: Said, actor: Person, now: dt.datetime) -> None:
    until = max(today_of(actor, now), dt.date.fromisoformat(kept["since"]))
    assignment.release(UUID(kept["assignment"]), until, actor=actor, now=now)


def _follow(reference: str, _said: Said, actor: Person, now: dt.datetime) -> Said:
    made = follow.follow(reference, actor=actor, now=now)
    if made.since != now:
        raise Unlawful(_UNCHANGED)
    return {"since": now}


def _unfollow(reference: str, kept: Said, actor: Person, now: dt.datetime) -> None:
    since = dt.datetime.fromisoformat(kept["since"])
    if not Follow.objects.filter(person=actor, recommendation__reference=reference, since=since).exists():
        raise changed_since()
    follow.unfollow(reference, actor=actor, now=now)


def _withdraw(reference: str, said: Said, actor: Person, now: dt.datetime) -> Said:
    withdrawal.withdraw(reference, said["reason"], actor=actor, now=now)
    return {}


def _restore(reference: str, _kept: Said, actor: Person, now: dt.datetime) -> None:
    reason = _("Undone together with the other items of a bulk act.")
    withdrawal.restore(reference, reason, actor=actor, now=now)


VERBS: Final[dict[BatchVerb, Bulk]] = {
    BatchVerb.ASSESS: Bulk(
        _assess,
        _retract,
        needed=frozenset({"kind", "value", "as_of"}),
        possible=frozenset({"narrative", "next_step", "next_review_on", "blockers", "link"}),
    ),
    BatchVerb.AMEND: Bulk(_amend, _amend_back, possible=frozenset({"priority", "target_on", "themes", "visibility"})),
    BatchVerb.ASSIGN: Bulk(
        _assign, _release, needed=frozenset({"organization", "role", "since"}), possible=frozenset({"person"})
    ),
    BatchVerb.WITHDRAW: Bulk(_withdraw, _restore, needed=frozenset({"reason"})),
    BatchVerb.FOLLOW: Bulk(_follow, _unfollow, is_change=False),
}
