"""The register as of any moment: versions of each row in the schema `history`, and views of them in the schema `past`.

A trigger keeps what each row was, from the moment at which the register began to say so (the verb's moment, told by
`actions.moment.act`; without one the clock) to the moment at which it ceased to. The views have the tables' names and
show the versions of one moment (`relations.as_of`), so that any query answers from the past when `past` stands first in
its search path: see models/past.py. An item is never less hidden in the past than it is today.

The register's own clock never goes back: what is written while the clock of some machine stands behind counts from the
latest moment that history knows, so that nothing said of an earlier moment changes afterwards. Tables whose rows never
change are read as they are, by their own time; the few of their rows that came late by that rule are in `history.late`.

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

-- Called immutable so that each statement is planned with the very moment, by what the statistics say of it: as stable
-- functions or parameters they made lists read whole tables. It is true as long as no plan outlives a moment, which
-- models/past.py sees to: within it nothing is prepared.
CREATE FUNCTION relations_moment() RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT current_setting('relations.as_of')::timestamptz $$;

CREATE FUNCTION relations_since() RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT current_setting('relations.since')::timestamptz $$;

CREATE FUNCTION relations_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(nullif(current_setting('relations.now', true), '')::timestamptz, clock_timestamp())
$$;

-- Whether a row was written by the transaction that asks, in whatever savepoint: its number is still in progress, and
-- others' numbers in progress are not visible. Rows bear the lower half of the number only.
CREATE FUNCTION relations_is_ours(kept xid) RETURNS boolean LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_xact_status((me + ((kept::text::bigint - me + 2147483648) & 4294967295) - 2147483648)::text::xid8)
        = 'in progress' FROM (SELECT pg_current_xact_id()::text::bigint AS me) AS mine
$$;

-- The moment of an act: its own clock's, unless that stands behind what others have written; then it comes right after.
-- A history that is ahead of the database's own clock was written by a clock that went wrong: it is not waited for.
CREATE FUNCTION relations_clock(now timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce((
        SELECT CASE WHEN last.recorded_at < now THEN now
                WHEN last.recorded_at > clock_timestamp() THEN greatest(now, clock_timestamp())
                WHEN public.relations_is_ours(last.kept) THEN last.recorded_at
                ELSE last.recorded_at + interval '1 microsecond' END
            FROM ((SELECT e.recorded_at, e.xmin AS kept FROM public.recommendations_event e
                    ORDER BY e.recorded_at DESC, e.id DESC LIMIT 1)
                UNION ALL (SELECT c.captured_at, c.xmin FROM public.recommendations_capture c ORDER BY c.id DESC LIMIT 1)
                ORDER BY 1 DESC LIMIT 1) last
    ), now)
$$;

CREATE FUNCTION relations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: % in % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'RE001';
END $$;

-- Only the register's own triggers write versions.
CREATE FUNCTION relations_guard(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER relations_guard BEFORE INSERT OR UPDATE OR DELETE ON history.%I FOR EACH ROW'
        ' WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION relations_refuse_change()', name);
END $$;

CREATE TABLE history.late (name text NOT NULL, id bigint NOT NULL, valid_from timestamptz NOT NULL,
    PRIMARY KEY (name, id));
SELECT relations_guard('late');

CREATE FUNCTION relations_mark_late() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    since timestamptz := nullif(current_setting('relations.now', true), '')::timestamptz;
    own timestamptz;
BEGIN
    CASE TG_ARGV[0]
        WHEN 'read_at' THEN own := NEW.read_at;
        WHEN 'captured_at' THEN own := NEW.captured_at;
        ELSE own := NEW.recorded_at;
    END CASE;
    IF since > own THEN
        INSERT INTO history.late VALUES (TG_TABLE_NAME, NEW.id, since);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION relations_view_past(name text, since text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moment text := 'public.relations_moment()';
    columns text;
    origin text := CASE WHEN since IS NULL THEN 'history' ELSE 'public' END;
    condition text := CASE WHEN since IS NULL
        THEN format('kept.valid_from <= %s AND kept.valid_to > %s', moment, moment)
        ELSE format('kept.%I <= %s AND kept.id <> ALL (ARRAY(SELECT late.id FROM history.late'
            ' WHERE late.name = %L AND late.valid_from > %s))', since, moment, name, moment) END;
BEGIN
    SELECT string_agg(CASE WHEN column_name = 'visibility' THEN 'kept.shown AS visibility'
            ELSE 'kept.' || quote_ident(column_name) END, ', ' ORDER BY ordinal_position)
        INTO columns FROM information_schema.columns WHERE table_schema = 'public' AND table_name = name;
    EXECUTE format('DROP VIEW IF EXISTS past.%I', name);
    EXECUTE format('CREATE VIEW past.%I AS SELECT %s FROM %I.%I kept WHERE %s', name, columns, origin, name, condition);
END $$;

-- `since` tells from when on the rows of a table are kept that was not kept before, as an expression over the row `t`.
CREATE FUNCTION relations_keep(name text, since text DEFAULT 'now()') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing record;
    columns text;
    news text;
    is_new boolean := to_regclass(format('history.%I', name)) IS NULL;
    hides boolean := EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = name
        AND column_name = 'visibility');
BEGIN
    EXECUTE format('DROP VIEW IF EXISTS past.%I', name);
    EXECUTE format('CREATE TABLE IF NOT EXISTS history.%I (valid_from timestamptz NOT NULL,'
        ' valid_to timestamptz NOT NULL, LIKE public.%I)', name, name);
    EXECUTE format('DROP TRIGGER IF EXISTS relations_guard ON history.%I', name);
    FOR missing IN
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS kind FROM pg_attribute a
            WHERE a.attrelid = format('public.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT EXISTS (SELECT FROM pg_attribute h WHERE h.attrelid = format('history.%I', name)::regclass
                AND h.attname = a.attname AND NOT h.attisdropped)
            ORDER BY a.attnum
    LOOP
        -- In every version a new column has what it has today.
        EXECUTE format('ALTER TABLE history.%I ADD COLUMN %I %s', name, missing.attname, missing.kind);
        EXECUTE format('UPDATE history.%1$I kept SET %2$I = today.%2$I FROM public.%1$I today WHERE today.id = kept.id',
            name, missing.attname);
    END LOOP;
    IF hides THEN  -- what is hidden today was never open: as what a version may be shown, kept beside what it was
        EXECUTE format('ALTER TABLE history.%I ADD COLUMN IF NOT EXISTS shown varchar(8)', name);
    END IF;
    IF is_new THEN
        EXECUTE format('INSERT INTO history.%I SELECT %s, ''infinity'', t.*%s FROM public.%I t', name, since,
            CASE WHEN hides THEN ', t.visibility' ELSE '' END, name);
    END IF;
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON history.%I (id, valid_to, valid_from)', name || '_version', name);
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum), string_agg('NEW.' || quote_ident(attname), ', '
            ORDER BY attnum)
        INTO columns, news FROM pg_attribute
        WHERE attrelid = format('public.%I', name)::regclass AND attnum > 0 AND NOT attisdropped;
    IF hides THEN
        columns := columns || ', shown';
        news := news || ', NEW.visibility';
    END IF;
    -- A function for each table, so that its statements are planned once in a session and not once for each row.
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION history.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
            moment timestamptz := public.relations_now();
            begun timestamptz;
            kept xid;
        BEGIN
            IF TG_TABLE_SCHEMA <> 'public' THEN
                RAISE EXCEPTION 'versions are kept of the tables of the register' USING ERRCODE = 'RE001';
            END IF;
            IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' THEN
                SELECT valid_from, xmin INTO begun, kept FROM history.%2$I WHERE id = OLD.id AND valid_to = 'infinity';
                IF begun >= moment AND public.relations_is_ours(kept) THEN
                    -- What the same act said a step before was said at no moment, and leaves no version.
                    DELETE FROM history.%2$I WHERE id = OLD.id AND valid_to = 'infinity';
                    moment := begun;
                ELSE
                    -- What another act said stays, also when a clock stands behind: this comes after it.
                    moment := greatest(moment, begun + interval '1 microsecond');
                    UPDATE history.%2$I SET valid_to = moment WHERE id = OLD.id AND valid_to = 'infinity';
                END IF;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO history.%2$I (valid_from, valid_to, %3$s) VALUES (moment, 'infinity', %4$s);
            END IF;
            %5$s
            RETURN NULL;
        END $body$
        $function$, 'keep_' || name, name, columns, news, CASE WHEN hides THEN format($extra$
            IF TG_OP = 'UPDATE' AND NEW.visibility <> OLD.visibility THEN
                UPDATE history.%I SET shown = CASE NEW.visibility WHEN 'public' THEN visibility ELSE NEW.visibility END
                    WHERE id = NEW.id;
            END IF;$extra$, name) ELSE '' END);
    -- It writes with its owner's rights, for the register's triggers and nobody else.
    EXECUTE format('REVOKE EXECUTE ON FUNCTION history.%I() FROM PUBLIC', 'keep_' || name);
    EXECUTE format('DROP TRIGGER IF EXISTS relations_version ON public.%I', name);
    EXECUTE format('CREATE TRIGGER relations_version AFTER INSERT OR UPDATE OR DELETE ON public.%I'
        ' FOR EACH ROW EXECUTE FUNCTION history.%I()', name, 'keep_' || name);
    PERFORM relations_guard(name);
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
KEEP = "SELECT relations_keep('recommendations_{table}', '{since}');\n"
DATE = """
SELECT relations_view_past('recommendations_{table}', '{since}');
CREATE TRIGGER relations_late AFTER INSERT ON recommendations_{table}
    FOR EACH ROW EXECUTE FUNCTION relations_mark_late('{since}');
