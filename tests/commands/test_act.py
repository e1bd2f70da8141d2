"""`manage.py act`: every verb from the command line, with a person's rights, read strictly."""

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from recommendations.management import inputs, verbs
from recommendations.models import Assessment, Event
from recommendations.rules.errors import Invalid
from recommendations.rules.lifecycle import Status
from tests.factories import EvidenceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def act(*arguments, **options):
    out = io.StringIO()
    call_command("act", *arguments, stdout=out, **options)
    return out.getvalue()


def refused(*arguments, **options):
    out = io.StringIO()
    with pytest.raises(CommandError) as why:
        call_command("act", *arguments, stdout=out, **options)
    assert why.value.returncode == 1
    return str(why.value) if options.get("format") != "json" else json.loads(out.getvalue())["problems"]


def pairs(**said):
    return [f"--set={name}={value}" for name, value in said.items()]


# Every verb has this door


def reason(name, function):
    """Why a verb has no door here; "" when it has one."""
    if name in verbs.EXCLUDED:
        return verbs.EXCLUDED[name]
    return "takes rows" if verbs._act(name, function) is None else ""


def test_every_verb_is_reachable_or_says_why_not():
    known = verbs.all_of_them()
    found = dict(verbs.public())
    assert len(known) > 20
    for name, function in found.items():
        assert (name in known) != bool(reason(name, function)), name
    assert set(verbs.EXCLUDED) <= set(found), "excluded, and no longer there"
    for one in known.values():  # raises KeyError for a kind that nobody could type
        for asked in (*one.inputs, *([one.target] if one.target else [])):
            assert inputs.describe(asked.hint)


def test_what_people_do_with_a_recommendation_is_here():
    assert {
        "recommendation.register",
        "recommendation.amend",
        "followup.assess",
        "evidence.attach",
        "evidence.retract",
        "assignment.assign",
        "assignment.release",
        "passage.place",
        "indicator.observe",
    } <= verbs.all_of_them().keys()


def test_the_list_names_verbs_and_what_they_ask_for():
    listed = act("--list")
    assert "followup.assess REFERENCE\n  Record a self-assessment or a review" in listed
    assert "    as_of *: a date like 2026-11-24\n" in listed
    described = {one["verb"]: one for one in json.loads(act("--list", format="json"))}
    assert described["recommendation.amend"]["target"] == "reference"
    assert {"name": "evidence", "kind": "an id, any number", "is_needed": False} in described["followup.assess"][
        "inputs"
    ]


# Doing


def test_a_status_is_reported(owned, alice):
    piece = EvidenceFactory(recommendation=owned.recommendation)
    said = pairs(value="partly", kind="self", as_of="2026-11-01", narrative="Half of it = done", next_review_on="")
    out = act("assess", "T-900", *said, f"--set=evidence={piece.uuid}", "--set=blockers=funding", "--set=blockers=capacity", "--as", alice.email.upper())  # fmt: skip
    made = Assessment.objects.get()
    assert (made.value, made.as_of, made.narrative) == ("partly", dt.date(2026, 11, 1), "Half of it = done")
    assert (made.blockers, list(made.evidence.all()), made.next_review_on) == (["funding", "capacity"], [piece], None)
    assert out.startswith("recommendation/T-900 #1 assessed {")


def test_a_trial_writes_nothing(owned, alice):
    said = pairs(value="no_action", kind="self", as_of="2026-11-01")
    out = json.loads(act("followup.assess", "T-900", *said, "--as", alice.email, dry_run=True, format="json"))
    assert (out["dry_run"], [event["verb"] for event in out["events"]]) == (True, ["assessed"])
    assert "trial" in act("assess", "T-900", *said, "--as", alice.email, dry_run=True)
    assert not Event.objects.exists()
    assert not Assessment.objects.exists()


def test_inputs_come_as_json(item, carol, tmp_path, monkeypatch):
    ThemeFactory(slug="economy")
    file = tmp_path / "said.json"
    file.write_text(json.dumps({"title_en": "New", "themes": ["economy"], "target_on": "2027-01-31"}))
    act("recommendation.amend", "T-900", "--json", str(file), "--set=title_ru=Новое", "--as", carol.email)
    item.refresh_from_db()
    assert (item.title_en, item.title_ru, item.target_on) == ("New", "Новое", dt.date(2027, 1, 31))
    assert [theme.slug for theme in item.themes.all()] == ["economy"]
    monkeypatch.setattr("sys.stdin", io.StringIO('{"target_on": null}'))
    act("recommendation.amend", "T-900", "--json", "-", "--as", carol.email)
    item.refresh_from_db()
    assert item.target_on is None
    assert act("recommendation.amend", "T-900", "--set=title_en=New", "--as", carol.email) == "Nothing changed.\n"


def test_lists_of_objects(item, carol):
    passages = json.dumps([{"first_words": "A new dialogue", "last_words": "of both", "paragraph": 3}])
    act("passage.place", "T-900", f"--set=source={item.source.slug}", f"--set=said={passages}", "--as", carol.email)
    assert [(p.first_words, p.paragraph) for p in item.passages.all()] == [("A new dialogue", 3)]


def test_a_verb_that_is_done_to_nothing(dave):
    act("subscribe", "--set=cadence=daily", "--as", dave.email)
    assert "done to nothing" in refused("subscribe", "T-900", "--as", dave.email)


# Refusing


