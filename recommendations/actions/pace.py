"""Measure how long recommendations of each instrument are usually silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from recommendations.actions.moment import act
from recommendations.models.event import SIGNS_OF_LIFE

if TYPE_CHECKING:
    import datetime as dt

# Days on which something was heard of an item (registration begins the count), and the gaps between them. Only public
# items are measured: the figures are shown to everybody. Values of indicators stand in the indicators' own history.
_MEASURE: Final = """
WITH heard AS (
    SELECT r.id AS item, r.instrument, h.day
    FROM recommendations_recommendation r CROSS JOIN LATERAL (
        SELECT (r.created_at AT TIME ZONE 'UTC')::date AS day
        UNION SELECT (e.recorded_at AT TIME ZONE 'UTC')::date FROM recommendations_event e
            WHERE e.recommendation_id = r.id AND e.verb = ANY(%(signs)s)
        UNION SELECT (e.recorded_at AT TIME ZONE 'UTC')::date FROM recommendations_indicator_recommendations l
            JOIN recommendations_indicator i ON i.id = l.indicator_id AND NOT i.is_context
            JOIN recommendations_event e ON e.subject = 'indicator' AND e.subject_key = i.slug AND e.verb = 'observed'
            WHERE l.recommendation_id = r.id AND e.before = '{}'
    ) h
    WHERE r.visibility = 'public'
), gaps AS (
    SELECT instrument, day - lag(day) OVER (PARTITION BY item ORDER BY day) AS days FROM heard
), paces AS (
    SELECT instrument, count(*) AS gaps,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY days) * interval '1 day' AS ninth_decile
    FROM gaps WHERE days IS NOT NULL GROUP BY instrument
), gone AS (
    DELETE FROM recommendations_pace WHERE instrument NOT IN (SELECT instrument FROM paces) RETURNING id
), kept AS (
    INSERT INTO recommendations_pace AS p (instrument, gaps, ninth_decile, measured_at)
    SELECT instrument, gaps, ninth_decile, %(now)s FROM paces
    ON CONFLICT (instrument) DO UPDATE
        SET gaps = excluded.gaps, ninth_decile = excluded.ninth_decile, measured_at = excluded.measured_at
        WHERE (p.gaps, p.ninth_decile) IS DISTINCT FROM (excluded.gaps, excluded.ninth_decile)
    RETURNING id
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
"""


def measure(now: dt.datetime) -> int:
    """Bring the pace of every instrument to what history says, and return how many changed. No act of people, no event.

    The same history measured twice changes nothing; `measured_at` is when the figures became what they are.
    """
    with act(now), connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"signs": [verb.value for verb in SIGNS_OF_LIFE], "now": now})
        changed: int = cursor.fetchone()[0]
    return changed
