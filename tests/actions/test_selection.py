"""Words selected in a text become passages and recommendations, and stay found in later texts."""

import uuid

import pytest

from recommendations.actions import passage, selection, source, tracking
from recommendations.actions.passage import Placing
from recommendations.actions.recommendation import Wording
from recommendations.actions.selection import LONGEST, Selection
from recommendations.models import Anchor, Event, Passage, Recommendation
from recommendations.models.event import Verb
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db

TEXT = """Meetings

The two parties should open a joint office in the border town this year. They should also hold a fair.

They should also hold a fair, they say again in this second paragraph. The e\u0301lan of it is 𝒢reat.
"""


@pytest.fixture
def report():
    return SourceFactory(slug="report")


@pytest.fixture
def read(report):
    return source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW).snapshot


@pytest.fixture
def item(read, report):
    return RecommendationFactory(reference="T-900", source=report)


def at(words, text=TEXT, number=1, after=0):
    start = text.index(words, after)
    return Selection(number, start, start + len(words))


def add(words, actor=REGISTER, **said):
    return passage.add("T-900", "report", at(words), actor=actor, now=NOW, **said)


def test_selected_words_are_anchored_exactly_there(item, carol):
    made = add("hold a fair", actor=carol, label_en="The fair", label_ru="Ярмарка")
    anchor = made.anchors.get()
    assert (anchor.exact, anchor.state, anchor.start, anchor.paragraph) == (
        "hold a fair",
        "anchored",
        TEXT.index("hold a"),
        2,
    )
    assert (made.first_words, made.last_words, made.paragraph, made.section) == (
        "hold a fair",
        "hold a fair",
        2,
        "Meetings",
    )
    assert (made.position, made.label_en, made.label_ru) == (1, "The fair", "Ярмарка")
    told = Event.objects.get(recommendation=item)
    assert (told.verb, told.actor, told.before) == (Verb.AMENDED, carol, {"passages": []})
    assert [one["first_words"] for one in told.after["passages"]] == ["hold a fair"]
    item.refresh_from_db()
    assert item.version == 2


def test_second_copy_of_the_same_words_is_its_own_place(item):
    second = TEXT.index("hold a fair", TEXT.index("hold a fair") + 1)
    add("hold a fair")
    made = passage.add("T-900", "report", Selection(1, second, second + 11), actor=REGISTER, now=NOW)
    assert (made.position, made.anchors.get().start, made.paragraph) == (2, second, 3)


def test_white_space_is_left_out_and_marks_of_letters_are_taken_in(item):
    made = add(" in the border town ")
    assert made.anchors.get().exact == "in the border town"
    accent = TEXT.index("e\u0301lan")
    cut = passage.add("T-900", "report", Selection(1, accent + 1, accent + 5), actor=REGISTER, now=NOW)
    assert cut.anchors.get().exact == "e\u0301lan"
    cut = passage.add("T-900", "report", Selection(1, accent - 4, accent + 1), actor=REGISTER, now=NOW)
    assert cut.anchors.get().exact == "The e\u0301"


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (Selection(1, 5, 5), "bad_selection"),
        (Selection(1, 6, 5), "bad_selection"),
        (Selection(1, -1, 5), "bad_selection"),
        (Selection(1, 0, len(TEXT) + 1), "bad_selection"),
        (Selection(1, 8, 10), "bad_selection"),
        (Selection(1, TEXT.index(". They"), TEXT.index(". They") + 2), "bad_selection"),
        (Selection(2, 0, 5), "unknown_name"),
    ],
)
def test_what_is_no_selection_is_refused(item, chosen, code):
    with pytest.raises(Invalid) as refused:
        passage.add("T-900", "report", chosen, actor=REGISTER, now=NOW)
    assert refused.value.codes == [code]
    assert not Passage.objects.exists()


