"""The list: filters, chips, order, pages, who sees what."""

import datetime as dt
import re

import pytest

from recommendations.models import Recommendation, facets
from recommendations.web import table
from tests.factories import AssignmentFactory, RecommendationFactory, ThemeFactory
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/recommendations/"


def references(page):
    return re.findall(r"<td>([A-Z]+-[0-9]+)</td>", page)


def test_list_shows_both_ratings_and_who_is_responsible(client, make_items, words):
    make_items(1)
    page = words(client.get(ADDRESS))
    row = page[page.index("<tbody>") :]
    assert references(page) == ["T-101"]
    for said in (
        "Fair 1",
        "Partly implemented",
        "Mostly implemented",
        "Ratings differ",
        "Ministry",
        "31 Jan 2026",
        "Overdue",
    ):
        assert said in row
    assert "1 recommendation " in page


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"])
def test_internal_items_exist_for_those_who_are_signed_in(people, role, sign_in, words):
    RecommendationFactory(reference="T-001")
    RecommendationFactory(reference="T-002", visibility="internal")
    page = words(sign_in(people[role]).get(ADDRESS))
    shown = ["T-001"] if role == "visitor" else ["T-001", "T-002"]
    assert references(page) == shown
    assert ("2 recommendations" in page) is (role != "visitor")
    assert faults(page) == []


def test_list_asks_the_same_number_of_questions_for_one_and_three(
    client, make_items, django_assert_num_queries, django_assert_max_num_queries
):
    make_items(1)
    with django_assert_max_num_queries(5) as asked:
        client.get(ADDRESS)
    make_items(2)
    with django_assert_num_queries(len(asked)):
        client.get(ADDRESS)


def test_each_filter_becomes_a_chip_that_takes_it_away(client, words):
    theme = ThemeFactory(slug="trade", name_en="Trade")
    RecommendationFactory(reference="T-001", themes=[theme], instrument="fund")
    RecommendationFactory(reference="T-002", instrument="fund")
    page = words(client.get(ADDRESS, {"theme": "trade", "instrument": "fund"}))
    assert references(page) == ["T-001"]
    assert '<a class="chip" href="?theme=trade"> <span>Instrument: Fund</span>' in page
    assert '<a class="chip" href="?instrument=fund"> <span>Theme: Trade</span>' in page
    assert '<input type="checkbox" name="theme" value="trade" checked>' in page


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("owner=me", "Owner: Mine"),
        ("disagreement=true", "Ratings: Owner and reviewer disagree"),
        ("withdrawn=true", "Withdrawn: Withdrawn ones only"),
        ("due_before=2026-05-01", "Due before: 2026-05-01"),
        ("updated_since=2026-05-01T10:00:00Z", "Changed since: 2026-05-01T10:00:00+00:00"),
        ("q=fair+play", "Search: fair play"),
        ("verified_status=partly", "Reviewed status: Partly implemented"),
        ("response=in_part", "Response: Accepted in part"),
        ("source=nowhere", "Source: nowhere"),
        ("organization=ministry", "Organization: Ministry"),
    ],
)
def test_every_parameter_has_words(client, ministry, query, chip, words):
    page = words(client.get(f"{ADDRESS}?{query}"))
    assert f"<span>{chip}</span>" in page
    assert "Nothing matches all of these filters" in page or "Nothing is found for “fair play”" in page


def test_filters_without_a_box_survive_the_form(client, words):
    page = words(client.get(f"{ADDRESS}?due_before=2026-05-01&status=partly"))
    assert '<input type="hidden" name="due_before" value="2026-05-01">' in page
    form = page[page.index('<form class="filters"') : page.index("</form>")]
    assert 'type="hidden" name="status"' not in form


def test_empty_fields_of_the_form_ask_nothing(client, words):
    RecommendationFactory(reference="T-001")
    page = words(client.get(f"{ADDRESS}?q=&ordering=reference&source=&lead="))
    assert references(page) == ["T-001"]
    assert "chip" not in page


