"""Splitting a recommendation into parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommendations.actions import splitting
from recommendations.api import bodies, fields
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.api.recommendation import one
from recommendations.rules import words

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class Part(bodies.Body):
    """A part: its name and wording. Without any description it has that of the whole."""

    reference = fields.Reference(help_text="Of the part; not taken yet.")
    title_en = fields.Text(longest=words.TITLE, shortest=1)
    title_ru = fields.Text(longest=words.TITLE, required=False)
    description_en = fields.Text(longest=words.TEXT, required=False)
    description_ru = fields.Text(longest=words.TEXT, required=False)


class Division(bodies.Body):
    """The parts."""

    parts = fields.Many(bodies.Nested(Part), least=splitting.FEWEST, most=splitting.MOST)


class Split(Door):
    """A compound recommendation about to be split."""

    @operation(
        "Split a recommendation",
        "RecommendationDetail",
        says="For stewards. The parts have the source, themes, instrument, priority, target date, visibility and owners"
        " of the whole, whose statuses are computed from theirs from then on. Answers the whole.",
        body=Division,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={
            "parts": [
                {"reference": "RB-11", "title_en": "Exchange of students", "title_ru": "Обмен студентами"},
                {
                    "reference": "RB-12",
                    "title_en": "Exchange of teachers",
                    "description_en": "Also of guest lecturers.",
                },
            ]
        },
    )
    def post(self, request: Request, reference: str) -> Response:
        """Split it."""
        seen, said = self.seen(needed=False), self.said(Division)
        parts = [splitting.Part(**part) for part in said["parts"]]
        splitting.split(reference, parts, actor=self.actor, now=self.now, seen=seen)
        return one(self, reference)