def test_too_long_a_selection_is_refused(item):
    long = source.read_in("report", (b"word " * (LONGEST // 4)), actor=REGISTER, now=NOW).snapshot
    with pytest.raises(Invalid) as refused:
        passage.add("T-900", "report", Selection(long.number, 0, LONGEST + 1), actor=REGISTER, now=NOW)
    assert refused.value.codes == ["too_long"]


def test_bad_labels_unknown_sources_and_texts_are_refused(item):
    with pytest.raises(Invalid) as refused:
        add("hold a fair", label_en="x" * 121, label_ru="\x00")
    assert refused.value.codes == ["too_long", "control_characters"]
    with pytest.raises(Missing):
        passage.add("T-900", "nowhere", at("fair"), actor=REGISTER, now=NOW)
    SourceFactory(slug="unread")
    with pytest.raises(Invalid):
        passage.add("T-900", "unread", at("fair"), actor=REGISTER, now=NOW)


def test_the_same_words_twice_are_refused(item):
    add("hold a fair")
    with pytest.raises(Unlawful) as refused:
        add(" hold a fair")
    assert refused.value.codes == ["already_tracked"]


def test_selection_in_an_older_text_is_followed_or_refused(item):
    newer = "Of late.\n\n" + TEXT.replace("joint office", "common office")
    source.read_in("report", newer.encode(), actor=REGISTER, now=NOW)
    made = add("They should also hold a fair")
    assert made.anchors.get().start == newer.index("They should also hold a fair")
    with pytest.raises(Unlawful) as refused:
        add("open a joint office")
    assert refused.value.codes == ["text_changed"]
    assert "Snapshot 2 was read in meanwhile" in str(refused.value.problems[0].detail)


def test_passage_is_found_in_later_texts_and_placed_anew_when_lost(item):
    made = add("open a joint office")
    changed = TEXT.replace("open a joint office in the border town", "have some place at the frontier")
    source.read_in("report", changed.encode(), actor=REGISTER, now=NOW)
    assert made.anchors.get(snapshot__number=2).state == "lost"
    passage.place_anew(made.uuid, at("some place", changed, 2), actor=REGISTER, now=NOW)
    assert made.anchors.get(snapshot__number=2).exact == "some place"
    assert made.anchors.get(snapshot__number=1).exact == "open a joint office"
    moved = source.read_in("report", ("New.\n\n" + changed).encode(), actor=REGISTER, now=NOW)
    assert [found.anchor.state for found in moved.anchored] == ["moved"]
    assert Event.objects.filter(recommendation=item).count() == 2


def test_placing_where_it_stands_is_allowed_and_where_another_stands_is_not(item):
    one, _other = add("open a joint office"), add("hold a fair")
    passage.place_anew(one.uuid, at("open a joint office"), actor=REGISTER, now=NOW)
    with pytest.raises(Unlawful):
        passage.place_anew(one.uuid, at("hold a fair"), actor=REGISTER, now=NOW)


def test_removing_closes_the_gap_and_stays_in_history(item):
    made = [add(words) for words in ("open a", "joint office", "hold a fair")]
    passage.remove(made[0].uuid, actor=REGISTER, now=NOW)
    assert list(Passage.objects.order_by("position").values_list("position", "first_words")) == [
        (1, "joint office"),
        (2, "hold a fair"),
    ]
    told = Event.objects.filter(recommendation=item).order_by("sequence").last()
    assert (len(told.before["passages"]), len(told.after["passages"])) == (3, 2)
    assert Anchor.objects.count() == 2
    with pytest.raises(Missing):
        passage.remove(made[0].uuid, actor=REGISTER, now=NOW)


def test_catalogue_hints_and_selections_live_together(item):
    passage.place("T-900", "report", [Placing("open a", "office", 2)], actor=REGISTER, now=NOW)
    made = add("hold a fair")
    assert made.position == 2
    assert [one.first_words for one in passage.placings_of(item, item.source)] == ["open a", "hold a fair"]


def test_only_stewards_and_only_current_standing_ones(people, item):
    made = add("hold a fair")
    for role in ("reader", "contributor", "reviewer"):
        actor = people[role]
        for verb in (
            lambda actor=actor: add("joint office", actor=actor),
            lambda actor=actor: passage.place_anew(made.uuid, at("joint office"), actor=actor, now=NOW),
            lambda actor=actor: passage.remove(made.uuid, actor=actor, now=NOW),
            lambda actor=actor: tracking.track("T-1", Wording("A", "report"), at("fair"), actor=actor, now=NOW),
        ):
            with pytest.raises(Forbidden):
                verb()
    with pytest.raises(Stale):
        add("joint office", seen=1)
    Recommendation.objects.update(withdrawn_at=NOW)
    for verb in (lambda: add("joint office"), lambda: passage.remove(made.uuid, actor=REGISTER, now=NOW)):
        with pytest.raises(Unlawful):
            verb()


def test_track_registers_with_the_passage_or_not_at_all(item, carol):
    made = tracking.track("T-901", Wording("A fair", "report"), at("hold a fair"), actor=carol, now=NOW)
    assert made.recommendation.reference == "T-901"
    assert [e.verb for e in Event.objects.filter(recommendation=made.recommendation).order_by("sequence")] == [
        "registered",
        "amended",
    ]
    with pytest.raises(Invalid):
        tracking.track("T-902", Wording("A fair", "report"), Selection(1, 0, 0), actor=carol, now=NOW)
    assert not Recommendation.objects.filter(reference="T-902").exists()
    with pytest.raises(Unlawful):
        tracking.track("T-901", Wording("A fair", "report"), at("open"), actor=carol, now=NOW)


def test_quotes_are_found_or_told_apart(read, item):
    assert selection.quoted("report", "joint office") == at("joint office")
    second = selection.quoted("report", "hold a fair", "They should also ", ", they say")
    assert second.start == TEXT.index("hold a fair, they")
    with pytest.raises(Invalid) as refused:
        selection.quoted("report", "hold a fair")
    assert refused.value.codes == ["ambiguous_quote"]
    with pytest.raises(Invalid) as refused:
        selection.quoted("report", "joint office", number=7)
    assert refused.value.codes == ["quote_not_found"]


def test_going_back_to_a_former_text_makes_it_the_newest_again(item):
    made = add("open a joint office")
    other = source.read_in("report", b"Quite another document.", actor=REGISTER, now=NOW)
    assert (other.snapshot.number, other.is_complete) == (2, False)
    back = source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW)
    assert (back.snapshot.number, back.is_new, back.is_complete) == (3, True, True)
    assert not source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW).is_new
    assert made.anchors.count() == 3


def test_what_is_internal_is_not_counted_in_the_history_of_a_source(read, item, report):
    hidden = RecommendationFactory(source=report, visibility="internal")
    passage.add(hidden.reference, "report", at("joint office"), actor=REGISTER, now=NOW)
    add("hold a fair")
    source.read_in("report", ("New.\n\n" + TEXT).encode(), actor=REGISTER, now=NOW)
    told = Event.objects.filter(subject="source", subject_key="report").order_by("sequence").last()
    assert told.after["passages"] == {"moved": 1}


def test_unknown_passage_is_missing():
    with pytest.raises(Missing):
        passage.place_anew(uuid.uuid4(), Selection(1, 0, 1), actor=REGISTER, now=NOW)
