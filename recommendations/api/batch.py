"""Batches: the same verb on many recommendations at once, and its undoing. For those who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Func, IntegerField

from recommendations.actions import batch, bulk
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.evidence import Attachment
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Batch
from recommendations.models.assignment import AssignmentRole
from recommendations.models.batch import BatchVerb
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.rules.access import Visibility
from recommendations.rules.lifecycle import Blocker, Kind, Status
from recommendations.rules.vocabulary import Priority

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.api.shapes import type_of_shape

NEWEST: Final = Order("newest", "id", descending=True)
LISTS: Final = ("done", "refused", "not_undone")
REASON: Final = shapes.record(
    reference=shapes.REFERENCE, code=shapes.TEXT, detail=shapes.TEXT, field=shapes.about("Of `said`.", shapes.TEXT)
)
SHAPE: Final = declare(
    "Batch",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        verb=shapes.one_of(BatchVerb),
        actor=shapes.about("A name.", shapes.TEXT),
        made_at=shapes.MOMENT,
        counts=shapes.record(**dict.fromkeys(LISTS, shapes.WHOLE)),
        undone_at=shapes.maybe(shapes.MOMENT),
        undone_by=shapes.about("A name.", shapes.maybe(shapes.TEXT)),
    ),
    "The same verb on many recommendations at once.",
)
declare(
    "BatchDetail",
    shapes.extended(
        SHAPE,
        said=shapes.about("What the verb was given.", shapes.ANYTHING),
        done=shapes.many(shapes.REFERENCE),
        refused=shapes.about("What was not done, and why: a member for each reason.", shapes.many(REASON)),
        not_undone=shapes.about("What could not be undone, and why.", shapes.many(REASON)),
        can_undo=shapes.about("Whether you may undo it now.", shapes.FLAG),
    ),
    "A batch with what was done, what was refused and why.",
)
LINK: Final = {name: f"said/link/{name}" for name in ("title", "dated_on", "issuer")} | {"url": "said/link/link"}


class Said(bodies.Body):
    """What the verb is given: the members of the single verb of that name, and no others."""

    kind = fields.Choice(Kind, required=False, help_text="assess")
    value = fields.Choice(Status, but=(Status.NOT_ASSESSED,), required=False, help_text="assess")
    as_of = fields.Day(required=False, help_text="assess")
    narrative = fields.Text(longest=words.TEXT, required=False, help_text="assess")
    next_step = fields.Text(longest=words.TEXT, required=False, help_text="assess")
    next_review_on = fields.Day(required=False, allow_null=True, help_text="assess")
    blockers = fields.Many(fields.Choice(Blocker), required=False, help_text="assess")
    link = bodies.Nested(Attachment, required=False, help_text="assess: attached to each item and cited")
    priority = fields.Choice(Priority, required=False, help_text="amend")
    target_on = fields.Day(required=False, allow_null=True, help_text="amend")
    themes = fields.Many(fields.Slug(), required=False, help_text="amend")
    visibility = fields.Choice(Visibility, required=False, help_text="amend")
    organization = fields.Slug(required=False, help_text="assign")
    role = fields.Choice(AssignmentRole, required=False, help_text="assign")
    since = fields.Day(required=False, help_text="assign")
    person = fields.Identity(required=False, allow_null=True, help_text="assign")
    reason = fields.Text(longest=words.TEXT, shortest=1, required=False, help_text="withdraw")


class Act(bodies.Body):
    """What to do to which items."""

    verb = fields.Choice(BatchVerb, but=tuple(v for v in BatchVerb if v not in bulk.VERBS))
    references = fields.Many(fields.Reference(), most=batch.MOST)
    said = bodies.Nested(Said, required=False)

    @classmethod
    def variants(cls) -> list[type_of_shape]:
        """Return what each verb takes."""
        return [_variant(verb, each) for verb, each in bulk.VERBS.items()]


def _variant(verb: BatchVerb, each: bulk.Bulk) -> type_of_shape:
    references = fields.Many(fields.Reference(), least=1, most=batch.MOST).shape
    members = bodies.shape_of(Said, partial=True)["properties"]
    said = shapes.record(**{name: members[name] for name in members if name in each.needed | each.possible})
    said["required"] = sorted(each.needed)
    if each.possible and not each.needed:
        said["minProperties"] = 1
    found = shapes.record(verb={"const": str(verb)}, references=references, said=said)
    needed = ["verb", "references", *(["said"] if said["properties"] else [])]
    return {**found, "title": f"{verb.title()}Many", "required": needed}


def rows(found: QuerySet[Batch]) -> QuerySet[Any, Any]:
    """Turn batches into dicts with the lengths of their lists; the lists themselves are the detail's."""
    sizes = {f"{name}_size": Func(name, function="jsonb_array_length", output_field=IntegerField()) for name in LISTS}
    made: QuerySet[Any, Any] = found.values(
        "id", "uuid", "verb", "made_at", "undone_at", actor_name=F("actor__name"), undoer=F("undone_by__name"), **sizes
    )
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("batches", row["uuid"]),
        "verb": row["verb"],
        "actor": row["actor_name"],
        "made_at": row["made_at"],
        "counts": {name: row[f"{name}_size"] for name in LISTS},
        "undone_at": row["undone_at"],
        "undone_by": row["undoer"],
    }


class Batches(Door):
    """What was done to many at once."""

    needs_person = True
    is_shared = True
    renames = {str(name): f"said/{name}" for name in Said().fields} | LINK

    @operation(
        "List batches",
        "Batch",
        says="The latest first. What others began to follow is not among them.",
        listed=True,
    )
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(rows(Batch.objects.visible_to(self.person)), NEWEST, present, "Batch")

    @operation(
        "Do the same to many recommendations",
        "BatchDetail",
        says="Each item by its own verb, with its rules: what is refused leaves its item as it was and is listed. "
        "When nothing at all is accepted, nothing is written, and `errors` says why.",
        status=201,
        body=Act,
        problems=(409,),
        has_etag=True,
        example={"verb": "amend", "references": ["T-900", "RB-02"], "said": {"priority": "high"}},
    )
    def post(self, request: Request) -> Response:
        """Do it."""
        said = self.said(Act)
        inputs = dict(said.get("said", {}))
        if "link" in inputs:
            inputs["link"] = {**inputs["link"], "url": inputs["link"]["link"]}
            del inputs["link"]["link"]
        made = batch.run(said["verb"], said["references"], inputs, actor=self.actor, now=self.now)
        return one(self, made.uuid, status=201)


class OneBatch(Door):
    """A batch."""

    needs_person = True
    is_shared = True

    @operation("Read a batch", "BatchDetail", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class BatchUndo(Door):
    """A batch about to be undone."""

    @operation(
        "Undo a batch",
        "BatchDetail",
        says="Once: the opposite for each item that nobody has changed since. For who did it, and stewards.",
        problems=(409,),
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Take it back."""
        batch.undo(id, actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a batch in full. Raises `Http404`."""
    found = Batch.objects.visible_to(door.person).filter(uuid=uuid)
    row, made = first_or_404(rows(found)), found.get()
    lists = {"done": [each["reference"] for each in made.done], "refused": made.refused, "not_undone": made.not_undone}
    can_undo = batch.can_undo(made, door.actor)
    return door.shown({**present(row), "said": made.said, **lists, "can_undo": can_undo}, status=status)
