"""What the application's role cannot do to history, tried over a connection of its own; and what it can do."""

import datetime as dt

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from recommendations.actions import event, evidence, head, organization, recommendation
from recommendations.actions.recommendation import Wording
from recommendations.models import Event, rights
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.models.verification import verify
from tests.factories import NOW, OrganizationFactory, PersonFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2020, 1, 1)
PASSWORD = "only for tests"
EVENT = "subject, subject_key, sequence, verb, actor_key, recorded_at, before, after, previous_hash, hash"
# Refused for what it is, not for a slip of ours in writing it: rights, our own triggers, foreign keys, a read-only setting.
REASONS = {"42501", "RE001", "RE003", "23503", "55P02", "42P17"}
FORGED = f"INSERT INTO recommendations_event ({EVENT}) VALUES ('theme', 'economy', {{}}, 'amended', 'system', {{}}, '{{{{}}}}', '{{{{}}}}', repeat('a', 64), repeat('b', 64))"
ALL_TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('history', 'public') AND (schemaname = 'history' OR tablename IN ('recommendations_event', 'recommendations_head')) ORDER BY 1"

REFUSED = {
    "update": "UPDATE recommendations_event SET after = '{}'",
    "update of no row": "UPDATE recommendations_event SET verb = 'amended' WHERE false",
    "update in a CTE": "WITH changed AS (UPDATE recommendations_event SET verb = 'x' RETURNING 1) SELECT * FROM changed",
    "update from": "UPDATE recommendations_event e SET hash = p.uuid FROM recommendations_person p",
    "delete": "DELETE FROM recommendations_event",
    "delete only": "DELETE FROM ONLY public.recommendations_event WHERE id = (SELECT max(id) FROM recommendations_event)",
    "truncate": "TRUNCATE recommendations_event",
    "truncate cascade": "TRUNCATE recommendations_recommendation CASCADE",
    "lock for update": "SELECT * FROM recommendations_event FOR UPDATE",
    "lock table": "BEGIN; LOCK TABLE recommendations_event IN ACCESS EXCLUSIVE MODE",
    "upsert": FORGED.format(1, "now()") + " ON CONFLICT (subject, subject_key, sequence) DO UPDATE SET verb = 'x'",
    "own id": "INSERT INTO recommendations_event (id, subject, subject_key, sequence, verb, actor_key, recorded_at, before, after, previous_hash, hash) OVERRIDING SYSTEM VALUE VALUES (1, 'theme', 'x', 1, 'amended', 'system', now(), '{}', '{}', '', '')",
    "merge": "MERGE INTO recommendations_event e USING (SELECT 1) one ON true WHEN MATCHED THEN UPDATE SET verb = 'x'",
    "merge delete": "MERGE INTO recommendations_event e USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
    "copy freeze": "COPY recommendations_event FROM PROGRAM 'cat /dev/null'",
    "copy a file over": "COPY recommendations_event TO '/tmp/relations-events'",
    "disable triggers": "ALTER TABLE recommendations_event DISABLE TRIGGER ALL",
    "disable one trigger": "ALTER TABLE recommendations_event DISABLE TRIGGER relations_protect",
    "drop trigger": "DROP TRIGGER relations_protect ON recommendations_event",
    "drop table": "DROP TABLE recommendations_event CASCADE",
    "rename table": "ALTER TABLE recommendations_event RENAME TO elsewhere",
    "alter column": "ALTER TABLE recommendations_event ALTER COLUMN after SET DEFAULT '{}'",
    "drop column": "ALTER TABLE recommendations_event DROP COLUMN hash",
    "own table": "ALTER TABLE recommendations_event OWNER TO CURRENT_USER",
    "replace protection": "CREATE OR REPLACE FUNCTION public.relations_refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "replace hash": "CREATE OR REPLACE FUNCTION public.relations_event_hash(e recommendations_event) RETURNS text LANGUAGE sql AS 'SELECT repeat(''a'', 64)'",
    "alter function": "ALTER FUNCTION relations_chain_event() SET session_replication_role = replica",
    "alter its path": "ALTER FUNCTION relations_chain_event() SET search_path = pg_temp",
    "drop function": "DROP FUNCTION relations_refuse_event_change() CASCADE",
    "replication role": "SET session_replication_role = replica",
    "replication role of the role": "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "replication role of the database": "ALTER DATABASE {database} SET session_replication_role = replica",
    "set role": "SET ROLE {owner}",
    "session authorization": "SET SESSION AUTHORIZATION {owner}",
    "grant itself the owner": "GRANT {owner} TO CURRENT_USER",
    "grant itself a right": "DO $$ BEGIN EXECUTE 'GRANT UPDATE ON recommendations_event TO ' || current_user; IF NOT has_table_privilege('recommendations_event', 'UPDATE') THEN RAISE insufficient_privilege; END IF; END $$",
    "superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "another role": "CREATE ROLE mallory SUPERUSER LOGIN",
    "rule": "CREATE RULE quiet AS ON INSERT TO recommendations_event DO INSTEAD NOTHING",
    "view": "CREATE VIEW public.events AS SELECT * FROM recommendations_event",
    "child table": "CREATE TABLE public.child () INHERITS (recommendations_event)",
    "trigger of one's own": "CREATE TRIGGER mine BEFORE INSERT ON recommendations_event FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "policy": "ALTER TABLE recommendations_event ENABLE ROW LEVEL SECURITY",
    "schema": "CREATE SCHEMA mine",
    "temporary table": "CREATE TEMP TABLE recommendations_event (LIKE public.recommendations_event)",
    "temporary function": "CREATE FUNCTION pg_temp.repeat(text, int) RETURNS text LANGUAGE sql AS 'SELECT ''a'''",
    "function in public": "CREATE FUNCTION public.sha256(text) RETURNS bytea LANGUAGE sql AS 'SELECT ''a''::bytea'",
    "sequence": "SELECT setval('recommendations_event_id_seq', 1)",
    "next value": "SELECT nextval('recommendations_event_id_seq')",
    "alter sequence": "ALTER SEQUENCE recommendations_event_id_seq RESTART WITH 1",
    "do block": "DO $$ BEGIN EXECUTE 'UPDATE recommendations_event SET verb = ''x'''; END $$",
    "extension": "CREATE EXTENSION dblink",
    "language": "CREATE FUNCTION public.evil() RETURNS void LANGUAGE internal AS 'evil'",
    "large object of a file": "SELECT lo_import('/etc/passwd')",
    "read a file": "SELECT pg_read_file('postgresql.conf')",
    "versions added": "INSERT INTO history.recommendations_organization SELECT now(), 'infinity', o.* FROM recommendations_organization o",
    "versions changed": "UPDATE history.recommendations_organization SET name_en = 'x'",
    "versions removed": "DELETE FROM history.recommendations_organization",
    "versions truncated": "TRUNCATE history.recommendations_organization",
    "versions no longer kept": "ALTER TABLE recommendations_organization DISABLE TRIGGER relations_version",
    "keeping by hand": "SELECT relations_keep('recommendations_organization')",
    "the past redefined": "CREATE OR REPLACE VIEW past.recommendations_organization AS SELECT * FROM recommendations_organization",
    "write in the past": "UPDATE past.recommendations_event SET verb = 'x'",
    "settings of the past": "SELECT set_config('relations.as_of', '1999-01-01', false), set_config('search_path', 'past, public', false); INSERT INTO recommendations_organization SELECT * FROM recommendations_organization",
    "head changed": "UPDATE recommendations_head SET root = repeat('a', 64)",
    "head removed": "DELETE FROM recommendations_head",
    "head with a root of its own": "INSERT INTO recommendations_head (day, last_event, events, previous_root, root, published_at) VALUES ('2020-01-02', 1, 1, '', '', now())",
    "head of an earlier day": "INSERT INTO recommendations_head (day, published_at) VALUES ('2019-01-01', now())",
    "head of a day to come": "INSERT INTO recommendations_head (day, published_at) VALUES ('9999-01-01', now())",
    "head of a frozen view": "BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO recommendations_head (day, published_at) VALUES ('2020-01-02', now())",
    "response changed": "UPDATE recommendations_response SET answer = 'x'",
    "response removed": "DELETE FROM recommendations_response",
    "capture changed": "UPDATE recommendations_capture SET outcome = 'ok'",
    "capture removed": "DELETE FROM recommendations_capture",
    "text of a source changed": "UPDATE recommendations_snapshot SET sha256 = repeat('a', 64)",
    "text of a source removed": "DELETE FROM recommendations_snapshot",
    "publication changed": "UPDATE recommendations_report SET name = 'x'",
    "publication removed": "DELETE FROM recommendations_report",
    "item that has a history": "DELETE FROM recommendations_recommendation",
    "person who acted": "DELETE FROM recommendations_person",
    "migrations": "DELETE FROM django_migrations",
}
HARMLESS = {
    "reset role": "RESET ROLE; RESET SESSION AUTHORIZATION",
    "forged place": FORGED.format(1, "now()"),
    "forged place far on": FORGED.format(999, "now()"),
    "forged time": FORGED.format(1, "'1999-01-01'"),
    "forged place, or nothing": FORGED.format(1, "now()") + " ON CONFLICT DO NOTHING",
    "forged place among many": f"INSERT INTO recommendations_event ({EVENT}) SELECT {EVENT} FROM recommendations_event WHERE actor_key = 'system'",
    "merge insert": f"MERGE INTO recommendations_event e USING (SELECT 1) one ON false WHEN NOT MATCHED THEN INSERT ({EVENT}) VALUES ('theme', 'economy', 1, 'amended', 'system', now(), '{{}}', '{{}}', '', '')",
    "path through nowhere": "SET search_path = pg_temp, nowhere; INSERT INTO public." + FORGED.format(1, "now()")[12:],
    "settings of the verbs": "SELECT set_config('relations.now', '1999-01-01', false); UPDATE recommendations_organization SET name_en = 'Forged'",
    "large object": "SELECT lo_create(0)",
    "same head again": "INSERT INTO recommendations_head (day, published_at) VALUES ('2020-01-01', now())",
    "next head": "INSERT INTO recommendations_head (day, published_at) VALUES ('2020-01-02', now())",
    "own settings": "ALTER ROLE CURRENT_USER SET search_path = pg_temp",
}


