"""The list drawn otherwise: columns of the table, the board and the way to move a card, the timeline."""

import datetime as dt
import re

import pytest

from recommendations.models import Event, Milestone, Recommendation, board, facets
from recommendations.rules.lifecycle import ASSESSABLE
from tests.factories import TODAY, AssignmentFactory, RecommendationFactory, SourceFactory, ThemeFactory, let_it_stand
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/recommendations/"
BOARD = f"{ADDRESS}?view=board"
TIMELINE = f"{ADDRESS}?view=timeline"


def heads(page):
    return [re.sub("<[^>]+>", "", head) for head in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)]


def columns(page):
    """Return for each column of the board how many it says there are, and its references."""
    found = re.findall(r'<section aria-labelledby="column-(\w+)">(.*?)</section>', page)
    return {
        status: (re.search(r'class="count">([^<]+)<', part)[1], re.findall(r'class="reference">([^<]+)<', part))
        for status, part in found
    }


def test_columns_are_chosen_in_the_address(client, make_items, words):
    make_items(1)
    page = words(client.get(f"{ADDRESS}?columns=updated,priority,instrument&columns=theme,source,response"))
    assert heads(page) == ["Recommendation", "Priority", "Instrument", "Themes", "Source", "Response", "Last change"]
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    for cell in (
        "Normal",
        "Dialogue",
        '<a href="/sources/paper-1/">',
        '<span class="aside">No response recorded</span>',
        "24 Nov 2026",
    ):
        assert f"<td>{cell}" in row
    assert "<small></small>" in row  # what columns say is not said twice
    assert '<input type="checkbox" name="columns" value="source" checked> Source' in page
    assert '<input type="checkbox" name="columns" value="lead"> Lead' in page
    assert "columns=priority%2Cinstrument%2Ctheme%2Csource%2Cresponse%2Cupdated&amp;ordering=-updated_at" in page
    assert 'href="/api/v1/exports/recommendations.csv"' in page  # the file has columns of its own
    assert faults(page) == []


def test_a_response_has_words_in_its_column(client, item, words):
    Recommendation.objects.update(answer="in_part")
    assert "<td>Accepted in part</td>" in words(client.get(f"{ADDRESS}?columns=response"))


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [("en", "Reviewed", "Last change"), ("ru", "Проверено", "Последнее изменение"), ("xx", "Reviewed", "Last change")],
)
def test_cells_are_called_something_on_a_phone(client, item, words, language, first, last):
    page = words(client.get(f"{ADDRESS}?columns=updated,verified", headers={"accept-language": language}))
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)" media="screen and \(max-width: 48rem\)">', page)
    assert address.startswith("/recommendations/labels.css?columns=verified%2Cupdated&amp;language=")
    answer = client.get(f"/recommendations/labels.css?columns=verified,updated&language={language}")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        f'.recommendations td:nth-last-of-type(1)::before {{ content: "{last}"; }}',
        f'.recommendations td:nth-last-of-type(2)::before {{ content: "{first}"; }}',
    ]
    assert client.get("/recommendations/labels.css?columns=colour").status_code == 400


@pytest.mark.parametrize(
    ("query", "now", "then"),
    [
        ("columns=updated", "", "-updated_at"),
        ("columns=updated&ordering=-updated_at", "descending", "updated_at"),
        ("columns=updated&ordering=updated_at", "ascending", "-updated_at"),
    ],
)
def test_the_latest_change_sorts_latest_first(client, item, words, query, now, then):
    page = words(client.get(f"{ADDRESS}?{query}"))
    sort = f' aria-sort="{now}"' if now else ""
    assert f'<th scope="col"{sort}><a href="?columns=updated&amp;ordering={then}">Last change</a></th>' in page


def test_chips_pages_and_filters_keep_how_the_list_is_drawn(client, item, words):
    page = words(client.get(f"{BOARD}&theme=trade&instrument=fund"))
    assert '<a class="chip" href="?instrument=fund&amp;view=board">' in page
    assert '<a class="chip chip-all" href="/recommendations/?view=board">' in page
    assert page.count('<input type="hidden" name="view" value="board">') == 2  # of the filters, and of another day
    page = words(client.get(f"{ADDRESS}?columns=lead"))
    assert '<a href="?columns=lead&amp;view=board">Board</a>' in page
    assert '<a href="?columns=lead" aria-current="true">Table</a>' in page


