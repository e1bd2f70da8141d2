"""What an event says, in words: one teller for each verb that says more than its name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, ForeignObjectRel
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from recommendations.models import Event, Evidence, Indicator, Milestone, Organization, Recommendation, Source, Theme
from recommendations.models.assignment import AssignmentRole
from recommendations.models.batch import BatchVerb
from recommendations.models.event import Subject, Verb
from recommendations.models.reply import ReplyKind
from recommendations.rules.coverage import Reason
from recommendations.rules.lifecycle import EvidenceKind, Kind, Status
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

LONGEST: Final = 280
HIDDEN: Final = frozenset({"parent"})  # may name an item that the reader must not know of
MODELS: Final[dict[str, type[Model]]] = {
    Subject.RECOMMENDATION: Recommendation,
    Subject.SOURCE: Source,
    Subject.ORGANIZATION: Organization,
    Subject.THEME: Theme,
    Subject.INDICATOR: Indicator,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field that was one thing and is another now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an event says besides who, what and when. `status` is a pair of codes, before and after."""

    kind: str = ""
    status: tuple[str, str] | None = None
    facts: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    quote: str = ""


def told(event: Event, bodies: dict[str, str]) -> Said:
    """Return what an event says besides who, what and when; `bodies` are names of organizations by slug."""
    teller = TELLERS.get(Verb(event.verb))
    return teller(event, bodies) if teller else Said()


def _assessed(event: Event, _bodies: dict[str, str]) -> Said:
    after = event.after
    facts = [(_("As of"), _day(after["as_of"]))]
    if after.get("reply"):
        facts.append((_("Answered to a digest"), str(ReplyKind(after["reply"]).label)))
    if after.get("next_step"):
        facts.append((_("Next step"), _short(after["next_step"])))
    return Said(
        kind=str(Kind(after["kind"]).label),
        status=(event.before.get("value", ""), after["value"]),
        facts=tuple(facts),
        quote=_short(after.get("narrative", "")),
    )


def _attached(event: Event, _bodies: dict[str, str]) -> Said:
    after = event.after
    facts = [(str(EvidenceKind(after["kind"]).label), after["title"]), (_("Dated"), _day(after["dated_on"]))]
    return Said(facts=tuple(facts))


def _retracted(event: Event, _bodies: dict[str, str]) -> Said:
    return Said(facts=((_("Title"), event.after["title"]),), quote=_short(event.after["reason"]))


def _taken_back(event: Event, _bodies: dict[str, str]) -> Said:
    before, after = event.before.get("value", ""), event.after["value"]
    return Said(
        kind=str(Kind(event.after["kind"]).label),
        status=(before, after) if before != after else None,
        facts=((_("Retracted"), str(Status(event.after["retracted"]).label)), (_("As of"), _day(event.after["as_of"]))),
        quote=_short(event.after["reason"]),
    )


def _milestone(event: Event, _bodies: dict[str, str]) -> Said:
    before, after = event.before, event.after
    changes = [_change(Milestone, name, before[name], after[name]) for name in ("title", "due_on") if name in before]
    facts = [(_("Milestone"), after["title"])] if "title" not in before else []
    if after.get("due_on") and not changes:
        facts.append((_("Due"), _day(after["due_on"])))
    if after.get("done_on"):
        facts.append((_("Done"), _day(after["done_on"])))
    return Said(facts=tuple(facts), changes=tuple(changes), quote=_short(after.get("reason", "")))


def _link(event: Event, _bodies: dict[str, str]) -> Said:
    return Said(facts=((_("Title"), event.after["title"]),))


def _evidence_amended(event: Event, _bodies: dict[str, str]) -> Said:
    names = [name for name in event.before if name in event.after]
    changes = tuple(_change(Evidence, name, event.before[name], event.after[name]) for name in names)
    return Said(facts=((_("Title"), event.after["title"]),), changes=changes)


def _assigned(event: Event, bodies: dict[str, str]) -> Said:
    after = event.after
    role = str(AssignmentRole(after["role"]).label)
    facts = [(role, bodies.get(after["organization"], after["organization"]))]
    facts += [(_("Since"), _day(after["since"]))] if "since" in after else []
    facts += [(_("Until"), _day(after["until"]))] if "until" in after else []
    return Said(facts=tuple(facts))


def _responded(event: Event, bodies: dict[str, str]) -> Said:
    after = event.after
    slug = after.get("organization", "")
    answer = str(Answer(after["answer"]).label)
    return Said(facts=((bodies.get(slug, slug), answer),), quote=_short(after.get("statement", "")))


def _read_in(event: Event, _bodies: dict[str, str]) -> Said:
    return Said(facts=((_("Snapshot"), str(event.after.get("snapshot", ""))),))


def _disposed(event: Event, _bodies: dict[str, str]) -> Said:
    after = event.after
    if not after:
        return Said(facts=((_("Reason"), _("taken back")),))
    facts = ((_("Paragraph"), str(after["paragraph"])), (_("Reason"), str(Reason(after["reason"]).label)))
    return Said(facts=facts, quote=_short(after["note"]))


