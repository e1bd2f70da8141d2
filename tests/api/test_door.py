"""What every door does: parameters, bodies, sign-in, language, tags, limits."""

import datetime as dt
import json
import threading
import time

import pytest
from django.conf import settings as configured
from django.db import OperationalError

from recommendations.actions import token
from recommendations.api import recommendation, throttling
from recommendations.models import Recommendation, Token
from tests.api import contract
from tests.api.conftest import Api, key_of
from tests.factories import NOW, PASSWORD, RecommendationFactory

pytestmark = pytest.mark.django_db


def problem(answer, status, code, *errors):
    """Check a problem and the pointers and codes of its errors."""
    body = json.loads(answer.content)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), body
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"{configured.PUBLIC_URL}/api/v1/docs/#{code}"
    assert body["title"]
    assert body["detail"]
    if errors:
        assert [(error["pointer"], error["code"]) for error in body["errors"]] == list(errors)
    return body


NEW = {"reference": "T-1", "title_en": "One", "source": "nowhere"}


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("x=1", "/x", "unknown_parameter"),
        ("page=2", "/page", "unknown_parameter"),
        ("as_of=2027-01-01", "/as_of", "in_the_future"),
        ("page_size=0", "/page_size", "bad_parameter"),
        ("page_size=201", "/page_size", "bad_parameter"),
        ("page_size=%D9%A1", "/page_size", "bad_parameter"),
        ("page_size=5&page_size=6", "/page_size", "bad_parameter"),
        ("cursor=zzz", "/cursor", "bad_cursor"),
        ("count=all", "/count", "bad_parameter"),
        ("fields=reference,colour", "/fields", "bad_parameter"),
        ("fields=", "/fields", "bad_parameter"),
        ("status=done", "/status", "bad_parameter"),
        ("q=%00", "/q", "control_characters"),
        ("ordering=title", "/ordering", "bad_parameter"),
        ("due_before=tomorrow", "/due_before", "bad_parameter"),
        ("updated_since=never", "/updated_since", "bad_parameter"),
    ],
)
def test_wrong_parameters_are_refused(visitor, query, pointer, code):
    body = problem(visitor.get(f"recommendations/?{query}"), 400, "invalid")
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in body["errors"]]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "line 1"),
        (b"", None),
        (b"\xff", "UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "line 1"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1e999}', "1e999"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number"),
        (b'{"a": 1, "a": 2}', "same key"),
        (b"[" * 33 + b"]" * 33, "32"),
        (b"[" * 100_000, "32"),
    ],
)
def test_what_is_not_our_json_is_malformed(steward, raw, said):
    answer = steward.post("recommendations/", raw=raw)
    if said is None:
        problem(answer, 400, "invalid", *[(f"/{name}", "required") for name in ("reference", "title_en", "source")])
    else:
        assert said in problem(answer, 400, "malformed")["detail"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "bad_value"),
        (None, "", "bad_value"),
        ({**NEW, "colour": "red"}, "/colour", "unknown_field"),
        ({**NEW, "title_en": "a\x00b"}, "/title_en", "control_characters"),
        ({**NEW, "title_en": "\ud800"}, "/title_en", "control_characters"),
        ({**NEW, "title_en": 5}, "/title_en", "bad_value"),
        ({**NEW, "title_en": " "}, "/title_en", "required"),
        ({**NEW, "title_en": None}, "/title_en", "null_not_possible"),
        ({**NEW, "title_ru": "a" * 301}, "/title_ru", "too_long"),
        ({**NEW, "reference": "rb1"}, "/reference", "bad_reference"),
        ({**NEW, "source": "No Slug"}, "/source", "bad_slug"),
        ({**NEW, "source": "nowhere"}, "/source", "unknown_name"),
        ({**NEW, "themes": "economy"}, "/themes", "bad_value"),
        ({**NEW, "themes": ["a", 5]}, "/themes/1", "bad_value"),
        ({**NEW, "themes": ["a"] * 101}, "/themes", "too_many"),
        ({**NEW, "priority": "urgent"}, "/priority", "not_a_choice"),
        ({**NEW, "priority": ["high"]}, "/priority", "not_a_choice"),
        ({**NEW, "target_on": "20261124"}, "/target_on", "bad_value"),
        ({**NEW, "target_on": "2026-02-30"}, "/target_on", "bad_value"),
    ],
)
def test_wrong_members_of_a_body_are_named(steward, body, pointer, code):
    raw = json.dumps(body).encode()
    assert (pointer, code) in [
        (error["pointer"], error["code"])
        for error in problem(steward.post("recommendations/", raw=raw), 400, "invalid")["errors"]
    ]
    assert not Recommendation.objects.exists()


