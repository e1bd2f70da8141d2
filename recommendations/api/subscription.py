"""Subscriptions: one's own digests."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django.db.models import CharField
from django.db.models.functions import Cast, Coalesce
from rest_framework.response import Response

from recommendations.actions import reply, subscription
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Subscription
from recommendations.models.keyset import Order
from recommendations.models.person import Language
from recommendations.models.subscription import Scope
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

OLDEST: Final = Order("oldest", "id")
WEEKDAY: Final = {"type": "integer", "minimum": 0, "maximum": 6}
SHAPE: Final = declare(
    "Subscription",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        cadence=shapes.about("hourly for notices, and only for these.", shapes.one_of(Cadence)),
        weekday=shapes.about("Monday is 0; counts for weekly ones.", WEEKDAY),
        hour=shapes.about("Of the day in your time zone.", {"type": "integer", "minimum": 0, "maximum": 23}),
        scope=shapes.one_of(Scope),
        subject=shapes.about(
            "The slug of the theme, source or organization; the id of the saved view.", shapes.maybe(shapes.SLUG)
        ),
        language=shapes.one_of(Language),
        created_at=shapes.MOMENT,
        paused_at=shapes.maybe(shapes.MOMENT),
        answers_from=shapes.about(
            "Links to answer by that were mailed before count no more.", shapes.maybe(shapes.MOMENT)
        ),
        version=shapes.VERSION,
    ),
    "A wish for a digest by mail.",
)
SAME: Final = ("cadence", "weekday", "hour", "scope", "language", "created_at", "paused_at", "answers_from", "version")


class Wish(bodies.Body):
    """What to get and when. `subject` is needed for the scopes theme, source, organization and saved_view (one of yours).

    Notices come at most hourly, whenever there are new ones; you can have them once.
    """

    cadence = fields.Choice(Cadence, required=False)
    weekday = fields.Whole(least=0, most=6, required=False, help_text="Monday is 0.")
    hour = fields.Whole(least=0, most=23, required=False, help_text="Of the day in your time zone.")
    scope = fields.Choice(Scope, required=False)
    subject = fields.Slug(required=False, allow_null=True)
    language = fields.Choice(Language, required=False)


class Change(Wish):
    """The same, and whether it rests for a while."""

    paused = fields.Flag(required=False)


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's subscriptions as dicts; ended ones are gone."""
    found = Subscription.objects.filter(person=door.actor, ended_at__isnull=True)
    view = Cast("saved_view__uuid", CharField())
    slugs = Coalesce("theme__slug", "source__slug", "organization__slug", view)
    made: QuerySet[Any, Any] = found.values("id", "uuid", *SAME, subject=slugs)
    return made


def hourly(said: dict[str, Any]) -> dict[str, Any]:
    """Return how often what is asked for comes, where that goes without saying."""
    return {"cadence": Cadence.HOURLY.value} if said.get("scope") == Scope.NOTICES else {}


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("subscriptions", row["uuid"]),
        "subject": row["subject"],
        **{column: row[column] for column in SAME},
    }


class Subscriptions(Door):
    """One's own digests."""

    needs_person = True

    @operation("List your subscriptions", "Subscription", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(mine(self), OLDEST, present, "Subscription")

    @operation(
        "Subscribe to a digest",
        "Subscription",
        status=201,
        body=Wish,
        problems=(409,),
        has_etag=True,
        example={"cadence": "weekly", "weekday": 0, "hour": 8, "scope": "everything", "language": "en"},
    )
    def post(self, request: Request) -> Response:
        """Begin one."""
        said = bodies.without_null(self.said(Wish), "subject")
        wish = subscription.Wish(**{"language": self.actor.language, **hourly(said), **said})
        return one(self, subscription.subscribe(wish, actor=self.actor, now=self.now).uuid, status=201)


class OneSubscription(Door):
    """One of one's own digests."""

    needs_person = True

    @operation("Read a subscription", "Subscription", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Amend, pause or resume a subscription",
        "Subscription",
        body=Change,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"paused": True},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change what is sent."""
        seen, said = self.seen(needed=True), bodies.without_null(self.said(Change, partial=True), "subject")
        made = first_or_404(Subscription.objects.filter(uuid=id, person=self.actor, ended_at__isnull=True))
        paused = said.pop("paused", None)
        wish = subscription.Wish(**{**asdict(subscription.wish_of(made)), **hourly(said), **said})
        subscription.amend(id, wish, paused=paused, actor=self.actor, now=self.now, seen=seen)
        return one(self, id)

    @operation("End a subscription", status=204)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """End it for good."""
        first_or_404(mine(self).filter(uuid=id))
        subscription.unsubscribe(id, now=self.now)
        return Response(status=204)


class AnswerLinks(Door):
    """The links to answer by that a digest has brought."""

    needs_person = True

    @operation(
        "Make the links to answer by worthless",
        "Subscription",
        says="Those of all mails of this subscription so far; the next mails bring links that count.",
        problems=(409,),
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Make them so."""
        reply.revoke(id, actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a subscription of one's own. Raises `Http404`."""
    row = first_or_404(mine(door).filter(uuid=uuid))
    return door.shown(present(row), status=status, version=row["version"])
