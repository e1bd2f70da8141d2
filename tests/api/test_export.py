"""Exports: what is in them, for whom, as of when; that they stream, and that a reader who leaves holds nothing."""

import csv
import io
import json
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from recommendations.actions import recommendation
from recommendations.exchange import cells, export
from recommendations.models import Recommendation
from tests.api.contract import whole
from tests.factories import NOW, RecommendationFactory, SourceFactory, let_it_stand

pytestmark = pytest.mark.django_db
ROWS = {
    "csv": lambda body: list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))),
    "json": json.loads,
    "ndjson": lambda body: [json.loads(line) for line in body.splitlines()],
}
HOSTILE = ("=1+1", "+7", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "'=1", "''-1")


def rows(api, form, query=""):
    answer = api.get(f"exports/recommendations.{form}{query}")
    assert answer.status_code == 200, answer.content
    return ROWS[form](whole(answer))


@pytest.mark.parametrize("form", ROWS)
def test_strangers_export_what_they_see(full, visitor, reader, form):
    assert [row["reference"] for row in rows(visitor, form)] == ["T-900"]
    assert [row["reference"] for row in rows(reader, form)] == ["T-900", "T-901"]


@pytest.mark.parametrize("form", ROWS)
def test_export_has_the_filters_and_the_order_of_the_list(full, reader, form):
    for query in (
        "?status=no_action&ordering=-reference",
        "?theme=economy",
        "?lead=other",
        "?withdrawn=true",
        "?q=T-901",
    ):
        listed = [row["reference"] for row in reader.get(f"recommendations/{query}").json()["results"]]
        assert [row["reference"] for row in rows(reader, form, query)] == listed, query
    assert reader.get(f"exports/recommendations.{form}?x=1").status_code == 400
    assert reader.get(f"exports/recommendations.{form}?status=done").json()["errors"][0]["pointer"] == "/status"


def test_one_row_says_all(full, reader):
    (row,) = rows(reader, "ndjson", "?q=T-900")
    assert list(row) == list(export.COLUMNS)
    shown = reader.get("recommendations/T-900/").json()
    flat = {**shown, "source": shown["source"]["slug"], "lead": shown["lead"]["slug"]}
    assert row == {name: flat[name] for name in export.COLUMNS}
    (same,) = rows(reader, "csv", "?q=T-900")
    said = {None: "", True: "true", False: "false"}
    assert same == {
        name: ",".join(value) if isinstance(value, list) else str(said.get(value, value)) for name, value in row.items()
    }
    assert rows(reader, "json", "?q=T-900") == [row]


def test_export_answers_as_of_any_day(item, steward, carol):
    let_it_stand()
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=NOW, seen=None)
    for form in ROWS:
        assert rows(steward, form)[0]["title_en"] == "Second"
        assert rows(steward, form, "?as_of=2026-11-23")[0]["title_en"] == item.title_en
        assert rows(steward, form, "?as_of=2019-01-01") == []
    answer = steward.get("exports/recommendations.csv?as_of=2026-11-23")
    assert answer["Content-Disposition"] == 'attachment; filename="recommendations-2026-11-23.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert steward.get("exports/recommendations.json")["Content-Disposition"].endswith('-2026-11-24.json"')


def test_cells_that_could_be_formulas_are_not(visitor):
    report = SourceFactory(authors="")
    for text in HOSTILE:
        RecommendationFactory(title_en=text, description_en=f"a,\n{text}", source=report)
    body = whole(visitor.get("exports/recommendations.csv"))
    assert body.startswith(b"\xef\xbb\xbfreference,title_en,")
    assert body.count(b"\r\n") >= len(HOSTILE)
    found = ROWS["csv"](body)
    assert [row["title_en"] for row in found] == [f"'{text}" for text in HOSTILE]
    assert [cells.restored(row["title_en"]) for row in found] == list(HOSTILE)


@given(st.text(alphabet="'=+-@\t\rab＝"))
def test_neutral_cells_can_be_restored(text):
    assert cells.restored(cells.neutral(text)) == text
    assert cells.neutral(text)[:1] not in set("=+-@\t\r＝＋－＠")


def test_wanted_type_is_answered(visitor, item):
    assert visitor.get("exports/recommendations.csv", Accept="text/csv").status_code == 200
    assert visitor.get("exports/recommendations.ndjson", Accept="application/x-ndjson").status_code == 200
    assert visitor.get("exports/recommendations.csv", Accept="image/png").status_code == 406
    wrong = visitor.get("exports/recommendations.csv?as_of=tomorrow", Accept="text/csv")
    assert wrong.headers["Content-Type"] == "application/problem+json"
    assert wrong.json()["errors"][0]["pointer"] == "/as_of"


@pytest.mark.parametrize("query", ["", "?as_of=2026-11-20"])
def test_statements_do_not_grow(visitor, query):
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            rows(visitor, "ndjson", query)
        counts.append(len(queries))
        RecommendationFactory.create_batch(2)
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", ["", "?as_of=2030-01-01"])
def test_reader_who_leaves_holds_nothing(visitor, monkeypatch, query):
    monkeypatch.setattr(export, "BATCH", 2)
    RecommendationFactory.create_batch(7)
    answer = visitor.get(
        "exports/recommendations.ndjson" + query.replace("2030-01-01", NOW.isoformat().replace("+", "%2B"))
    )
    pieces = iter(answer.streaming_content)
    if not query:
        assert next(pieces).count(b"\n") == 2
        assert connection.in_atomic_block
    answer.close()
    assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), (SELECT count(*) FROM pg_cursors)")
        assert cursor.fetchone() == ('"$user", public', 0)


@pytest.mark.django_db(transaction=True)
def test_past_is_left_when_its_reader_leaves(monkeypatch):
    monkeypatch.setattr(export, "BATCH", 1)
    RecommendationFactory.create_batch(3)
    let_it_stand()
    pieces = export.export(
        Recommendation.objects.all(), "csv", ordering="reference", reader=None, today=NOW.date(), moment=NOW
    )
    assert b"reference" in next(pieces)
    assert b"T-" in next(pieces)
    assert connection.in_atomic_block
    pieces.close()
    assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        assert cursor.execute("SHOW search_path").fetchone() == ('"$user", public',)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_register(visitor):
    report = SourceFactory()
    made = (RecommendationFactory.build(source=report, description_en="x" * 2000) for _ in range(4000))
    Recommendation.objects.bulk_create(made)
    answer = visitor.get("exports/recommendations.ndjson")
    tracemalloc.start()
    size = sum(map(len, answer.streaming_content))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 8_000_000
    assert most < 8_000_000
