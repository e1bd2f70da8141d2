"""The limit: one SQL statement makes the answer's JSON, and a view with nothing around it hands it out."""

import os
from html import escape
from urllib.parse import parse_qs

import orjson
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
_DEEP = "AND (r.sort_key, r.id) > (%(after)s, 0)"
_ONE = "AND r.reference = %(reference)s"
_AMEND = """
WITH item AS (
    UPDATE recommendations_recommendation SET priority = CASE priority WHEN 'high' THEN 'low' ELSE 'high' END,
        version = version + 1, updated_at = now() WHERE reference = %(reference)s RETURNING *
), told AS (
    INSERT INTO recommendations_event (subject, subject_key, recommendation_id, sequence, verb, actor_key, recorded_at,
        before, after, previous_hash, hash) SELECT 'recommendation', reference, id, 0, 'amended', 'system', now(), '{}',
        jsonb_build_object('priority', priority), '', '' FROM item)
SELECT to_jsonb(item)::text FROM item
"""
_ROW = (
    '<tr><td>{reference}</td><th scope="row"><a href="/recommendations/{reference}/">{title}</a><small>{instrument} ·'
    " {themes}</small></th><td>{verified_status}</td><td>{reported_status}</td><td>{lead}</td><td>{target_on}</td>"
    "<td>{assessed_on}</td></tr>"
)
STATEMENTS = {
    "/list": _LIST.format(where=""),
    "/search": _LIST.format(where=_SEARCH),
    "/one": _LIST.format(where=_ONE),
    "/deep": _LIST.format(where=_DEEP),
    "/html": _LIST.format(where=""),
    "/amend": _AMEND,
}
_connections: dict[int, psycopg.Connection] = {}


def application(environ, start_response):
    """Answer one of STATEMENTS from the parameters size, q, reference and after; /html as rows of a table."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    pid = os.getpid()
    if pid not in _connections:
        _connections[pid] = psycopg.connect(os.environ["BENCH_DSN"], autocommit=True, prepare_threshold=1)
    values = {name: asked.get(name) for name in ("q", "reference")}
    values |= {"size": int(asked.get("size", 1)), "after": f"BM-{int(asked.get('after', 0)):09}"}
    body = _connections[pid].execute(STATEMENTS[environ["PATH_INFO"]], values).fetchone()[0].encode()
    body = page(body) if environ["PATH_INFO"] == "/html" else body
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def page(rows):
    """Make a table of rows with nothing but f-strings, escaped."""
    told = []
    for row in orjson.loads(rows):
        said = {name: escape(str(value)) for name, value in row.items()}
        said |= {"title": said["title_en"], "themes": escape(" · ".join(row["themes"]))}
        lead = row["lead"] or {"slug": "", "name": ""}
        said["lead"] = f'<a href="/organizations/{lead["slug"]}/">{escape(lead["name"])}</a>'
        told.append(_ROW.format_map(said))
    return f"<!DOCTYPE html><html><body><table>{''.join(told)}</table></body></html>".encode()
