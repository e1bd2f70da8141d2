"""History that nobody rewrites unnoticed: times that never go back, daily heads set by the database, guarded versions.

Every function here says where it looks for tables, so that a table of the same name elsewhere in the writer's search
path (a temporary one, say) is never taken for the register's.
"""

from django.db import migrations, models

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

CREATE TRIGGER relations_chain BEFORE INSERT ON recommendations_head
    FOR EACH ROW EXECUTE FUNCTION relations_chain_head();
CREATE TRIGGER relations_protect BEFORE UPDATE OR DELETE ON recommendations_head
    FOR EACH ROW EXECUTE FUNCTION relations_refuse_change();
-- It writes with its owner's rights, for the register's triggers and nobody else.
REVOKE EXECUTE ON FUNCTION relations_chain_head() FROM PUBLIC;
"""
# The function of 0002 stays as it is now: it does what the older one did.
BACK = """
DROP TRIGGER relations_protect ON recommendations_head;
DROP TRIGGER relations_chain ON recommendations_head;
DROP FUNCTION relations_chain_head();
"""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0008_followed")]

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
        migrations.RunSQL(CHAIN + HEAD, BACK),
    ]
