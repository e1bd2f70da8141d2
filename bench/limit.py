"""The limit: one SQL statement makes the answer's JSON, and a view with nothing around it hands it out."""

import os
from urllib.parse import parse_qs

import psycopg

_LIST = """
SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')::text FROM (
    SELECT r.reference, r.title_en, r.title_ru, r.description_en, r.instrument, r.priority, r.target_on, r.visibility,
        r.version, r.created_at, r.updated_at, r.status, r.reported_status, r.verified_status, r.assessed_on, r.answer,
        s.slug AS source, s.title_en AS source_title,
        (SELECT jsonb_agg(t.slug ORDER BY t.position) FROM recommendations_theme t
            JOIN recommendations_recommendation_themes rt ON rt.theme_id = t.id WHERE rt.recommendation_id = r.id) AS themes,
        (SELECT jsonb_build_object('slug', o.slug, 'name', o.name_en) FROM recommendations_assignment a
            JOIN recommendations_organization o ON o.id = a.organization_id
            WHERE a.recommendation_id = r.id AND a.role = 'lead' AND a.until IS NULL) AS lead
    FROM recommendations_recommendation r JOIN recommendations_source s ON s.id = r.source_id
    WHERE r.withdrawn_at IS NULL {where}
    ORDER BY r.sort_key, r.id LIMIT %(size)s) x
"""
_SEARCH = "AND r.status = 'partly' AND r.search @@ websearch_to_tsquery('relations', %(q)s)"
_ONE = "AND r.reference = %(reference)s"
STATEMENTS = {
    "/list": _LIST.format(where=""),
    "/search": _LIST.format(where=_SEARCH),
    "/one": _LIST.format(where=_ONE),
}
_connections: dict[int, psycopg.Connection] = {}


def application(environ, start_response):
    """Answer /list, /search or /one from the parameters size, q and reference."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    pid = os.getpid()
    if pid not in _connections:
        _connections[pid] = psycopg.connect(os.environ["BENCH_DSN"], autocommit=True, prepare_threshold=1)
    values = {"size": int(asked.get("size", 1)), "q": asked.get("q"), "reference": asked.get("reference")}
    body = _connections[pid].execute(STATEMENTS[environ["PATH_INFO"]], values).fetchone()[0].encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
