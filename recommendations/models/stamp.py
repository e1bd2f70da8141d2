"""All that the page of one recommendation depends on, in one statement: for ETags before anything is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommendations.models import prepared
from recommendations.models.person import role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register

# Written by hand: the same as a queryset takes ten times as long to compile as to run.
_SQL: Final = """
WITH item AS (
    SELECT r.id, r.version, ARRAY[s.version, (p.visibility = 'public')::int, (m.visibility = 'public')::int,
        (extract(epoch FROM r.heard_at) * 1000000)::bigint, f.gaps, extract(epoch FROM f.ninth_decile)::bigint] AS around
    FROM recommendations_recommendation r
    JOIN recommendations_source s ON s.id = r.source_id
    LEFT JOIN recommendations_recommendation p ON p.id = r.parent_id
    LEFT JOIN recommendations_recommendation m ON m.id = r.merged_into_id
    LEFT JOIN recommendations_pace f ON f.instrument = r.instrument
    WHERE r.reference = %(reference)s AND (%(all)s OR r.visibility = 'public')
)
SELECT item.id, item.version, item.around || ARRAY[
    (SELECT sum(t.version) FROM recommendations_recommendation_themes l
        JOIN recommendations_theme t ON t.id = l.theme_id WHERE l.recommendation_id = item.id),
    (SELECT sum(o.version + coalesce(h.version, 0)) FROM recommendations_assignment a
        JOIN recommendations_organization o ON o.id = a.organization_id
        LEFT JOIN recommendations_person h ON h.id = a.person_id WHERE a.recommendation_id = item.id),
    (SELECT sum(o.version + w.version) FROM recommendations_response a
        JOIN recommendations_organization o ON o.id = a.organization_id
        JOIN recommendations_person w ON w.id = a.author_id WHERE a.recommendation_id = item.id),
    (SELECT sum(w.version) FROM recommendations_assessment a
        JOIN recommendations_person w ON w.id = a.author_id WHERE a.recommendation_id = item.id),
    (SELECT sum(w.version) FROM recommendations_evidence e
        JOIN recommendations_person w ON w.id = e.added_by_id WHERE e.recommendation_id = item.id),
    (SELECT max(c.id) FROM recommendations_evidence e
        JOIN recommendations_capture c ON c.evidence_id = e.id WHERE e.recommendation_id = item.id),
    (SELECT sum(m.version) FROM recommendations_milestone m WHERE m.recommendation_id = item.id),
    (SELECT max(a.id) FROM recommendations_anchor a
        JOIN recommendations_passage p ON p.id = a.passage_id WHERE p.recommendation_id = item.id),
    (SELECT max(p.id) FROM recommendations_passage p WHERE p.recommendation_id = item.id),
    (SELECT sum(i.version) + max(i.id) FROM recommendations_indicator_recommendations l
        JOIN recommendations_indicator i ON i.id = l.indicator_id WHERE l.recommendation_id = item.id),
    (SELECT max(o.id) FROM recommendations_indicator_recommendations l
        JOIN recommendations_observation o ON o.indicator_id = l.indicator_id WHERE l.recommendation_id = item.id),
    (SELECT count(*) FROM recommendations_indicator_recommendations l
        JOIN recommendations_indicator_recommendations k ON k.indicator_id = l.indicator_id
        JOIN recommendations_recommendation v ON v.id = k.recommendation_id AND (%(all)s OR v.visibility = 'public')
        WHERE l.recommendation_id = item.id)
]::bigint[] AS parts,
    (SELECT count(*) FROM recommendations_passage p WHERE p.recommendation_id = item.id),
    (SELECT count(*) FROM recommendations_assignment a WHERE a.recommendation_id = item.id AND a.until IS NULL),
    (SELECT count(*) FROM recommendations_assessment a WHERE a.recommendation_id = item.id AND a.retracted_at IS NULL),
    (SELECT count(*) FROM recommendations_evidence e WHERE e.recommendation_id = item.id AND e.retracted_at IS NULL),
    (SELECT count(*) FROM recommendations_response a WHERE a.recommendation_id = item.id),
    (SELECT count(*) FROM recommendations_milestone m WHERE m.recommendation_id = item.id),
    (SELECT count(*) FROM recommendations_indicator_recommendations l WHERE l.recommendation_id = item.id),
    (SELECT count(*) FROM recommendations_event e
        WHERE e.recommendation_id = item.id AND (%(all)s OR e.verb NOT IN ('commented', 'comment_retracted'))),
    (SELECT count(*) FROM recommendations_recommendation c
        WHERE c.parent_id = item.id AND (%(all)s OR c.visibility = 'public'))
FROM item
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many parts an item has: assignments, assessments and evidence that stand, children that the reader may see."""

    passages: int
    assignments: int
    assessments: int
    evidence: int
    responses: int
    milestones: int
    indicators: int
    events: int
    children: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """An item's key and version, figures that change whenever something shown with it changes, and its counts."""

    id: int
    version: int
    parts: tuple[int | None, ...]
    counts: Counts


def stamp(reference: str, reader: Person | Register | AnonymousUser | None) -> Stamp | None:
    """Return the stamp of an item, or None for what is missing or hidden from the reader."""
    found = prepared.run(_SQL, {"reference": reference, "all": access.may_read_internal(role_of(reader))})
    return Stamp(found[0][0], found[0][1], tuple(found[0][2]), Counts(*found[0][3:])) if found else None