@pytest.fixture
def role(transactional_db):
    """The application's role in this test's database, and nothing left of it."""
    name = f"application_of_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT datacl IS NULL FROM pg_database WHERE datname = current_database()")
    rights.grant(name, PASSWORD)
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')


@pytest.fixture
def past(role):
    """A history with something in it, and its head."""
    ministry = OrganizationFactory(slug="ministry", name_en="Ministry")
    carol = PersonFactory(name="Carol", role="steward", organization=ministry)
    SourceFactory(slug="report")
    recommendation.register("T-1", Wording("Title", "report"), actor=carol, now=NOW)
    draft = evidence.Draft("Decree", "https://example.org/1", dt.date(2026, 3, 1), "primary")
    evidence.attach("T-1", draft, actor=carol, now=NOW)
    organization.amend("ministry", organization.Particulars("Second"), actor=carol, now=NOW)
    for key in ("economy", "culture"):
        event.record(Verb.AMENDED, Subject.THEME, key, actor=REGISTER, now=NOW, after={"name_en": key})
    head.publish(DAY, now=NOW)
    return role


def dsn(user):
    wanted = ("host", "port", "dbname")
    params = {k: v for k, v in connection.get_connection_params().items() if k in wanted and v}
    return make_conninfo(**params, user=user, password=PASSWORD)


