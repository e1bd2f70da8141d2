"""The register as of any moment: versions of each row in the schema `history`, and views of them in the schema `past`.

A trigger keeps what each row was, from the moment at which the register began to say so (the verb's `now`, told by
`actions.moment.act`; without one the clock) to the moment at which it ceased to. The views have the tables' names and
show the versions of one moment (`relations.as_of`), so that any query answers from the past when `past` stands first in
its search path: see models/past.py. An item is never less hidden in the past than it is today.

A later migration that adds a column to one of these tables, or another table, ends with `relations_keep('table')`.
"""

from django.db import migrations

VERSIONED = (
    "recommendation_themes",
    "assignment",
    "assessment",
    "evidence",
    "milestone",
    "organization",
    "theme",
    "source",
    "passage",
    "anchor",
    "indicator",
    "indicator_recommendations",
    "observation",
    "comment",
    "disposition",
    "pace",
)
DATED = {"response": "recorded_at", "event": "recorded_at", "snapshot": "read_at", "capture": "captured_at"}

FUNCTIONS = """
CREATE SCHEMA history;
CREATE SCHEMA past;

CREATE FUNCTION relations_moment() RETURNS timestamptz LANGUAGE sql STABLE AS
    $$ SELECT current_setting('relations.as_of')::timestamptz $$;

CREATE FUNCTION relations_keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moment timestamptz := coalesce(nullif(current_setting('relations.now', true), '')::timestamptz, clock_timestamp());
    since timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        -- What was said at no moment but this one leaves no version; a clock that stands behind is not believed.
        EXECUTE format('DELETE FROM history.%I WHERE id = $1 AND valid_to = ''infinity'' AND valid_from >= $2'
            ' RETURNING valid_from', TG_TABLE_NAME) INTO since USING OLD.id, moment;
        IF since IS NULL THEN
            EXECUTE format('UPDATE history.%I SET valid_to = $2 WHERE id = $1 AND valid_to = ''infinity''',
                TG_TABLE_NAME) USING OLD.id, moment;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('INSERT INTO history.%I SELECT $1, ''infinity'', ($2).*', TG_TABLE_NAME)
            USING coalesce(since, moment), NEW;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION relations_view_past(name text, since text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    columns text;
    visible text := 'CASE WHEN kept.visibility = ''internal'' THEN kept.visibility ELSE'
        ' (SELECT today.visibility FROM public.recommendations_recommendation today WHERE today.id = kept.id) END';
    origin text := CASE WHEN since IS NULL THEN 'history' ELSE 'public' END;
    condition text := coalesce(since || ' <= public.relations_moment()',
        'valid_from <= public.relations_moment() AND valid_to > public.relations_moment()');
BEGIN
    SELECT string_agg(CASE WHEN column_name = 'visibility' THEN visible || ' AS visibility'
            ELSE 'kept.' || quote_ident(column_name) END, ', ' ORDER BY ordinal_position)
        INTO columns FROM information_schema.columns WHERE table_schema = 'public' AND table_name = name;
    EXECUTE format('DROP VIEW IF EXISTS past.%I', name);
    EXECUTE format('CREATE VIEW past.%I AS SELECT %s FROM %I.%I kept WHERE %s', name, columns, origin, name, condition);
END $$;

CREATE FUNCTION relations_keep(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing record;
BEGIN
    EXECUTE format('DROP VIEW IF EXISTS past.%I', name);
    EXECUTE format('CREATE TABLE IF NOT EXISTS history.%I (valid_from timestamptz NOT NULL,'
        ' valid_to timestamptz NOT NULL, LIKE public.%I)', name, name);
    FOR missing IN
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS kind FROM pg_attribute a
            WHERE a.attrelid = format('public.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT EXISTS (SELECT FROM pg_attribute h WHERE h.attrelid = format('history.%I', name)::regclass
                AND h.attname = a.attname AND NOT h.attisdropped)
            ORDER BY a.attnum
    LOOP
        EXECUTE format('ALTER TABLE history.%I ADD COLUMN %I %s', name, missing.attname, missing.kind);
    END LOOP;
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON history.%I (id, valid_to)', name || '_version', name);
    EXECUTE format('DROP TRIGGER IF EXISTS relations_version ON public.%I', name);
    EXECUTE format('CREATE TRIGGER relations_version AFTER INSERT OR UPDATE OR DELETE ON public.%I'
        ' FOR EACH ROW EXECUTE FUNCTION relations_keep_version()', name);
    PERFORM relations_view_past(name);
END $$;
"""
# What stood in the register before this migration is taken to have stood there since it was first told of, as it is now.
SINCE = {
    "recommendation": "t.created_at",
    "assessment": "t.recorded_at",
    "evidence": "t.added_at",
    "observation": "t.recorded_at",
}
KEEP = """
SELECT relations_keep('recommendations_{table}');
INSERT INTO history.recommendations_{table} SELECT {since}, 'infinity', t.* FROM recommendations_{table} t;
"""
BEGINNING = "coalesce((SELECT min(recorded_at) FROM recommendations_event), now())"
INDEXES = """
CREATE INDEX recommendation_past_by_key ON history.recommendations_recommendation (sort_key, id);
CREATE INDEX recommendation_past_by_reference ON history.recommendations_recommendation (reference);
CREATE INDEX recommendation_past_by_parent ON history.recommendations_recommendation (parent_id);
CREATE INDEX recommendation_past_search_en ON history.recommendations_recommendation USING gin (search_en);
CREATE INDEX recommendation_past_search_ru ON history.recommendations_recommendation USING gin (search_ru);
CREATE INDEX themes_past_by_item ON history.recommendations_recommendation_themes (recommendation_id);
CREATE INDEX themes_past_by_theme ON history.recommendations_recommendation_themes (theme_id);
CREATE INDEX assignment_past_by_item ON history.recommendations_assignment (recommendation_id);
CREATE INDEX assignment_past_by_body ON history.recommendations_assignment (organization_id);
CREATE INDEX assessment_past_by_item ON history.recommendations_assessment (recommendation_id);
CREATE INDEX evidence_past_by_item ON history.recommendations_evidence (recommendation_id);
CREATE INDEX milestone_past_by_item ON history.recommendations_milestone (recommendation_id);
CREATE INDEX passage_past_by_item ON history.recommendations_passage (recommendation_id);
CREATE INDEX passage_past_by_source ON history.recommendations_passage (source_id);
CREATE INDEX anchor_past_by_passage ON history.recommendations_anchor (passage_id);
CREATE INDEX observation_past_by_indicator ON history.recommendations_observation (indicator_id);
CREATE INDEX measured_past_by_item ON history.recommendations_indicator_recommendations (recommendation_id);
CREATE INDEX comment_past_by_item ON history.recommendations_comment (recommendation_id);
"""
BACK = """
DROP SCHEMA past CASCADE;
DROP FUNCTION relations_keep_version() CASCADE;
DROP SCHEMA history CASCADE;
DROP FUNCTION relations_keep(text);
DROP FUNCTION relations_view_past(text, text);
DROP FUNCTION relations_moment();
"""


def _keep() -> str:
    tables = [("recommendation", SINCE["recommendation"])]
    tables += [(table, SINCE.get(table, BEGINNING)) for table in VERSIONED]
    kept = "".join(KEEP.format(table=table, since=since) for table, since in tables)
    views = (f"SELECT relations_view_past('recommendations_{table}', '{since}');" for table, since in DATED.items())
    return kept + "\n".join(views)


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0004_followup")]

    operations = [migrations.RunSQL(FUNCTIONS + _keep() + INDEXES, BACK)]
