"""The lines of a digest: rows of the register as whole sentences in the language that is active."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recommendations.digests import links
from recommendations.digests.message import clean
from recommendations.models.assignment import AssignmentRole
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.models.subscription import Scope, Weekday
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.rules import calendar
from recommendations.rules.calendar import Delivery
from recommendations.rules.lifecycle import Kind, Status
from recommendations.rules.periods import Cadence
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.digests.audience import Horizon
    from recommendations.digests.compose import Section
    from recommendations.models import Head, Subscription

_NOTE: Final = 280  # characters of a narrative; the page that is linked has all
_SENTENCES: Final = {
    Verb.REGISTERED: gettext_noop("%(who)s registered it."),
    Verb.WITHDRAWN: gettext_noop("%(who)s withdrew it."),
    Verb.RESTORED: gettext_noop("%(who)s restored it."),
    Verb.SPLIT: gettext_noop("%(who)s split it into parts, which are followed up one by one: %(items)s."),
    Verb.MERGED: gettext_noop("%(who)s merged it with what another source recommends: %(items)s."),
    Verb.ASSESSMENT_RETRACTED: gettext_noop("%(who)s took a status update back (%(status)s)."),
    Verb.MILESTONE_SET: gettext_noop("%(who)s set a milestone: “%(title)s”."),
    Verb.MILESTONE_AMENDED: gettext_noop("%(who)s amended a milestone: “%(title)s”."),
    Verb.MILESTONE_FINISHED: gettext_noop("%(who)s finished a milestone: “%(title)s”."),
    Verb.MILESTONE_CANCELLED: gettext_noop("%(who)s cancelled a milestone: “%(title)s”."),
    Verb.EVIDENCE_ATTACHED: gettext_noop("%(who)s attached evidence: “%(title)s”."),
    Verb.EVIDENCE_RETRACTED: gettext_noop("%(who)s retracted evidence: “%(title)s”."),
    Verb.ASSIGNED: gettext_noop("%(who)s made “%(body)s” responsible (%(role)s)."),
    Verb.RELEASED: gettext_noop("%(who)s released “%(body)s” (%(role)s)."),
    Verb.COMMENTED: gettext_noop("%(who)s commented."),
    Verb.RESPONDED: gettext_noop("%(who)s recorded a response: %(answer)s."),
}
_PROMISES: Final = {
    Delivery.OVERDUE: gettext_noop("Overdue since %(day)s."),
    Delivery.DUE_SOON: gettext_noop("Due on %(day)s."),
    Delivery.NOT_DUE: gettext_noop("Due on %(day)s."),
    Delivery.NO_TARGET: gettext_noop("No target date."),
    Delivery.DONE: gettext_noop("Done."),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A status: its code, which colours it, and its name."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Duty:
    """An item as it stands."""

    reference: str
    title: str
    url: str
    answer_url: str
    status: Mark
    is_self_reported: bool
    is_overdue: bool
    promise: str
    looked: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done."""

    sentence: str
    day: str
    before: Mark | None = None
    after: Mark | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What was done with one item, in the order in which it was done."""

    reference: str
    title: str
    url: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    """A section in words."""

    entries: list[Any]
    has_more: bool


def about(subscription: Subscription) -> str:
    """Say what a digest is about."""
    subject = subscription.theme or subscription.source or subscription.organization
    if subject is None:
        return str(Scope(subscription.scope).label)
    name = clean(str(subject))
    if subscription.scope == Scope.THEME:
        return _("The theme “%(name)s”") % {"name": name}
    if subscription.scope == Scope.SOURCE:
        return _("The source “%(name)s”") % {"name": name}
    return _("What “%(name)s” is responsible for") % {"name": name}


def rhythm(subscription: Subscription) -> str:
    """Say when it comes."""
    said = {"hour": f"{subscription.hour:02}:00", "weekday": Weekday(subscription.weekday).label}
    if subscription.cadence == Cadence.DAILY:
        return _("Every day at %(hour)s") % said
    if subscription.cadence == Cadence.WEEKLY:
        return _("Every week: %(weekday)s, %(hour)s") % said
    return _("On the first of every month at %(hour)s") % said


def duties(section: Section, days: Horizon) -> Listing:
    """Put items into words, as they stand on the reader's day."""
    return Listing([_duty(row, days.today) for row in section.rows], section.has_more)


