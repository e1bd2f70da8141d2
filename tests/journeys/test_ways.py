"""Whether the few ways in which a journey is gone leave nothing out."""

import pytest

from tests.journeys.ways import HANDS, LANGUAGES, SCREENS, every, some

NAMES = [f"test_{n}" for n in range(20)]


@pytest.mark.parametrize("journey", NAMES)
def test_each_language_screen_and_kind_of_hands_comes_at_least_once(journey):
    ways = some(journey)
    assert {way.language for way in ways} == {*LANGUAGES}
    assert {way.screen for way in ways} == {*SCREENS}
    assert {(way.hands, way.has_scripts) for way in ways} >= {(hands, True) for hands in HANDS}
    assert {way.has_scripts for way in ways} == {True, False}


def test_journeys_take_turns():
    assert {way for journey in NAMES for way in some(journey)} == {*every()}