def test_the_board_has_a_column_for_each_status(client, make_items, words):
    make_items(1)
    RecommendationFactory(reference="T-200")
    RecommendationFactory(reference="T-201", visibility="internal")
    page = words(client.get(BOARD))
    shown = columns(page)
    assert list(shown) == ["not_assessed", *ASSESSABLE]
    assert shown["partly"] == ("1", ["T-101"])
    assert shown["not_assessed"] == ("1", ["T-200"])
    for said in ("Fair 1", "Ministry", "Due 31 Jan 2026", "Overdue", "Ratings differ", "Heard of today", "Nobody yet"):
        assert said in page
    assert "Choose T-101" not in page
    assert faults(page) == []


def test_a_card_says_that_only_the_owner_says_so_and_for_how_long_it_is_silent(client, item, words):
    heard = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    Recommendation.objects.update(status="partly", reported_status="partly", heard_at=heard)
    page = words(client.get(BOARD))
    assert "Self-reported</span>" in page
    assert "Silent for 23 days" in page


def test_the_board_is_asked_like_the_list(client, words):
    RecommendationFactory(reference="T-001", title_en="Grants")
    RecommendationFactory(reference="T-002", title_en="Courts")
    Recommendation.objects.filter(reference="T-002").update(status="partly")
    assert columns(words(client.get(f"{BOARD}&q=grants")))["not_assessed"] == ("1", ["T-001"])
    page = words(client.get(f"{BOARD}&q=grnats"))
    assert columns(page)["not_assessed"] == ("1", ["T-001"])
    assert "Showing results for <strong>grants</strong>" in page
    assert list(columns(words(client.get(f"{BOARD}&status=partly")))) == ["partly"]
    assert "Nothing is found for “zzz”" in words(client.get(f"{BOARD}&q=zzz"))
    assert "Nothing matches all of these filters" in words(client.get(f"{BOARD}&q=grnats&status=partly"))
    assert columns(words(client.get(f"{BOARD}&as_of=2026-11-24")))


def test_a_long_column_leads_to_its_list(client, words, monkeypatch):
    monkeypatch.setattr(board, "SHOWN", 2)
    for number in range(3):
        RecommendationFactory(reference=f"T-{number}", instrument="fund")
    page = words(client.get(f"{BOARD}&instrument=fund"))
    assert columns(page)["not_assessed"] == ("3", ["T-0", "T-1"])
    assert 'href="?instrument=fund&amp;status=not_assessed">All 3<span' in page
    monkeypatch.setattr(facets, "MOST", 2)
    page = words(client.get(BOARD))
    assert columns(page)["not_assessed"] == ("2+", ["T-0", "T-1"])
    assert ">All, more than 2<span" in page


