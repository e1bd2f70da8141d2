"""What changed, in words: who did what to which item, from which status to which, by whose rating."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recommendations.digests.message import clean
from recommendations.digests.wording import Mark, address, date, mark, shortened, told
from recommendations.models.assignment import AssignmentRole
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.rules.access import Role
from recommendations.rules.lifecycle import Kind
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    Verb.DISOWNED: gettext_noop("%(who)s says that it is not theirs."),
    Verb.RESPONDED: gettext_noop("%(who)s recorded a response: %(answer)s."),
}


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
    """What was done with one item, in the order in which it was done; `place` is where its source says it."""

    reference: str
    title: str
    url: str
    place: str
    lines: list[Line] = field(default_factory=list)


def stories(rows: Iterable[dict[str, Any]], *, names_people: bool) -> list[Story]:
    """Put events into words, gathered by item; the item of the newest change comes first."""
    found: dict[str, Story] = {}
    for row in rows:
        item = row["item"]
        reference = item["reference"]
        empty = Story(reference, told(item, "title"), address(reference), _place(item))
        found.setdefault(reference, empty).lines.insert(0, _line(row, names_people=names_people))
    return list(found.values())


def _place(item: dict[str, Any]) -> str:
    """Return the heading over the passage in the source, and the source's title."""
    source, section = told(item, "source__title"), clean(item["section"] or "")
    return _("“%(section)s”, %(source)s") % {"section": section, "source": source} if section else source


def _who(row: dict[str, Any], *, names_people: bool) -> str:
    """Name a person for those who sign in, their organization or role for strangers; nobody is the register itself."""
    if row["actor__role"] is None:
        return REGISTER.name
    if names_people:
        return clean(row["actor__name"])
    named = (told(row, f"actor__organization__{name}") for name in ("short_name", "name"))
    return next((name for name in named if name), "") or str(Role(row["actor__role"]).label)


def _line(row: dict[str, Any], *, names_people: bool) -> Line:
    who = _who(row, names_people=names_people)
    day, after = date(timezone.localtime(row["recorded_at"]).date()), row["after"]
    if row["verb"] == Verb.ASSESSED:
        by = _("Reviewed by %(who)s.") if after.get("kind") == Kind.REVIEW else _("Self-reported by %(who)s.")
        marks = (mark(row["before"].get("value")), mark(after.get("value")))
        return Line(by % {"who": who}, day, *marks, note=shortened(after.get("narrative") or ""))
    said = {
        "who": who,
        "title": clean(str(after.get("title", ""))),
        "status": mark(after.get("retracted")).label,
        "body": clean(str(row["body"] or "–")),
        "role": str(dict(AssignmentRole.choices).get(after.get("role"), "–")),
        "answer": str(dict(Answer.choices).get(after.get("answer"), "")),
        "items": ", ".join(after.get("parts") or after.get("duplicates") or [after.get("merged_into", "")]),
    }
    return Line(_(_SENTENCES[Verb(row["verb"])]) % said, day, note=shortened(str(after.get("reason") or "")))