def everything():
    """All rows of history: events, heads, versions."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_TABLES)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT kept::text FROM {table} kept")
            found[table] = {row for (row,) in cursor}
        return found


def names():
    settings = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_user)")
        return {"{owner}": cursor.fetchone()[0], "{database}": f'"{settings["NAME"]}"'}


def spoken(sql):
    for name, value in names().items():
        sql = sql.replace(name, value)
    return sql


@pytest.mark.uncounted
@pytest.mark.parametrize("way", REFUSED)
def test_a_way_to_rewrite_is_refused(past, way):
    before = everything()
    with psycopg.connect(dsn(past), autocommit=True) as mallory, pytest.raises(psycopg.Error) as refused:
        mallory.execute(spoken(REFUSED[way]))
    assert refused.value.sqlstate in REASONS, refused.value
    assert everything() == before
    assert verify().is_whole


@pytest.mark.parametrize("way", HARMLESS)
def test_a_way_to_rewrite_changes_nothing_that_was_said(past, way):
    before = everything()
    with psycopg.connect(dsn(past), autocommit=True) as mallory:
        mallory.execute(spoken(HARMLESS[way]))
    after = everything()
    for table, rows in before.items():
        # A version that stood may end; it does not go and says what it said.
        ended = {row.split(",", 2)[0] + "," + row.split(",", 2)[2] for row in after[table] if "," in row}
        gone = {row for row in rows - after[table] if row.split(",", 2)[0] + "," + row.split(",", 2)[2] not in ended}
        assert gone == set(), table
        assert not (rows - after[table]) or table.startswith("history."), table
    assert verify().is_whole
    assert [e.sequence for e in Event.objects.about(Subject.THEME, "economy")][:1] == [1]


def test_forged_values_are_not_taken(past):
    with psycopg.connect(dsn(past), autocommit=True) as mallory:
        mallory.execute(FORGED.format(999, "'1999-01-01'"))
    first, second = Event.objects.about(Subject.THEME, "economy")
    assert (second.sequence, second.previous_hash) == (2, first.hash)
    assert second.hash != "b" * 64
    assert second.recorded_at == first.recorded_at + dt.timedelta(microseconds=1)


def test_a_column_of_history_cannot_be_written_beside_the_verbs_columns(past):
    """What is granted column by column is what the verbs write, and all of it."""
    fields = {field.column for field in Event._meta.concrete_fields} - {"id"}
    assert set(rights.ADDED["recommendations_event"]) == fields


def test_the_register_works_with_the_applications_rights(past, settings):
    """Verbs, heads and the past as the application's role."""
    connection.close()
    held = dict(connection.settings_dict)
    connection.settings_dict.update(USER=past, PASSWORD=PASSWORD)
    try:
        carol = PersonFactory(name="Another", role="steward")
        recommendation.amend("T-1", {"title_en": "New"}, actor=carol, now=NOW, seen=None)
        assert head.publish(dt.date(2020, 1, 3), now=NOW).events == Event.objects.count()
        assert rights.excess() == []
        assert verify().is_whole
    finally:
        connection.close()
        connection.settings_dict.update(held)
    assert set(rights.excess()) > {"owner", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"}


def test_granting_again_takes_back_what_was_given(past):
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT UPDATE, TRUNCATE ON recommendations_event TO "{past}"')
        cursor.execute(f'ALTER ROLE "{past}" CREATEDB; ALTER ROLE "{past}" SET search_path = pg_temp')
        cursor.execute(f'GRANT pg_read_all_data TO "{past}"')
    assert rights.grant(past, PASSWORD).is_new is False
    with psycopg.connect(dsn(past), autocommit=True) as mallory:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            mallory.execute("UPDATE recommendations_event SET verb = 'x'")
        found = mallory.execute(
            "SELECT rolcreatedb, pg_has_role('pg_read_all_data', 'MEMBER'), current_setting('search_path') FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
    assert found == (False, False, '"$user", public')


def test_the_owner_is_not_made_the_application(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(rights.OwnRole):
        rights.grant(owner)
