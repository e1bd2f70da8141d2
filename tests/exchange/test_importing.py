"""A table that comes in: the dry run says what each row would do, applying does it, undoing takes it back."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from recommendations.actions import importing, recommendation
from recommendations.actions.recommendation import Wording
from recommendations.exchange import export, intake, rounds
from recommendations.models import Event, ImportRow, Recommendation
from recommendations.models.person import REGISTER
from recommendations.models.verification import verify
from tests.factories import NOW, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def register(db):
    """Three items, one of them a part, one with what spreadsheets would run."""
    SourceFactory(slug="report")
    ThemeFactory(slug="economy", name_en="Economy")
    ThemeFactory(slug="culture")
    who = {"actor": REGISTER, "now": NOW}
    recommendation.register("A-1", Wording("Whole", "report", themes=("economy", "culture"), instrument="fund"), **who)
    tricky = Wording("=1+1", "report", description_en='Two\nlines, "quoted"; semicolon', parent="A-1", priority="high")
    recommendation.register("A-2", tricky, **who)
    recommendation.register(
        "A-3", Wording("Третье", "report", target_on=dt.date(2027, 5, 1), visibility="internal"), **who
    )


def exported(form="csv"):
    items = Recommendation.objects.standing()
    today = timezone.now().date()
    pieces = export.export(items, form, ordering="reference", reader=REGISTER, today=today, moment=None)
    return b"".join(pieces)


def edited(change, content=None):
    """Return an export as a spreadsheet would save it after `change` was done to its rows (dicts by reference)."""
    rows = list(csv.DictReader(io.StringIO((content or exported()).decode("utf-8-sig"), newline="")))
    by = {row["reference"]: row for row in rows}
    change(by)
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, list(rows[0]))
    writer.writeheader()
    writer.writerows(by.values())
    return page.getvalue().encode("utf-8-sig")


def sent(content, actor, name="table.csv"):
    made = importing.take(name, content, intake.tell(content), actor=actor, now=timezone.now())
    rounds.run(only=made.uuid)
    made.refresh_from_db()
    return made


def applied(made, actor, **said):
    importing.apply(made.uuid, actor=actor, now=timezone.now(), **said)
    rounds.run(only=made.uuid)
    made.refresh_from_db()
    return made


def undone(made, actor):
    importing.undo(made.uuid, actor=actor, now=timezone.now())
    rounds.run(only=made.uuid)
    made.refresh_from_db()
    return made


def outcomes(made):
    return dict(ImportRow.objects.filter(importing=made).order_by("number").values_list("reference", "outcome"))


def row(made, reference):
    return ImportRow.objects.get(importing=made, reference=reference)


def wrong(made, reference):
    return [(p["column"], p["code"]) for p in row(made, reference).problems]


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_what_was_exported_changes_nothing(register, carol, form):
    made = sent(exported(form), carol)
    assert (made.state, made.problems) == ("read", [])
    assert outcomes(made) == dict.fromkeys(["A-1", "A-2", "A-3"], "unchanged")
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
