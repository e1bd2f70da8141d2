"""Recording readings, keeping files, correcting evidence."""

import datetime as dt
import uuid

import pytest
from django.db import OperationalError

from recommendations.actions import capture, evidence, followup, keeping
from recommendations.actions.moment import act
from recommendations.models import Capture, Event, Evidence, Recommendation, Watch
from recommendations.models.verification import verify
from recommendations.rules.capture import Outcome
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, TODAY, EvidenceFactory
from tests.texts.test_filetypes import GOOD

pytestmark = pytest.mark.django_db
URL = "https://good.org/7"
DRAFT = evidence.Draft("Decree 7", URL, dt.date(2026, 2, 1), "primary", "Ministry")
PDF = evidence.File("../Decree 7.exe", GOOD["pdf"])


def paper(file=PDF, url=""):
    return evidence.Draft("Decree 7", url, dt.date(2026, 2, 1), "primary", file=file)


@pytest.fixture
def piece(item, owned, alice):
    return evidence.attach("T-900", DRAFT, actor=alice, now=NOW)


def files(media):
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


# Recording


def test_a_link_that_is_attached_is_due_at_once(piece):
    watch = Watch.objects.get()
    assert (watch.evidence, watch.host, watch.due_at, watch.checked_at) == (piece, "good.org", NOW, None)


def test_record_writes_no_history_and_no_version_while_nothing_is_lost(piece, item):
    item.refresh_from_db()
    before = item.version, Event.objects.count()
    made = capture.record(piece.uuid, capture.Reading(URL, Outcome.CHANGED, status=200, content=b"a"), now=NOW)
    assert made.content.read() == b"a"
    assert Evidence.objects.get().outcome == "changed"
    item.refresh_from_db()
    assert (item.version, Event.objects.count()) == before
    assert Watch.objects.get().due_at == NOW + dt.timedelta(days=7)


def test_record_says_when_it_is_lost_and_tells_strangers_no_more_than_they_may_know(piece, item):
    capture.record(piece.uuid, capture.Reading(URL, Outcome.SOFT_404, "home"), now=NOW)
    event = Event.objects.get(verb="link_lost")
    assert (event.actor, event.before) == (None, {"outcome": "unchecked"})
    assert event.after == {"evidence": str(piece.uuid), "title": "Decree 7", "outcome": "gone"}
    assert (event.recommendation, Recommendation.objects.get().updated_at) == (item, NOW)
    assert verify().is_whole


def test_record_drops_what_is_of_no_use(piece, alice):
    reading = capture.Reading("https://good.org/8", Outcome.OK)
    assert capture.record(piece.uuid, reading, now=NOW) is None
    reading = capture.Reading(URL, Outcome.OK)
    assert capture.record(piece.uuid, reading, now=NOW, lease=NOW) is None
    evidence.retract(piece.uuid, "Wrong.", actor=alice, now=NOW)
    assert capture.record(piece.uuid, reading, now=NOW) is None
    with pytest.raises(Missing):
        capture.record(uuid.uuid4(), reading, now=NOW)
    assert not Capture.objects.exists()


def test_record_without_a_watch(item):
    piece = EvidenceFactory(recommendation=item, url=URL)
    assert (
        capture.record(piece.uuid, capture.Reading(URL, Outcome.UNREACHABLE, "dns"), now=NOW).outcome == "unreachable"
    )


# Keeping