def _observed(event: Event, _bodies: dict[str, str]) -> Said:
    after = event.after
    value = "–".join(str(after[name]) for name in ("value", "value_high") if after.get(name) is not None)
    facts = [(_("Value"), value)] if value else []
    return Said(facts=(*facts, (_("Period up to"), _day(after["period_end"]))))


def _imported(event: Event, _bodies: dict[str, str]) -> Said:
    counted = {"created": pgettext("import", "New"), "updated": pgettext("import", "Changed"), "left": _("Left aside")}
    return Said(
        facts=tuple((label, str(event.after[name])) for name, label in counted.items() if event.after.get(name))
    )


def _done_to_many(event: Event, _bodies: dict[str, str]) -> Said:
    after = {"verb": ""} | event.after
    facts = [(_("Act"), str(BatchVerb(after["verb"]).label))] if after["verb"] else []
    counted = {"done": _("Done"), "refused": _("Refused"), "undone": _("Undone"), "not_undone": _("Not undone")}
    return Said(facts=(*facts, *((label, str(after[name])) for name, label in counted.items() if after.get(name))))


def _amended(event: Event, _bodies: dict[str, str]) -> Said:
    model = MODELS.get(event.subject)
    if model is None:
        return Said()
    names = [name for name in event.after if name not in HIDDEN]
    return Said(changes=tuple(_change(model, name, event.before.get(name), event.after[name]) for name in names))


def _reasoned(event: Event, _bodies: dict[str, str]) -> Said:
    return Said(quote=_short(event.after.get("reason", "")))


def _structured(event: Event, _bodies: dict[str, str]) -> Said:
    """Name the items that a split or a merge is about; strangers do not get events that name what is hidden."""
    after = event.after
    labels = {"parts": _("Parts"), "merged_into": _("Merged into"), "duplicates": _("Also recommended as")}
    return Said(facts=tuple((label, _value(after[name], {})) for name, label in labels.items() if name in after))


def _published(event: Event, _bodies: dict[str, str]) -> Said:
    moment = dt.datetime.fromisoformat(event.after["as_of"])
    return Said(facts=((_("As of"), date_format(moment.astimezone(dt.UTC))), ("SHA-256", event.after["sha256"])))


def _change(model: type[Model], name: str, before: Any, after: Any) -> Change:
    try:
        field = model._meta.get_field(name)  # noqa: SLF001 - Django's public name for it
    except FieldDoesNotExist:
        return Change(name, _value(before, {}), _value(after, {}))
    choices = dict(field.flatchoices) if isinstance(field, CharField) else {}
    if isinstance(field, ForeignObjectRel):  # an item's passages: named by the plural of what the relation leads to
        label = str(field.related_model._meta.verbose_name_plural)  # noqa: SLF001 - as above
    else:
        label = str(field.verbose_name)
    return Change(label[:1].upper() + label[1:], _value(before, choices), _value(after, choices))


def _value(value: Any, choices: dict[Any, Any]) -> str:
    if value in (None, "", []):
        return _("(empty)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and any(isinstance(member, dict) for member in value):
        return ngettext("%(count)d entry", "%(count)d entries", len(value)) % {"count": len(value)}
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(choices.get(value, "")) or _day(str(value))


def _day(text: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(text))
    except ValueError:
        return _short(text)


def _short(text: str) -> str:
    return Truncator(text).chars(LONGEST)


TELLERS: Final[dict[Verb, Callable[[Event, dict[str, str]], Said]]] = {
    Verb.AMENDED: _amended,
    Verb.COMPUTED: _amended,
    Verb.WITHDRAWN: _reasoned,
    Verb.RESTORED: _reasoned,
    Verb.DISOWNED: _reasoned,
    Verb.SPLIT: _structured,
    Verb.MERGED: _structured,
    Verb.ASSESSED: _assessed,
    Verb.RESPONDED: _responded,
    Verb.ASSESSMENT_RETRACTED: _taken_back,
    Verb.MILESTONE_SET: _milestone,
    Verb.MILESTONE_AMENDED: _milestone,
    Verb.MILESTONE_FINISHED: _milestone,
    Verb.MILESTONE_CANCELLED: _milestone,
    Verb.EVIDENCE_ATTACHED: _attached,
    Verb.EVIDENCE_RETRACTED: _retracted,
    Verb.EVIDENCE_AMENDED: _evidence_amended,
    Verb.LINK_LOST: _link,
    Verb.LINK_FOUND: _link,
    Verb.ASSIGNED: _assigned,
    Verb.ASSIGNMENT_AMENDED: _assigned,
    Verb.RELEASED: _assigned,
    Verb.READ_IN: _read_in,
    Verb.DISPOSED: _disposed,
    Verb.OBSERVED: _observed,
    Verb.DONE_TO_MANY: _done_to_many,
    Verb.IMPORTED: _imported,
    Verb.UNDONE: _done_to_many,
    Verb.PUBLISHED: _published,
}
