"""What changed between two moments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from recommendations.actions.today import zone_of
from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import Parameter, operation
from recommendations.api.subject import may_see_names
from recommendations.api.wording import all_of
from recommendations.models import past
from recommendations.models.assignment import AssignmentRole
from recommendations.models.change import ChangeKind
from recommendations.models.translated import reader_language
from recommendations.reports import changes
from recommendations.rules import moments, words
from recommendations.rules.errors import Invalid
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

WORDING: Final = (
    "title_en", "title_ru", "description_en", "description_ru", "source", "instrument", "priority", "parent", "themes",
)  # fmt: skip
CAUSE: Final = shapes.record(
    id=shapes.IDENTITY,
    url=shapes.ADDRESS,
    as_of=shapes.DAY,
    author=shapes.about("A name; null for strangers.", shapes.maybe(shapes.TEXT)),
)
OWNER: Final = shapes.record(role=shapes.one_of(AssignmentRole), slug=shapes.SLUG)
PIECE: Final = shapes.record(id=shapes.IDENTITY, url=shapes.ADDRESS, title=shapes.TEXT)
DONE: Final = shapes.extended(PIECE, done_on=shapes.DAY)


def _move(shape: shapes.type_of_shape, **more: shapes.type_of_shape) -> shapes.type_of_shape:
    return shapes.record(before=shape, after=shape, **more)


STATUS: Final = _move(shapes.one_of(Status))
RATING: Final = _move(
    shapes.one_of(Status),
    assessment=shapes.about("The one that did it; null when one was taken back.", shapes.maybe(CAUSE)),
)
SHAPE: Final = declare(
    "Change",
    shapes.record(
        reference=shapes.REFERENCE,
        url=shapes.ADDRESS,
        title=shapes.about("In the reader's language.", shapes.TEXT),
        title_en=shapes.TEXT,
        title_ru=shapes.TEXT,
        kinds=shapes.about("In which ways it differs.", shapes.many(shapes.one_of(ChangeKind))),
        status=shapes.about("The status that leads.", STATUS),
        reviewed=shapes.about("What a reviewer found; null when it is the same.", shapes.maybe(RATING)),
        reported=shapes.about("What the owner says; null when it is the same.", shapes.maybe(RATING)),
        response=shapes.maybe(_move(shapes.maybe(shapes.one_of(Answer)))),
        owners=shapes.maybe(shapes.record(added=shapes.many(OWNER), removed=shapes.many(OWNER))),
        target_on=shapes.maybe(_move(shapes.maybe(shapes.DAY))),
        wording=shapes.about(
            "The fields that say something else.", shapes.many({"type": "string", "enum": list(WORDING)})
        ),
        evidence_added=shapes.many(PIECE),
        evidence_retracted=shapes.many(PIECE),
        milestones_done=shapes.many(DONE),
    ),
    "What of a recommendation differs between two moments. Nothing is said of what came and went in between.",
)


class Changes(Door):
    """What changed between two moments."""

    @operation(
        "List changes",
        "Change",
        says="Each recommendation that is not as it was, once. It compares the ends of the two days; without "
        "parameters the last month. What is hidden today was never open.",
        listed=True,
        query=(
            Parameter(
                "since",
                shapes.DAY_OR_MOMENT,
                "The end of this day (where you are; in UTC for strangers), or this time.",
            ),
            Parameter("until", shapes.DAY_OR_MOMENT, "The end of this day, or this time; now without it."),
            Parameter("kind", shapes.one_of(ChangeKind), "Only what differs in one of these ways.", repeats=True),
        ),
    )
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        params = request.query_params
        pair = moments.between(
            params.getlist("since"), params.getlist("until"), now=self.now, zone=zone_of(self.person)
        )
        kinds = _kinds(params.getlist("kind"))
        shown = partial(present, language=reader_language(), names=may_see_names(self.person))
        with past.as_of(pair.until.moment, since=pair.since.moment):
            return self.listed(changes.rows(self.person, kinds), changes.BY_KEY, shown, "Change")


def present(row: type_of_row, *, language: str, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    kinds = changes.kinds_of(row)
    added, removed = changes.owners(row)
    return {
        "reference": row["reference"],
        "url": to("recommendations", row["reference"]),
        **all_of(row, "title", language),
        "kinds": kinds,
        "status": {"before": row["status_before"], "after": row["status_after"]},
        "reviewed": _rating(row, "verified", names=names) if ChangeKind.REVIEWED in kinds else None,
        "reported": _rating(row, "reported", names=names) if ChangeKind.REPORTED in kinds else None,
        "response": _pair(row, "answer", empty="") if ChangeKind.RESPONSE in kinds else None,
        "owners": {"added": added, "removed": removed} if ChangeKind.OWNERS in kinds else None,
        "target_on": _pair(row, "target") if ChangeKind.TARGET in kinds else None,
        "wording": row["wording"],
        **{name: [_piece("evidence", one) for one in row[name]] for name in ("evidence_added", "evidence_retracted")},
        "milestones_done": [_piece("milestones", one) for one in row["milestones_done"]],
    }


def _rating(row: type_of_row, of: str, *, names: bool) -> type_of_row:
    uuid = row[f"{of}_uuid"]
    cause = uuid and {
        "id": uuid,
        "url": to("assessments", uuid),
        "as_of": row[f"{of}_on"],
        "author": row[f"{of}_name"] if names else None,
    }
    return {"before": row[f"{of}_before"], "after": row[f"{of}_after"], "assessment": cause}


def _pair(row: type_of_row, of: str, *, empty: Any = None) -> type_of_row:
    return {when: None if row[f"{of}_{when}"] == empty else row[f"{of}_{when}"] for when in ("before", "after")}


def _piece(place: str, one: type_of_row) -> type_of_row:
    return {**one, "url": to(place, one["id"])}


def _kinds(values: list[str]) -> list[ChangeKind]:
    said = [part for value in values for part in value.split(",")]
    problems = [words.not_a_choice(kind, ChangeKind.values, "kind") for kind in said if kind not in ChangeKind.values]
    if problems:
        raise Invalid(*problems)
    return [ChangeKind(kind) for kind in said]
