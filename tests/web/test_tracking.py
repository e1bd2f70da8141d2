"""Pages on which stewards choose words of a source: without a script, and with what goes wrong."""

import uuid

import pytest

from recommendations.actions import passage, source
from recommendations.actions.selection import Selection
from recommendations.models import Passage, Recommendation
from recommendations.models.person import REGISTER
from tests.factories import NOW, RecommendationFactory, SourceFactory, ThemeFactory
from tests.web.markup import faults

pytestmark = pytest.mark.django_db

TEXT = (
    "Meetings\n\nBoth sides should open a joint office. They must hold a fair.\n\nNothing else <is> said here, at all."
)
TRACK = "/sources/report/track/"
FAIR = f"?snapshot=1&start={TEXT.index('hold')}&end={TEXT.index('fair') + 4}"
FIELDS = {"reference": "T-1", "title_en": "A fair", "instrument": "other", "priority": "normal", "visibility": "public"}


@pytest.fixture
def report():
    return SourceFactory(slug="report", title_en="The report")


@pytest.fixture
def read(report):
    return source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW)


@pytest.fixture
def item(report):
    return RecommendationFactory(reference="T-900", title_en="Fairs", source=report)


@pytest.fixture
def keeper(sign_in, carol):
    return sign_in(carol)


def seen(answer, status=200):
    page = answer.content.decode()
    assert answer.status_code == status, page[:2000]
    assert faults(page) == []
    return page


def test_way_without_a_script_from_paragraph_to_recommendation(keeper, read, words):
    ThemeFactory(slug="trade")
    shown = seen(keeper.get("/sources/report/"))
    assert 'href="/sources/report/track/?snapshot=1&amp;paragraph=2"' in shown
    assert 'data-track="/sources/report/track/"' in shown
    shown = seen(keeper.get(f"{TRACK}?snapshot=1&paragraph=2"))
    start = TEXT.index("They must")
    address = f"{TRACK}?snapshot=1&start={start}&end={start + 22}"
    assert f'href="{address.replace("&", "&amp;")}" lang="en">They must hold a fair.</a>' in shown
    shown = words(keeper.get(address))
    assert "<mark>They must hold a fair.</mark>" in shown
    assert '<span class="around">Both sides should open a joint office. </span>' in shown
    assert "Snapshot 1" in shown
    done = keeper.post(address, {**FIELDS, "themes": ["trade"], "target_on": "2027-01-31"})
    assert (done.status_code, done.url) == (302, "/recommendations/T-1/")
    made = Recommendation.objects.get(reference="T-1")
    assert (made.source.slug, made.themes.get().slug, str(made.target_on)) == ("report", "trade", "2027-01-31")
    assert made.passages.get().anchors.get().exact == "They must hold a fair."
    assert "It is registered" in seen(keeper.get(done.url))


def test_exact_words_are_found_by_their_ends(keeper, read):
    found = keeper.get(TRACK, {"paragraph": "2", "first": "hold", "last": "FAIR"})
    assert (found.status_code, found.url) == (302, TRACK + FAIR)
    assert "<mark>hold a fair</mark>" in seen(keeper.get(found.url))
    shown = seen(keeper.get(TRACK, {"first": "nowhere", "last": "fair"}), 400)
    assert "No paragraph holds the words “nowhere”" in shown
    assert "This field is required" in seen(keeper.get(TRACK, {"first": "", "last": "fair"}), 400)
    assert "By its first and last words" in seen(keeper.get(TRACK))


def test_add_words_to_what_is_tracked(keeper, read, item):
    other = RecommendationFactory(title_en="Elsewhere")
    shown = seen(keeper.get(f"{TRACK}add/{FAIR}"))
    assert "<mark>hold a fair</mark>" in shown
    assert shown.index("T-900 Fairs") < shown.index(str(other))
    wrong = keeper.post(f"{TRACK}add/{FAIR}", {"reference": "", "label_en": "x"})
    seen(wrong, 400)
    done = keeper.post(f"{TRACK}add/{FAIR}", {"reference": "T-900", "label_en": "Main text"})
    assert (done.status_code, done.url) == (302, "/recommendations/T-900/")
    assert item.passages.get().label_en == "Main text"
    assert "already" in seen(keeper.post(f"{TRACK}add/{FAIR}", {"reference": "T-900"}), 409)
    assert "Choose a passage" in seen(keeper.get(f"{TRACK}add/?paragraph=2"))


