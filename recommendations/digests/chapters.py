"""The sections of a digest as they are written: entries in both forms, headings, links. What many readers get is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recommendations.actions.reply import Link
from recommendations.digests import duty, links, plain, story, tables
from recommendations.digests.inline import inlined, template
from recommendations.models.reply import ReplyKind
from recommendations.rules import access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from recommendations.digests.audience import Reader
    from recommendations.digests.compose import Content, Section
    from recommendations.digests.duty import Duty
    from recommendations.digests.facts import type_of_row

_NUL: Final = "\x00"  # marks what is filled in later: no text of people has it, for `clean` and PostgreSQL take none
_WAYS: Final = f"{_NUL}ways{_NUL}"  # where one's own ways to answer go
_SIGNED: Final = "\x01" * plain.WIDTH  # where the signed part of their addresses goes, which is longer than a line


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a section, in both forms."""

    html: str
    text: str

    @property
    def size(self) -> int:
        """How many bytes it takes, both forms together."""
        return len(self.html.encode()) + len(self.text.encode())


@dataclass(slots=True)
class Chapter:
    """A section in words. `page` and `csv` lead to all of it; `slot` stands where its entries go."""

    name: str
    heading: str
    banner: str
    see_all: str
    page: str
    csv: str
    entries: list[Entry]
    has_more: bool
    hint: str = ""
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Measure it."""
        self.size = sum(entry.size for entry in self.entries)

    @property
    def slot(self) -> str:
        """What stands for the entries while the rest is made: nothing that people can have written."""
        return f"{_NUL}{self.name}{_NUL}"

    @property
    def html(self) -> str:
        """All entries."""
        return "\n".join(entry.html for entry in self.entries)

    @property
    def text(self) -> str:
        """All entries."""
        return "\n\n".join(entry.text for entry in self.entries)

    def shorten(self) -> None:
        """Leave the last entry to the page."""
        self.size -= self.entries.pop().size
        self.has_more = True


def told(reader: Reader, content: Content) -> list[Chapter]:
    """Return the sections that say something, in their order, in the language and zone that are active."""
    found = [_owed(reader, content.owed), _changed(reader, content.changed)]
    found += [_due(reader, content.due), _stale(reader, content.stale)]
    return [chapter for chapter in found if chapter.entries]


def _owed(reader: Reader, section: Section) -> Chapter:
    """Items are the same for all who owe them; the ways to answer are one's own."""
    names = (_("What you owe"), _("WHAT YOU OWE"), _("See everything you owe"))
    entries = [_answered(_debt(row, reader), row, reader) for row in section.rows]
    return Chapter("owed", *names, *tables.owed(reader), entries, section.has_more)


def _changed(reader: Reader, section: Section) -> Chapter:
    names = (_("What changed"), _("WHAT CHANGED"), _("See all changes"))
    shows_names = access.may_read_internal(reader.role)
    entries = _kept(reader, section, lambda rows: map(_story, story.stories(rows, names_people=shows_names)))
    return Chapter("changed", *names, *tables.changed(reader), entries, section.has_more)


def _due(reader: Reader, section: Section) -> Chapter:
    names = (_("What is due"), _("WHAT IS DUE"), _("See everything that is due"))
    entries = _kept(reader, section, lambda rows: map(_duty, duty.due(rows, reader.horizon.today)))
    return Chapter("due", *names, *tables.due(reader), entries, section.has_more)


def _stale(reader: Reader, section: Section) -> Chapter:
    names = (
        _("What went stale or lost its evidence"),
        _("WHAT WENT STALE OR LOST ITS EVIDENCE"),
        _("See everything that is stale"),
    )
    hint = _(
        "Nobody has assessed these for half a year, or evidence for their status was retracted or cannot be reached."
    )
    entries = _kept(reader, section, lambda rows: (_duty(duty.stale(row)) for row in rows))
    return Chapter("stale", *names, *tables.stale(reader), entries, section.has_more, hint)


def fit(found: list[Chapter], room: int) -> None:
    """Leave out what does not fit into so many bytes: the last entries of whatever section is the longest then."""
    while sum(chapter.size for chapter in found) > room:
        max(found, key=lambda chapter: chapter.size).shorten()


def _kept(reader: Reader, section: Section, write: Callable[[list[type_of_row]], Iterable[Entry]]) -> list[Entry]:
    """Return a section's entries; for the next reader in the same place they are there already."""
    place = (get_language(), reader.zone.key, reader.horizon.today)
    if place not in section.made:
        section.made[place] = list(write(section.rows))
    return list(section.made[place])


def _debt(row: dict[str, Any], reader: Reader) -> Entry:
    today = reader.horizon.today
    made = row.setdefault("made", {})
    place = (get_language(), today)
    if place not in made:
        made[place] = _duty(duty.owed(row, today))
    found: Entry = made[place]
    return found


def _answered(entry: Entry, row: dict[str, Any], reader: Reader) -> Entry:
    """Put the reader's own ways to answer into an item: of a mail that goes out, to somebody who may report."""
    if reader.delivery is None or not access.may_contribute(reader.role, is_assigned=True):
        return Entry(entry.html.replace(_WAYS, ""), entry.text)
    signed = links.sign_to_answer(Link(reader.delivery, row["reference"], reader.now))
    ways = _ways(get_language(), links.page(), is_reported=row["reported_id"] is not None)
    return Entry(
        entry.html.replace(_WAYS, ways.html.replace(_SIGNED, signed)), entry.text + ways.text.replace(_SIGNED, signed)
    )


@lru_cache(maxsize=64)
def _ways(_language: str, _home: str, *, is_reported: bool) -> Entry:
    """Write the ways to answer, with a slot for what is signed; what nobody has reported on is on no track."""
    answers = links.answers(_SIGNED, (kind for kind in ReplyKind if is_reported or kind is not ReplyKind.ON_TRACK))
    return Entry(inlined(_tidy(template("_ways.html").render({"answers": answers}))), plain.ways(answers))


def _duty(item: Duty) -> Entry:
    html = template("_duty.html").render({"item": item, "slot": _WAYS if item.answer_url else ""})
    return Entry(inlined(_tidy(html)), plain.duty(item))


def _story(item: story.Story) -> Entry:
    return Entry(inlined(_tidy(template("_story.html").render({"item": item}))), plain.story(item))


def _tidy(html: str) -> str:
    """Drop the lines and indents that tags leave."""
    return "\n".join(line for line in map(str.strip, html.splitlines()) if line)
