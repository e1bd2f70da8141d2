"""Exports: what is in them, for whom, as of when; that they stream, and that a reader who leaves holds nothing."""

import csv
import datetime as dt
import hashlib
import io
import json
import tracemalloc
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from recommendations.actions import recommendation
from recommendations.exchange import cells, columns, export, manifest, workbook
from recommendations.models import Recommendation
from recommendations.rules import calendar, vocabulary
from recommendations.rules.calendar import AGEING_DAYS, DUE_SOON_DAYS, FRESH_DAYS
from recommendations.rules.lifecycle import Status
from tests.api.contract import whole
from tests.factories import NOW, TODAY, RecommendationFactory, SourceFactory, ThemeFactory, let_it_stand

pytestmark = pytest.mark.django_db
FORMS = ("csv", "xlsx", "json", "ndjson")
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
    assert list(row) == list(columns.COLUMNS)
    shown = reader.get("recommendations/T-900/").json()
    flat = {**shown, "source": shown["source"]["slug"], "lead": shown["lead"]["slug"]}
    assert row == {name: flat[name] for name in columns.COLUMNS}
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


@pytest.mark.uncounted
@pytest.mark.slow
@pytest.mark.parametrize(("form", "most"), [("csv", 8_000_000), ("ndjson", 8_000_000), ("xlsx", 16_000_000)])
def test_memory_does_not_grow_with_the_register(visitor, form, most):
    report = SourceFactory()
    made = (RecommendationFactory.build(source=report, description_en="x" * 2000) for _ in range(4000))
    whole(visitor.get(f"exports/recommendations.{form}"))  # what is loaded once
    Recommendation.objects.bulk_create(made)
    tracemalloc.start()
    answer = visitor.get(f"exports/recommendations.{form}")
    size = sum(map(len, answer))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > (8_000_000 if form != "xlsx" else 100_000)
    assert peak < most


# Values


def test_database_computes_what_the_rules_say(reader):
    report, edges = SourceFactory(), (0, 1, FRESH_DAYS - 1, FRESH_DAYS, AGEING_DAYS - 1, AGEING_DAYS)
    days = [None, *(TODAY + dt.timedelta(days=n) for n in (-1, 0, DUE_SOON_DAYS, DUE_SOON_DAYS + 1))]
    made = [
        RecommendationFactory(source=report, target_on=target, status=status, assessed_on=seen)
        for status in Status.values
        for target, seen in zip([*days, None], [None, *(TODAY - dt.timedelta(days=n) for n in edges)], strict=False)
    ]
    found = {row["reference"]: row for row in rows(reader, "ndjson")}
    assert len(found) == len(made)
    for item in made:
        row = found[item.reference]
        assert row["delivery"] == calendar.delivery(item.target_on, item.status, TODAY)
        assert row["freshness"] == calendar.freshness(item.assessed_on, TODAY)


@pytest.mark.parametrize(
    ("reported", "verified"),
    [("not_assessed", "not_assessed"), ("partly", "not_assessed"), ("partly", "mostly"), ("partly", "partly"), ("not_assessed", "mostly")],
)  # fmt: skip
def test_flags_of_a_row_are_those_of_the_list(reader, item, reported, verified):
    item.reported_status, item.verified_status = reported, verified
    item.save()
    listed = reader.get("recommendations/").json()["results"][0]
    for form in ("json", "ndjson"):
        (row,) = rows(reader, form)
        for name in columns.FLAGS:
            assert row[name] is listed[name]


@pytest.mark.parametrize("scale", vocabulary.SCALES)
@pytest.mark.parametrize("form", FORMS)
def test_ratings_in_the_words_of_another_body(reader, form, scale):
    for status in Status.values:
        RecommendationFactory(status=status, reported_status="partly", verified_status=status)
    found = rows(reader, form, f"?scale={scale}")
    for row in found:
        assert list(row) == [*columns.COLUMNS, *columns.SCALED]
        empty = None if form in {"json", "ndjson"} else ""
        for name in columns.RATINGS:
            assert row[f"scale_{name}"] == vocabulary.CROSSWALK[Status(row[name])].get(scale, empty)
    assert len(found) == len(Status.values)


def test_unknown_scale_or_form_is_refused(reader, item):
    for address, pointer in (
        ("recommendations.csv?scale=iso", "/scale"),
        ("recommendations.xlsx?scale=", "/scale"),
        ("recommendations.manifest.json?format=pdf", "/format"),
        ("recommendations.csv?format=csv", "/format"),
    ):
        answer = reader.get(f"exports/{address}")
        assert answer.status_code == 400, address
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_the_same_is_said_in_every_form(full, reader):
    RecommendationFactory(
        reference="T-902", title_en="=1+1", description_en='a "b"\r\nс,т\n\u2028', title_ru="", target_on=TODAY
    )
    ThemeFactory(slug="culture").recommendations.set(Recommendation.objects.all())
    whole_rows = rows(reader, "json")
    assert rows(reader, "ndjson") == whole_rows
    tables = [rows(reader, form) for form in ("csv", "xlsx")]
    for table in tables:
        assert [{name: _typed(name, text) for name, text in row.items()} for row in table] == [
            {name: value or None if isinstance(value, str) else value for name, value in row.items()}
            for row in whole_rows
        ]


def _typed(name, text):
    """What a cell says, as JSON says it."""
    if name == "themes":
        return text.split(",") if text else []
    if name in columns.FLAGS:
        return text in (True, "true")
    if name in columns.NUMBERS:
        return int(text)
    return cells.restored(text) or None


