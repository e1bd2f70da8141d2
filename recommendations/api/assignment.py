"""Assignments: who is responsible for a recommendation; assigning and releasing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.actions import assignment
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, may_see_names, visible
from recommendations.api.wording import chosen
from recommendations.models import Assignment
from recommendations.models.assignment import AssignmentRole
from recommendations.models.keyset import Order
from recommendations.models.translated import reader_language

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

OLDEST: Final = Order("oldest", "id")
SHAPE: Final = declare(
    "Assignment",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        organization=shapes.record(slug=shapes.SLUG, url=shapes.ADDRESS, name=shapes.TEXT),
        person=shapes.about("A name; null when nobody is named, and for strangers.", shapes.maybe(shapes.TEXT)),
        role=shapes.one_of(AssignmentRole),
        since=shapes.DAY,
        until=shapes.about("The last day; null while it stands.", shapes.maybe(shapes.DAY)),
        version=shapes.VERSION,
    ),
    "An organization, and a person of it when known, responsible for a recommendation.",
)
SAME: Final = ("role", "since", "until", "version")


class Task(bodies.Body):
    """Who becomes responsible."""

    organization = fields.Slug()
    role = fields.Choice(AssignmentRole)
    since = fields.Day()
    person = fields.Identity(required=False, allow_null=True, help_text="A person of the organization.")


class Naming(bodies.Body):
    """What of an assignment can be amended."""

    since = fields.Day(required=False)
    person = fields.Identity(required=False, allow_null=True, help_text="A person of the organization; null for none.")


class Release(bodies.Body):
    """The end of an assignment."""

    until = fields.Day(help_text="The last day.")


def rows(assignments: QuerySet[Assignment]) -> QuerySet[Any, Any]:
    """Turn assignments into dicts."""
    body = {f"body_{name}": F(f"organization__{name}") for name in ("slug", "name_en", "name_ru")}
    reference, person_name = F("recommendation__reference"), F("person__name")
    made: QuerySet[Any, Any] = assignments.values(
        "id", "uuid", *SAME, reference=reference, person_name=person_name, **body
    )
    return made


def present(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    slug = row["body_slug"]
    name = chosen(row, "body_name", reader_language())
    return {
        "id": row["uuid"],
        "url": to("assignments", row["uuid"]),
        "recommendation": row["reference"],
        "organization": {"slug": slug, "url": to("organizations", slug), "name": name},
        "person": row["person_name"] if names else None,
        **{column: row[column] for column in SAME},
    }


class AssignmentsOfOne(Door):
    """Who is and was responsible for a recommendation."""

    @operation(
        "List assignments", "Assignment", says="The oldest first, released ones among them.", listed=True, dated=True
    )
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them."""
        found = rows(Assignment.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, OLDEST, partial(present, names=may_see_names(self.person)), "Assignment")

    @operation(
        "Assign an organization",
        "Assignment",
        says="For stewards.",
        status=201,
        body=Task,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"organization": "ministry", "role": "lead", "since": "2026-01-01"},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Assign one."""
        seen, said = self.seen(needed=False), self.said(Task)
        made = assignment.assign(reference, said.pop("organization"), **said, actor=self.actor, now=self.now, seen=seen)
        return one(self, made.uuid, status=201)


class OneAssignment(Door):
    """An assignment."""

    @operation("Read an assignment", "Assignment", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Amend an assignment",
        "Assignment",
        says="For stewards. Another organization or role is another assignment.",
        body=Naming,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"since": "2026-02-01"},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change what is sent."""
        seen, said = self.seen(needed=True), self.said(Naming, partial=True)
        found = visible(Assignment.objects.filter(uuid=id), self.person)
        row = first_or_404(found.values("since", person_uuid=F("person__uuid")))
        named = {"since": row["since"], "person": row["person_uuid"], **said}
        assignment.amend(id, **named, actor=self.actor, now=self.now, seen=seen)
        return one(self, id)


class AssignmentRelease(Door):
    """An assignment about to end."""

    @operation(
        "Release an assignment",
        "Assignment",
        says="For stewards. It stays in the list.",
        body=Release,
        problems=(409,),
        has_etag=True,
        example={"until": "2026-11-20"},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """End it."""
        assignment.release(id, self.said(Release)["until"], actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer an assignment. Raises `Http404`."""
    row = first_or_404(rows(visible(Assignment.objects.filter(uuid=uuid), door.person)))
    return door.shown(present(row, names=may_see_names(door.person)), status=status, version=row["version"])
