"""Notices: what one is told besides digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F
from django.utils.translation import gettext as _

from recommendations.actions import notice
from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import Parameter, operation
from recommendations.api.subject import first_or_404
from recommendations.models import Notice
from recommendations.models.keyset import Order
from recommendations.models.notice import NoticeKind
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Notice",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        kind=shapes.about(
            "You were mentioned, made responsible, or touched by a batch or an import; your webhook was disabled; an owner says "
            "that an item is not theirs; you get a digest of what you owe from now on.",
            shapes.one_of(NoticeKind),
        ),
        recommendation=shapes.about(
            "null for a batch, an import, a webhook and a digest.", shapes.maybe(shapes.REFERENCE)
        ),
        comment=shapes.about("The comment that mentions you.", shapes.maybe(shapes.IDENTITY)),
        batch=shapes.maybe(shapes.IDENTITY),
        webhook=shapes.about("The webhook of yours that was disabled.", shapes.maybe(shapes.IDENTITY)),
        subscription=shapes.about("The digest that began.", shapes.maybe(shapes.IDENTITY)),
        import_id=shapes.about("The import, which stewards may read.", shapes.maybe(shapes.IDENTITY)),
        count=shapes.about("How many items of a batch or an import are yours to do.", shapes.WHOLE),
        made_at=shapes.MOMENT,
        seen_at=shapes.maybe(shapes.MOMENT),
    ),
    "One thing that you are told once.",
)
SAME: Final = ("kind", "count", "made_at", "seen_at")


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's notices as dicts."""
    made: QuerySet[Any, Any] = Notice.objects.filter(person=door.actor).values(
        "id",
        "uuid",
        *SAME,
        reference=F("recommendation__reference"),
        comment_uuid=F("comment__uuid"),
        batch_uuid=F("batch__uuid"),
        import_uuid=F("importing__uuid"),
        webhook_uuid=F("webhook__uuid"),
        subscription_uuid=F("subscription__uuid"),
    )
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("notices", row["uuid"]),
        "recommendation": row["reference"],
        "comment": row["comment_uuid"],
        "batch": row["batch_uuid"],
        "import_id": row["import_uuid"],
        "webhook": row["webhook_uuid"],
        "subscription": row["subscription_uuid"],
        **{column: row[column] for column in SAME},
    }


class Notices(Door):
    """What one is told."""

    needs_person = True

    @operation(
        "List your notices",
        "Notice",
        says="The latest first.",
        listed=True,
        query=(Parameter("unseen", shapes.FLAG, "Only those not seen yet (true), or only those seen (false)."),),
    )
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        wanted, found = request.query_params.get("unseen"), mine(self)
        if wanted not in {None, "true", "false"}:
            raise Invalid(Problem("bad_parameter", _("This is true or false."), "unseen"))
        found = found if wanted is None else found.filter(seen_at__isnull=wanted == "true")
        return self.listed(found, NEWEST, present, "Notice")


class OneNotice(Door):
    """One of one's own notices."""

    needs_person = True

    @operation("Read a notice", "Notice", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class NoticeSeen(Door):
    """A notice about to be marked as seen."""

    needs_person = True

    @operation("Mark a notice as seen", "Notice", says="Seeing it twice changes nothing.", has_etag=True)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Mark it."""
        notice.see(id, actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID) -> Response:
    """Answer a notice of one's own. Raises `Http404`."""
    return door.shown(present(first_or_404(mine(door).filter(uuid=uuid))))
