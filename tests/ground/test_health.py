"""Live, ready, and figures for those allowed."""

import pytest
from django.db import connection
from django.test import Client

from relations import health

pytestmark = pytest.mark.django_db


def broken():
    raise health.Unhealthy("the thing is not there")


def faulty():
    raise ZeroDivisionError("secret")


def test_live_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]


def test_ready_when_everything_answers(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert {"database", "shared_cache", "migrations"} <= set(answer.json()["checks"])


def test_not_ready_when_one_check_fails_and_the_others_are_still_asked(client, settings):
    settings.HEALTH_CHECKS = [f"{__name__}.broken", f"{__name__}.faulty", "relations.health.database"]
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "error",
        "checks": {
            "broken": {"status": "error", "detail": "the thing is not there"},
            "faulty": {"status": "error", "detail": "unavailable"},
            "database": {"status": "ok", "detail": "answers"},
        },
    }


def test_missing_migration_is_unhealthy(client):
    health._all_applied.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"]["detail"].startswith("1 migrations are not applied")


def test_forgetful_cache_is_unhealthy(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with pytest.raises(health.Unhealthy, match="forgets"):
        health.shared_cache()


def test_unreachable_cache_is_503(client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere.sock"}
    }
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["shared_cache"]["status"]) == (503, "error")


def test_health_only_reads(client):
    assert client.post("/health/ready").status_code == 405


def test_metrics_are_for_this_machine(client):
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    assert b"django_http_requests_total" in answer.content


@pytest.mark.parametrize("origin", [{"REMOTE_ADDR": "203.0.113.5"}, {"REMOTE_ADDR": ""}])
def test_metrics_are_not_for_others(client, origin):
    assert client.get("/metrics", **origin).status_code == 404


def test_metrics_are_not_for_who_came_through_a_proxy(client):
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.5"}).status_code == 404


def test_metrics_are_for_administrators(erin, carol):
    for person, status in ((erin, 200), (carol, 404)):
        client = Client()
        client.force_login(person)
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == status
