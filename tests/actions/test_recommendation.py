"""Register and amend."""

import datetime as dt

import pytest
from django.db import connection

from recommendations.actions import recommendation
from recommendations.actions.permission import is_assigned
from recommendations.actions.recommendation import Wording
from recommendations.models import Event, Recommendation
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, RecommendationFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording():
    SourceFactory(slug="report")
    ThemeFactory(slug="economy")
    return Wording(title_en="Grant fund", title_ru="Фонд", source="report", themes=("economy",), instrument="fund")


def test_register_adds_the_item_and_one_event(wording, carol):
    made = recommendation.register("A-1", wording, actor=carol, now=NOW)
    assert recommendation.wording_of(made) == wording
    event = Event.objects.get()
    assert (event.verb, event.recommendation, event.after["themes"]) == ("registered", made, ["economy"])


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_register_is_for_stewards(wording, people, role):
    with pytest.raises(Forbidden) as refused:
        recommendation.register("A-1", wording, actor=people[role], now=NOW)
    assert refused.value.codes == ["stewards_only"]


def test_register_refuses_a_taken_reference(wording, carol):
    RecommendationFactory(reference="A-1")
    with pytest.raises(Unlawful) as refused:
        recommendation.register("A-1", wording, actor=carol, now=NOW)
    assert refused.value.codes == ["reference_taken"]


@pytest.mark.parametrize(
    ("reference", "changed", "found"),
    [
        ("a1", {}, [("reference", "bad_reference")]),
        ("A-1", {"title_en": " "}, [("title_en", "required")]),
        ("A-1", {"title_ru": "a" * 301}, [("title_ru", "too_long")]),
        ("A-1", {"description_ru": "\x00"}, [("description_ru", "control_characters")]),
        ("A-1", {"instrument": "x", "priority": "y"}, [("instrument", "not_a_choice"), ("priority", "not_a_choice")]),
        ("A-1", {"visibility": "secret"}, [("visibility", "not_a_choice")]),
        ("A-1", {"source": "x", "parent": "B-1", "themes": ("economy", "x")},
         [("themes", "unknown_name"), ("source", "unknown_name"), ("parent", "unknown_name")]),
    ],
)  # fmt: skip
def test_register_names_everything_wrong_and_changes_nothing(wording, carol, reference, changed, found):
    from dataclasses import replace

    with pytest.raises(Invalid) as refused:
        recommendation.register(reference, replace(wording, **changed), actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == found
    assert not Recommendation.objects.exists()
    assert not Event.objects.exists()


def test_amend_records_only_what_changed(wording, carol):
    recommendation.register("A-1", wording, actor=REGISTER, now=NOW)
    changed = {"title_en": "Fund", "themes": (), "target_on": dt.date(2027, 1, 1), "priority": "normal"}
    made = recommendation.amend("A-1", changed, actor=carol, now=NOW, seen=1)
    assert (made.version, made.title_en, made.themes.count()) == (2, "Fund", 0)
    event = Event.objects.get(verb="amended")
    assert event.before == {"title_en": "Grant fund", "themes": ["economy"], "target_on": None}
    assert event.after == {"title_en": "Fund", "themes": [], "target_on": "2027-01-01"}


def test_amend_with_nothing_new_is_no_event(wording, carol):
    recommendation.register("A-1", wording, actor=REGISTER, now=NOW)
    assert recommendation.amend("A-1", {"title_en": "Grant fund"}, actor=carol, now=NOW, seen=None).version == 1
    assert Event.objects.count() == 1


def test_amend_gives_a_parent_but_never_itself(wording, carol):
    parent = recommendation.register("A-1", wording, actor=REGISTER, now=NOW)
    recommendation.register("A-2", wording, actor=REGISTER, now=NOW)
    assert recommendation.amend("A-2", {"parent": "A-1"}, actor=carol, now=NOW, seen=1).parent == parent
    with pytest.raises(Invalid) as refused:
        recommendation.amend("A-1", {"parent": "A-1"}, actor=carol, now=NOW, seen=None)
    assert refused.value.codes == ["own_parent"]


def test_amend_refusals(wording, carol, dave):
    recommendation.register("A-1", wording, actor=REGISTER, now=NOW)
    changed = {"title_en": "Fund"}
    with pytest.raises(Forbidden):
        recommendation.amend("A-1", changed, actor=dave, now=NOW, seen=1)
    with pytest.raises(Missing):
        recommendation.amend("A-2", changed, actor=carol, now=NOW, seen=1)
    with pytest.raises(Stale) as stale:
        recommendation.amend("A-1", changed, actor=carol, now=NOW, seen=7)
    assert "Relations" in str(stale.value.problems[0].detail)
    with pytest.raises(Invalid) as invalid:
        recommendation.amend("A-1", {"reference": "A-9"}, actor=carol, now=NOW, seen=1)
    assert invalid.value.codes == ["unknown_field"]
    Recommendation.objects.update(withdrawn_at=NOW)
    with pytest.raises(Unlawful):
        recommendation.amend("A-1", changed, actor=carol, now=NOW, seen=1)


def test_advance_refuses_when_the_version_moved_behind_its_back(item):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recommendations_recommendation SET version = 5")
    with pytest.raises(Stale):
        recommendation.advance(item, now=NOW, priority="high")
    item.refresh_from_db()
    assert item.priority == "normal"


def test_the_register_itself_owns_nothing(item, owned):
    """A command may act as the register; it is nobody's owner, only a steward of all."""
    assert not is_assigned(REGISTER, item)
