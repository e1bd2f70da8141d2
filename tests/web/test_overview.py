"""The first page: figures with their denominators, both ratings by theme, what changed, what is late."""

import csv
import datetime as dt
import io

import pytest

from recommendations.actions import followup
from recommendations.models import Recommendation, Source
from recommendations.web import figures, overview
from tests.factories import NOW, TODAY, RecommendationFactory, SourceFactory, ThemeFactory, let_it_stand
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]


def test_overview_answers_strangers_without_a_cookie(client, words):
    answer = client.get("/")
    assert words(answer).count("Listing a proposal is not endorsing it.") == 1
    assert not answer.cookies


def test_an_empty_register_teaches(client, words):
    SourceFactory(title_en="A paper", authors="", published_on=None)
    page = words(client.get("/"))
    assert "No recommendation is registered yet" in page
    assert "A paper" in page
    assert faults(page) == []


def test_overview_tells_how_many_of_how_many(client, make_items, words):
    make_items(1)
    RecommendationFactory(visibility="internal")
    RecommendationFactory(withdrawn_at=NOW)
    RecommendationFactory(source=Source.objects.get(slug="paper-1"))
    page = words(client.get("/"))
    for said in (
        "<strong>2</strong> <span>recommendations tracked</span>",
        "<strong>1 of 2</strong> <span>assessed by anybody</span>",
        "1 reviewed, 1 self-reported",
        "<strong>0 of 1</strong> <span>reviewed are implemented</span>",
        "<strong>1 of 1</strong> <span>rated by both are rated differently</span>",
        "<strong>1 of 1</strong> <span>with a target date are overdue</span>",
        "1 of 1 assessed",
        "T-101 Fair 1",
        "The one that is overdue, as a list",
        "read the text, with each passage in its place</a>",
    ):
        assert said in page, said
    assert faults(page) == []


def test_what_is_late_is_said_with_how_late_and_whose_it_is(client, owned, words):
    Recommendation.objects.filter(reference="T-900").update(target_on=dt.date(2026, 11, 14))
    RecommendationFactory(reference="T-001", target_on=dt.date(2026, 11, 23))
    page = words(client.get("/"))
    assert "target 14 November 2026, 10 days late" in page
    assert "target 23 November 2026, 1 day late" in page
    assert page.index("T-900 ") < page.index("T-001 ")
    assert '<p class="aside"><a href="/organizations/ministry/">Ministry</a></p>' in page
    assert "Nobody is assigned yet" in page
    assert 'href="/api/v1/exports/recommendations.csv?delivery=overdue&amp;ordering=due_on"' in page


def test_what_moved_since_last_month_is_counted(client, item, alice, bob, owned, words):
    let_it_stand()
    said = followup.Statement(as_of=TODAY, narrative="So it is.")
    followup.assess("T-900", "partly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    followup.assess("T-900", "no_action", kind="review", statement=said, actor=bob, now=NOW, seen=None)
    page = words(client.get("/"))
    assert "Since 24 October 2026, 1 of 1 recommendations moved:" in page
    days = "since=2026-10-24&amp;until=2026-11-24"
    assert f'<a href="/changes/?{days}&amp;kind=reviewed">Reviewed status: 1</a>' in page
    assert f'<a href="/changes/?{days}&amp;kind=reported">Self-reported status: 1</a>' in page
    assert f'href="/changes/changes.csv?{days}"' in page
    then = words(client.get("/?as_of=2026-11-20"))
    assert "Since 20 October 2026 no status, response or target date changed." in then
    before = words(client.get("/?as_of=0001-01-02"))
    assert "Nothing was registered at that time" in before
    assert '<a href="/" data-now>The register now</a>' in before


def test_progress_is_drawn_from_history_with_its_table(client, item, alice, owned, words):
    let_it_stand(NOW - dt.timedelta(days=40))
    said = followup.Statement(as_of=TODAY, narrative="So it is.")
    followup.assess("T-900", "partly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    page = words(client.get("/"))
    assert page.count('<rect class="piece status-not_assessed"') == 7 + 6
    assert page.count('<rect class="piece status-partly"') == 1
    assert '<a href="/recommendations/?as_of=2026-10-18">' in page
    assert page.count("The register begins on") == 0
    assert faults(page) == []


def test_a_register_of_a_day_has_no_course_yet(client, item, words):
    assert "The register begins on 24 November 2026." in words(client.get("/"))


def test_pairs_that_differ_come_first(client, make_items, monkeypatch, words):
    make_items(2)
    Recommendation.objects.filter(reference="T-102").update(reported_status="partly")
    page = words(client.get("/"))
    assert "Of 2 rated by both, 1 are rated differently." in page
    differ, agree = (f"?reported_status={reported}&amp;verified_status=partly" for reported in ("mostly", "partly"))
    assert page.index(differ) < page.index(agree)
    monkeypatch.setattr(overview, "PAIRS", 1)
    page = words(client.get("/"))
    assert differ in page
    assert agree not in page
    assert "The table has all pairs." in page


@pytest.mark.parametrize("name", figures.TABLES)
def test_each_chart_comes_as_a_table(client, make_items, name):
    make_items(1)
    RecommendationFactory(visibility="internal", themes=[ThemeFactory()], target_on=dt.date(2020, 1, 1))
    answer = client.get(f"/figures/{name}.csv")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert head[-1] == "total"
    assert {row[-1] for row in rows} == {"1"}
    assert f'filename="{name}-2026-11-24.csv"' in answer.headers["Content-Disposition"]
    assert f'href="/figures/{name}.csv"' in client.get("/").content.decode() or name == "progress"


def test_no_other_table_is_there(client):
    assert client.get("/figures/weather.csv").status_code == 404


def test_tables_are_those_of_the_day_that_is_looked_back_to(client, make_items):
    make_items(1)
    assert client.get("/figures/delivery.csv?as_of=2020-01-01").content.decode("utf-8-sig").splitlines()[1:] == [
        f"{value},0,0" for value in ("overdue", "due_soon", "not_due", "done", "no_target")
    ]


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"])
def test_what_one_may_not_see_is_in_no_figure(people, role, sign_in):
    RecommendationFactory(visibility="internal", themes=[ThemeFactory()], target_on=dt.date(2020, 1, 1))
    context = sign_in(people[role]).get("/").context
    seen = 0 if role == "visitor" else 1
    assert (context["figures"].total, len(context["themes"]), len(context["overdue"])) == (seen, seen, seen)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (None, "Nothing can be overdue: no recommendation has a target date."),
        (dt.date(2027, 1, 1), "Nothing: the one recommendation with a target date is not past it."),
    ],
)
def test_nothing_overdue_is_said_with_the_reason(client, target, said, words):
    RecommendationFactory(target_on=target)
    assert said in words(client.get("/"))


def test_overview_asks_the_same_number_of_questions_for_one_and_three(
    client, make_items, django_assert_num_queries, django_assert_max_num_queries
):
    make_items(1)
    with django_assert_max_num_queries(20) as asked:
        client.get("/")
    make_items(2)
    with django_assert_num_queries(len(asked)):
        client.get("/")
