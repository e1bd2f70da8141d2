"""System checks: versions below which known faults live, and rights in the database above which history can be rewritten."""

from collections.abc import Sequence

import django
import rest_framework
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name for it
from django.db import connections

FLOORS = (
    ("Django", django.VERSION[:3], (5, 2, 19)),
    ("Django REST framework", tuple(int(n) for n in rest_framework.VERSION.split(".")[:3]), (3, 18, 3)),
)
POSTGRESQL = 15


def too_old(name: str, found: tuple[int, ...], floor: tuple[int, ...]) -> list[CheckMessage]:
    """An error when what is found is older than the floor."""
    if found >= floor:
        return []
    has, needs = (".".join(map(str, version)) for version in (found, floor))
    return [
        Error(f"{name} is {has}; it has to be {needs} or newer.", hint="Install requirements.txt.", id="relations.E001")
    ]


@register(Tags.compatibility)
def versions(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """The libraries' floors."""
    return [message for floor in FLOORS for message in too_old(*floor)]


@register(Tags.database)
def postgresql(*, app_configs: object, databases: Sequence[str] | None, **kwargs: object) -> list[CheckMessage]:
    """The database server's floor; asked by `migrate` and `check --database default`."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        found = connections[alias].cursor().connection.info.server_version // 10_000
        messages += too_old("PostgreSQL", (found,), (POSTGRESQL,))
    return messages


@register(Tags.security, deploy=True)
def own_role(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """The application comes to the database as a role of its own, said without asking the database."""
    if settings.ENV.has_roles:
        return []
    hint = "Give the application a role of its own in DATABASE_URL, the owner's in DATABASE_OWNER_URL, and run protect_history."
    said = "The application works as the owner of its tables: whoever holds its connection could rewrite history."
    return [Warning(said, hint=hint, id="relations.W001")]


_RIGHTS = """
SELECT r.rolsuper, EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_has_role(c.relowner, 'MEMBER'))
  FROM pg_roles r WHERE r.rolname = current_user
"""


@register(Tags.database)
def rights(*, app_configs: object, databases: Sequence[str] | None, **kwargs: object) -> list[CheckMessage]:
    """The role that the application has, asked of the database; not where the owner works."""
    messages: list[CheckMessage] = []
    for alias in [] if settings.ENV.owns and settings.ENV.has_roles else databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(_RIGHTS)
            is_superuser, owns = cursor.fetchone()
        if is_superuser or owns:
            what = "a superuser" if is_superuser else "the owner of its tables"
            hint = "Run `manage.py protect_history` and put its role into DATABASE_URL."
            messages.append(Warning(f"The application's role is {what}.", hint=hint, id="relations.W002"))
    return messages
