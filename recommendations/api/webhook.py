"""Webhooks: whom to call when something happens; one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rest_framework.response import Response

from recommendations.actions import webhook
from recommendations.api import bodies, call, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Webhook
from recommendations.models.event import Verb
from recommendations.models.keyset import Order
from recommendations.models.webhook import WebhookState

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

NEWEST: Final = Order("newest", "id", descending=True)
EXAMPLE: Final = {
    "name": "our tracker",
    "url": "https://example.org/hooks/relations",
    "verbs": ["assessed", "responded"],
}
SHAPE: Final = declare(
    "Webhook",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        name=shapes.TEXT,
        target=shapes.about("The address that is called.", shapes.TEXT),
        verbs=shapes.about("Of which events it is told; an empty list means all.", shapes.many(shapes.one_of(Verb))),
        state=shapes.about(
            "`failing` since the last call was not accepted; `disabled` when none was for 5 days, or after 410.",
            shapes.one_of(WebhookState),
        ),
        calls_url=shapes.ADDRESS,
        created_at=shapes.MOMENT,
        updated_at=shapes.MOMENT,
        failures=shapes.about("Calls in a row that failed.", shapes.WHOLE),
        failing_since=shapes.maybe(shapes.MOMENT),
        last_success_at=shapes.maybe(shapes.MOMENT),
        last_failure_at=shapes.maybe(shapes.MOMENT),
        old_secret_until=shapes.about(
            "Until then the secret before the last `rotate/` signs too.", shapes.maybe(shapes.MOMENT)
        ),
        version=shapes.VERSION,
    ),
    "An address that is called with events as they happen, by Standard Webhooks.",
)
SECRET: Final = {"type": "string", "pattern": "^whsec_[A-Za-z0-9+/]+=*$"}
declare(
    "WebhookWithSecret",
    shapes.extended(SHAPE, secret=shapes.about("Shown this once.", SECRET)),
    "A webhook with the secret by which its calls are signed.",
)
SAME: Final = (
    "name", "verbs", "state", "created_at", "updated_at", "failures", "failing_since", "last_success_at",
    "last_failure_at", "old_secret_until", "version",
)  # fmt: skip


class Wish(bodies.Body):
    """Where to call, and of what."""

    name = fields.Text(longest=100, shortest=1, help_text="To recognise it by.")
    url = fields.Link(help_text="http or https, port 80 or 443, a public host.")
    verbs = fields.Many(fields.Choice(Verb), required=False, help_text="Of which events; all without it.")


class Change(Wish):
    """The same, and whether it rests for a while; false also brings a disabled one back."""

    paused = fields.Flag(required=False)


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's webhooks as dicts; ended ones are gone."""
    found = Webhook.objects.filter(person=door.actor, ended_at__isnull=True)
    made: QuerySet[Any, Any] = found.values("id", "uuid", "url", *SAME)
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("webhooks", row["uuid"]),
        "target": row["url"],
        "calls_url": to("webhooks", row["uuid"], "calls"),
        **{column: row[column] for column in SAME},
    }


class Webhooks(Door):
    """One's own webhooks."""

    needs_person = True

    @operation("List your webhooks", "Webhook", says="The newest first.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(mine(self), NEWEST, present, "Webhook")

    @operation(
        "Register a webhook",
        "WebhookWithSecret",
        says="For stewards. The secret is shown this once. Calls begin with what happens from now on.",
        status=201,
        body=Wish,
        problems=(409,),
        has_etag=True,
        example=EXAMPLE,
    )
    def post(self, request: Request) -> Response:
        """Begin one."""
        wish = webhook.Wish(**self.said(Wish))
        made, secret = webhook.register(wish, actor=self.actor, now=self.now)
        return with_secret(self, made.uuid, secret, status=201)


class OneWebhook(Door):
    """One of one's own webhooks."""

    needs_person = True

    @operation("Read a webhook", "Webhook", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Amend, pause or resume a webhook",
        "Webhook",
        says="While it is paused nothing new is planned for it; what was waiting goes on waiting.",
        body=Change,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"paused": True},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change it."""
        seen, said = self.seen(needed=True), self.said(Change, partial=True)
        row = first_or_404(mine(self).filter(uuid=id))
        paused = said.pop("paused", None)
        wish = webhook.Wish(**{"name": row["name"], "url": row["url"], "verbs": tuple(row["verbs"]), **said})
        webhook.amend(id, wish, paused=paused, actor=self.actor, now=self.now, seen=seen)
        return one(self, id)

    @operation("End a webhook", says="What was waiting for it is dropped.", status=204)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """End it for good."""
        webhook.end(id, actor=self.actor, now=self.now)
        return Response(status=204)


class WebhookTest(Door):
    """A webhook about to be tried."""

    needs_person = True

    @operation(
        "Try a webhook",
        "Call",
        says="Plans a call of the type `webhook.test`, which is made once, also where the webhook is paused or disabled.",
        status=201,
        problems=(409,),
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Plan it."""
        return call.one(self, webhook.try_out(id, actor=self.actor, now=self.now).uuid, status=201)


class WebhookRotation(Door):
    """A webhook about to get a new secret."""

    needs_person = True

    @operation(
        "Give a webhook a new secret",
        "WebhookWithSecret",
        says="Shown this once. For 24 hours calls bear the signatures of both.",
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Make it."""
        made, secret = webhook.rotate(id, actor=self.actor, now=self.now)
        return with_secret(self, made.uuid, secret)


class CallsOfOne(Door):
    """What was told to a webhook."""

    needs_person = True

    @operation(
        "List the calls of a webhook",
        "Call",
        says="The latest planned first; for 30 days after they ended.",
        listed=True,
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer a page of them."""
        first_or_404(mine(self).filter(uuid=id))
        return self.listed(call.mine(self).filter(webhook__uuid=id), NEWEST, call.present, "Call")


def one(door: Door, uuid: UUID) -> Response:
    """Answer a webhook of one's own. Raises `Http404`."""
    row = first_or_404(mine(door).filter(uuid=uuid))
    return door.shown(present(row), version=row["version"])


def with_secret(door: Door, uuid: UUID, secret: str, *, status: int = 200) -> Response:
    """Answer a webhook with its secret, under the tag that it has without."""
    row = first_or_404(mine(door).filter(uuid=uuid))
    body = present(row)
    return door.tagged({**body, "secret": secret}, door.tag(row["version"], body), status=status)
