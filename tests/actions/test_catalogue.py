"""The catalogue goes in through the verbs, twice without harm, and never over people's edits."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from recommendations.actions import catalogue, indicator, passage, recommendation, source, theme
from recommendations.actions.catalogue import Catalogue, Difference, Outcome, Result, Stated
from recommendations.actions.indicator import Reading
from recommendations.actions.passage import Placing
from recommendations.models import Event, Indicator, Observation, Passage, Recommendation, Source, Theme
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Invalid, Missing
from tests.factories import NOW

pytestmark = pytest.mark.django_db

YEAR = (dt.date(2018, 1, 1), dt.date(2018, 12, 31))
READING = Reading(*YEAR, value=Decimal("49.5"), source="report-x")
THEME = Stated("trade", {"name_en": "Trade", "name_ru": "Торговля", "position": 1})
SOURCE = Stated("report-x", {"title_en": "A report", "title_ru": "Доклад"})
ITEM = Stated(
    "X-01",
    {"title_en": "A fund", "title_ru": "Фонд", "source": "report-x", "instrument": "fund", "themes": ("trade",)},
    placings=(Placing("open a", "fund", 2),),
)
SHARE = Stated(
    "share",
    {
        "title_en": "A share",
        "title_ru": "Доля",
        "unit_en": "%",
        "is_context": True,
        "recommendations": ("X-01",),
        "position": 1,
    },
    observations=(READING,),
)
WHOLE = Catalogue((THEME,), (SOURCE,), (ITEM,), (SHARE,))


def load(stated=WHOLE, *, actor=REGISTER, overwrite=False):
    return catalogue.load(stated, actor=actor, now=NOW, overwrite=overwrite)


def results(outcomes):
    return [outcome.result.value for outcome in outcomes]


def changed(stated, observations=None, placings=None, **fields):
    return replace(
        stated,
        fields=stated.fields | fields,
        observations=observations or stated.observations,
        placings=placings or stated.placings,
    )


@pytest.fixture
def loaded(db):
    load()


def test_load_creates_everything_through_the_verbs():
    assert results(load()) == ["created"] * 4
    item = Recommendation.objects.get(reference="X-01")
    assert (item.title_en, item.instrument, item.priority, item.target_on) == ("A fund", "fund", "normal", None)
    assert [one.slug for one in item.themes.all()] == ["trade"]
    assert Passage.objects.get().first_words == "open a"
    assert Observation.objects.get().value == Decimal("49.5")
    assert set(Event.objects.values_list("actor_key", flat=True)) == {"system"}
    assert Event.objects.count() == 6


def test_load_again_changes_nothing(loaded):
    events = Event.objects.count()
    assert results(load()) == ["unchanged"] * 4
    assert Event.objects.count() == events


def test_what_only_the_catalogue_wrote_follows_it(loaded):
    newer = Catalogue(
        (changed(THEME, name_ru="Экономика"),),
        (changed(SOURCE, authors="A. Author"),),
        (changed(ITEM, title_ru="Общий фонд", placings=(Placing("a joint", "fund"),)),),
        (changed(SHARE, unit_ru="%", observations=(replace(READING, value=Decimal(50)),)),),
    )
    assert results(load(newer)) == ["updated"] * 4
    assert Theme.objects.get().name_ru == "Экономика"
    assert Source.objects.get().authors == "A. Author"
    assert Recommendation.objects.get().title_ru == "Общий фонд"
    assert Passage.objects.get().first_words == "a joint"
    assert Indicator.objects.get().unit_ru == "%"
    assert Observation.objects.get().value == 50
    assert results(load(newer)) == ["unchanged"] * 4


def test_new_observation_is_added(loaded):
    later = replace(READING, period_start=dt.date(2019, 1, 1), period_end=dt.date(2019, 4, 30))
    (outcome,) = load(Catalogue(indicators=(changed(SHARE, observations=(READING, later)),)))
    assert (outcome.result, outcome.differences[0].field) == (Result.UPDATED, "2019-01-01/2019-04-30")
    assert Observation.objects.count() == 2


@pytest.fixture
def edited(loaded, carol):
    """People edit one field of everything."""
    who = {"actor": carol, "now": NOW}
    theme.amend("trade", theme.Naming("Commerce", "Торговля", 1), **who)
    source.amend("report-x", source.Description("The report", "Доклад"), **who)
    recommendation.amend("X-01", {"title_en": "A joint fund"}, seen=None, **who)
    passage.place("X-01", "report-x", [Placing("open one", "fund")], **who)
    share = indicator.definition_of(Indicator.objects.get())
    indicator.amend("share", replace(share, title_en="The share"), **who)
    indicator.revise("share", replace(READING, value=Decimal("49.6")), **who)


def test_what_people_edited_is_left_alone_and_shown(edited):
    outcomes = load()
    assert results(outcomes) == ["kept"] * 4
    assert outcomes[0].differences == (Difference("name_en", "Commerce", "Trade", is_taken=False),)
    assert [difference.field for difference in outcomes[2].differences] == ["title_en", "passages"]
    assert [difference.field for difference in outcomes[3].differences] == ["title_en", "2018-01-01/2018-12-31"]
    assert Recommendation.objects.get().title_en == "A joint fund"
    assert Observation.objects.get().value == Decimal("49.6")


def test_other_fields_of_an_edited_thing_still_follow_the_catalogue(edited):
    (outcome,) = load(Catalogue(themes=(changed(THEME, name_ru="Экономика"),)))
    assert outcome.result is Result.KEPT
    assert [(difference.field, difference.is_taken) for difference in outcome.differences] == [
        ("name_en", False),
        ("name_ru", True),
    ]
    made = Theme.objects.get()
    assert (made.name_en, made.name_ru) == ("Commerce", "Экономика")


def test_overwrite_takes_the_catalogue(edited):
    assert results(load(overwrite=True)) == ["updated"] * 4
    assert Recommendation.objects.get().title_en == "A fund"
    assert Observation.objects.get().value == Decimal("49.5")
    assert results(load()) == ["unchanged"] * 4


def test_what_the_catalogue_does_not_state_is_peoples_alone(loaded, carol):
    recommendation.amend(
        "X-01", {"priority": "high", "target_on": dt.date(2027, 1, 1)}, seen=None, actor=carol, now=NOW
    )
    assert results(load()) == ["unchanged"] * 4


def test_withdrawn_item_is_left_alone(loaded):
    Recommendation.objects.update(withdrawn_at=NOW)
    (outcome,) = load(Catalogue(recommendations=(changed(ITEM, title_en="Another"),)), overwrite=True)
    assert outcome == Outcome(
        outcome.subject, "X-01", Result.KEPT, (Difference("title_en", "A fund", "Another", is_taken=False),)
    )


def test_load_is_all_or_nothing_and_says_where():
    bad = replace(WHOLE, recommendations=(ITEM, replace(changed(ITEM, title_ru="я" * 301), key="X-02")))
    with pytest.raises(Invalid) as refused:
        load(bad)
    assert [problem.field for problem in refused.value.problems] == ["X-02/title_ru"]
    assert not Event.objects.exists()


def test_only_stewards_load(people):
    for role in ("reader", "contributor", "reviewer"):
        with pytest.raises(Forbidden):
            load(actor=people[role])
    assert results(load(actor=people["steward"])) == ["created"] * 4


def test_catalogues_are_joined_in_order():
    assert Catalogue(themes=(THEME,)).joined(Catalogue(themes=(THEME,), sources=(SOURCE,))) == Catalogue(
        (THEME, THEME), (SOURCE,)
    )


def test_revise_corrects_a_value_that_is_there(loaded, carol):
    told = Event.objects.count()
    indicator.revise("share", READING, actor=carol, now=NOW)
    assert Event.objects.count() == told
    with pytest.raises(Missing, match="No value is recorded for this period"):
        indicator.revise("share", replace(READING, period_end=dt.date(2018, 6, 30)), actor=carol, now=NOW)
    with pytest.raises(Invalid):
        indicator.revise("share", replace(READING, source="nowhere"), actor=carol, now=NOW)
    revised = indicator.revise("share", replace(READING, value_high=Decimal(51), source=""), actor=carol, now=NOW)
    assert (revised.value_high, revised.source) == (51, None)
    assert indicator.reading_of(Observation.objects.get()) == replace(READING, value_high=Decimal(51), source="")