def test_everything_that_is_wrong_is_told_at_once(owned, alice):
    said = pairs(kind="self", as_of="1.11.2026", narative="typing error", seen="one", evidence="x")
    told = refused("assess", "T-900", *said, "--as", alice.email, format="json")
    assert {(p["field"], p["code"]) for p in told} == {
        ("narative", "unknown_field"),
        ("value", "required"),
        ("as_of", "bad_value"),
        ("seen", "bad_value"),
        ("evidence/0", "bad_value"),
    }
    assert "as_of: “1.11.2026” is not what is asked for here: a date like 2026-11-24. (bad_value)" in refused(
        "assess", "T-900", *said, "--as", alice.email
    )


def test_what_the_register_refuses_is_told_with_its_code(owned, alice, bob, dave):
    said = pairs(value="implemented", kind="self", as_of="2026-11-01")
    assert [p["code"] for p in refused("assess", "T-900", *said, "--as", alice.email, format="json")] == [
        "evidence_needed"
    ]
    assert "(not_assigned)" in refused("assess", "T-900", *said, "--as", dave.email)
    assert "(not_found)" in refused("assess", "T-999", *said, "--as", alice.email)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as", "ALICE"], "Say what to do"),
        (["assess"], "Say what to do"),
        (["vanish", "--as", "ALICE"], "say one of assignment.amend"),
        (["retract_all", "--as", "ALICE"], "is not one verb"),
        (["amend", "T-900", "--as", "ALICE"], "recommendation.amend"),
        (["assess", "T-900", "--as", "nobody@example.org"], "Nobody with the e-mail address"),
        (["assess", "T-900", "--as", "ALICE", "--json", "/nowhere"], "There is no file"),
        (["assess", "T-900", "--as", "ALICE", "--json", __file__], "is not JSON"),
        (["assess", "T-900", "--as", "ALICE", "--set", "value"], "name=value"),
        (["assess", "T-900", "--as", "ALICE", "--set", "value=a", "--set", "value=b"], "given twice"),
    ],
)
def test_wrong_calls_are_told(owned, alice, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("act", *[alice.email if one == "ALICE" else one for one in arguments])


def test_json_that_is_no_object(owned, alice, tmp_path):
    file = tmp_path / "list.json"
    file.write_text("[]")
    assert "(not_an_object)" in refused("assess", "T-900", "--json", str(file), "--as", alice.email)


# Reading


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: int | None = None


def read(hint, said):
    problems = []
    value = inputs._read(hint, said, "x", problems)
    return [(p.field, p.code) for p in problems] or value


@pytest.mark.parametrize(
    ("hint", "said", "value"),
    [
        (str, "a", "a"),
        (str | None, None, None),
        (str | None, "", ""),
        (int | None, "", None),
        (int, 7, 7),
        (int, "-7", -7),
        (bool, "yes", True),
        (bool, False, False),
        (Decimal, "1.50", Decimal("1.50")),
        (Decimal, 2, Decimal(2)),
        (dt.datetime, "2026-11-24T09:30:00+00:00", dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)),
        (UUID, "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f", UUID("0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f")),
        (Status, "partly", Status.PARTLY),
        (tuple[int, ...], [1, "2"], (1, 2)),
        (Sequence[str], "one", ("one",)),
        (Part, {"name": "a"}, Part("a")),
        (Part | None, None, None),
        (tuple[Part, ...], '[{"name": "a", "size": 1}]', (Part("a", 1),)),
        (Mapping, '{"a": 1}', {"a": 1}),
        (Any, 1, 1),
        ({"a": int}, {"a": "1"}, {"a": 1}),
    ],
)
def test_a_value_is_read(hint, said, value):
    assert read(hint, said) == value
    assert inputs.describe(hint)


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        (str, 1),
        (str, None),
        (int, True),
        (int, "1.0"),
        (int, "٣"),
        (bool, 1),
        (bool, "maybe"),
        (Decimal, "NaN"),
        (Decimal, 1.5),
        (Decimal, "x"),
        (dt.date, "20261124"),
        (dt.date, "2026-02-30"),
        (dt.date, 5),
        (dt.datetime, "2026-11-24T09:30:00"),
        (UUID, 5),
        (Status, "done"),
        (tuple[int, ...], 5),
        (Part, "[]"),
        (Part, "{"),
        (Sequence[Part], "[{]"),
    ],
)
def test_a_value_of_another_kind_is_not_read(hint, said):
    assert read(hint, said) == [("x", "bad_value")]


def test_members_of_objects_are_told_by_their_place():
    assert read(tuple[Part, ...], [{"name": 1}, {"size": 2, "colour": "x"}]) == [
        ("x/0/name", "bad_value"),
        ("x/1/colour", "unknown_field"),
        ("x/1/name", "required"),
    ]


def test_a_file_becomes_bytes(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert read(bytes, str(tmp_path / "a.pdf")) == b"%PDF"


def test_a_kind_that_nobody_can_type_is_no_input():
    with pytest.raises(KeyError):
        inputs.describe(Callable)


def test_a_step_that_takes_rows_is_no_verb_of_this_door():
    def keep(item: Event, *, actor, now): ...

    assert verbs._act("event.keep", keep) is None


def test_members_of_one_name_stay_within_their_objects():
    asked = [verbs.Input("one", Part, is_needed=True), verbs.Input("other", Part, is_needed=True)]
    assert verbs._flat(asked) == (asked, {})
    made = verbs.Act("x.y", print, None, tuple(asked), {})
    assert inputs.arguments(made, None, {"one": {"name": "a"}, "other": {"name": "b"}}) == {
        "one": Part("a"),
        "other": Part("b"),
    }
    with pytest.raises(Invalid):
        inputs.arguments(made, None, {"name": "a"})