def test_many_things_wrong_are_counted(steward):
    body = problem(steward.post("recommendations/", {}), 400, "invalid")
    assert body["detail"] == "3 things are wrong: see errors."


@pytest.mark.parametrize(
    ("headers", "content_type", "status", "code"),
    [
        ({}, "text/plain", 415, "unsupported_media_type"),
        ({}, "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ({}, "multipart/form-data", 415, "unsupported_media_type"),
        ({}, "application/json; charset=utf-16", 415, "unsupported_media_type"),
        ({"Content_Encoding": "gzip"}, "application/json", 415, "unsupported_media_type"),
        ({"Transfer_Encoding": "chunked"}, "application/json", 411, "length_required"),
        ({"Accept": "text/html"}, "application/json", 406, "not_acceptable"),
    ],
)
def test_headers_of_a_body(steward, headers, content_type, status, code):
    problem(steward.post("recommendations/", NEW, content_type=content_type, **headers), status, code)


def test_a_body_over_a_megabyte_is_refused(steward):
    problem(steward.post("recommendations/", raw=b" " * 1_000_001), 413, "too_large")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/api/v1/nothing/"),
        ("post", "/api/v1/nothing/"),
        ("options", "/api/v1/nothing/"),
        ("get", "/api/v1/recommendations"),
        ("post", "/api/v1/recommendations"),
        ("get", "/api/v1/recommendations/rb-01/"),
        ("get", "/api/v1/recommendations/RB-01%00/"),
        ("get", "/api/v1/recommendations/RB-0000000001/"),
        ("get", f"/api/v1/events/recommendation/RB-01/{'9' * 5000}/"),
        ("get", f"/api/v1/events/recommendation/RB-01/{2**70}/"),
        ("get", "/api/v1/evidence/1/"),
        ("get", "/api/nothing/"),
    ],
)
def test_unknown_addresses_are_missing(steward, method, address):
    problem(steward(method, address), 404, "not_found")


def test_methods_that_are_not_possible(steward, visitor):
    answer = steward.delete("recommendations/")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST, HEAD"
    problem(steward("options", "recommendations/"), 405, "method_not_allowed")
    problem(steward("trace", "recommendations/"), 405, "method_not_allowed")
    assert visitor("head", "recommendations/").status_code == 200


# Sign-in


def test_a_token_opens_and_its_use_is_noted_once_a_minute(reader, dave, time_machine_at):
    assert reader.get("people/me/").json()["email"] == dave.email
    first = Token.objects.get().last_used_at
    reader.get("people/me/")
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=first - dt.timedelta(minutes=2))
    reader.get("people/me/")
    assert Token.objects.get().last_used_at >= first


