"""What a refused request looks like."""

import pytest
from django.template.loader import render_to_string
from django.urls import include, path

from recommendations.rules.errors import Forbidden, Invalid, Missing, Problem, Refused, Stale, Unlawful
from relations import urls
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

REFUSALS = {
    "invalid": Invalid(Problem("bad", "This is not a number.", "size")),
    "lacking": Invalid(Problem("required", "Choose at least one."), Problem("bad", "This is no number.")),
    "forbidden": Forbidden(Problem("no", "Only stewards may do this; ask one of them.")),
    "missing": Missing(Problem("gone", "There is no such secret.")),
    "unlawful": Unlawful(Problem("law", "It was withdrawn.")),
    "stale": Stale(Problem("stale", "Somebody was faster: Bob."), seen=1, current=2),
    "other": Refused(Problem("other", "Something else.")),
}


def refuse(request, name):
    raise REFUSALS[name]


handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("refuse/<str:name>/", refuse), path("", include("relations.urls"))]


@pytest.mark.parametrize(
    ("name", "status", "heading", "detail"),
    [
        ("invalid", 400, "This request cannot be understood", "<code>size</code>: This is not a number."),
        ("forbidden", 403, "This is not for you to do", "Only stewards may do this; ask one of them."),
        ("missing", 404, "Not found", "There is nothing at this address, or it is not yours to see."),
        ("unlawful", 409, "The rules of the register do not allow this", "It was withdrawn."),
        ("stale", 412, "Somebody was faster", "Somebody was faster: Bob."),
        ("other", 400, "This request cannot be understood", "Something else."),
    ],
)
def test_each_refusal_has_a_page_with_a_way_out(client, name, status, heading, detail, words):
    page = words(client.get(f"/refuse/{name}/"), status)
    assert f"<h1>{heading}</h1>" in page
    assert detail in page
    assert "no such secret" not in page
    assert page.count("<a href=") > page[: page.index("<h1>")].count("<a href=")
    assert faults(page) == []


def test_what_lacks_something_is_not_opened_without_anything(client, words):
    assert 'href="/refuse/lacking/"' not in words(client.get("/refuse/lacking/?size=2"), 400)
    assert 'href="/refuse/invalid/"' in words(client.get("/refuse/invalid/?size=x"), 400)


def test_other_exceptions_are_not_refusals(client):
    with pytest.raises(KeyError):
        client.get("/refuse/by-accident/")


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_pages_of_errors_need_neither_request_nor_database(status, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(f"{status}.html", {"detail": "It is away."})
    assert faults(page) == []
    assert "Relations" in page


def test_what_was_refused_is_left_out_and_the_rest_is_kept(client, words):
    page = words(client.get("/recommendations/?theme=economy&q=border&as_of=2999-01-01&cursor=x"), 400)
    assert 'href="/recommendations/?theme=economy&amp;q=border"' in page
    page = words(client.get("/recommendations/?as_of=2999-01-01"), 400)
    assert 'href="/recommendations/"' in page


def test_who_may_not_act_is_led_back_to_the_item(client, item, dave, words):
    client.force_login(dave)
    answer = client.get("/recommendations/T-900/assess/")
    assert answer.status_code == 403
    assert '<a href="/recommendations/T-900/">Back to T-900</a>' in words(answer, 403)
