"""When each item was last heard of, taken from history: what the verbs write into `heard_at` from now on.

The update makes a new version of each row, as every update does. The versions before it get what had been heard by their
end, so that *stalled* can be asked of the past too; the guard of the versions stands aside for that.
"""

from django.db import migrations

SIGNS = (
    "'assessed', 'responded', 'evidence_attached', 'milestone_set', 'milestone_amended', 'milestone_finished',"
    " 'milestone_cancelled'"
)
HEARD = f"""greatest(
    (SELECT max(e.recorded_at) FROM recommendations_event e
        WHERE e.recommendation_id = r.id AND e.verb IN ({SIGNS}) AND e.recorded_at < {{until}}),
    (SELECT max(e.recorded_at) FROM recommendations_indicator_recommendations l
        JOIN recommendations_indicator i ON i.id = l.indicator_id AND NOT i.is_context
        JOIN recommendations_event e ON e.subject = 'indicator' AND e.subject_key = i.slug AND e.verb = 'observed'
        WHERE l.recommendation_id = r.id AND e.before = '{{{{}}}}' AND e.recorded_at < {{until}})
)"""  # noqa: S608 - constants only
NOW = HEARD.format(until="'infinity'")
THEN = HEARD.format(until="r.valid_to")
FILL = f"""
UPDATE recommendations_recommendation r SET heard_at = {NOW} WHERE heard_at IS NULL AND {NOW} IS NOT NULL;
ALTER TABLE history.recommendations_recommendation DISABLE TRIGGER relations_guard;
UPDATE history.recommendations_recommendation r SET heard_at = {THEN} WHERE heard_at IS NULL AND {THEN} IS NOT NULL;
ALTER TABLE history.recommendations_recommendation ENABLE TRIGGER relations_guard;
"""  # noqa: S608 - as above


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0005_past")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
