"""Save a view, change it, let it go."""

import uuid

import pytest

from recommendations.actions import saved_view
from recommendations.models import Event, SavedView
from recommendations.rules.errors import Invalid, Missing, Stale, Unlawful
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(dave):
    return saved_view.keep(" Late ", "?delivery=overdue,due_soon", actor=dave, now=NOW)


def test_saving_keeps_one_way_of_writing(mine):
    assert (mine.name, mine.query) == ("Late", "delivery=overdue&delivery=due_soon")
    told = Event.objects.get()
    assert (told.verb, told.subject, told.after) == ("saved", "saved_view", {"query": mine.query})


def test_amending_records_what_changed_and_not_the_name(mine, dave):
    made = saved_view.amend(mine.uuid, "Late ones", mine.query, actor=dave, now=NOW, seen=1)
    assert (made.name, made.version) == ("Late ones", 2)
    assert saved_view.amend(mine.uuid, "Late ones", mine.query, actor=dave, now=NOW).version == 2
    assert Event.objects.get(verb="amended").after == {}
    with pytest.raises(Stale):
        saved_view.amend(mine.uuid, "Other", "", actor=dave, now=NOW, seen=1)


def test_removing(mine, dave):
    assert saved_view.remove(mine.uuid, actor=dave, now=NOW) == "Late"
    assert not SavedView.objects.exists()
    with pytest.raises(Missing):
        saved_view.remove(mine.uuid, actor=dave, now=NOW)


@pytest.mark.parametrize(
    ("name", "query", "field"), [("", "", "name"), ("a" * 101, "", "name"), ("a\0", "", "name"), ("A", "x=1", "query")]
)
def test_what_is_wrong_is_named(dave, name, query, field):
    with pytest.raises(Invalid) as refused:
        saved_view.keep(name, query, actor=dave, now=NOW)
    assert [p.field for p in refused.value.problems] == [field]


def test_a_name_is_taken_once_by_each(mine, dave, bob, monkeypatch):
    saved_view.keep("Late", "", actor=bob, now=NOW)
    other = saved_view.keep("Other", "", actor=dave, now=NOW)
    for do in (
        lambda: saved_view.keep("Late", "", actor=dave, now=NOW),
        lambda: saved_view.amend(other.uuid, "Late", "", actor=dave, now=NOW),
    ):
        with pytest.raises(Unlawful) as refused:
            do()
        assert refused.value.codes == ["name_taken"]
    monkeypatch.setattr(saved_view, "MOST", 2)
    with pytest.raises(Unlawful) as refused:
        saved_view.keep("Third", "", actor=dave, now=NOW)
    assert refused.value.codes == ["enough"]
    with pytest.raises(Missing):
        saved_view.amend(uuid.uuid4(), "A", "", actor=dave, now=NOW)