def test_a_file_is_kept_under_a_name_of_our_own_and_told_by_its_bytes(item, owned, alice, media):
    made = evidence.attach("T-900", paper(), actor=alice, now=NOW)
    assert (made.file_name, made.media_type, made.size, made.url) == ("Decree 7.pdf", "application/pdf", 18, "")
    assert (made.file.read(), len(made.sha256), made.outcome) == (GOOD["pdf"], 64, "unchecked")
    (kept,) = files(media)
    assert kept.startswith("evidence/")
    assert "ecree" not in kept
    event = Event.objects.get()
    assert event.after["sha256"] == made.sha256
    assert "file" not in event.after
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (paper(evidence.File("a.pdf", b"<!doctype html>")), "file", "file_kind"),
        (paper(evidence.File("a.pdf", b"")), "file", "file_empty"),
        (paper(url=URL), "file", "link_or_file"),
        (paper(file=None), "url", "required"),
    ],
)
def test_a_file_that_may_not_be(item, carol, media, draft, field, code):
    with pytest.raises(Invalid) as refused:
        evidence.attach("T-900", draft, actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert not Evidence.objects.exists()
    assert files(media) == []


def test_a_file_goes_when_the_act_around_it_fails(item, owned, alice, media):
    said = followup.Statement(TODAY)
    with pytest.raises(Unlawful):
        followup.assess(
            "T-900", "reversed", kind="self", statement=said, attachments=[paper()], actor=alice, now=NOW, seen=None
        )
    assert files(media) == []
    followup.assess(
        "T-900", "mostly", kind="self", statement=said, attachments=[paper()], actor=alice, now=NOW, seen=None
    )
    assert len(files(media)) == 1


def test_a_file_stays_when_nobody_knows_whether_it_was_written(media):
    def write():
        with act(NOW):
            keeping.keep("evidence", b"a")
            raise OperationalError

    with pytest.raises(OperationalError):
        write()
    assert len(files(media)) == 1


def test_files_are_kept_within_an_act_only():
    with pytest.raises(AssertionError):
        keeping.keep("evidence", b"a")


# Correcting


def test_amend_writes_before_and_after(piece, alice, item):
    version = Recommendation.objects.get().version
    made = evidence.amend(piece.uuid, {"title": "Decree 8", "issuer": "Ministry"}, actor=alice, now=NOW, seen=1)
    assert (made.title, made.version, Recommendation.objects.get().version) == ("Decree 8", 2, version + 1)
    event = Event.objects.get(verb="evidence_amended")
    assert event.before == {"title": "Decree 7"}
    assert event.after == {"evidence": str(piece.uuid), "title": "Decree 8"}


def test_amend_nothing_is_no_event(piece, alice):
    made = evidence.amend(piece.uuid, {"title": "Decree 7"}, actor=alice, now=NOW, seen=1)
    assert made.version == 1
    assert Event.objects.count() == 1


def test_a_changed_address_is_read_anew(piece, alice):
    capture.record(piece.uuid, capture.Reading(URL, Outcome.GONE, status=404), now=NOW)
    later = NOW + dt.timedelta(days=1)
    made = evidence.amend(piece.uuid, {"url": "https://other.org/7"}, actor=alice, now=later, seen=None)
    watch = Watch.objects.get()
    assert (made.outcome, watch.host, watch.due_at, watch.checked_at) == ("unchecked", "other.org", later, None)
    evidence.amend(piece.uuid, {"url": "https://demo.example/7"}, actor=alice, now=later, seen=None)
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"title": " "}, "title", "required"),
        ({"url": ""}, "url", "required"),
        ({"url": "http://10.0.0.1/"}, "url", "link_private"),
        ({"kind": "rumour"}, "kind", "not_a_choice"),
        ({"dated_on": TODAY + dt.timedelta(days=1)}, "dated_on", "in_the_future"),
        ({"file": None}, "file", "unknown_field"),
        ({"outcome": "ok"}, "outcome", "unknown_field"),
    ],
)
def test_amend_names_the_wrong_field(piece, alice, changed, field, code):
    with pytest.raises(Invalid) as refused:
        evidence.amend(piece.uuid, changed, actor=alice, now=NOW, seen=None)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]


def test_amend_a_file(item, owned, alice):
    piece = evidence.attach("T-900", paper(), actor=alice, now=NOW)
    made = evidence.amend(piece.uuid, {"title": "Decree 9", "url": ""}, actor=alice, now=NOW, seen=None)
    assert (made.title, made.file_name) == ("Decree 9", "Decree 7.pdf")
    with pytest.raises(Invalid) as refused:
        evidence.amend(piece.uuid, {"url": URL}, actor=alice, now=NOW, seen=None)
    assert refused.value.codes == ["link_or_file"]


