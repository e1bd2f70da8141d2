"""A table that comes in: the dry run says what each row would do, applying does it, undoing takes it back."""

# ruff: noqa: F811 - a fixture is imported

import csv
import datetime as dt
import io
import re

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommendations.actions import importing, recommendation
from recommendations.exchange.incoming import headings
from recommendations.models import Event, ImportRow, Recommendation
from recommendations.models.person import REGISTER
from recommendations.models.verification import verify
from tests.exchange import tables
from tests.exchange.round_trip import applied, edited, exported, outcomes, register, row, sent, undone, wrong  # noqa: F401 - a fixture among them
from tests.factories import NOW

pytestmark = pytest.mark.django_db


LATER = NOW + dt.timedelta(days=1)


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_what_was_exported_changes_nothing(register, carol, form):
    made = sent(exported(form), carol)
    assert (made.state, made.problems) == ("read", [])
    assert outcomes(made) == dict.fromkeys(["A-1", "A-2", "A-3"], "unchanged")
    assert made.counts == {"unchanged": 3}


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "ndjson"])
@pytest.mark.parametrize("asked", ["", "?scale=eca"])
def test_a_file_that_was_handed_out_changes_nothing(register, carol, client, form, asked):
    client.force_login(carol)
    answer = client.get(f"/api/v1/exports/recommendations.{form}{asked}")
    made = sent(b"".join(answer) if answer.streaming else answer.content, carol, f"table.{form}")
    assert (made.state, made.problems) == ("read", [])
    assert made.counts == {"unchanged": 3}


def test_an_edited_export_is_applied_and_undone(register, carol):
    def change(by):
        by["A-1"]["title_en"] = "Whole, anew"
        by["A-3"]["target_on"] = ""
        by["A-2"]["themes"] = "culture"
        by["A-4"] = {
            "reference": "A-4",
            "title_en": "New",
            "source": "report",
            "instrument": "Фонд",
            "priority": "High",
            "visibility": "Public",
            "parent": "A-5",
        }
        by["A-5"] = {
            "reference": "A-5",
            "title_en": "New whole",
            "source": "report",
            "instrument": "other",
            "priority": "normal",
            "visibility": "public",
        }

    before = exported()
    made = sent(edited(change), carol)
    assert outcomes(made) == {"A-1": "update", "A-2": "update", "A-3": "update", "A-4": "create", "A-5": "create"}
    assert row(made, "A-1").changes == {"title_en": ["Whole", "Whole, anew"]}
    assert row(made, "A-3").changes == {"target_on": ["2027-05-01", None]}
    assert row(made, "A-4").changes["instrument"] == [None, "fund"]
    count = Event.objects.count()
    made = applied(made, carol)
    assert (made.state, made.problems) == ("applied", [])
    assert Event.objects.count() == count + 5 + 1 + 1  # the whole's status is computed of its part from now on
    event = Event.objects.get(verb="imported")
    assert (event.actor, event.after["created"], event.after["updated"]) == (carol, 2, 3)
    items = {item.reference: item for item in Recommendation.objects.all()}
    assert (items["A-1"].title_en, items["A-3"].target_on, items["A-4"].parent) == ("Whole, anew", None, items["A-5"])
    assert [theme.slug for theme in items["A-2"].themes.all()] == ["culture"]
    assert items["A-5"].elements == 1
    assert sent(exported(), carol).counts == {"unchanged": 5}
    made = undone(made, carol)
    assert (made.state, made.counts["undone"], made.counts["not_undone"]) == ("undone", 5, 0)
    assert verify().is_whole
    names = ("version", "updated_at")
    rows = [list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))) for content in (before, exported())]
    assert [{k: v for k, v in each.items() if k not in names} for each in rows[0]] == [
        {k: v for k, v in each.items() if k not in names} for each in rows[1]
    ]


def test_somebody_was_faster(register, carol, bob):
    content = edited(lambda by: by["A-1"].update(title_en="Mine"))
    recommendation.amend("A-1", {"title_en": "Theirs"}, actor=bob_as_steward(bob), now=NOW, seen=None)
    made = sent(content, carol)
    found = row(made, "A-1")
    assert (found.outcome, found.changes) == ("conflict", {"title_en": ["Theirs", "Mine"]})
    assert wrong(made, "A-1") == [("version", "stale")]
    assert sent(re.sub(rb",\d+\r\n", b",\r\n", content), carol).counts == {"update": 1, "unchanged": 2}


def bob_as_steward(bob):
    bob.role = "steward"
    bob.save()
    return bob


def test_what_others_did_without_changing_the_wording_is_no_conflict(register, carol):
    content = exported()
    recommendation.amend("A-1", {"title_en": "Other"}, actor=carol, now=NOW, seen=None)
    recommendation.amend("A-1", {"title_en": "Whole"}, actor=carol, now=NOW, seen=None)
    assert sent(content, carol).counts == {"unchanged": 3}


