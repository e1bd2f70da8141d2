"""What every answer gets: language, time zone, headers, and who may come in."""

import gzip
from http.cookies import SimpleCookie

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone, translation

from recommendations.models import Person
from relations import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def echo(request):
    return HttpResponse(f"{translation.get_language()} {timezone.get_current_timezone_name()}")


def set_cookie(request):
    response = HttpResponse("with a cookie")
    response.set_cookie("flavour", "oat")
    return response


def static_like(request):
    return HttpResponse("kept", headers={"Cache-Control": "public, max-age=60"})


def long(request):
    kind = request.GET.get("kind", "text/html; charset=utf-8")
    return HttpResponse("A recommendation. " * 99, content_type=kind, headers={"ETag": '"1"'})


handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    path("", echo),
    path("api/v1/echo/", echo),
    path("cookie/", set_cookie),
    path("kept/", static_like),
    *(path(place, long) for place in ("long/", "api/v1/long/", "account/tokens/long/", "account/long/")),
    path("", include("relations.urls")),
]


@pytest.fixture
def stranger():
    return Client()


def signed_in(person, **profile):
    Person.objects.filter(pk=person.pk).update(**profile)
    client = Client()
    client.force_login(person)
    return client


def test_stranger_reads_in_the_browsers_language(stranger):
    assert stranger.get("/", headers={"accept-language": "ru, en;q=0.5"}).content == b"ru UTC"
    assert stranger.get("/", headers={"accept-language": "fi"}).content == b"en UTC"


def test_strangers_choice_goes_before_the_browser_and_needs_no_csrf_token():
    client = Client(enforce_csrf_checks=True)
    chosen = client.post("/i18n/setlang/", {"language": "ru", "next": "/"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/")
    assert client.get("/", headers={"accept-language": "en"}).content == b"ru UTC"


def test_choosing_a_language_leads_to_no_foreign_site(stranger):
    assert stranger.post("/i18n/setlang/", {"language": "ru", "next": "https://evil.example/"})["Location"] == "/"


def test_signed_in_person_reads_in_their_own_language_and_time_zone(dave, stranger):
    client = signed_in(dave, language="ru", time_zone="Europe/Minsk")
    assert client.get("/", headers={"accept-language": "en"}).content == b"ru Europe/Minsk"
    assert stranger.get("/").content == b"en UTC"


def test_persons_choice_is_kept_in_their_profile(dave):
    client = signed_in(dave, language="en", time_zone="Europe/Minsk")
    client.post("/i18n/setlang/", {"language": "ru", "next": "/"})
    dave.refresh_from_db()
    assert (dave.language, dave.time_zone) == ("ru", "Europe/Minsk")
    assert client.get("/").content == b"ru Europe/Minsk"


@pytest.mark.parametrize("language", ["", "de", "ru\0", "x" * 500])
def test_language_that_we_do_not_speak_changes_nothing(dave, stranger, language):
    for client in (signed_in(dave, language="en"), stranger):
        assert client.post("/i18n/setlang/", {"language": language, "next": "/"}).status_code == 302
        assert client.get("/").content.startswith(b"en")


def test_unknown_time_zone_falls_back(dave):
    assert signed_in(dave, time_zone="Mars/Olympus").get("/").content == b"en UTC"
    assert signed_in(dave, time_zone="../etc/passwd").get("/").content == b"en UTC"


def test_strangers_get_no_cookie_and_a_page_that_varies(stranger):
    answer = stranger.get("/")
    assert answer.cookies == SimpleCookie()
    assert answer["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_what_is_personal_is_stored_nowhere(dave, stranger):
    never = "private, no-store"
    assert signed_in(dave).get("/")["Cache-Control"] == never
    assert signed_in(dave).get("/kept/")["Cache-Control"] == never
    assert stranger.get("/cookie/")["Cache-Control"] == never
    assert stranger.get("/api/v1/echo/")["Cache-Control"] == never
    assert stranger.get("/account/login/")["Cache-Control"] == never
    assert stranger.get("/kept/")["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "place", ["/long/", "/account/long/", "/long/?kind=text/csv", "/long/?kind=application/atom%2Bxml"]
)
def test_texts_are_compressed_for_who_can_read_that(stranger, place):
    answer = stranger.get(place, headers={"accept-encoding": "gzip, br"})
    assert gzip.decompress(answer.content).startswith(b"A recommendation.")
    assert (answer["Content-Encoding"], answer["ETag"]) == ("gzip", 'W/"1"')
    assert "Accept-Encoding" in answer["Vary"]
    plain = stranger.get(place)
    assert plain.content.startswith(b"A recommendation.")
    assert "Accept-Encoding" in plain["Vary"]


def test_lengths_tell_nothing_for_sure(stranger):
    lengths = {len(stranger.get("/long/", headers={"accept-encoding": "gzip"}).content) for _ in range(20)}
    assert len(lengths) > 1


@pytest.mark.parametrize("place", ["/api/v1/long/", "/account/tokens/long/", "/long/?kind=application/pdf"])
def test_secrets_answers_to_programs_and_files_are_not_compressed(stranger, place):
    answer = stranger.get(place, headers={"accept-encoding": "gzip, br"})
    assert answer.content.startswith(b"A recommendation.")
    assert answer["ETag"] == '"1"'
    assert not answer.has_header("Content-Encoding")


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/account/login/", "/nowhere/", "/health/live"])
def test_every_answer_is_guarded(stranger, address):
    answer = stranger.get(address, follow=True)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.fixture
def closed(settings):
    settings.PUBLIC_SITE = False


def test_closed_site_sends_strangers_to_sign_in(closed, stranger):
    answer = stranger.get("/?q=1")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/%3Fq%3D1")


def test_closed_site_answers_programs_with_a_problem(closed, stranger):
    answer = stranger.get("/api/v1/echo/")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert stranger.get("/api/v1/echo/", headers={"authorization": "Basic YTpi"}).status_code == 401


def test_closed_site_leaves_bearer_tokens_to_the_api(closed, stranger):
    assert stranger.get("/api/v1/echo/", headers={"authorization": "Bearer whatever"}).status_code == 200


def test_closed_site_is_open_for_people(closed, dave):
    assert signed_in(dave).get("/").status_code == 200


@pytest.mark.parametrize("address", ["/account/login/", "/health/live", "/health/ready", "/account/password/reset/"])
def test_closed_site_keeps_sign_in_and_health_open(closed, stranger, address):
    assert stranger.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/nowhere/", "/admin/", "/accounts/", "/healthy/"])
def test_closed_site_tells_nothing_about_what_there_is(closed, stranger, address):
    assert stranger.get(address)["Location"].startswith("/account/login/?next=")


@pytest.fixture
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True


def test_staff_has_to_set_up_a_second_factor_first(strict, carol):
    client = signed_in(carol)
    assert client.get("/")["Location"] == "/account/2fa/"
    assert client.get("/account/2fa/").status_code == 200
    refused = client.get("/api/v1/echo/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")


def test_second_factor_is_asked_of_staff_only(strict, dave, stranger):
    assert signed_in(dave).get("/").status_code == 200
    assert stranger.get("/").status_code == 200


def test_staff_with_a_second_factor_works(strict, carol):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(carol, generate_totp_secret())
    assert signed_in(carol).get("/").status_code == 200