def test_unknown_parameters_are_said(client, words):
    page = words(client.get(f"{ADDRESS}?colour=red&status=green"), 400)
    assert "<code>colour</code>: There is no parameter “colour”" in page
    assert "<code>status</code>: “green” is not one of: not_assessed" in page
    assert '<a href="/recommendations/">Open the page without what was refused</a>' in page
    assert faults(page) == []


@pytest.mark.parametrize("cursor", ["x", "%00", "WzEsMiwzXQ", "é"])
def test_a_strange_cursor_is_said(client, cursor, words):
    assert "This place in the list is not one of this order" in words(client.get(f"{ADDRESS}?cursor={cursor}"), 400)


def test_columns_sort_and_say_how(client, words):
    RecommendationFactory(reference="T-001", target_on=dt.date(2027, 1, 1))
    RecommendationFactory(reference="T-002", target_on=dt.date(2026, 12, 1))
    page = words(client.get(f"{ADDRESS}?ordering=due_on"))
    assert references(page) == ["T-002", "T-001"]
    assert 'aria-sort="ascending"><a href="?ordering=-due_on">Target date' in page
    page = words(client.get(f"{ADDRESS}?ordering=-due_on&instrument=dialogue"))
    assert references(page) == ["T-001", "T-002"]
    assert 'aria-sort="descending"><a href="?instrument=dialogue&amp;ordering=due_on">Target date' in page


def test_pages_follow_each_other_and_keep_the_filters(client, monkeypatch, words):
    monkeypatch.setattr(table, "PAGE", 2)
    for number in range(1, 6):
        RecommendationFactory(reference=f"T-{number}", instrument="fund")
    page = words(client.get(f"{ADDRESS}?instrument=fund"))
    seen = references(page)
    while found := re.search(r'rel="next" href="([^"]+)"', page):
        assert "instrument=fund" in found[1]
        page = words(client.get(f"{ADDRESS}{found[1].replace('&amp;', '&')}"))
        seen += references(page)
    assert seen == ["T-1", "T-2", "T-3", "T-4", "T-5"]
    back = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert references(words(client.get(f"{ADDRESS}{back}"))) == ["T-3", "T-4"]


def test_nobody_counts_without_end(client, monkeypatch, words):
    monkeypatch.setattr(facets, "MOST", 2)
    for number in range(3):
        RecommendationFactory(reference=f"T-{number}")
    page = words(client.get(ADDRESS))
    assert "More than 2 recommendations" in page
    assert "Numbers stand beside the values once the list has at most 2 recommendations." in page
    assert 'class="count"' not in page


def test_values_say_how_many_they_would_find(client, words):
    trade = ThemeFactory(slug="trade", name_en="Trade")
    for number in range(3):
        RecommendationFactory(reference=f"T-{number}", themes=[trade], instrument=("fund", "dialogue")[number % 2])
    RecommendationFactory(reference="T-9", themes=[trade], instrument="fund", visibility="internal")
    page = words(client.get(f"{ADDRESS}?instrument=fund"))
    assert 'value="trade">Trade <span class="count">2</span>' in page
    assert 'value="fund" checked>Fund <span class="count">2</span>' in page
    assert (
        'value="dialogue">Dialogue <span class="count">1</span>' in page
    )  # as well: its own filter does not narrow it
    assert '<label class="none"><input type="checkbox" name="instrument" value="strategy">' in page
    assert re.search(
        r'<select id="filter-source" name="source"><option value="">Any</option>(\s*<option[^>]+>[^<]+ \(1\)</option>){2}',
        page,
    )


def test_a_value_that_does_not_exist_says_which_do(client, words):
    theme = ThemeFactory(slug="trade", name_en="Trade")
    RecommendationFactory(reference="T-001", themes=[theme])
    page = words(client.get(f"{ADDRESS}?theme=trades&instrument=fund&view=board"))
    assert "Theme: the register has no “trades”" in page
    assert '<li><a href="?instrument=fund&amp;theme=trade&amp;view=board">Trade</a></li>' in page
    page = words(client.get(f"{ADDRESS}?organization=nobody"))
    assert "Organization: the register has no “nobody”" in page
    assert "There is none so far." in page
    assert faults(page) == []


