"""Organizations: institutions that are responsible, or that people belong to."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.actions import organization
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.api.wording import all_of
from recommendations.models import Organization
from recommendations.models.keyset import Order
from recommendations.models.organization import OrganizationKind
from recommendations.models.translated import reader_language
from recommendations.rules import words

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

BY_SLUG: Final = Order("slug", "slug")
SHAPE: Final = declare(
    "Organization",
    shapes.record(
        slug=shapes.SLUG,
        url=shapes.ADDRESS,
        name=shapes.TEXT,
        name_en=shapes.TEXT,
        name_ru=shapes.TEXT,
        short_name=shapes.TEXT,
        short_name_en=shapes.TEXT,
        short_name_ru=shapes.TEXT,
        kind=shapes.one_of(OrganizationKind),
        parent=shapes.maybe(shapes.SLUG),
        version=shapes.VERSION,
    ),
    "An institution.",
)


class NewOrganization(bodies.Body):
    """What a steward writes about an organization."""

    slug = fields.Slug()
    name_en = fields.Text(longest=words.TITLE, shortest=1)
    name_ru = fields.Text(longest=words.TITLE, required=False)
    short_name_en = fields.Text(longest=words.SHORT, required=False)
    short_name_ru = fields.Text(longest=words.SHORT, required=False)
    kind = fields.Choice(OrganizationKind, required=False)
    parent = fields.Slug(required=False, allow_null=True)  # type: ignore[assignment]


def rows(organizations: QuerySet[Organization]) -> QuerySet[Any, Any]:
    """Turn organizations into dicts."""
    names = (f"{column}_{code}" for column in ("name", "short_name") for code in ("en", "ru"))
    made: QuerySet[Any, Any] = organizations.values(
        "id", "slug", "kind", "version", *names, parent_slug=F("parent__slug")
    )
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    language = reader_language()
    return {
        "slug": row["slug"],
        "url": to("organizations", row["slug"]),
        **all_of(row, "name", language),
        **all_of(row, "short_name", language),
        "kind": row["kind"],
        "parent": row["parent_slug"],
        "version": row["version"],
    }


class Change(NewOrganization):
    """What of it can be changed: all but the slug."""

    slug = None  # type: ignore[assignment]


class Organizations(Door):
    """All organizations."""

    @operation("List organizations", "Organization", listed=True, dated=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(rows(Organization.objects.all()), BY_SLUG, present, "Organization")

    @operation(
        "Register an organization",
        "Organization",
        says="For stewards.",
        status=201,
        body=NewOrganization,
        problems=(409,),
        has_etag=True,
        example={"slug": "ministry", "name_en": "Ministry", "kind": "government"},
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        said = bodies.without_null(self.said(NewOrganization), "parent")
        slug = said.pop("slug")
        organization.register(slug, organization.Particulars(**said), actor=self.actor, now=self.now)
        return one(self, slug, status=201)


class OneOrganization(Door):
    """An organization."""

    @operation("Read an organization", "Organization", has_etag=True, dated=True)
    def get(self, request: Request, slug: str) -> Response:
        """Answer it, or 304."""
        return one(self, slug)

    @operation(
        "Amend an organization",
        "Organization",
        says="For stewards.",
        body=Change,
        partial=True,
        if_match=True,
        has_etag=True,
        example={"short_name_en": "MFA"},
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is sent."""
        seen, said = self.seen(needed=True), bodies.without_null(self.said(Change, partial=True), "parent")
        held = first_or_404(Organization.objects.filter(slug=slug).select_related("parent"))
        new = organization.Particulars(**{**asdict(organization.particulars_of(held)), **said})
        organization.amend(slug, new, actor=self.actor, now=self.now, seen=seen)
        return one(self, slug)


def one(door: Door, slug: str, *, status: int = 200) -> Response:
    """Answer an organization. Raises `Http404`."""
    row = first_or_404(rows(Organization.objects.filter(slug=slug)))
    return door.shown(present(row), status=status, version=row["version"])
