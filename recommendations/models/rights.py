"""The application's role in the database: what it may do with which table, granted anew at each release.

It owns nothing and alters nothing. Of history it may read everything and add events, of which the database sets number,
hashes and place itself; to what is said once it may only add; the other tables it may fill, change and empty row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.utils import CursorWrapper

# What may be written of tables to which rows are only added; of the migrations applied, nothing.
ADDED: Final = {
    "recommendations_event": (
        *("subject", "subject_key", "recommendation_id", "sequence", "verb", "actor_id", "actor_key"),
        *("recorded_at", "before", "after", "previous_hash", "hash"),
    ),
    "recommendations_head": ("day", "published_at"),
    "django_migrations": (),
}
# What was answered, read or said once: a change of mind is a new row, and no verb changes or removes one.
KEPT: Final = (
    "recommendations_response",
    "recommendations_capture",
    "recommendations_snapshot",
    "recommendations_report",
)
# Before anything is granted, everything is taken away: from the role, and from everybody what it would have with them.
_TAKE: Final = """
REVOKE ALL ON DATABASE {database} FROM {role};
REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC;
REVOKE ALL ON SCHEMA public, history, past FROM {role};
REVOKE CREATE ON SCHEMA public, history, past FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public, history, past FROM PUBLIC, {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, history, past FROM PUBLIC, {role};
REVOKE EXECUTE ON FUNCTION relations_keep(text, text), relations_guard(text), relations_view_past(text, text),
    relations_mark_late(), relations_chain_head() FROM PUBLIC, {role};
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA history FROM PUBLIC, {role};
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT USAGE ON SCHEMA public, history, past TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public, history, past TO {role};
"""
_TABLES: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s) ORDER BY tablename"
)
_FOUND: Final = """
SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls OR NOT rolcanlogin,
       EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setrole = r.oid)
  FROM pg_roles r WHERE rolname = %s
"""
_TAME: Final = (
    "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    "ALTER ROLE {} RESET ALL",
)
_GROUPS: Final = """
SELECT pg_get_userbyid(m.roleid) FROM pg_auth_members m WHERE m.member = (SELECT oid FROM pg_roles WHERE rolname = %s)
"""
_MIGHT: Final = """
SELECT array_remove(ARRAY[
    CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN 'superuser' END,
    CASE WHEN pg_has_role(c.relowner, 'USAGE') THEN 'owner' END,
    CASE WHEN has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE') THEN 'UPDATE' END,
    CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'DELETE' END,
    CASE WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'TRUNCATE' END,
    CASE WHEN has_table_privilege(c.oid, 'TRIGGER') THEN 'TRIGGER' END], NULL)
  FROM pg_class c WHERE c.oid = 'public.recommendations_event'::regclass
"""


class OwnRole(ValueError):
    """The application's role is the one that owns the tables: there is nobody to protect history from."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What was done: whether the role was made, and of how many tables it may now add, change and remove rows."""

    role: str
    is_new: bool
    tables: int


def grant(role: str, password: str = "") -> Granted:
    """Make the application's role, or bring it to exactly the rights it needs. Raises `OwnRole`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, database = cursor.fetchone()
        if owner == role:
            raise OwnRole(role)
        is_new = _make(cursor, role, password)
        names = {"database": sql.Identifier(database), "role": sql.Identifier(role)}
        cursor.execute(sql.SQL(_TAKE).format(**names))
        return Granted(role, is_new, _give(cursor, sql.Identifier(role)))


def excess() -> list[str]:
    """Return what this connection could rewrite history by; empty for the application's role as it has to be."""
    with connection.cursor() as cursor:
        cursor.execute(_MIGHT)
        found: list[str] = cursor.fetchone()[0]
    return found


def _make(cursor: CursorWrapper, role: str, password: str) -> bool:
    """Make the role, or take from it what it must not have; tell whether it is new."""
    cursor.execute(_FOUND, [role])
    found = cursor.fetchone()
    name = sql.Identifier(role)
    if found is None:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    for is_wrong, statement in zip(found or (), _TAME, strict=False):
        if is_wrong:  # only then: not everybody who may make roles may say these of one
            cursor.execute(sql.SQL(statement).format(name))
    cursor.execute(_GROUPS, [role])
    for (group,) in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), name))
    if password:
        server = cursor.connection.pgconn
        kept = server.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(kept)))
    return found is None


def _give(cursor: CursorWrapper, role: sql.Identifier) -> int:
    cursor.execute(_TABLES, [[*ADDED, *KEPT]])
    tables = [name for (name,) in cursor.fetchall()]
    cursor.execute(sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(_named(tables), role))
    cursor.execute(sql.SQL("GRANT INSERT ON {} TO {}").format(_named(KEPT), role))
    for name, columns in ADDED.items():
        if columns:
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            cursor.execute(
                sql.SQL("GRANT INSERT ({}) ON {} TO {}").format(listed, sql.Identifier("public", name), role)
            )
    return len(tables)


def _named(tables: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier("public", name) for name in tables)
