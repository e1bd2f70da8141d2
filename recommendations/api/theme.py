"""Themes: the policy areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from recommendations.actions import theme
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.api.wording import all_of
from recommendations.models import Theme
from recommendations.models.keyset import Order
from recommendations.models.translated import reader_language
from recommendations.rules import words

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

BY_POSITION: Final = Order("position", "position")
COLUMNS: Final = ("id", "slug", "name_en", "name_ru", "position", "version")
SHAPE: Final = declare(
    "Theme",
    shapes.record(
        slug=shapes.SLUG,
        url=shapes.ADDRESS,
        name=shapes.TEXT,
        name_en=shapes.TEXT,
        name_ru=shapes.TEXT,
        position=shapes.WHOLE,
        version=shapes.VERSION,
    ),
    "A policy area.",
)


class NewTheme(bodies.Body):
    """What a steward writes about a theme."""

    slug = fields.Slug()
    name_en = fields.Text(longest=words.NAME, shortest=1)
    name_ru = fields.Text(longest=words.NAME, required=False)
    position = fields.Whole(least=0, most=32767, required=False)


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    names = all_of(row, "name", reader_language())
    return {"url": to("themes", row["slug"]), **names, **{name: row[name] for name in ("slug", "position", "version")}}


class Change(bodies.Body):
    """What of it can be changed."""

    name_en = fields.Text(longest=words.NAME, shortest=1)
    name_ru = fields.Text(longest=words.NAME)
    position = fields.Whole(least=0, most=32767)


class Themes(Door):
    """All themes."""

    @operation("List themes", "Theme", listed=True, dated=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(Theme.objects.values(*COLUMNS), BY_POSITION, present, "Theme")

    @operation(
        "Register a theme",
        "Theme",
        says="For stewards.",
        status=201,
        body=NewTheme,
        problems=(409,),
        has_etag=True,
        example={"slug": "transport", "name_en": "Transport", "name_ru": "Транспорт"},
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        said = self.said(NewTheme)
        slug = said.pop("slug")
        theme.register(slug, theme.Naming(**said), actor=self.actor, now=self.now)
        return one(self, slug, status=201)


class OneTheme(Door):
    """A theme."""

    @operation("Read a theme", "Theme", has_etag=True, dated=True)
    def get(self, request: Request, slug: str) -> Response:
        """Answer it, or 304."""
        return one(self, slug)

    @operation(
        "Amend a theme",
        "Theme",
        says="For stewards.",
        body=Change,
        partial=True,
        if_match=True,
        has_etag=True,
        example={"name_ru": "Транспорт"},
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is sent."""
        seen, said = self.seen(needed=True), self.said(Change, partial=True)
        held = first_or_404(Theme.objects.filter(slug=slug).values("name_en", "name_ru", "position"))
        theme.amend(slug, theme.Naming(**{**held, **said}), actor=self.actor, now=self.now, seen=seen)
        return one(self, slug)


def one(door: Door, slug: str, *, status: int = 200) -> Response:
    """Answer a theme. Raises `Http404`."""
    row: dict[str, Any] = first_or_404(Theme.objects.filter(slug=slug).values(*COLUMNS))
    return door.shown(present(row), status=status, version=row["version"])
