"""Publish a report: keep what was composed, for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.models import Report
from recommendations.models.event import Subject, Verb
from recommendations.rules import publication, words
from recommendations.rules.errors import refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person
    from recommendations.models.person import Register


@dataclass(frozen=True, slots=True)
class Heading:
    """What a publication is called: its name (a newer one of the same name takes its place), and its title in both languages."""

    name: str
    title_en: str = ""
    title_ru: str = ""

    def checked(self) -> Heading:
        """Return it as it is kept; without a title the name is the title. Raises `Invalid`."""
        refuse_if(
            [
                *words.check_text(self.name, "name", longest=publication.LONGEST_NAME, required=True),
                *words.check_text(self.title_en, "title_en", longest=words.TITLE),
                *words.check_text(self.title_ru, "title_ru", longest=words.TITLE),
            ]
        )
        name = self.name.strip()
        return Heading(name, self.title_en.strip() or name, self.title_ru.strip())


def publish(
    uuid: UUID,
    heading: Heading,
    content: bytes,
    *,
    as_of: dt.datetime,
    actor: Person | Register,
    now: dt.datetime,
) -> Report:
    """Keep a file that the workshop composed as of a moment, under the id that it bears, and its hash in history.

    Raises `Forbidden` (stewards only), `Invalid`.
    """
    need_steward(actor)
    said = heading.checked()
    with act(now):
        made = Report.objects.create(
            uuid=uuid,
            name=said.name,
            title_en=said.title_en,
            title_ru=said.title_ru,
            as_of=as_of,
            published_at=now,
            content=content.decode(),
            sha256=publication.digest(content),
        )
        after = {"name": made.name, "as_of": as_of, "sha256": made.sha256}
        event.record(Verb.PUBLISHED, Subject.REPORT, str(uuid), actor=actor, now=now, after=after)
    return made
