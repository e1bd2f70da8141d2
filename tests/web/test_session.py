"""Where one is signed in: listed, noted once an hour, ended by hand, by a new password, and with the person's leaving."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from recommendations import tasks
from recommendations.actions import person, session
from tests.factories import PASSWORD
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


def come(someone, browser=FIREFOX):
    """Sign in as people do, with another browser."""
    client = Client(headers={"user-agent": browser})
    assert client.post("/account/login/", {"login": someone.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/account/").status_code == 200


def names(page):
    return re.findall(rf'action="{HERE}(\w+)/end/"', page.content.decode())


def test_sessions_ask_to_sign_in(client):
    assert client.get(HERE).url == f"/account/login/?next={HERE}"
    assert client.post(f"{HERE}abc/end/").status_code == 302


def test_sessions_are_told_in_plain_words_and_this_one_is_marked(dave, bob):
    come(bob)
    come(dave, PHONE)
    page = come(dave).get(HERE)
    said = text_of(page)
    assert "Firefox on Windows this browser" in said
    assert said.count("Chrome on Android") == 1
    assert said.count("from 127.0.0.1") == 2
    assert said.count("Firefox on Windows") == 1
    assert not any(key in page.content.decode() for key in UserSession.objects.values_list("session_key", flat=True))


def test_session_that_was_begun_otherwise_is_told_of_as_this_browser(client, dave):
    client.force_login(dave)
    assert "You are signed in nowhere else" in text_of(client.get(HERE, headers={"user-agent": FIREFOX}))


def test_one_session_is_ended(dave):
    phone, here, other = come(dave, PHONE), come(dave), come(dave)
    name = names(here.get(HERE))[-1]
    assert "Chrome on Android is signed out" in text_of(here.post(f"{HERE}{name}/end/", follow=True))
    assert (is_in(phone), is_in(here), is_in(other)) == (False, True, True)
    assert here.post(f"{HERE}{name}/end/").status_code == 404
    assert here.get(f"{HERE}{name}/end/").status_code == 405


def test_nobody_ends_the_sessions_of_others_nor_the_own_one_here(dave, bob):
    his, mine = come(bob), come(dave)
    for key in (his.session.session_key, mine.session.session_key):
        assert mine.post(f"{HERE}{session.name_of(key)}/end/").status_code == 404
    assert is_in(his)
    assert is_in(mine)


def test_all_others_are_ended_at_once(dave, bob):
    his, first, second, here = come(bob), come(dave, PHONE), come(dave), come(dave)
    assert "2 other devices are signed out" in text_of(here.post(HERE, follow=True))
    assert (is_in(first), is_in(second), is_in(here), is_in(his)) == (False, False, True, True)
    assert names(here.get(HERE)) == []


def test_new_password_ends_all_others(dave):
    phone, here = come(dave, PHONE), come(dave)
    new = "another horse battery"
    said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/change/", said).status_code == 302
    assert (is_in(phone), is_in(here)) == (False, True)
    assert "You are signed in nowhere else" in text_of(here.get(HERE))


def test_password_by_a_link_ends_all(client, dave, mailoutbox):
    phone, here = come(dave, PHONE), come(dave)
    client.post("/account/password/reset/", {"email": dave.email})
    way = client.get(re.search(r"https?://[^/]+(/\S+/key/\S+)", mailoutbox[0].body)[1]).url
    new = "another horse battery"
    assert client.post(way, {"password1": new, "password2": new}).status_code == 302
    assert (is_in(phone), is_in(here)) == (False, False)
    assert not UserSession.objects.exists()
    assert dave.email in mailoutbox[1].to


def test_who_may_not_sign_in_any_more_is_out_and_stays_out(dave, erin):
    here, now = come(dave), timezone.now()
    person.place(dave.uuid, person.Place(is_active=False), actor=erin, now=now)
    assert not is_in(here)
    assert here.post("/account/login/", {"login": dave.email, "password": PASSWORD}).url == "/account/inactive/"
    assert not UserSession.objects.exists()
    person.place(dave.uuid, person.Place(), actor=erin, now=now)
    assert not is_in(here)


def test_use_is_noted_once_an_hour(dave, django_assert_num_queries):
    with time_machine.travel(dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC), tick=False) as clock:
        here = come(dave)
        asked = []
        for minutes in (30, 29, 2, 5):
            clock.shift(dt.timedelta(minutes=minutes))
            with django_assert_num_queries(30, exact=False) as questions:
                here.get("/account/", headers={"user-agent": PHONE})
            asked.append(len(questions))
    seen, (_first, before, noted, after) = UserSession.objects.get(), asked
    assert (seen.last_seen_at.hour, seen.last_seen_at.minute, seen.user_agent) == (10, 31, PHONE)
    assert before == after < noted


def test_sessions_ask_one_number_of_questions_for_one_and_three(dave, django_assert_num_queries):
    here, asked = come(dave), []
    for more in (1, 2):
        for _ in range(more):
            come(dave)
        with django_assert_num_queries(10, exact=False) as questions:
            here.get(HERE)
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 5


def test_what_ran_out_is_neither_shown_nor_kept(dave):
    phone, here = come(dave, PHONE), come(dave)
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=timezone.now())
    assert "Android" not in text_of(here.get(HERE))
    tasks.forget_sessions()
    tasks.forget_sessions()
    assert UserSession.objects.get().session_key == here.session.session_key
    assert not Session.objects.filter(expire_date__lte=timezone.now()).exists()
