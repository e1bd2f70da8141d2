"""Sources are registered, amended and read in; passages keep their places or are reported."""

import hashlib
from dataclasses import replace

import pytest

from recommendations.actions import passage, source
from recommendations.actions.passage import Placing
from recommendations.actions.source import Description
from recommendations.models import Anchor, Event, Passage, Snapshot, Source
from recommendations.models.event import Subject, Verb
from recommendations.models.passage import AnchorState
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from recommendations.texts import anchoring
from tests.factories import NOW, RecommendationFactory

pytestmark = pytest.mark.django_db

TEXT = """Share this article

The two parties should open a joint office in the border town this year. They should also hold a fair.

Nothing more is proposed in this document, and it ends here with a sentence of no weight.
"""
OFFICE = Placing("open a", "joint office", 2)
FAIR = Placing("hold a fair", "fair", 2, label_en="The fair", label_ru="Ярмарка")


@pytest.fixture
def passages(item, carol):
    passage.place(item.reference, item.source.slug, [OFFICE, FAIR], actor=carol, now=NOW)
    return item


def read_in(item, text=TEXT, actor=REGISTER):
    return source.read_in(item.source.slug, text.encode(), actor=actor, now=NOW)


def states(done):
    return [found.anchor.state for found in done.anchored]


def last(subject, key):
    return Event.objects.about(subject, key).last()


def test_states_of_tables_are_those_of_texts():
    assert set(AnchorState.values) == {state.value for state in anchoring.AnchorState}


def test_register_and_amend(carol):
    said = Description("A report", "Доклад", url="https://example.org/report")
    made = source.register("report-x", said, actor=carol, now=NOW)
    assert source.description_of(made) == said
    amended = source.amend("report-x", replace(said, authors="A. Author"), actor=carol, now=NOW, seen=1)
    assert (amended.authors, amended.version) == ("A. Author", 2)
    assert last(Subject.SOURCE, "report-x").after == {"authors": "A. Author"}
    source.amend("report-x", replace(said, authors="A. Author"), actor=carol, now=NOW)
    assert Event.objects.about(Subject.SOURCE, "report-x").count() == 2


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"title_en": ""}, "title_en", "required"),
        ({"authors": "a" * 301}, "authors", "too_long"),
        ({"rights_note_ru": "а" * 601}, "rights_note_ru", "too_long"),
        ({"published_precision": "week"}, "published_precision", "not_a_choice"),
        ({"language": "de"}, "language", "not_a_choice"),
        ({"url": "javascript:alert(1)"}, "url", "link_scheme"),
    ],
)
def test_wrong_descriptions_are_refused_by_field(carol, changed, field, code):
    with pytest.raises(Invalid) as refused:
        source.register("report-x", replace(Description("A report"), **changed), actor=carol, now=NOW)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not Source.objects.filter(slug="report-x").exists()


def test_slug_must_be_well_formed_and_free(carol, item):
    with pytest.raises(Invalid):
        source.register("Not a slug", Description("A report"), actor=carol, now=NOW)
    with pytest.raises(Unlawful):
        source.register(item.source.slug, Description("A report"), actor=carol, now=NOW)


def test_amend_with_a_stale_version_is_refused(carol, item):
    with pytest.raises(Stale):
        source.amend(item.source.slug, Description("A report"), actor=carol, now=NOW, seen=7)


def test_only_stewards_keep_sources(people, item):
    for role in ("reader", "contributor", "reviewer"):
        with pytest.raises(Forbidden):
            source.register("report-x", Description("A report"), actor=people[role], now=NOW)
        with pytest.raises(Forbidden):
            source.amend(item.source.slug, Description("A report"), actor=people[role], now=NOW)
        with pytest.raises(Forbidden):
            read_in(item, actor=people[role])
        with pytest.raises(Forbidden):
            passage.place(item.reference, item.source.slug, [OFFICE], actor=people[role], now=NOW)


def test_read_in_keeps_the_text_and_anchors_every_passage(passages, carol):
    done = read_in(passages, actor=carol)
    snapshot = Snapshot.objects.get()
    assert (snapshot.number, bytes(snapshot.content), snapshot.text) == (1, TEXT.encode(), TEXT)
    assert snapshot.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (snapshot.media_type, snapshot.read_at, snapshot.read_by) == ("text/plain", NOW, carol)
    assert [paragraph["kind"] for paragraph in snapshot.paragraphs] == ["chrome", "body", "body"]
    assert done.is_new
    assert done.is_complete
    assert [found.anchor.exact for found in done.anchored] == ["open a joint office", "hold a fair"]
    for anchor in Anchor.objects.all():
        assert snapshot.text[anchor.start : anchor.end] == anchor.exact
    told = last(Subject.SOURCE, passages.source.slug)
    assert (told.verb, told.actor) == (Verb.READ_IN, carol)
    assert told.after == {
        "snapshot": 1,
        "sha256": snapshot.sha256,
        "media_type": "text/plain",
        "paragraphs": 3,
        "passages": {"anchored": 2},
    }