def test_an_empty_register_teaches(client, words):
    page = words(client.get(ADDRESS))
    assert "No recommendation is registered yet" in page
    assert "load_catalogue" in page
    assert faults(page) == []


def test_titles_fall_back_to_the_other_language(client, words):
    RecommendationFactory(reference="T-001", title_en="Only English", title_ru="")
    assert "Only English" in words(client.get(ADDRESS, headers={"accept-language": "ru"}))


def test_a_stranger_learns_nothing_of_what_they_own(client, item, ministry, words):
    AssignmentFactory(recommendation=item, organization=ministry)
    Recommendation.objects.update(visibility="internal")
    page = words(client.get(f"{ADDRESS}?lead=ministry"))
    assert references(page) == []


def test_a_search_is_sorted_by_match_and_marks_what_was_found(client, words):
    RecommendationFactory(reference="T-001", title_en="Courts", description_en="With <grants> and grants.")
    RecommendationFactory(reference="T-002", title_en="Grants & <funds>")
    page = words(client.get(ADDRESS, {"q": "grants", "ordering": ""}))
    assert references(page) == ["T-002", "T-001"]
    assert '<a href="/recommendations/T-002/"><mark>Grants</mark> &amp; &lt;funds&gt;</a>' in page
    assert re.search(r'<small class="found">.*<mark>grants</mark>.*</small>', page)
    assert '<option value="" selected>Best match first</option>' in page
    assert '<option value="reference">Reference</option>' in page
    assert faults(page) == []
    page = words(client.get(ADDRESS, {"q": "grants", "ordering": "reference"}))
    assert references(page) == ["T-001", "T-002"]
    assert 'href="?ordering=reference"' in page  # the chip that takes the words away keeps the order that was chosen
    page = words(client.get(ADDRESS))
    assert '<option value="" selected>Reference</option>' in page
    assert "Best match first" not in page


def test_a_slip_of_the_keys_is_put_right_and_said(client, words):
    RecommendationFactory(reference="T-001", title_en="Grants")
    page = words(client.get(ADDRESS, {"q": "grnats", "instrument": "dialogue"}))
    assert references(page) == ["T-001"]
    assert "Showing results for <strong>grants</strong>" in page
    assert '<a href="?instrument=dialogue&amp;q=%22grnats%22">Search for grnats instead</a>' in page
    assert "<span>Search: grants</span>" in page
    assert 'href="/api/v1/exports/recommendations.csv?instrument=dialogue&amp;q=grants"' in page
    assert faults(page) == []
    page = words(client.get(ADDRESS, {"q": '"grnats"'}))
    assert "Nothing is found for “&quot;grnats&quot;”" in page


def test_when_nothing_has_all_words_some_are_enough_and_that_is_said(client, words):
    RecommendationFactory(reference="T-001", title_en="Moving students")
    for view in ("table", "board"):
        page = words(client.get(ADDRESS, {"q": "student exchange", "view": view}))
        assert (
            "Nothing has all of these words. Showing what has some of them: <strong>student, exchange</strong>." in page
        )
        assert "T-001" in page
        assert "instead</a>" not in page
        assert faults(page) == []


@pytest.mark.parametrize(
    ("query", "most"),
    [({}, 5), ({"theme": "trade"}, 5), ({"q": "grants"}, 6), ({"q": "grants", "instrument": "dialogue"}, 6)],
)
def test_a_page_needs_five_statements_at_most_and_a_search_one_more(client, query, most, django_assert_max_num_queries):
    trade = ThemeFactory(slug="trade")
    for number in range(3):
        RecommendationFactory(reference=f"T-{number}", title_en="Grants", themes=[trade])
    with django_assert_max_num_queries(most):
        assert references(client.get(ADDRESS, query).content.decode())
