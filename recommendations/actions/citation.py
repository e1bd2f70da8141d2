"""The pieces of evidence that an act cites: a part of assessing and of responding, never a verb of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.models import Evidence
from recommendations.rules import words
from recommendations.rules.errors import Problem, refuse_if

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from recommendations.models import Recommendation


def cited(item: Recommendation, uuids: Sequence[UUID]) -> list[Evidence]:
    """Return the standing pieces of the item with these ids. Raises `Invalid`, naming each that is none of them."""
    found = {piece.uuid: piece for piece in Evidence.objects.filter(recommendation=item, uuid__in=uuids)}
    problems = []
    for number, uuid in enumerate(uuids):
        if uuid not in found:
            problems.append(words.not_found(uuid, f"evidence/{number}"))
        elif not found[uuid].is_standing:
            text = _("This piece of evidence was retracted; cite another one.")
            problems.append(Problem("evidence_retracted", text, f"evidence/{number}"))
    refuse_if(problems)
    return list(found.values())
