"""System checks: versions below which known faults live."""

from collections.abc import Sequence

import django
import rest_framework
from django.core.checks import CheckMessage, Error, Tags, register
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