@pytest.mark.parametrize("header", ["Bearer rel_wrong", "Bearer", "Basic YTpi", "Bearer \xff", "rel_x"])
def test_a_header_that_opens_nothing(visitor, header):
    answer = visitor.get("recommendations/", Authorization=header)
    problem(answer, 401, "invalid_token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="relations", error="invalid_token"'


@pytest.mark.parametrize("end", ["expired", "revoked", "inactive"])
def test_a_token_that_has_ended(dave, end):
    key = key_of(dave)
    if end == "expired":
        Token.objects.update(expires_at=NOW)
    elif end == "revoked":
        token.revoke(Token.objects.get().uuid, actor=dave, now=NOW)
    else:
        dave.is_active = False
        dave.save()
    problem(Api(key).get("people/me/"), 401, "invalid_token")


def test_a_read_token_does_not_write(carol):
    problem(Api(key_of(carol, "read")).post("recommendations/", NEW), 403, "read_only_token")


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_strangers_do_not_write(visitor, method):
    answer = visitor(method, "recommendations/", NEW)
    problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="relations"'


@pytest.mark.parametrize("address", ["people/me/", "subscriptions/", "deliveries/", "tokens/"])
def test_what_is_ones_own_needs_a_sign_in(visitor, address):
    problem(visitor.get(address), 401, "not_authenticated")


def test_the_session_reads_and_writes_only_with_its_csrf_token(carol, client, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.handler.enforce_csrf_checks = True
    client.force_login(carol)
    assert client.get("/api/v1/people/me/").json()["name"] == "Carol"
    said = {"data": json.dumps({**NEW, "source": "x"}), "content_type": "application/json"}
    problem(client.post("/api/v1/recommendations/", **said), 403, "csrf_failed")
    client.cookies["csrf"] = "a" * 32
    answer = client.post("/api/v1/recommendations/", **said, headers={"X-CSRFToken": "a" * 32})
    problem(answer, 400, "invalid", ("/source", "unknown_name"))


def test_a_closed_site_answers_nobody_without_a_sign_in(item, visitor, reader, settings):
    settings.PUBLIC_SITE = False
    for address in ("", "recommendations/", "recommendations/T-900/", "schema/", "docs/", "nothing/"):
        assert visitor.get(address).status_code == 401
        assert visitor.get(address, Authorization="Bearer x").status_code == 401
    assert reader.get("recommendations/T-900/").status_code == 200


def test_a_person_who_was_let_in_by_the_gate_is_asked_again(item, visitor, settings):
    """The API does not rely on the site's gate alone."""
    settings.PUBLIC_SITE = False
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("public_site")]
    problem(Api().get("recommendations/"), 401, "not_authenticated")


# Language


@pytest.mark.parametrize(
    ("header", "mine", "language"),
    [(None, "en", "en"), (None, "ru", "ru"), ("ru", "en", "ru"), ("en-GB,ru;q=0.5", "ru", "en"), ("fr", "ru", "ru"), ("*", "en", "en"), ("\x00;;q=", "en", "en")],
)  # fmt: skip
def test_language_is_the_header_s_or_the_person_s(item, dave, reader, header, mine, language):
    dave.language = mine
    dave.save()
    answer = reader.get("recommendations/T-900/", **({"Accept_Language": header} if header else {}))
    assert answer.headers["Content-Language"] == language
    assert {"Accept-Language", "Authorization"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert answer.json()["title"] == answer.json()[f"title_{language}"]


# Tags


def test_a_detail_has_a_strong_tag_and_answers_304(item, visitor):
    first = visitor.get("recommendations/T-900/")
    tag = first.headers["ETag"]
    assert tag.startswith('"1.')
    for header in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        answer = visitor.get("recommendations/T-900/", If_None_Match=header)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    for header in ('"1.x"', "nonsense", ""):
        assert visitor.get("recommendations/T-900/", If_None_Match=header).status_code == 200
    assert first.headers["Cache-Control"] == "private, no-store"


def test_a_tag_changes_with_all_that_the_answer_depends_on(item, visitor, reader, steward):
    tags = {visitor.get("recommendations/T-900/").headers["ETag"]}
    tags.add(visitor.get("recommendations/T-900/", Accept_Language="ru").headers["ETag"])
    tags.add(reader.get("recommendations/T-900/").headers["ETag"])
    assert steward.patch("recommendations/T-900/", {"priority": "high"}, If_Match="*").status_code == 200
    tags.add(visitor.get("recommendations/T-900/").headers["ETag"])
    item.source.title_en = "Other"
    item.source.version += 1
    item.source.save()
    tags.add(visitor.get("recommendations/T-900/").headers["ETag"])
    assert len(tags) == 5


def test_patch_needs_the_tag_of_what_was_read(item, steward):
    problem(steward.patch("recommendations/T-900/", {"priority": "high"}), 428, "precondition_required")
    tag = steward.get("recommendations/T-900/", Accept_Language="ru").headers["ETag"]
    for header in ('"nonsense"', '"2.x"', f"W/{tag}", '"0.x"'):
        answer = steward.patch("recommendations/T-900/", {"priority": "high"}, If_Match=header)
        problem(answer, 412, "stale", ("/version", "stale"))
    done = steward.patch("recommendations/T-900/", {"priority": "high"}, If_Match=tag)
    assert (done.status_code, done.json()["priority"], done.json()["version"]) == (200, "high", 2)
    assert done.headers["ETag"] == steward.get("recommendations/T-900/").headers["ETag"]
    body = problem(steward.patch("recommendations/T-900/", {"priority": "low"}, If_Match=tag), 412, "stale")
    assert "Carol" in body["detail"]


# Limits


def test_strangers_ask_sixty_times_a_minute(visitor):
    answers = [visitor.get("") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=60;w=60'
    assert answers[0].headers["RateLimit"] == '"default";r=59;t=60'
    problem(answers[60], 429, "throttled")
    assert 1 <= int(answers[60].headers["Retry-After"]) <= 60
    assert visitor.client.get("/api/v1/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_tokens_are_counted_by_themselves(reader, visitor, settings):
    settings.API_REQUESTS_A_MINUTE = 2
    assert [reader.get("").status_code for _ in range(3)] == [200, 200, 429]
    assert visitor.get("").status_code == 200


def test_sessions_are_counted_by_person(dave, client, settings):
    settings.API_REQUESTS_A_MINUTE = 1
    client.force_login(dave)
    assert [client.get("/api/v1/").status_code for _ in range(2)] == [200, 429]


def test_wrong_tokens_are_counted_by_address(settings, visitor):
    settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = 1
    statuses = [visitor.get("", Authorization="Bearer rel_x").status_code for _ in range(2)]
    assert statuses == [401, 429]


def test_nobody_is_sent_away_while_the_cache_is_away(visitor, settings, monkeypatch):
    counter = throttling.Counter()
    monkeypatch.setattr(throttling, "COUNTER", counter)
    settings.CACHES = {"default": {"LOCATION": "unix:///nowhere/at/all.sock"}}
    answers = [visitor.get("") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "RateLimit" not in answers[0].headers


# Lists


def test_pages_follow_each_other_both_ways(visitor):
    made = [RecommendationFactory().reference for _ in range(5)]
    first = visitor.get("recommendations/?page_size=2&status=not_assessed").json()
    assert first["previous"] is None
    assert first["next"].startswith(f"{configured.PUBLIC_URL}/api/v1/recommendations/?")
    second = visitor.get(first["next"].removeprefix(configured.PUBLIC_URL)).json()
    third = visitor.get(second["next"].removeprefix(configured.PUBLIC_URL)).json()
    assert [row["reference"] for page in (first, second, third) for row in page["results"]] == made
    assert third["next"] is None
    back = visitor.get(third["previous"].removeprefix(configured.PUBLIC_URL)).json()
    assert back["results"] == second["results"]
    assert set(first) == {"next", "previous", "results"}


def test_count_and_fields(visitor):
    made = [RecommendationFactory().reference for _ in range(3)]
    body = visitor.get("recommendations/?page_size=1&count=exact&fields=reference,status&fields=url").json()
    assert body["count"] == 3
    assert body["results"] == [{"reference": made[0], "status": "not_assessed", "url": f"{configured.PUBLIC_URL}/api/v1/recommendations/{made[0]}/"}]  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_list_needs_the_same_statements_for_any_number(size, full, django_assert_max_num_queries, reader):
    for _ in range(size):
        RecommendationFactory(themes=[full.theme])
    reader.get("")  # the use of the token is noted now
    with django_assert_max_num_queries(3):
        assert len(reader.get("recommendations/?count=exact&page_size=200").json()["results"]) == size + 2


@pytest.mark.parametrize(
    "address",
    ["assessments/", "evidence/", "assignments/", "responses/", "milestones/", "indicators/", "history/"],
)
def test_parts_need_few_statements(full, django_assert_max_num_queries, visitor, address):
    with django_assert_max_num_queries(2):
        assert visitor.get(f"recommendations/T-900/{address}").json()["results"]


def test_a_detail_needs_the_same_statements_for_any_number(full, visitor, django_assert_num_queries):
    with django_assert_num_queries(10):
        visitor.get("recommendations/T-900/")


def test_password_is_no_token(dave, visitor):
    problem(visitor.get("people/me/", Authorization=f"Bearer {PASSWORD}"), 401, "invalid_token")


def test_an_outage_is_left_to_those_who_know_outages(visitor, monkeypatch):
    def away(*_args, **_named):
        raise OperationalError("the database is away")

    monkeypatch.setattr(recommendation.selection, "parse", away)
    answer = visitor.get("recommendations/")
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    contract.hold("get", "/api/v1/recommendations/", answer)


def test_our_own_mistake_is_a_500_without_details(visitor, monkeypatch):
    monkeypatch.setattr(recommendation.selection, "parse", lambda *_args, **_named: 1 / 0)
    answer = visitor.get("recommendations/")
    problem(answer, 500, "internal_error")
    contract.hold("get", "/api/v1/recommendations/", answer)


def test_a_foreign_host_name_is_malformed(client):
    problem(client.get("/api/v1/", headers={"host": "elsewhere.example"}), 400, "malformed")
    page = client.get("/", headers={"host": "elsewhere.example"})
    assert (page.status_code, page.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


def test_a_thousand_parameters_are_malformed(visitor):
    problem(visitor.get("recommendations/?" + "&".join(f"q={n}" for n in range(1001))), 400, "malformed")


def test_however_many_are_first_there_is_one_line_to_the_cache(monkeypatch):
    made, ready, lines = throttling.redis.Redis.from_url, threading.Barrier(8), []

    def slowly(*place, **options):
        time.sleep(0.05)
        return made(*place, **options)

    monkeypatch.setattr(throttling.redis.Redis, "from_url", slowly)
    counter = throttling.Counter()

    def first():
        ready.wait()
        lines.append(counter._connected())

    threads = [threading.Thread(target=first) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(lines) == 8
    assert len({id(line) for line in lines}) == 1