def test_all_that_is_wrong_is_named_by_row_and_column(register, carol):
    Recommendation.objects.filter(reference="A-3").update(withdrawn_at=NOW)
    header = "reference,title_en,source,instrument,priority,target_on,parent,themes,version,visibility"
    lines = [
        "A-1,,nowhere,Fonds,,2027-13-01,,x,-1,",
        "A-2,New,report,fund,high,01.05.2027,A-9,,,public",
        "A-3,New,report,fund,high,,,,,public",
        "a-4,New,report,fund,high,,,,,public",
        ",New,report,fund,high,,,,,public",
        "B-1,,,,,5/1/27,,,,",
        "B-2,New,report,other,normal,,B-2,,,public",
        "B-2,New,report,other,normal,,,,,public",
        "B-3,New,report,other,normal,,A-2,,,public",
        f"{'B' * 30}-1,New,report,other,normal,,,,,public",
    ]
    made = sent("\n".join([header, *lines]).encode(), carol)
    found = [
        (one.number, [(p["column"], p["code"]) for p in one.problems]) for one in ImportRow.objects.order_by("number")
    ]
    assert made.counts == {"error": 10}
    assert [(number, sorted(problems)) for number, problems in found] == [
        (2, [("instrument", "not_a_choice"), ("priority", "required"), ("source", "unknown_name"), ("target_on", "bad_value"),
             ("themes", "unknown_name"), ("title_en", "required"), ("version", "bad_value"), ("visibility", "required")]),
        (3, [("parent", "one_level"), ("parent", "unknown_name")]),
        (4, [("reference", "withdrawn")]),
        (5, [("reference", "bad_reference")]),
        (6, [("reference", "required")]),
        (7, [("instrument", "required"), ("priority", "required"), ("source", "required"), ("source", "unknown_name"),
             ("target_on", "bad_value"), ("title_en", "required"), ("visibility", "required")]),
        (8, [("parent", "one_level")]),
        (9, [("reference", "row_twice")]),
        (10, [("parent", "one_level")]),
        (11, [("reference", "bad_reference")]),
    ]  # fmt: skip
    assert row(made, "A-2").changes["target_on"] == [None, "2027-05-01"]
    assert not Event.objects.filter(verb="amended").exists()


def test_parts_and_wholes_of_one_file_are_looked_at_together(register, carol):
    header = "reference,title_en,source,parent"
    lines = [
        "A-3,Third,report,B-1",
        "B-1,Whole,report,",
        "B-2,Part,report,B-1",
        "B-3,Part of a part,report,B-2",
        "A-1,Whole,report,B-1",
    ]
    made = sent("\n".join([header, *lines]).encode(), carol)
    assert outcomes(made) == {"A-3": "update", "B-1": "create", "B-2": "error", "B-3": "error", "A-1": "error"}
    assert wrong(made, "B-2") == wrong(made, "B-3") == wrong(made, "A-1") == [("parent", "one_level")]
    made = applied(made, carol, only_good=True)
    assert made.counts == {"update": 1, "create": 1, "error": 3}
    assert Recommendation.objects.get(reference="A-3").parent.reference == "B-1"
    assert Recommendation.objects.get(reference="B-1").elements == 0  # its only part is internal
    made = undone(made, carol)
    assert made.counts["undone"] == 2
    assert Recommendation.objects.get(reference="A-3").parent is None


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("title_en,source", [("reference", "column_missing")]),
        ("reference,reference,title_en", [("reference", "column_twice")]),
        ("reference,title_en,prioritty", [("prioritty", "unknown_column")]),
        ("reference,title_en,wholly_unknown", [("wholly_unknown", "unknown_column")]),
    ],
)
def test_columns_that_are_not_right_are_named(register, carol, header, found):
    made = sent(f"{header}\nA-1,A-1,x\n".encode(), carol)
    assert made.state == "refused"
    assert [(p["column"], p["code"]) for p in made.problems] == found
    assert not ImportRow.objects.exists()


def test_columns_have_names_in_both_languages_in_any_order(register, carol):
    header = (
        f"{russian('priority')}; {russian('reference').upper()} ;TITLE in english;{russian('visibility')};Instrument"
    )
    made = sent(f"{header}\nВысокий;A-1;Anew;внутренняя;Фонд\n".encode(), carol)
    assert made.problems == []
    changes = row(made, "A-1").changes
    assert (changes["priority"], changes["title_en"]) == (["normal", "high"], ["Whole", "Anew"])


def russian(name):
    with translation.override("ru"):
        return headings.label(name)


def test_a_missing_column_leaves_and_an_empty_cell_empties(register, carol):
    made = sent(b"reference,themes\nA-1,\n", carol)
    assert row(made, "A-1").changes == {"themes": [["economy", "culture"], []]}
    made = sent(b'[{"reference": "A-1"}, {"reference": "A-3", "target_on": null}]', carol, "table.json")
    assert outcomes(made) == {"A-1": "unchanged", "A-3": "update"}


