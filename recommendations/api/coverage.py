"""Coverage of a source: each sentence of a text as tracked, recommending and untracked, or other; reasons stated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F
from django.utils.translation import gettext as _
from rest_framework.response import Response

from recommendations.actions import disposition
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import Parameter, operation
from recommendations.api.subject import first_or_404, may_see_names
from recommendations.models import Disposition, Snapshot, Source, coverage
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.rules.coverage import Reason, State
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from recommendations.models.coverage import Coverage, Covered

OLDEST: Final = Order("oldest", "id")
KEY: Final = shapes.about("SHA-256 of its folded words: the same in every copy and every repeat.", shapes.HASH)
SENTENCE: Final = shapes.record(
    key=KEY,
    state=shapes.one_of(State),
    start=shapes.about("In characters of the text, from 0.", shapes.WHOLE),
    end=shapes.WHOLE,
    paragraph=shapes.about("Its number, from 1.", shapes.WHOLE),
    exact=shapes.TEXT,
    is_repeat=shapes.about("Whether the same was said before; figures count it once.", shapes.FLAG),
    pattern=shapes.about(
        "By which words it was recognised; null when it recommends nothing.", shapes.maybe(shapes.TEXT)
    ),
    matched=shapes.maybe(shapes.TEXT),
    reason=shapes.about("Why it is not tracked, where somebody has said so.", shapes.maybe(shapes.one_of(Reason))),
    note=shapes.TEXT,
    recommendations=shapes.many(shapes.REFERENCE),
)
SHAPE: Final = declare(
    "Coverage",
    shapes.record(
        url=shapes.ADDRESS,
        source=shapes.SLUG,
        snapshot=shapes.WHOLE,
        sha256=shapes.HASH,
        prescriptive=shapes.about("Different sentences that recommend something.", shapes.WHOLE),
        tracked=shapes.about("Those of them that are tracked.", shapes.WHOLE),
        explained=shapes.about("Those that are not, for a stated reason.", shapes.WHOLE),
        unexplained=shapes.about("Those that are not, without a reason.", shapes.WHOLE),
        sentences=shapes.many(SENTENCE),
    ),
    "What of a source's text is tracked, as far as the reader may know.",
)
declare(
    "Disposition",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        source=shapes.SLUG,
        sentence=KEY,
        reason=shapes.one_of(Reason),
        note=shapes.TEXT,
        stated_by=shapes.about("A name; null for strangers and for the register.", shapes.maybe(shapes.TEXT)),
        stated_at=shapes.MOMENT,
    ),
    "Why a sentence that recommends something is not tracked.",
)
STATE: Final = Parameter("state", shapes.one_of(State), "Only sentences in this state; figures stay.")
SNAPSHOT: Final = Parameter(
    "snapshot", {"type": "integer", "minimum": 1, "maximum": 999_999_999}, "Another text than the newest."
)


class Statement(bodies.Body):
    """Why a sentence is not tracked."""

    sentence = fields.Text(longest=64, shortest=64, help_text="The key of the sentence, as the coverage gives it.")
    reason = fields.Choice(Reason)
    note = fields.Text(longest=words.LINE, required=False, help_text="Everybody can read it.")


class CoverageOfSource(Door):
    """What of a source's text is tracked."""

    @operation(
        "Read the coverage",
        "Coverage",
        says="Of the newest text, or of the snapshot of a number. 404 while no text was read in.",
        query=(SNAPSHOT, STATE),
        has_etag=True,
        dated=True,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer it, or 304."""
        snapshots = Snapshot.objects.filter(source__slug=slug).without_content().select_related("source")
        number, state = snapshot_number(request.query_params.get("snapshot")), request.query_params.get("state")
        if state is not None and state not in State.values:
            raise Invalid(words.not_a_choice(state, State.values, "state"))
        found = first_or_404((snapshots.filter(number=number) if number else snapshots).newest_first())
        return self.shown(present(coverage.of_snapshot(found, person=self.person), state))


class DispositionsOfSource(Door):
    """Reasons stated for sentences of a source."""

    @operation("List reasons", "Disposition", listed=True, dated=True)
    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of them."""
        source = first_or_404(Source.objects.filter(slug=slug))
        return self.listed(rows(Disposition.objects.filter(source=source)), OLDEST, self.present, "Disposition")

    @operation(
        "State a reason",
        "Disposition",
        says="Stewards only. A later statement on the same sentence takes the place of the one before.",
        body=Statement,
        status=201,
        problems=(409,),
        has_etag=True,
        example={"sentence": "0" * 64, "reason": "out_of_scope"},
    )
    def post(self, request: Request, slug: str) -> Response:
        """State it."""
        first_or_404(Source.objects.filter(slug=slug))
        said = self.said(Statement)
        made = disposition.state(
            slug, said["sentence"], said["reason"], said.get("note", ""), actor=self.actor, now=self.now
        )
        return self.shown(self.present(rows(Disposition.objects.filter(pk=made.pk)).get()), status=201)

    def present(self, row: type_of_row) -> type_of_row:
        """Turn a row into what programs read."""
        return present_disposition(row, names=may_see_names(self.person))


class OneDisposition(Door):
    """A reason."""

    @operation("Read a reason", "Disposition", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        row = first_or_404(rows(Disposition.objects.filter(uuid=id)))
        return self.shown(present_disposition(row, names=may_see_names(self.person)))

    @operation("Take a reason back", status=204, says="Stewards only. History keeps that it was stated.")
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Take it back."""
        made = first_or_404(Disposition.objects.filter(uuid=id).select_related("source"))
        disposition.withdraw(made.source.slug, made.sentence_sha256, actor=self.actor, now=self.now)
        return Response(status=204)


def rows(made: QuerySet[Disposition]) -> QuerySet[Any, Any]:
    """Turn reasons into dicts."""
    found: QuerySet[Any, Any] = made.values(
        "id", "uuid", "sentence_sha256", "reason", "note", "stated_at", slug=F("source__slug"), who=F("stated_by__name")
    )
    return found


def present_disposition(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("dispositions", row["uuid"]),
        "source": row["slug"],
        "sentence": row["sentence_sha256"],
        "reason": row["reason"],
        "note": row["note"],
        "stated_by": row["who"] if names else None,
        "stated_at": row["stated_at"],
    }


def present(found: Coverage, state: str | None = None) -> type_of_row:
    """Turn a coverage into what programs read."""
    snapshot = found.snapshot
    return {
        "url": to("sources", snapshot.source.slug, "coverage"),
        "source": snapshot.source.slug,
        "snapshot": snapshot.number,
        "sha256": snapshot.sha256,
        **{name: len(getattr(found, name)) for name in ("prescriptive", "tracked", "explained", "unexplained")},
        "sentences": [_sentence(one) for one in found.sentences if state in (None, one.state)],
    }


def _sentence(one: Covered) -> type_of_row:
    sentence, because = one.sentence, one.prescription
    why = one.disposition if one.state is State.UNTRACKED else None
    return {
        "key": sentence.key,
        "state": one.state.value,
        "start": sentence.start,
        "end": sentence.end,
        "paragraph": sentence.paragraph,
        "exact": sentence.text,
        "is_repeat": one.is_repeat,
        "pattern": because.pattern if because else None,
        "matched": sentence.text[because.start : because.end] if because else None,
        "reason": why.reason if why else None,
        "note": why.note if why else "",
        "recommendations": sorted({passage.recommendation.reference for passage in one.passages}),
    }


def snapshot_number(value: str | None) -> int | None:
    """Read the number of a snapshot from a parameter. Raises `Invalid`."""
    if value is None:
        return None
    if not re.fullmatch("[1-9][0-9]{0,8}", value):
        raise Invalid(Problem("bad_parameter", _("This is the number of a snapshot, from 1."), "snapshot"))
    return int(value)
