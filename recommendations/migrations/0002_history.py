"""The database numbers and hashes events, and refuses to change or delete one (see rules/chain.py for the form)."""

from django.db import migrations

CHAIN = """
CREATE FUNCTION relations_chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    -- one writer at a time per chain; different chains do not wait for each other
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject || ':' || NEW.subject_key, 7365002));
    SELECT e.sequence, e.hash INTO last FROM recommendations_event e
        WHERE e.subject = NEW.subject AND e.subject_key = NEW.subject_key ORDER BY e.sequence DESC LIMIT 1;
    NEW.sequence := coalesce(last.sequence, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := relations_event_hash(NEW);
    RETURN NEW;
END $$;
"""
HASH = """
CREATE FUNCTION relations_event_hash(e recommendations_event) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        e.previous_hash || E'\\x1f' || e.subject || E'\\x1f' || e.subject_key || E'\\x1f' || e.sequence || E'\\x1f' ||
        e.verb || E'\\x1f' || e.actor_key || E'\\x1f' || (extract(epoch FROM e.recorded_at) * 1000000)::bigint ||
        E'\\x1f' || e.before::text || E'\\x1f' || e.after::text, 'UTF8')), 'hex')
$$;
"""
PROTECT = """
CREATE FUNCTION relations_refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: % of an event is refused', TG_OP USING ERRCODE = 'RE001';
END $$;
"""
TRIGGERS = """
CREATE TRIGGER relations_chain BEFORE INSERT ON recommendations_event
    FOR EACH ROW EXECUTE FUNCTION relations_chain_event();
CREATE TRIGGER relations_protect BEFORE UPDATE OR DELETE ON recommendations_event
    FOR EACH ROW EXECUTE FUNCTION relations_refuse_event_change();
"""
BACK = """
DROP TRIGGER relations_protect ON recommendations_event;
DROP TRIGGER relations_chain ON recommendations_event;
DROP FUNCTION relations_refuse_event_change();
DROP FUNCTION relations_chain_event();
DROP FUNCTION relations_event_hash(recommendations_event);
"""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_nouns")]

    operations = [migrations.RunSQL(HASH + CHAIN + PROTECT + TRIGGERS, BACK)]
