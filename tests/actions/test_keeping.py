"""Organizations, themes and indicators: what stewards keep."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from recommendations.actions import indicator, organization, theme
from recommendations.actions.indicator import Definition, Reading
from recommendations.actions.organization import Particulars
from recommendations.actions.theme import Naming
from recommendations.models import Event, Recommendation
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, AssignmentFactory, OrganizationFactory, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db
BODY = Particulars(name_en="Court", name_ru="Суд", kind="court", short_name_en="C")
NAME = Naming(name_en="Economy", name_ru="Экономика", position=1)
YEAR = Reading(dt.date(2018, 1, 1), dt.date(2018, 12, 31), Decimal("49.5"), note_en="turnover", source="report")


@pytest.fixture
def share():
    RecommendationFactory(reference="A-1", source=SourceFactory(slug="report"))
    return Definition(title_en="Share of trade", recommendations=("A-1",), unit_en="%", is_context=True)


def test_organization_is_registered_and_amended(carol):
    OrganizationFactory(slug="union", name_en="Union")
    made = organization.register("court", BODY, actor=carol, now=NOW)
    assert (made.name, made.short_name, made.sort_ru) == ("Court", "C", "суд")
    changed = replace(BODY, parent="union")
    assert organization.amend("court", changed, actor=carol, now=NOW).parent.slug == "union"
    assert organization.amend("court", changed, actor=carol, now=NOW).version == 2
    assert [e.verb for e in Event.objects.order_by("id")] == ["registered", "amended"]
    assert Event.objects.get(verb="amended").before == {"parent": ""}


def test_organization_refusals(carol, bob, ministry):
    with pytest.raises(Forbidden):
        organization.register("court", BODY, actor=bob, now=NOW)
    with pytest.raises(Unlawful):
        organization.register("ministry", BODY, actor=carol, now=NOW)
    with pytest.raises(Missing):
        organization.amend("court", BODY, actor=carol, now=NOW)
    for changed, field in (({"name_en": ""}, "name_en"), ({"kind": "x"}, "kind"), ({"parent": "x"}, "parent")):
        with pytest.raises(Invalid) as refused:
            organization.register("court", replace(BODY, **changed), actor=carol, now=NOW)
        assert [p.field for p in refused.value.problems] == [field]
    with pytest.raises(Invalid) as refused:
        organization.amend("ministry", replace(BODY, parent="ministry"), actor=carol, now=NOW)
    assert refused.value.codes == ["own_parent"]
    assert str(ministry) == "Ministry"


def test_theme_is_registered_and_amended(carol):
    made = theme.register("economy", NAME, actor=carol, now=NOW)
    assert str(made) == "Economy"
    assert theme.amend("economy", replace(NAME, position=2), actor=carol, now=NOW).position == 2
    assert theme.amend("economy", replace(NAME, position=2), actor=carol, now=NOW).version == 2
    assert Event.objects.count() == 2


def test_theme_refusals(carol, bob):
    theme.register("economy", NAME, actor=carol, now=NOW)
    with pytest.raises(Forbidden):
        theme.amend("economy", NAME, actor=bob, now=NOW)
    with pytest.raises(Unlawful):
        theme.register("economy", NAME, actor=carol, now=NOW)
    with pytest.raises(Missing):
        theme.amend("x", NAME, actor=carol, now=NOW)
    with pytest.raises(Invalid):
        theme.register("x", Naming(name_en=""), actor=carol, now=NOW)


def test_indicator_is_defined_amended_and_observed(share, carol):
    made = indicator.define("share", share, actor=carol, now=NOW)
    assert (str(made), made.unit, made.is_context) == ("Share of trade", "%", True)
    assert indicator.definition_of(made) == share
    made = indicator.amend("share", replace(share, target=Decimal(33)), actor=carol, now=NOW)
    assert indicator.amend("share", replace(share, target=Decimal(33)), actor=carol, now=NOW).version == 2
    value = indicator.observe("share", YEAR, actor=carol, now=NOW)
    assert (value.value, value.source.slug, value.note) == (Decimal("49.5"), "report", "turnover")
    assert Event.objects.get(verb="observed").after["value"] == "49.5"
    with pytest.raises(Unlawful) as refused:
        indicator.observe("share", YEAR, actor=carol, now=NOW)
    assert refused.value.codes == ["period_recorded"]


def test_indicator_refusals(share, carol, bob):
    with pytest.raises(Forbidden):
        indicator.define("share", share, actor=bob, now=NOW)
    for changed, field in (
        ({"title_en": ""}, "title_en"),
        ({"direction": "x"}, "direction"),
        ({"recommendations": ("A-1", "A-2")}, "recommendations"),
    ):
        with pytest.raises(Invalid) as refused:
            indicator.define("share", replace(share, **changed), actor=carol, now=NOW)
        assert [p.field for p in refused.value.problems] == [field]
    with pytest.raises(Missing):
        indicator.amend("share", share, actor=carol, now=NOW)
    indicator.define("share", share, actor=carol, now=NOW)
    with pytest.raises(Unlawful):
        indicator.define("share", share, actor=carol, now=NOW)
    for changed, field in (
        ({"period_end": dt.date(2017, 1, 1)}, "period_end"),
        ({"value_high": Decimal(1)}, "value_high"),
        ({"source": "x"}, "source"),
    ):
        with pytest.raises(Invalid) as refused:
            indicator.observe("share", replace(YEAR, **changed), actor=carol, now=NOW)
        assert [p.field for p in refused.value.problems] == [field]


def test_indicator_amended_by_two_is_stale_for_the_second(share, carol):
    indicator.define("share", share, actor=carol, now=NOW)
    indicator.amend("share", replace(share, target=Decimal(33)), actor=carol, now=NOW, seen=1)
    with pytest.raises(Stale):
        indicator.amend("share", replace(share, target=Decimal(34)), actor=carol, now=NOW, seen=1)


def test_owners_of_what_is_measured_record_values(share, carol, people):
    indicator.define("share", share, actor=carol, now=NOW)
    for someone in (people["reader"], people["contributor"], people["reviewer"]):
        with pytest.raises(Forbidden) as refused:
            indicator.observe("share", YEAR, actor=someone, now=NOW)
        assert refused.value.codes == ["not_assigned"]
    alice = people["contributor"]
    item = Recommendation.objects.get(reference="A-1")
    AssignmentFactory(recommendation=item, organization=alice.organization)
    assert indicator.observe("share", YEAR, actor=alice, now=NOW).value == Decimal("49.5")
    with pytest.raises(Forbidden):  # correcting is for stewards
        indicator.revise("share", YEAR, actor=alice, now=NOW)
    Recommendation.objects.update(withdrawn_at=NOW)
    with pytest.raises(Forbidden):
        indicator.observe("share", replace(YEAR, period_start=dt.date(2018, 2, 1)), actor=alice, now=NOW)


def test_values_of_what_has_not_ended_are_refused(share, carol):
    indicator.define("share", share, actor=carol, now=NOW)
    for actor in (carol, REGISTER):
        with pytest.raises(Invalid) as refused:
            indicator.observe("share", replace(YEAR, period_end=dt.date(2026, 12, 31)), actor=actor, now=NOW)
        assert refused.value.codes == ["in_the_future"]
    with pytest.raises(Missing):
        indicator.observe("nothing", YEAR, actor=carol, now=NOW)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e16", "-1e16", "0.12345"])
def test_numbers_that_the_register_cannot_keep_are_refused(share, carol, value):
    with pytest.raises(Invalid) as refused:
        indicator.define("share", replace(share, baseline=Decimal(value)), actor=carol, now=NOW)
    assert [(p.code, p.field) for p in refused.value.problems] == [("bad_number", "baseline")]
    indicator.define("share", replace(share, baseline=Decimal("9999999999999999.9999")), actor=carol, now=NOW)
    with pytest.raises(Invalid) as wrong:
        indicator.observe("share", replace(YEAR, value_high=Decimal(value)), actor=carol, now=NOW)
    assert "bad_number" in wrong.value.codes
