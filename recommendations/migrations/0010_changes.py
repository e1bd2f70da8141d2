"""A view of what differs between two moments, `relations.since` and `relations.as_of`: see models/change.py.

Whatever changes about an item gives it a new version (rules of the verbs), so only items with a version from between
the two moments are looked at, and the cost is that of what changed.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

WORDING = ("title_en", "title_ru", "description_en", "description_ru", "source_id", "instrument", "priority", "parent_id")

AT_UNTIL = "{0}.valid_from <= relations_moment() AND {0}.valid_to > relations_moment()"
AT_SINCE = "{0}.valid_from <= relations_since() AND {0}.valid_to > relations_since()"


def _stood(row: str, at: str) -> str:
    return at.format(row)


def _owners(at: str) -> str:
    return f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('role', a.role, 'slug', o.slug) ORDER BY a.role, o.slug), '[]')
        FROM history.recommendations_assignment a
        JOIN history.recommendations_organization o ON o.id = a.organization_id AND {_stood("o", AT_UNTIL)}
        WHERE a.recommendation_id = b.id AND a.until IS NULL AND {_stood("a", at)})"""


def _parts(table: str, members: str, happened: str) -> str:
    """Return the parts of an item for which something is so at the later moment and was not at the earlier one."""
    return f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.uuid, 'title', p.title{members}) ORDER BY p.id), '[]')
        FROM history.recommendations_{table} p
        LEFT JOIN history.recommendations_{table} q ON q.id = p.id AND {_stood("q", AT_SINCE)}
        WHERE p.recommendation_id = b.id AND {_stood("p", AT_UNTIL)} AND {happened})"""


def _themes(at: str) -> str:
    return f"""ARRAY(SELECT t.theme_id FROM history.recommendations_recommendation_themes t
        WHERE t.recommendation_id = b.id AND {_stood("t", at)} ORDER BY t.theme_id)"""


def _wording() -> str:
    cases = [
        f"CASE WHEN a.{name} IS DISTINCT FROM b.{name} THEN '{name.removesuffix('_id')}' END" for name in WORDING
    ]
    cases.append(f"CASE WHEN {_themes(AT_SINCE)} <> {_themes(AT_UNTIL)} THEN 'themes' END")
    return f"CASE WHEN a.id IS NULL THEN '{{}}' ELSE array_remove(ARRAY[{', '.join(cases)}], NULL) END::varchar(20)[]"


VIEW = f"""
CREATE VIEW past.recommendations_change AS
SELECT b.id, b.reference, b.sort_key, b.title_en, b.title_ru,
    b.shown AS visibility,
    a.id IS NULL AS is_new,
    b.withdrawn_at IS NOT NULL AND a.withdrawn_at IS NULL AS is_withdrawn,
    a.withdrawn_at IS NOT NULL AND b.withdrawn_at IS NULL AS is_restored,
    coalesce(a.status, 'not_assessed') AS status_before, b.status AS status_after,
    coalesce(a.reported_status, 'not_assessed') AS reported_before, b.reported_status AS reported_after,
    coalesce(a.verified_status, 'not_assessed') AS verified_before, b.verified_status AS verified_after,
    CASE WHEN a.reported_id IS DISTINCT FROM b.reported_id THEN b.reported_id END AS reported_id,
    CASE WHEN a.verified_id IS DISTINCT FROM b.verified_id THEN b.verified_id END AS verified_id,
    coalesce(a.answer, '') AS answer_before, b.answer AS answer_after,
    a.target_on AS target_before, b.target_on AS target_after,
    a.id IS NOT NULL AND a.target_on IS DISTINCT FROM b.target_on AS is_target_moved,
    {_owners(AT_SINCE)} AS owners_before,
    {_owners(AT_UNTIL)} AS owners_after,
    {_wording()} AS wording,
    {_parts("evidence", "", "q.id IS NULL")} AS evidence_added,
    {_parts("evidence", "", "p.retracted_at IS NOT NULL AND q.retracted_at IS NULL")} AS evidence_retracted,
    {_parts("milestone", ", 'done_on', p.done_on", "p.done_on IS NOT NULL AND p.cancelled_at IS NULL AND q.done_on IS NULL")}
        AS milestones_done
FROM history.recommendations_recommendation b
LEFT JOIN history.recommendations_recommendation a ON a.id = b.id AND {_stood("a", AT_SINCE)}
WHERE b.valid_from > relations_since() AND {_stood("b", AT_UNTIL)};
"""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0009_heads")]

    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW past.recommendations_change"),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=22)),
                ("sort_key", models.CharField(max_length=24)),
                ("title_en", models.CharField(max_length=300)),
                ("title_ru", models.CharField(max_length=300)),
                ("visibility", models.CharField(max_length=8)),
                ("is_new", models.BooleanField()),
                ("is_withdrawn", models.BooleanField()),
                ("is_restored", models.BooleanField()),
                ("status_before", models.CharField(max_length=14)),
                ("status_after", models.CharField(max_length=14)),
                ("reported_before", models.CharField(max_length=14)),
                ("reported_after", models.CharField(max_length=14)),
                ("verified_before", models.CharField(max_length=14)),
                ("verified_after", models.CharField(max_length=14)),
                ("answer_before", models.CharField(max_length=12)),
                ("answer_after", models.CharField(max_length=12)),
                ("target_before", models.DateField(null=True)),
                ("target_after", models.DateField(null=True)),
                ("is_target_moved", models.BooleanField()),
                ("owners_before", models.JSONField()),
                ("owners_after", models.JSONField()),
                ("wording", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=20), size=None)),
                ("evidence_added", models.JSONField()),
                ("evidence_retracted", models.JSONField()),
                ("milestones_done", models.JSONField()),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "db_table": "recommendations_change",
                "managed": False,
            },
        ),
    ]