"""
BEGINNING = "coalesce((SELECT min(recorded_at) FROM public.recommendations_event), now())"
# The two moments stand in the keys of the indexes: versions of other moments are passed over without reading them.
INDEXES = """
CREATE INDEX recommendation_past_by_key ON history.recommendations_recommendation (sort_key, id, valid_from, valid_to);
CREATE INDEX recommendation_past_by_moment ON history.recommendations_recommendation (valid_from);
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
CREATE INDEX measured_past_by_indicator ON history.recommendations_indicator_recommendations (indicator_id);
CREATE INDEX comment_past_by_item ON history.recommendations_comment (recommendation_id);
"""
BACK = """
DROP SCHEMA past CASCADE;
DROP SCHEMA history CASCADE;
DROP FUNCTION relations_mark_late() CASCADE;
DROP FUNCTION relations_keep(text, text);
DROP FUNCTION relations_guard(text);
DROP FUNCTION relations_refuse_change() CASCADE;
DROP FUNCTION relations_is_ours(xid);
DROP FUNCTION relations_view_past(text, text);
DROP FUNCTION relations_now();
DROP FUNCTION relations_clock(timestamptz);
DROP FUNCTION relations_since();
DROP FUNCTION relations_moment();
"""


def _keep() -> str:
    tables = [("recommendation", SINCE["recommendation"])]
    tables += [(table, SINCE.get(table, BEGINNING)) for table in VERSIONED]
    kept = "".join(KEEP.format(table=table, since=since) for table, since in tables)
    return kept + "".join(DATE.format(table=table, since=since) for table, since in DATED.items())


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0004_followup")]

    operations = [migrations.RunSQL(FUNCTIONS + _keep() + INDEXES, BACK)]