def changes(section: Section) -> Listing:
    """Put events into words, gathered by item; the item of the newest change comes first."""
    stories: dict[str, Story] = {}
    for row in section.rows:
        reference = row["recommendation__reference"]
        story = stories.setdefault(reference, Story(reference, _title(row, "recommendation__"), _url(reference), []))
        story.lines.insert(0, _line(row))
    return Listing(list(stories.values()), section.has_more)


def state_of(head: Head | None) -> str:
    """Say what history came to on a day, so that it stands in somebody's own mail; nothing without a head."""
    if head is None:
        return ""
    said = {"day": _date(head.day), "events": head.events, "root": head.root}
    return _("History up to %(day)s: %(events)s events, root %(root)s.") % said


def _duty(row: dict[str, Any], today: dt.date) -> Duty:
    delivery = calendar.delivery(row["target_on"], row["status"], today)
    return Duty(
        reference=row["reference"],
        title=_title(row),
        url=_url(row["reference"]),
        answer_url=f"{_url(row['reference'])}assess/",
        status=_mark(row["status"]),
        is_self_reported=row["verified_id"] is None and row["reported_id"] is not None,
        is_overdue=delivery == Delivery.OVERDUE,
        promise=_(_PROMISES[delivery]) % {"day": _date(row["target_on"])},
        looked=_looked(row["assessed_on"]),
        lost=_lost(row.get("lost_evidence")),
    )


def _lost(title: str | None) -> str:
    return _("The link of its evidence “%(title)s” leads nowhere any more.") % {"title": clean(title)} if title else ""


def _looked(assessed_on: dt.date | None) -> str:
    if assessed_on is None:
        return _("Nobody has assessed it yet.")
    return _("Last assessed as of %(day)s.") % {"day": _date(assessed_on)}


def _line(row: dict[str, Any]) -> Line:
    who = clean(row["actor__name"] or REGISTER.name)
    day, after = _date(timezone.localtime(row["recorded_at"]).date()), row["after"]
    if row["verb"] == Verb.ASSESSED:
        by = _("Reviewed by %(who)s.") if after.get("kind") == Kind.REVIEW else _("Self-reported by %(who)s.")
        marks = (_mark(row["before"].get("value")), _mark(after.get("value")))
        return Line(by % {"who": who}, day, *marks, note=_shortened(after.get("narrative") or ""))
    said = {
        "who": who,
        "title": clean(str(after.get("title", ""))),
        "status": _mark(after.get("retracted")).label,
        "body": clean(str(row["body"] or "–")),
        "role": str(dict(AssignmentRole.choices).get(after.get("role"), "–")),
        "answer": str(dict(Answer.choices).get(after.get("answer"), "")),
        "items": ", ".join(after.get("parts") or after.get("duplicates") or [after.get("merged_into", "")]),
    }
    return Line(_(_SENTENCES[Verb(row["verb"])]) % said, day, note=_shortened(str(after.get("reason") or "")))


def _mark(code: str | None) -> Mark:
    status = Status(code) if code in Status.values else Status.NOT_ASSESSED
    return Mark(status.value, str(status.label))


def _title(row: dict[str, Any], prefix: str = "") -> str:
    """Return the title in the reader's language, or in the other one while there is no translation."""
    first = reader_language()
    codes = (first, *(code for code in LANGUAGES if code != first))
    return clean(next((title for code in codes if (title := row[f"{prefix}title_{code}"])), ""))


def _url(reference: str) -> str:
    return links.page(f"recommendations/{reference}/")


def _date(day: dt.date | None) -> str:
    return formats.date_format(day, "j E Y") if day else ""


def _shortened(text: str) -> str:
    line = clean(text)
    return line if len(line) <= _NOTE else f"{line[: _NOTE - 1].rstrip()}…"
