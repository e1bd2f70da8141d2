"""Tokens: one's own keys for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from rest_framework.response import Response

from recommendations.actions import token
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Token
from recommendations.models.keyset import Order
from recommendations.models.token import TokenScope
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Token",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        name=shapes.TEXT,
        prefix=shapes.about("The beginning of the key, to recognise it by.", shapes.TEXT),
        scope=shapes.one_of(TokenScope),
        created_at=shapes.MOMENT,
        expires_at=shapes.MOMENT,
        last_used_at=shapes.about("To the minute.", shapes.maybe(shapes.MOMENT)),
        revoked_at=shapes.maybe(shapes.MOMENT),
    ),
    "A key for programs. Only its hash is kept.",
)
declare(
    "NewToken",
    shapes.extended(SHAPE, key=shapes.about("Shown this once.", shapes.TEXT)),
    "A token with its key.",
)
SAME: Final = ("name", "prefix", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")


class KeyWish(bodies.Body):
    """What the key is for."""

    name = fields.Text(longest=100, shortest=1, help_text="To recognise it by.")
    scope = fields.Choice(TokenScope, required=False)
    expires_at = fields.Moment(required=False, help_text="Within a year; after 90 days unless said.")


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's tokens as dicts."""
    made: QuerySet[Any, Any] = Token.objects.filter(person=door.actor).values("id", "uuid", *SAME)
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {"id": row["uuid"], "url": to("tokens", row["uuid"]), **{column: row[column] for column in SAME}}


class Tokens(Door):
    """One's own keys."""

    needs_person = True

    @operation("List your tokens", "Token", says="The newest first, revoked and expired ones among them.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(mine(self), NEWEST, present, "Token")

    @operation(
        "Make a token",
        "NewToken",
        says="The key is shown this once. A token made with a token does not outlive it.",
        status=201,
        body=KeyWish,
        example={"name": "nightly export", "scope": "read"},
    )
    def post(self, request: Request) -> Response:
        """Make one."""
        said = {"scope": TokenScope.READ, **self.said(KeyWish)}
        made, key = token.issue(**said, **self._limits(said), actor=self.actor, now=self.now)
        row = first_or_404(mine(self).filter(uuid=made.uuid))
        body = present(row)
        return Response({**body, "key": key}, status=201, headers={"Location": body["url"]})

    def _limits(self, said: dict[str, Any]) -> dict[str, Any]:
        """Keep a leaked key from making itself a successor."""
        held = self.request.auth
        if not isinstance(held, Token):
            return {}
        if said.get("expires_at", held.expires_at) > held.expires_at:
            text = _("A token made with a token does not outlive it; sign in to make a longer one.")
            raise Invalid(Problem("bad_expiry", text, "expires_at"))
        return {} if "expires_at" in said else {"expires_at": min(held.expires_at, self.now + token.USUAL)}


class OneToken(Door):
    """One of one's own keys."""

    needs_person = True

    @operation("Read a token", "Token", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return self.shown(present(first_or_404(mine(self).filter(uuid=id))))

    @operation("Revoke a token", says="It stays in the list. Revoking twice is no mistake.", status=204)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Close it for good."""
        first_or_404(mine(self).filter(uuid=id))
        token.revoke(id, actor=self.actor, now=self.now)
        return Response(status=204)