def test_amend_refusals(piece, item, alice, bob, dave, carol):
    for person in (bob, dave):
        with pytest.raises(Forbidden):
            evidence.amend(piece.uuid, {"title": "A"}, actor=person, now=NOW, seen=None)
    with pytest.raises(Stale):
        evidence.amend(piece.uuid, {"title": "A"}, actor=carol, now=NOW, seen=2)
    with pytest.raises(Missing):
        evidence.amend(uuid.uuid4(), {"title": "A"}, actor=carol, now=NOW, seen=None)
    evidence.retract(piece.uuid, "Wrong.", actor=alice, now=NOW)
    with pytest.raises(Unlawful) as refused:
        evidence.amend(piece.uuid, {"title": "A"}, actor=carol, now=NOW, seen=None)
    assert refused.value.codes == ["already_retracted"]
    Recommendation.objects.update(withdrawn_at=NOW)
    with pytest.raises(Unlawful) as refused:
        evidence.amend(piece.uuid, {"title": "A"}, actor=carol, now=NOW, seen=None)
    assert refused.value.codes == ["withdrawn"]


def rate(kind, value, actor, *pieces):
    said = followup.Statement(TODAY, "Seen.", evidence=tuple(piece.uuid for piece in pieces))
    followup.assess("T-900", value, kind=kind, statement=said, actor=actor, now=NOW, seen=None)


EARLY = {"dated_on": dt.date(2019, 6, 30)}


def test_what_a_rating_needs_cannot_be_taken_from_under_it(piece, alice, bob):
    rate("self", "mostly", alice, piece)
    with pytest.raises(Unlawful) as refused:
        evidence.amend(piece.uuid, EARLY, actor=alice, now=NOW, seen=None)
    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("rating_rests_on_it", "dated_on")
    assert "Attach another piece" in str(problem.detail)
    evidence.amend(piece.uuid, {"kind": "statement"}, actor=alice, now=NOW, seen=None)
    evidence.amend(piece.uuid, {"kind": "primary"}, actor=alice, now=NOW, seen=None)
    rate("review", "mostly", bob, piece)
    with pytest.raises(Unlawful) as refused:
        evidence.amend(piece.uuid, {"kind": "statement"}, actor=alice, now=NOW, seen=None)
    assert [problem.field for problem in refused.value.problems] == ["kind"]
    evidence.amend(piece.uuid, {"title": "Another title"}, actor=alice, now=NOW, seen=None)


def test_it_can_be_where_the_rating_has_another_piece_or_needs_none(piece, alice, carol):
    other = EvidenceFactory(recommendation=piece.recommendation)
    rate("self", "mostly", alice, piece, other)
    evidence.amend(piece.uuid, EARLY, actor=alice, now=NOW, seen=None)
    rate("self", "partly", alice, piece)
    evidence.amend(piece.uuid, {"dated_on": dt.date(2019, 1, 1)}, actor=alice, now=NOW, seen=None)
    rate("self", "mostly", alice, other)
    evidence.amend(piece.uuid, EARLY, actor=alice, now=NOW, seen=None)


def test_a_rating_that_has_not_what_it_needs_forbids_nothing(piece, alice):
    other = EvidenceFactory(recommendation=piece.recommendation, added_by=alice)
    rate("self", "mostly", alice, piece, other)
    evidence.amend(piece.uuid, EARLY, actor=alice, now=NOW, seen=None)
    evidence.retract(other.uuid, "Wrong.", actor=alice, now=NOW)
    evidence.amend(piece.uuid, {"dated_on": dt.date(2018, 1, 1)}, actor=alice, now=NOW, seen=None)


def test_the_source_may_be_undated(piece, alice):
    piece.recommendation.source.published_on = None
    piece.recommendation.source.save()
    rate("self", "mostly", alice, piece)
    assert evidence.amend(piece.uuid, EARLY, actor=alice, now=NOW, seen=None).dated_on == EARLY["dated_on"]


# The flag


def test_lost_evidence_is_what_a_latest_rating_rests_on(piece, alice, bob):
    def lost():
        return Recommendation.objects.with_lost_evidence().exists()

    capture.record(piece.uuid, capture.Reading(URL, Outcome.GONE), now=NOW)
    assert not lost()
    rate("self", "partly", alice, piece)
    assert lost()
    rate("self", "partly", alice)
    assert not lost()
    rate("review", "partly", bob, piece)
    assert lost()
    evidence.retract(piece.uuid, "Wrong.", actor=alice, now=NOW)
    assert not lost()
