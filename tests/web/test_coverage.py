"""The page of coverage: figures, what waits, reasons, and nothing of what is internal."""

import re

import pytest

from recommendations.actions import disposition, passage, source
from recommendations.actions.selection import Selection
from recommendations.models import Disposition, coverage
from recommendations.models.person import REGISTER
from tests.factories import NOW, RecommendationFactory, SourceFactory
from tests.web.markup import faults
from tests.web.test_every_page import uncovered

pytestmark = pytest.mark.django_db

TEXT = "Meetings\n\nBoth sides should open a joint office. Trade <b> grew. They must hold a fair.\n\nNothing else is said here, at all."
PAGE = "/sources/report/coverage/"


@pytest.fixture
def read():
    SourceFactory(slug="report", title_en="The report")
    return source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW).snapshot


def track(words, reference="T-900", **fields):
    RecommendationFactory(reference=reference, source__slug=f"of-{reference.lower()}", **fields)
    start = TEXT.index(words)
    passage.add(reference, "report", Selection(1, start, start + len(words)), actor=REGISTER, now=NOW)


def seen(answer, status=200):
    page = answer.content.decode()
    assert answer.status_code == status
    assert faults(page) == []
    return re.sub(r"\s+", " ", page)


def key(read, number=0):
    return coverage.of_snapshot(read, person=None).sentences[number].sentence.key


def test_figures_have_denominators_and_each_sentence_its_mark(client, read):
    track("open a joint office")
    shown = seen(client.get(PAGE))
    assert "1 of 2 sentences that recommend something are tracked." in shown
    assert "<dd>1 / 2</dd>" in shown
    assert 'Tracked <a href="/recommendations/T-900/">T-900</a></span>' in shown
    assert "Trade &lt;b&gt; grew." in shown
    assert '>Not tracked</span><span class="sentence sentence-untracked" id="s' in shown
    assert "recognised by <q" in shown
    assert "State why not" not in shown
    assert "Track this" not in shown


def test_all_tracked_says_so(client, read):
    track("open a joint office. Trade <b> grew. They must hold a fair")
    assert "Nothing: every sentence that was recognised is tracked." in seen(client.get(PAGE))


def test_steward_states_a_reason_changes_it_and_takes_it_back(client, read, carol):
    client.force_login(carol)
    start = TEXT.index("Both")
    assert f'href="/sources/report/track/?snapshot=1&amp;start={start}&amp;end={start + 38}"' in seen(client.get(PAGE))
    said = {"sentence": key(read), "reason": "duplicate", "note": "See above."}
    assert client.post(f"{PAGE}state/", said).url == PAGE
    shown = seen(client.get(PAGE))
    assert "<strong>Not tracked: Says again what is tracked.</strong> See above." in shown
    assert "Change the reason" in shown
    assert Disposition.objects.get().stated_by == carol
    assert client.post(f"{PAGE}withdraw/", {"sentence": key(read)}).url == PAGE
    assert not Disposition.objects.exists()
    history = seen(client.get("/history/"))
    assert "Reason for not tracking stated" in history
    assert "taken back" in history
    assert "joint office" not in history


def test_what_is_refused_stays_beside_its_sentence(client, read, carol):
    client.force_login(carol)
    wrong = client.post(f"{PAGE}state/", {"sentence": key(read), "reason": "because", "note": "My note"})
    shown = seen(wrong, 400)
    assert shown.count('value="My note"') == 1
    assert "<details open>" in shown
    assert seen(client.post(f"{PAGE}state/", {"sentence": key(read, 1), "reason": "duplicate"}), 409)
    assert client.post(f"{PAGE}withdraw/", {"sentence": "x"}).status_code == 404
    assert client.post("/sources/nowhere/coverage/state/", {"sentence": "x", "reason": "duplicate"}).status_code == 404


def test_only_stewards_state(client, people, read):
    for role in ("reader", "contributor", "reviewer"):
        client.force_login(people[role])
        for act in ("state", "withdraw"):
            assert client.post(f"{PAGE}{act}/", {"sentence": key(read), "reason": "duplicate"}).status_code == 403
    client.logout()
    assert "/account/login/" in client.post(f"{PAGE}state/").url
    assert client.get(f"{PAGE}state/").status_code == 405


def test_what_only_an_internal_one_tracks_looks_to_strangers_as_what_nobody_tracks(client, read, dave):
    disposition.state("report", key(read), "out_of_scope", actor=REGISTER, now=NOW)
    before = uncovered(seen(client.get(PAGE)))
    api = client.get("/api/v1/sources/report/coverage/")
    track("open a joint office", visibility="internal")
    assert uncovered(seen(client.get(PAGE))) == before
    again = client.get("/api/v1/sources/report/coverage/")
    assert (again.content, again["ETag"]) == (api.content, api["ETag"])
    client.force_login(dave)
    assert "T-900" in seen(client.get(PAGE))


def test_earlier_snapshots_and_sources_without_a_text(client, read):
    source.read_in("report", ("They must act.\n\n" + TEXT).encode(), actor=REGISTER, now=NOW)
    assert "0 of 3 sentences" in seen(client.get(PAGE))
    assert "0 of 2 sentences" in seen(client.get(f"{PAGE}?snapshot=1"))
    assert 'href="/sources/report/compare/"' in seen(client.get(PAGE))
    for number in ("7", "x", "9" * 5000):
        assert client.get(PAGE, {"snapshot": number}).status_code == 404
    SourceFactory(slug="unread")
    assert "has not been read in yet" in seen(client.get("/sources/unread/coverage/"))
    assert client.get("/sources/nowhere/coverage/").status_code == 404


@pytest.mark.parametrize("count", [1, 2])
def test_same_number_of_queries_for_any_number(client, read, count, django_assert_num_queries):
    for number, words in enumerate(("joint office", "hold a fair")[:count]):
        track(words, reference=f"T-{number}")
    with django_assert_num_queries(5):
        client.get(PAGE)
