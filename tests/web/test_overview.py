"""The first page: figures with their denominators, both ratings by theme, what changed, what is late."""

import datetime as dt

import pytest

from recommendations.models import Source
from tests.factories import NOW, RecommendationFactory, SourceFactory, ThemeFactory
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
        "2 recommendations</a> · text read in, with every passage in its place",
    ):
        assert said in page, said
    assert faults(page) == []


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
    with django_assert_max_num_queries(16) as asked:
        client.get("/")
    make_items(2)
    with django_assert_num_queries(len(asked)):
        client.get("/")