@pytest.mark.parametrize("view", ["board", "timeline"])
def test_a_drawing_asks_the_same_number_of_questions_for_one_and_three(
    client, make_items, alice, view, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(alice)
    make_items(1)
    with django_assert_max_num_queries(10) as asked:
        client.get(f"{ADDRESS}?view={view}")
    make_items(2)
    with django_assert_num_queries(len(asked)):
        client.get(f"{ADDRESS}?view={view}")


@pytest.mark.parametrize(
    ("role", "movable"),
    [
        ("visitor", []),
        ("reader", []),
        ("contributor", ["T-001"]),
        ("reviewer", ["T-001", "T-002"]),
        ("steward", ["T-001", "T-002"]),
        ("administrator", ["T-001", "T-002"]),
    ],
)
def test_who_may_rate_may_move(people, sign_in, role, movable, ministry, words):
    own = RecommendationFactory(reference="T-001")
    AssignmentFactory(recommendation=own, organization=ministry)
    RecommendationFactory(reference="T-002")
    RecommendationFactory(reference="T-003")
    Recommendation.objects.filter(reference="T-003").update(elements=2)  # its parts are rated instead
    page = words(sign_in(people[role]).get(BOARD))
    assert re.findall('type="radio" form="move" name="reference" value="([^"]+)"', page) == movable
    assert ("Move the chosen card to" in page) is bool(movable)
    assert faults(page) == []
    let_it_stand()
    past = words(sign_in(people[role]).get(f"{BOARD}&as_of=2026-11-20"))
    assert "T-001" in past
    assert "Move the chosen card to" not in past


def test_a_move_leads_to_the_status_update_and_writes_nothing(client, item, bob, words):
    client.force_login(bob)
    before = Event.objects.count()
    answer = client.get("/recommendations/move/?reference=T-900&value=partly")
    assert (answer.status_code, answer.url) == (302, "/recommendations/T-900/assess/?value=partly")
    page = words(client.get(answer.url))
    (chosen,) = [field for field in re.findall("<input[^>]+>", page) if "checked" in field]
    assert 'value="partly"' in chosen
    assert Event.objects.count() == before
    assert "checked" not in words(client.get("/recommendations/T-900/assess/?value=not_assessed"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Choose a card of the board first."),
        ("reference=x&value=partly", "A reference is capital letters"),
        ("reference=T-900", "“” is not one of: no_action, in_preparation"),
        ("reference=T-900&value=not_assessed", "“not_assessed” is not one of"),
    ],
)
def test_a_move_that_says_too_little_says_what_is_missing(client, query, said, words):
    assert said in words(client.get(f"/recommendations/move/?{query}"), 400)


def test_the_timeline_shows_targets_and_milestones_and_says_the_same_as_a_table(client, make_items, words):
    (first,) = make_items(1)
    Milestone.objects.create(
        recommendation=first,
        title="Called off",
        due_on=TODAY,
        cancelled_at=dt.datetime.now(dt.UTC),
        cancellation_reason="x",
    )
    Milestone.objects.create(recommendation=first, title="Some day")
    RecommendationFactory(reference="T-200", source=first.source)
    page = words(client.get(TIMELINE))
    table = page[page.index("<table") :]
    assert re.findall(r'data-label="(?:What|State)">([^<]+)<', table) == [
        "Target date",
        "Overdue",
        "First fair",
        "Late",
    ]
    assert 'datetime="2026-01-31"' in table
    assert "No target date and no milestone" in table
    drawing = page[page.index('<svg class="lanes"') : page.index("</figure>")]
    assert 'class="target is-overdue"' in drawing
    assert 'class="milestone is-late"' in drawing
    assert "T-200" not in drawing
    assert "Called off" not in page
    assert faults(page) == []


def test_the_timeline_is_grouped_by_source_or_theme(client, words):
    paper, book = SourceFactory(slug="paper", title_en="Paper"), SourceFactory(slug="book", title_en="Book")
    trade, law = (
        ThemeFactory(slug="trade", name_en="Trade", position=1),
        ThemeFactory(slug="law", name_en="Law", position=2),
    )
    RecommendationFactory(reference="T-1", source=paper, themes=[trade, law], target_on=TODAY)
    RecommendationFactory(reference="T-2", source=book, themes=[])
    bands = re.compile(r'<tr class="band"><th scope="rowgroup" colspan="4">([^<]+)</th>')
    assert bands.findall(words(client.get(TIMELINE))) == ["Book", "Paper"]
    page = words(client.get(f"{TIMELINE}&group=theme"))
    assert bands.findall(page) == ["Trade", "Law", "No theme"]
    assert '<a href="?view=timeline&amp;group=theme" aria-current="true">Theme</a>' in page
    assert '<a href="?view=timeline">Source</a>' in page


@pytest.mark.parametrize(("ordering", "order"), [("", ["T-2", "T-1"]), ("&ordering=-due_on", ["T-1", "T-2"])])
def test_the_timeline_goes_on_by_date(client, words, monkeypatch, ordering, order):
    monkeypatch.setattr("recommendations.web.timeline.PAGE", 1)
    source = SourceFactory()
    for number, days in ((1, 9), (2, 3)):
        RecommendationFactory(reference=f"T-{number}", source=source, target_on=TODAY + dt.timedelta(days=days))
    page = words(client.get(f"{TIMELINE}{ordering}"))
    seen = re.findall(r'<th scope="rowgroup" rowspan="1"><a href="/recommendations/([^/]+)/">', page)
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "view=timeline" in following
    page = words(client.get(f"{ADDRESS}{following}"))
    seen += re.findall(r'<th scope="rowgroup" rowspan="1"><a href="/recommendations/([^/]+)/">', page)
    assert seen == order


def test_a_timeline_without_a_day_says_who_sets_them(client, item, words):
    page = words(client.get(TIMELINE))
    assert "None of these has a target date or a milestone yet" in page
    assert faults(page) == []