def test_what_is_refused_is_shown_with_what_was_typed(keeper, read, item):
    shown = seen(keeper.post(TRACK + FAIR, {**FIELDS, "reference": "T-900"}), 409)
    assert "is taken" in shown
    assert 'value="A fair"' in shown
    seen(keeper.post(TRACK + FAIR, {**FIELDS, "reference": "no", "title_en": ""}), 400)
    for bad in ("?start=5&end=5", "?start=5&end=99999", "?start=8&end=10"):
        assert 'role="alert"' in seen(keeper.get(TRACK + bad), 400)
    for odd in ("?start=x&end=1", "?start=-1&end=3", f"?start=1&end={'9' * 4000}", "?paragraph=99"):
        assert "Choose a passage" in seen(keeper.get(TRACK + odd))
    assert not Passage.objects.exists()


def test_text_that_is_not_there_is_not_found(keeper, report, read):
    SourceFactory(slug="unread")
    for address in ("/sources/nowhere/track/", "/sources/unread/track/", f"{TRACK}?snapshot=7"):
        assert keeper.get(address).status_code == 404


def test_only_stewards_choose(sign_in, people, read, item):
    made = passage.add("T-900", "report", Selection(1, 10, 20), actor=REGISTER, now=NOW)
    addresses = (TRACK, f"{TRACK}add/", f"/passages/{made.uuid}/place/", f"/passages/{made.uuid}/remove/")
    for role in ("reader", "contributor", "reviewer"):
        for address in addresses:
            assert sign_in(people[role]).get(address).status_code == 403
    for address in addresses:
        assert "/account/login/" in sign_in(None).get(address).url
    shown = sign_in(people["reader"]).get("/sources/report/").content.decode()
    assert "track/" not in shown
    assert "data-track" not in shown
    assert "select.js" not in shown


def test_lost_passage_flags_its_recommendation_and_is_placed_anew(keeper, client, read, item):
    made = passage.add(
        "T-900", "report", Selection(1, TEXT.index("open"), TEXT.index("open") + 19), actor=REGISTER, now=NOW
    )
    changed = TEXT.replace("open a joint office", "find some place")
    source.read_in("report", changed.encode(), actor=REGISTER, now=NOW)
    flagged = "no longer holds a passage of this recommendation"
    assert flagged in seen(client.get("/recommendations/T-900/"))
    shown = seen(keeper.get("/recommendations/T-900/"))
    assert f'href="/sources/report/?place={made.uuid}"' in shown
    shown = seen(keeper.get(f"/sources/report/?place={made.uuid}"))
    place = f"/passages/{made.uuid}/place/"
    assert f'data-track="{place}"' in shown
    assert f'href="{place}?snapshot=2&amp;paragraph=2"' in shown
    assert "You are choosing the new place" in shown
    assert "You are choosing" not in seen(client.get(f"/sources/report/?place={made.uuid}"))
    assert "You are choosing" not in seen(keeper.get("/sources/report/?place=x"))
    assert 'value="open a joint"' in seen(keeper.get(place))
    start = changed.index("find")
    seen(keeper.get(f"{place}?start={start}&end={start + 15}"))
    done = keeper.post(f"{place}?start={start}&end={start + 15}")
    assert (done.status_code, done.url) == (302, "/recommendations/T-900/")
    assert made.anchors.get(snapshot__number=2).exact == "find some place"
    assert flagged not in seen(client.get("/recommendations/T-900/"))


def test_passage_is_taken_back_after_asking(keeper, read, item):
    made = passage.add("T-900", "report", Selection(1, 10, 20), actor=REGISTER, now=NOW)
    address = f"/passages/{made.uuid}/remove/"
    assert f'href="{address}"' in seen(keeper.get("/recommendations/T-900/"))
    assert "Both sides" in seen(keeper.get(address))
    assert keeper.post(address).url == "/recommendations/T-900/"
    assert not Passage.objects.exists()
    assert keeper.get(address).status_code == 404
    assert keeper.post(f"/passages/{uuid.uuid4()}/place/").status_code == 404


def test_long_surroundings_are_cut_between_words(keeper, report):
    text = f"{'before ' * 60}the words {'after ' * 60}"
    source.read_in("report", text.encode(), actor=REGISTER, now=NOW)
    start = text.index("the words")
    shown = seen(keeper.get(f"{TRACK}?start={start}&end={start + 9}"))
    assert '<span class="around">… before before' in shown
    assert "after after …</span>" in shown
