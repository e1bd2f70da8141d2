"""Reasons for not tracking: stated, changed, taken back; history holds a hash and no sentence."""

import json

import pytest

from recommendations.actions import disposition, passage, source
from recommendations.actions.selection import Selection
from recommendations.models import Disposition, Event, coverage
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Invalid, Missing, Unlawful
from tests.factories import NOW, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db

TEXT = "Both sides should open a joint office. Trade grew. They must hold a fair."


@pytest.fixture
def keys():
    SourceFactory(slug="report")
    read = source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW).snapshot
    return [one.sentence.key for one in coverage.of_snapshot(read, person=None).sentences]


def state(key, reason="out_of_scope", note="", actor=REGISTER):
    return disposition.state("report", key, reason, note, actor=actor, now=NOW)


def events():
    return list(Event.objects.filter(verb=Verb.DISPOSED).order_by("sequence"))


def test_reason_is_stated_and_history_quotes_nothing(keys, carol):
    made = state(keys[0], note="Another body does this.", actor=carol)
    assert (made.reason, made.note, made.stated_by, made.stated_at) == (
        "out_of_scope",
        "Another body does this.",
        carol,
        NOW,
    )
    assert str(made).endswith(" out_of_scope")
    (told,) = events()
    assert (told.subject, told.subject_key, told.actor, told.before) == ("source", "report", carol, {})
    assert told.after == {
        "sentence": keys[0],
        "paragraph": 1,
        "start": 0,
        "end": 38,
        "reason": "out_of_scope",
        "note": "Another body does this.",
    }
    assert "office" not in json.dumps(told.after)


def test_reason_is_changed_and_the_same_again_is_no_event(keys):
    state(keys[0])
    state(keys[0])
    made = state(keys[0], "duplicate")
    assert Disposition.objects.get() == made
    assert [told.before for told in events()] == [{}, {"reason": "out_of_scope", "note": ""}]


def test_reason_is_taken_back(keys):
    state(keys[0])
    disposition.withdraw("report", keys[0], actor=REGISTER, now=NOW)
    assert not Disposition.objects.exists()
    assert (events()[-1].before["sentence"], events()[-1].after) == (keys[0], {})
    with pytest.raises(Missing):
        disposition.withdraw("report", keys[0], actor=REGISTER, now=NOW)


def test_what_needs_no_reason_gets_none(keys):
    item = RecommendationFactory(source__slug="other")
    passage.add(item.reference, "report", Selection(1, 51, 70), actor=REGISTER, now=NOW)
    for key, code in ((keys[1], "not_prescriptive"), (keys[2], "tracked")):
        with pytest.raises(Unlawful) as refused:
            state(key)
        assert refused.value.codes == [code]
    with pytest.raises(Invalid) as refused:
        state("0" * 64)
    assert refused.value.codes == ["unknown_sentence"]


def test_bad_reasons_and_unread_or_unknown_sources(keys):
    with pytest.raises(Invalid) as refused:
        state(keys[0], "because", "x" * 301)
    assert [problem.field for problem in refused.value.problems] == ["reason", "note"]
    SourceFactory(slug="unread")
    with pytest.raises(Invalid):
        disposition.state("unread", keys[0], "duplicate", actor=REGISTER, now=NOW)
    with pytest.raises(Missing):
        disposition.state("nowhere", keys[0], "duplicate", actor=REGISTER, now=NOW)


def test_only_stewards(people, keys):
    state(keys[0])
    for role in ("reader", "contributor", "reviewer"):
        with pytest.raises(Forbidden):
            state(keys[0], "duplicate", actor=people[role])
        with pytest.raises(Forbidden):
            disposition.withdraw("report", keys[0], actor=people[role], now=NOW)


def test_reason_stays_for_when_the_sentence_is_no_longer_tracked(keys):
    state(keys[0])
    item = RecommendationFactory(source__slug="other")
    made = passage.add(item.reference, "report", Selection(1, 0, 20), actor=REGISTER, now=NOW)
    read = source.Snapshot.objects.get()
    assert len(coverage.of_snapshot(read, person=None).explained) == 0
    passage.remove(made.uuid, actor=REGISTER, now=NOW)
    assert len(coverage.of_snapshot(read, person=None).explained) == 1