def test_nobody_is_asked_for_what_cannot_be(visitor, item):
    for form, empty in (("csv", 1), ("ndjson", 0)):
        assert whole(visitor.get(f"exports/recommendations.{form}?owner=me")).count(b"\n") == empty
    assert rows(visitor, "json", "?owner=me") == []
    assert rows(visitor, "xlsx", "?owner=me") == []


# Workbooks


def _sheet(body):
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    names, *found = book.get_sheet_by_name(workbook.DATA).to_python(skip_empty_area=False)
    return [dict(zip(names, map(_plain, row), strict=True)) for row in found]


def _plain(value):
    if isinstance(value, dt.datetime):
        return f"{value.isoformat()}Z"
    return value.isoformat() if isinstance(value, dt.date) else value


ROWS["xlsx"] = _sheet


def test_workbook_holds_real_dates_and_no_formula(reader):
    RecommendationFactory(reference="T-900", title_en="=1+1", target_on=TODAY)
    RecommendationFactory(reference="T-901", title_en="_x0041_ http://example.org", target_on=dt.date(1850, 1, 2))
    answer = reader.get("exports/recommendations.xlsx")
    assert answer["Content-Type"] == workbook.MEDIA_TYPE
    assert answer["Content-Disposition"].endswith('-2026-11-24.xlsx"')
    body = whole(answer)
    book = parts_of(body)
    assert "<f>" not in book["xl/worksheets/sheet1.xml"]
    assert 'state="frozen"' in book["xl/worksheets/sheet1.xml"]
    assert '<autoFilter ref="A1:Z3"/>' in book["xl/worksheets/sheet1.xml"]
    assert not any("hyperlink" in text or "externalLink" in name for name, text in book.items())
    first, second = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()[1:]
    place = columns.COLUMNS.index("target_on")
    assert (first[1], first[place]) == ("'=1+1", TODAY)
    assert (second[1], second[place]) == ("_x0041_ http://example.org", "1850-01-02")


def parts_of(body):
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


@pytest.mark.parametrize(("language", "about"), [("en", "About"), ("ru", "О файле")])
def test_workbook_says_what_it_is(full, reader, language, about):
    answer = reader.get("exports/recommendations.xlsx?status=no_action&scale=gao", Accept_Language=language)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(whole(answer))).get_sheet_by_name(about).to_python()
    said = [value for _label, value in sheet]
    table = reader.get("exports/recommendations.csv?status=no_action&scale=gao")
    assert hashlib.sha256(whole(table)).hexdigest() in said
    assert "status=no_action&scale=gao" in said
    assert 2 in said
    assert any(str(value).startswith("2026-11-24T09:30:0") for value in said)


def test_workbook_has_no_room_for_more_than_a_sheet(reader, item, monkeypatch):
    monkeypatch.setattr(workbook, "MOST", 1)
    assert reader.get("exports/recommendations.xlsx").status_code == 200
    RecommendationFactory()
    answer = reader.get("exports/recommendations.xlsx")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "too_many_rows"


# Manifests


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "query", ["", "?status=not_assessed&ordering=-reference&scale=eca", "?as_of=2026-11-24T08:30:30Z"]
)
def test_manifest_tells_the_truth_after_the_register_has_changed(owned, reader, carol, form, query):
    owned.recommendation.themes.add(ThemeFactory(slug="economy"))
    RecommendationFactory(reference="T-901", visibility="internal", parent=owned.recommendation)
    let_it_stand()
    recommendation.amend("T-901", {"priority": "high"}, actor=carol, now=NOW - dt.timedelta(hours=1), seen=None)
    file = whole(reader.get(f"exports/recommendations.{form}{query}")) if form != "xlsx" else b""
    link = reader.get(f"exports/recommendations.{form}{query}")["Link"]
    said = reader.get(link.partition(">")[0].removeprefix("<").partition("/api/v1/")[2]).json()
    recommendation.amend(
        "T-900", {"title_en": "Changed since"}, actor=carol, now=NOW + dt.timedelta(minutes=1), seen=None
    )
    RecommendationFactory(reference="T-950")
    again = reader.get(said["url"].partition("/api/v1/")[2]).json()
    assert again == said
    same = whole(reader.get(said["data_url"].partition("/api/v1/")[2]))
    if form == "xlsx":
        same = whole(reader.get(said["data_url"].partition("/api/v1/")[2].replace(".xlsx", ".csv")))
        assert said["sha256_of"] == "csv"
    else:
        assert same == file
    assert (hashlib.sha256(same).hexdigest(), len(same)) == (said["sha256"], said["bytes"])
    assert said["rows"] == 2
    assert said["standing"] == "internal"
    assert said["vocabulary_version"] == vocabulary.VERSION
    assert said["format"] == form


def test_manifest_of_strangers(full, visitor):
    said = visitor.get("exports/recommendations.manifest.json?priority=high,normal&theme=economy").json()
    assert (said["rows"], said["standing"], said["scale"], said["day"]) == (1, "public", None, "2026-11-24")
    assert said["query"] == "theme=economy&priority=high&priority=normal"
    assert parse_qs(urlsplit(said["data_url"]).query)["as_of"] == [said["as_of"]]
    assert tuple(said["columns"]) == columns.COLUMNS
    assert manifest.FORMS == FORMS