def test_cells_without_a_column_and_of_no_kind_are_named(register, carol):
    made = sent(b"reference,title_en\nA-1,Whole,more\nA-2,=1+1,\n", carol)
    assert wrong(made, "A-1") == [("3", "unknown_column")]
    made = sent(b'[{"reference": "A-1", "title_en": {"a": 1}, "themes": 3, "source": "re\\u0000port"}]', carol)
    assert sorted(wrong(made, "A-1")) == [
        ("source", "control_characters"),
        ("themes", "unknown_name"),
        ("title_en", "bad_value"),
    ]
    made = sent(b'[{"reference": "A-1", "title_en": "Whole", "themes": [3], "status": {"a": 1}}]', carol)
    assert wrong(made, "A-1") == [("themes", "bad_value"), ("status", "not_importable")]


def test_what_an_import_does_not_change_may_not_be_changed(register, carol):
    def change(by):
        by["A-1"].update(status="implemented", lead="somebody")
        by["A-2"].update(delivery="overdue", created_at="2020-01-01T00:00:00Z", disagreement="true")
        by["A-3"].update(response="accepted", freshness="fresh", withdrawn_at="yesterday", assessed_on="2026-01-01")
        by["A-4"] = {"reference": "A-4", "title_en": "New", "source": "report", "instrument": "other", "priority": "low",
                     "visibility": "public", "status": "implemented", "reported_status": "not_assessed"}  # fmt: skip

    made = sent(edited(change), carol)
    assert made.counts == {"error": 4}
    assert {one.reference: sorted(p["column"] for p in one.problems) for one in ImportRow.objects.all()} == {
        "A-1": ["lead", "status"],
        "A-2": ["created_at", "delivery", "disagreement"],
        "A-3": ["assessed_on", "freshness", "response", "withdrawn_at"],
        "A-4": ["status"],
    }


def test_what_is_shown_may_be_written_otherwise(register, carol):
    def change(by):
        by["A-1"].update(status="Не оценивалось", verified_status="could not be verified", is_self_reported="ЛОЖЬ")
        by["A-3"].update(created_at=by["A-3"]["created_at"].replace("Z", "").replace("T", " "), delivery="Not due")

    assert sent(edited(change), carol).counts == {"unchanged": 3}


def test_the_name_of_a_file_is_no_path(carol):
    for name, shown in (
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\t.csv", "t.csv"),
        ("\x00\n", "file"),
        ("a" * 300, "a" * 200),
    ):
        made = importing.take(name, b"a", "csv", actor=carol, now=NOW)
        assert made.file_name == shown
        assert re.fullmatch(r"imports/[0-9a-f-]{36}", made.file.name)


@pytest.mark.parametrize("write", [tables.xlsx, tables.ods])
def test_a_workbook_made_of_an_export_changes_nothing(register, carol, write):
    lines = list(csv.reader(io.StringIO(exported().decode("utf-8-sig"), newline="")))
    if write is tables.ods:
        lines = [[cell.replace("\n", "</text:p><text:p>") for cell in line] for line in lines]
    assert sent(write(lines), carol).counts == {"unchanged": 3}


def test_dates_flags_and_numbers_of_a_workbook_are_understood(register, carol):
    header = ["reference", "target_on", "is_self_reported", "version", "title_en"]
    lines = [header, ["A-3", dt.date(2027, 6, 2), False, 1, ("=B2", "Computed")], ["A-1", None, None, 1.0, "'=1+1"]]
    made = sent(tables.xlsx(lines), carol)
    assert row(made, "A-3").changes == {"title_en": ["Третье", "Computed"], "target_on": ["2027-05-01", "2027-06-02"]}
    assert row(made, "A-1").changes["title_en"] == ["Whole", "=1+1"]


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), include_characters="\t\n\r"), max_size=30)


@pytest.mark.uncounted
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=TEXTS.filter(str.strip), description=TEXTS, others=TEXTS)
def test_export_import_export_is_the_identity(register, carol, title, description, others):
    wording = {"title_en": title, "description_ru": description, "title_ru": others}
    recommendation.amend("A-1", wording, actor=REGISTER, now=NOW, seen=None)
    for form in ("csv", "json"):
        before = exported(form)
        assert sent(before, carol).counts == {"unchanged": 3}
    made = sent(edited(lambda by: by["A-2"].update({**wording, "version": ""})), carol)
    applied(made, carol) if made.counts.get("update") else None
    found = Recommendation.objects.get(reference="A-2")
    assert {name: getattr(found, name).replace("\r\n", "\n") for name in wording} == {
        name: text.replace("\r\n", "\n") for name, text in wording.items()
    }
