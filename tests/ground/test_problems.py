"""Outages are 503 with a time to come back, our own mistakes 500, and both in the form that the reader understands."""

import pytest
import redis.exceptions
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import include, path

from relations import urls

pytestmark = pytest.mark.urls(__name__)


def failing(problem):
    def view(request):
        raise problem

    return view


def addresses(name, problem):
    return [path(f"{name}/", failing(problem)), path(f"api/{name}/", failing(problem))]


handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    *addresses("operational", OperationalError("connection refused")),
    *addresses("interface", InterfaceError("connection is closed")),
    *addresses("cache", redis.exceptions.ConnectionError("refused")),
    *addresses("mistake", ZeroDivisionError()),
    path("", include("relations.urls")),
]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", ["operational", "interface", "cache"])
def test_outage_is_503_with_a_time_to_come_back(client, name):
    page, problem = client.get(f"/{name}/"), client.get(f"/api/{name}/")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert b"Nothing was changed" in page.content
    assert (problem.status_code, problem["Retry-After"]) == (503, "5")
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json()["code"] == "unavailable"


def test_mistake_is_500_without_details(client):
    page, problem = client.get("/mistake/"), client.get("/api/mistake/")
    assert (page.status_code, problem.status_code) == (500, 500)
    assert "Retry-After" not in page
    assert b"ZeroDivision" not in page.content
    assert problem.json() == {
        "type": "http://127.0.0.1:8000/api/v1/docs/#internal_error",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong on our side. It has been written down. Go back and try again; if it happens again, tell us.",
        "code": "internal_error",
        "errors": [],
    }


def test_errors_speak_the_readers_language_and_are_guarded(client):
    page = client.get("/mistake/", headers={"accept-language": "ru"})
    assert b'<html lang="ru">' in page.content
    assert "default-src 'none'" in page["Content-Security-Policy"]


@pytest.mark.django_db
def test_nothing_there_is_a_problem_for_programs(client):
    answer = client.get("/api/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


@pytest.mark.django_db
def test_outage_in_the_session_is_503_too(client, dave, monkeypatch):
    client.force_login(dave)

    def away(*_):
        raise OperationalError

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    assert client.get("/operational/").status_code == 503