def test_same_bytes_again_change_nothing(passages):
    read_in(passages)
    events = Event.objects.count()
    again = read_in(passages)
    assert (again.is_new, states(again)) == (False, ["anchored", "anchored"])
    assert (Snapshot.objects.count(), Anchor.objects.count(), Event.objects.count()) == (1, 2, events)


def test_later_text_tells_what_became_of_each_passage(passages):
    read_in(passages)
    assert states(read_in(passages, "New.\n\n" + TEXT)) == ["moved", "moved"]
    third = read_in(
        passages, TEXT.replace("a joint office", "one joint office").replace(" They should also hold a fair.", "")
    )
    assert states(third) == ["altered", "lost"]
    assert third.anchored[0].anchor.exact == "open one joint office"
    assert third.anchored[1].detail == "Nothing in the new text is like “hold a fair”."
    assert not third.is_complete
    assert Snapshot.objects.count() == 3


def test_lost_passage_is_found_again_by_its_last_known_words(passages):
    read_in(passages)
    assert states(read_in(passages, "Quite another document, about other things.")) == ["lost", "lost"]
    assert states(read_in(passages, TEXT + "\nNew.")) == ["anchored", "anchored"]


def test_passage_that_was_never_found_is_sought_by_its_hint(passages):
    first = read_in(passages, "Quite another document, about other things.")
    assert states(first) == ["lost", "lost"]
    assert "No paragraph holds the words “open a”" in first.anchored[0].detail
    assert states(read_in(passages)) == ["anchored", "anchored"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "document_empty"), (b"\xff\xfea", "document_encoding"), (b"a\x00", "document_binary")]
)
def test_unreadable_documents_change_nothing(passages, content, code):
    before = Event.objects.count()
    with pytest.raises(Invalid) as refused:
        source.read_in(passages.source.slug, content, actor=REGISTER, now=NOW)
    assert refused.value.codes == [code]
    assert (Snapshot.objects.count(), Event.objects.count()) == (0, before)


def test_unknown_source_is_missing(carol):
    with pytest.raises(Missing, match="There is no source “nowhere”"):
        source.read_in("nowhere", b"text", actor=carol, now=NOW)


def test_place_writes_history_and_version(passages):
    passages.refresh_from_db()
    told = last(Subject.RECOMMENDATION, passages.reference)
    assert (told.verb, told.before["passages"], len(told.after["passages"])) == (Verb.AMENDED, [], 2)
    assert passages.version == 2
    assert passage.placings_of(passages, passages.source) == [OFFICE, FAIR]


def test_place_the_same_again_is_no_event(passages, carol):
    events = Event.objects.count()
    passage.place(passages.reference, passages.source.slug, [OFFICE, FAIR], actor=carol, now=NOW, seen=2)
    assert Event.objects.count() == events


def test_place_looks_in_the_newest_snapshot_at_once(item, carol):
    read_in(item)
    passage.place(item.reference, item.source.slug, [OFFICE, FAIR], actor=carol, now=NOW)
    assert list(Anchor.objects.order_by("start").values_list("exact", "state")) == [
        ("open a joint office", "anchored"),
        ("hold a fair", "anchored"),
    ]


def test_place_anew_replaces_what_changed_and_drops_the_rest(passages, carol):
    read_in(passages)
    standing = Anchor.objects.get(exact="open a joint office")
    labelled = replace(OFFICE, label_en="The office")
    passage.place(passages.reference, passages.source.slug, [labelled], actor=carol, now=NOW)
    assert Passage.objects.get().label == "The office"
    assert Anchor.objects.get() == standing
    moved = replace(OFFICE, first_words="hold a", last_words="fair")
    passage.place(passages.reference, passages.source.slug, [moved], actor=carol, now=NOW)
    assert Anchor.objects.get().exact == "hold a fair"


def test_place_refuses_bad_hints_and_unknown_sources(item, carol):
    bad = [Placing("", "x" * 121), Placing("a", "b", section="s" * 301)]
    with pytest.raises(Invalid) as refused:
        passage.place(item.reference, "nowhere", bad, actor=carol, now=NOW)
    assert [problem.field for problem in refused.value.problems] == [
        "passages/0/first_words",
        "passages/0/last_words",
        "passages/1/section",
        "source",
    ]


def test_place_on_a_withdrawn_item_is_unlawful(carol):
    gone = RecommendationFactory(withdrawn_at=NOW)
    with pytest.raises(Unlawful):
        passage.place(gone.reference, gone.source.slug, [OFFICE], actor=carol, now=NOW)


def test_passages_are_visible_with_their_recommendations(passages, dave):
    hidden = RecommendationFactory(source=passages.source, visibility="internal")
    gone = RecommendationFactory(source=passages.source, withdrawn_at=NOW)
    for one in (hidden, gone):
        Passage.objects.create(recommendation=one, source=passages.source)
    assert Passage.objects.of_source(passages.source).visible_to(None).count() == 2
    assert Passage.objects.of_source(passages.source).visible_to(dave).count() == 3
