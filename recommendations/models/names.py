"""The names of themes, sources and organizations, for the filters of a list: all in one statement."""

from __future__ import annotations

from typing import Final

from recommendations.models import prepared
from recommendations.models.translated import LANGUAGES, reader_language

_SQL: Final = """
SELECT kind, slug, name FROM (
    SELECT 'theme' AS kind, slug, {theme} AS name, lpad(position::text, 5, '0') AS place FROM recommendations_theme
    UNION ALL
    SELECT 'source', slug, {source}, slug FROM recommendations_source
    UNION ALL
    SELECT 'lead', slug, {organization}, sort_{language} FROM recommendations_organization) named
ORDER BY kind, place, slug
"""


def names() -> dict[str, dict[str, str]]:
    """Return in the reader's language the names of all themes, sources and (`lead`, as briefly as can be) organizations, by slug."""
    language = reader_language()
    other = next(code for code in LANGUAGES if code != language)
    found: dict[str, dict[str, str]] = {"theme": {}, "source": {}, "lead": {}}
    said = {
        "theme": _first(f"name_{language}", f"name_{other}"),
        "source": _first(f"title_{language}", f"title_{other}"),
        "organization": _first(*(f"{name}_{code}" for name in ("short_name", "name") for code in (language, other))),
    }
    for kind, slug, name in prepared.run(_SQL.format(language=language, **said), []):
        found[kind][slug] = name
    return found


def _first(*columns: str) -> str:
    filled = ", ".join(f"nullif({column}, '')" for column in columns)
    return f"coalesce({filled}, '')"
