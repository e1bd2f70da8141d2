"""Comments: what people say to each other about a recommendation. For those who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from recommendations.actions import comment
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, visible
from recommendations.models import Comment, Person
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.texts.markdown import rendered

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Comment",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        author=shapes.about("A name.", shapes.TEXT),
        body=shapes.about("Markdown; empty once it was taken back.", shapes.TEXT),
        mentioned=shapes.about("The names of those who were told.", shapes.many(shapes.TEXT)),
        written_at=shapes.MOMENT,
        is_standing=shapes.about("Whether it was not taken back.", shapes.FLAG),
        retracted_at=shapes.maybe(shapes.MOMENT),
    ),
    "What somebody says about a recommendation, for those who sign in. Never changed, only taken back.",
)
declare(
    "CommentDetail",
    shapes.extended(SHAPE, html=shapes.about("The body as safe HTML.", shapes.TEXT)),
    "A comment with its HTML.",
)


class Remark(bodies.Body):
    """What to say, and to whom."""

    body = fields.Text(longest=words.TEXT, shortest=1, help_text="Markdown. `@Full Name` tells that person of it.")
    people = fields.Many(
        fields.Identity(), required=False, most=comment.MOST_MENTIONED, help_text="Ids of more people to tell."
    )


def rows(comments: QuerySet[Comment]) -> QuerySet[Any, Any]:
    """Turn comments into dicts."""
    named = Person.objects.filter(mentions=OuterRef("pk")).order_by("name", "pk").values("name")
    made: QuerySet[Any, Any] = comments.values(
        "id",
        "uuid",
        "body",
        "written_at",
        "retracted_at",
        reference=F("recommendation__reference"),
        author_name=F("author__name"),
        named=ArraySubquery(named),
    )
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    is_standing = row["retracted_at"] is None
    return {
        "id": row["uuid"],
        "url": to("comments", row["uuid"]),
        "recommendation": row["reference"],
        "author": row["author_name"],
        "body": row["body"] if is_standing else "",
        "mentioned": row["named"] if is_standing else [],
        "written_at": row["written_at"],
        "is_standing": is_standing,
        "retracted_at": row["retracted_at"],
    }


class CommentsOfOne(Door):
    """What is said about a recommendation."""

    needs_person = True
    is_shared = True

    @operation(
        "List comments", "Comment", says="The latest first, those taken back among them.", listed=True, dated=True
    )
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them."""
        found = rows(Comment.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, NEWEST, present, "Comment")

    @operation(
        "Comment on a recommendation",
        "CommentDetail",
        says="For everybody who signs in. The recommendation keeps its version.",
        status=201,
        body=Remark,
        has_etag=True,
        example={"body": "A **draft** was published. @Anna Example, have you seen it?"},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Say something."""
        said = self.said(Remark)
        made = comment.write(reference, said.pop("body"), **said, actor=self.actor, now=self.now)
        return one(self, made.uuid, status=201)


class OneComment(Door):
    """A comment."""

    needs_person = True
    is_shared = True

    @operation("Read a comment", "CommentDetail", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class CommentRetraction(Door):
    """A comment about to be taken back."""

    @operation(
        "Take a comment back",
        "CommentDetail",
        says="For its author, and stewards. What it said is no longer shown to anybody.",
        problems=(409,),
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Take it back."""
        comment.retract(id, actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a comment with its HTML. Raises `Http404`."""
    row = first_or_404(rows(visible(Comment.objects.filter(uuid=uuid), door.person)))
    body = present(row)
    return door.shown({**body, "html": rendered(body["body"], names=body["mentioned"])}, status=status)
