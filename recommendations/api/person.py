"""People: only oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommendations.actions import person
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.models import Person
from recommendations.models.person import Language
from recommendations.rules import words
from recommendations.rules.access import Role

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

SHAPE: Final = declare(
    "Me",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        email=shapes.TEXT,
        name=shapes.TEXT,
        language=shapes.one_of(Language),
        time_zone=shapes.TEXT,
        role=shapes.one_of(Role, but=(Role.VISITOR,)),
        organization=shapes.maybe(shapes.SLUG),
        joined_at=shapes.MOMENT,
        version=shapes.VERSION,
    ),
    "Who asks.",
)
SAME: Final = ("email", "name", "language", "time_zone", "role", "joined_at", "version")


class Introduction(bodies.Body):
    """What people decide about themselves."""

    name = fields.Text(longest=words.NAME, shortest=1)
    language = fields.Choice(Language)
    time_zone = fields.Text(longest=64, shortest=1, help_text="Of the IANA's list: Europe/Minsk.")


class Me(Door):
    """Oneself."""

    needs_person = True

    @operation("Read who you are", "Me", has_etag=True)
    def get(self, request: Request) -> Response:
        """Answer it, or 304."""
        return one(self)

    @operation(
        "Amend your name, language or time zone",
        "Me",
        body=Introduction,
        partial=True,
        if_match=True,
        has_etag=True,
        example={"language": "ru"},
    )
    def patch(self, request: Request) -> Response:
        """Change what is sent."""
        seen, said = self.seen(needed=True), self.said(Introduction, partial=True)
        mine = {name: getattr(self.actor, name) for name in ("name", "language", "time_zone")}
        person.introduce(person.Profile(**{**mine, **said}), actor=self.actor, now=self.now, seen=seen)
        return one(self)


def one(door: Door) -> Response:
    """Answer who asks."""
    row = Person.objects.values("uuid", "organization__slug", *SAME).get(pk=door.actor.pk)
    body = {
        "id": row["uuid"],
        "url": to("people", "me"),
        "organization": row["organization__slug"],
        **{name: row[name] for name in SAME},
    }
    return door.shown(body, version=row["version"])
