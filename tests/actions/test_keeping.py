"""Organizations, themes and indicators: what stewards keep."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from recommendations.actions import indicator, organization, theme
from recommendations.actions.indicator import Definition, Reading
from recommendations.actions.organization import Particulars
from recommendations.actions.theme import Naming
from recommendations.models import Event
from recommendations.rules.errors import Forbidden, Invalid, Missing, Unlawful
from tests.factories import NOW, OrganizationFactory, RecommendationFactory, SourceFactory

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
