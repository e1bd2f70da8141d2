"""A register, its table handed out, edited as a spreadsheet would, and sent back."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from recommendations.actions import importing, recommendation
from recommendations.actions.recommendation import Wording
from recommendations.exchange import export
from recommendations.exchange.incoming import intake, rounds
from recommendations.models import ImportRow, Recommendation
from recommendations.models.person import REGISTER
from tests.factories import NOW, SourceFactory, ThemeFactory


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
