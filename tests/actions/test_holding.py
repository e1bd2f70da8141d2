"""Holding items: whoever was faster is named, and nothing of theirs is written over."""

import pytest

from recommendations.actions import holding
from recommendations.actions.moment import act
from recommendations.models import Recommendation
from recommendations.rules.errors import Stale
from tests.factories import NOW, RecommendationFactory

pytestmark = pytest.mark.django_db


def test_an_item_that_gets_another_whole_between_looking_and_locking_is_refused(item, carol, monkeypatch):
    whole, hold = RecommendationFactory(reference="T-950"), holding.hold

    def overtaken(keys):
        Recommendation.objects.filter(pk=item.pk).update(parent=whole)
        return hold(keys)

    monkeypatch.setattr(holding, "hold", overtaken)
    with pytest.raises(Stale):
        holding.locked_with("T-900", carol)


def test_of_many_all_are_written_or_none(item):
    other = RecommendationFactory(reference="T-950")
    Recommendation.objects.filter(pk=other.pk).update(version=2)  # by somebody who was faster
    with pytest.raises(Stale), act(NOW):
        holding.advance_all([(other, {"priority": "high"}), (item, {"priority": "high"})], now=NOW)
    holding.advance_all([], now=NOW)
    holding.advance_all([(item, {"priority": "low"})], now=NOW)
    item.refresh_from_db()
    assert (item.version, item.priority) == (2, "low")
