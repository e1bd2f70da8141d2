"""Begin to track what a source says: words selected in its text become a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommendations.actions import passage, recommendation
from recommendations.actions.moment import act

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.actions.recommendation import Wording
    from recommendations.actions.selection import Selection
    from recommendations.models import Passage, Person
    from recommendations.models.person import Register


def track(
    reference: str, wording: Wording, chosen: Selection, *, actor: Person | Register, now: dt.datetime
) -> Passage:
    """Register a recommendation together with its first passage in its source: both or neither.

    History tells of both, each in its own line, as if they had been done one after the other.
    Raises what `recommendation.register` and `passage.add` raise.
    """
    with act(now):
        item = recommendation.register(reference, wording, actor=actor, now=now)
        return passage.add(item.reference, wording.source, chosen, actor=actor, now=now)
