"""History that nobody rewrites unnoticed: times that never go back, daily heads set by the database, guarded versions.

Every function here says where it looks for tables, so that a table of the same name elsewhere in the writer's search
path (a temporary one, say) is never taken for the register's.
"""

from django.db import migrations, models

OURS = """
-- Whether a row was written by the transaction that asks, in whatever savepoint: its number is still in progress, and
-- others' numbers in progress are not visible. Rows bear the lower half of the number only.
CREATE OR REPLACE FUNCTION relations_is_ours(kept xid) RETURNS boolean LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_xact_status((me + ((kept::text::bigint - me + 2147483648) & 4294967295) - 2147483648)::text::xid8)
        = 'in progress' FROM (SELECT pg_current_xact_id()::text::bigint AS me) AS mine
$$;
"""
CHAIN = """
CREATE OR REPLACE FUNCTION relations_chain_event() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last record;
BEGIN
    -- one writer at a time per chain; different chains do not wait for each other
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject || ':' || NEW.subject_key, 7365002));
    SELECT e.sequence, e.hash, e.recorded_at, e.xmin AS kept INTO last FROM public.recommendations_event e
        WHERE e.subject = NEW.subject AND e.subject_key = NEW.subject_key ORDER BY e.sequence DESC LIMIT 1;
    IF NEW.id <= (SELECT h.last_event FROM public.recommendations_head h ORDER BY h.day DESC LIMIT 1) THEN
        RAISE EXCEPTION 'history is append-only: an event before a published head is refused' USING ERRCODE = 'RE001';
    END IF;
    -- Whoever waited for another act comes after it, also when their clock was read before.
    IF last.recorded_at >= NEW.recorded_at THEN
        NEW.recorded_at := last.recorded_at
            + CASE WHEN public.relations_is_ours(last.kept) THEN interval '0' ELSE interval '1 microsecond' END;
    END IF;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := public.relations_event_hash(NEW);
    RETURN NEW;
END $$;
"""
HEAD = """
CREATE OR REPLACE FUNCTION relations_chain_head() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last record;
BEGIN
    IF TG_TABLE_SCHEMA <> 'public' OR current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a head is published in the table of heads, read committed' USING ERRCODE = 'RE001';
    END IF;
    -- Waits for the events that are being written and keeps others off: no lower number can be committed later.
    LOCK TABLE public.recommendations_event IN SHARE ROW EXCLUSIVE MODE;
    SELECT h.day, h.last_event, h.events, h.root INTO last FROM public.recommendations_head h ORDER BY h.day DESC LIMIT 1;
    IF EXISTS (SELECT FROM public.recommendations_head h WHERE h.day = NEW.day) THEN
        RETURN NULL;
    END IF;
    IF NEW.day < last.day OR NEW.day > (clock_timestamp() AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION 'a head is of a day after the last one, and not of a day to come' USING ERRCODE = 'RE003';
    END IF;
    NEW.previous_root := coalesce(last.root, repeat('0', 64));
    SELECT coalesce(last.events, 0) + count(*), coalesce(max(e.id), last.last_event, 0), encode(sha256(convert_to(
            NEW.previous_root || coalesce(string_agg(e.hash, '' ORDER BY e.id), ''), 'UTF8')), 'hex')
        INTO NEW.events, NEW.last_event, NEW.root
        FROM public.recommendations_event e WHERE e.id > coalesce(last.last_event, 0);
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION relations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: % in % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'RE001';
END $$;

CREATE TRIGGER relations_chain BEFORE INSERT ON recommendations_head
    FOR EACH ROW EXECUTE FUNCTION relations_chain_head();
CREATE TRIGGER relations_protect BEFORE UPDATE OR DELETE ON recommendations_head
    FOR EACH ROW EXECUTE FUNCTION relations_refuse_change();
"""
VERSIONS = """
CREATE OR REPLACE FUNCTION relations_keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moment timestamptz := coalesce(nullif(current_setting('relations.now', true), '')::timestamptz, clock_timestamp());
    open record;
    since timestamptz;
BEGIN
    IF TG_TABLE_SCHEMA <> 'public' THEN
        RAISE EXCEPTION 'versions are kept of the tables of the register' USING ERRCODE = 'RE001';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('SELECT valid_from, xmin AS kept FROM history.%I WHERE id = $1 AND valid_to = ''infinity''',
            TG_TABLE_NAME) INTO open USING OLD.id;
        IF open.valid_from >= moment AND public.relations_is_ours(open.kept) THEN
            -- What the same act said a step before was said at no moment, and leaves no version.
            EXECUTE format('DELETE FROM history.%I WHERE id = $1 AND valid_to = ''infinity''', TG_TABLE_NAME)
                USING OLD.id;
            since := open.valid_from;
        ELSE
            -- What another act said stays, also when a clock stands behind: this comes after it.
            moment := greatest(moment, open.valid_from + interval '1 microsecond');
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

-- A new column has in every version what it has today; the guard stands aside for that.
CREATE OR REPLACE FUNCTION relations_keep(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing record;
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
        EXECUTE format('ALTER TABLE history.%I ADD COLUMN %I %s', name, missing.attname, missing.kind);
        EXECUTE format('UPDATE history.%1$I kept SET %2$I = today.%2$I FROM public.%1$I today WHERE today.id = kept.id',
            name, missing.attname);
    END LOOP;
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON history.%I (id, valid_to)', name || '_version', name);
    EXECUTE format('CREATE TRIGGER relations_guard BEFORE INSERT OR UPDATE OR DELETE ON history.%I FOR EACH ROW'
        ' WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION relations_refuse_change()', name);
    EXECUTE format('DROP TRIGGER IF EXISTS relations_version ON public.%I', name);
    EXECUTE format('CREATE TRIGGER relations_version AFTER INSERT OR UPDATE OR DELETE ON public.%I'
        ' FOR EACH ROW EXECUTE FUNCTION relations_keep_version()', name);
    PERFORM relations_view_past(name);
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'history' ORDER BY tablename LOOP
        EXECUTE format('CREATE TRIGGER relations_guard BEFORE INSERT OR UPDATE OR DELETE ON history.%I FOR EACH ROW'
            ' WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION relations_refuse_change()', name);
    END LOOP;
END $$;
-- Functions that write with their owner's rights are for the register's triggers, and nobody else's.
REVOKE EXECUTE ON FUNCTION relations_keep_version(), relations_chain_head() FROM PUBLIC;
"""
# The functions of 0002 and 0005 stay as they are now: they do what the older ones did.
BACK = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'history' LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS relations_guard ON history.%I', name);
    END LOOP;
END $$;
DROP TRIGGER relations_protect ON recommendations_head;
DROP TRIGGER relations_chain ON recommendations_head;
"""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0100_people_scope")]

    operations = [
        migrations.CreateModel(
            name="Audit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("events", models.BigIntegerField(verbose_name="events")),
                ("chains", models.BigIntegerField(verbose_name="chains")),
                ("heads", models.IntegerField(verbose_name="heads")),
                ("breaks", models.IntegerField(verbose_name="breaks")),
                ("first_breaks", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "audit of history",
                "verbose_name_plural": "audits of history",
                "ordering": ("-checked_at", "-id"),
            },
        ),
        migrations.RunSQL(OURS + CHAIN + HEAD + VERSIONS, BACK),
    ]
