"""A visitor's digest from the page to the mail and back: asked for, confirmed, changed, paused, ended, without an account."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from recommendations.digests import deliver, links
from recommendations.models import Asking, Delivery, Subscription, Suppression
from recommendations.rules.access import Visibility
from tests.factories import PersonFactory, RecommendationFactory, ThemeFactory

pytestmark = pytest.mark.django_db(transaction=True)
WHO = "visitor@example.org"
WISH = {
    "about": "everything",
    "cadence": "daily",
    "weekday": "0",
    "hour": "8",
    "time_zone": "Europe/Minsk",
    "language": "en",
}


@pytest.fixture(autouse=True)
def is_open(settings):
    settings.PUBLIC_SITE = True
    cache.clear()  # nobody has asked yet


def ask(client, **said):
    return client.post("/digests/subscribe/", {"email": WHO, **WISH, **said})


def never_in(message, kind="plain"):
    said = message.get_body((kind,)).get_content()
    return urlsplit(re.search(r"https://[^\s\"]+/digests/never/[^\s\"]+", said)[0]).path


def text_of(message):
    return message.get_body(("plain",)).get_content()


def link_in(message):
    return urlsplit(re.search(r"https://\S+/digests/confirm/\S+", text_of(message))[0]).path


@pytest.fixture
def path(client, post):
    """The way in the letter that came."""
    assert ask(client).status_code == 200
    deliver.deliver()
    (message,) = post.messages
    return link_in(message)


def test_asking_brings_one_letter_and_no_digest(client, post, path):
    (message,) = post.messages
    assert message["To"] == WHO
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert ask(client).status_code == 200
    deliver.deliver()
    assert len(post.messages) == 1


def test_looking_changes_nothing_and_the_button_confirms(client, path):
    assert b"Confirm your digest?" in client.get(path).content
    assert Subscription.objects.get().confirmed_at is None
    answer = client.post(path)
    assert b"You are subscribed" in answer.content
    assert not answer.cookies
    confirmed = Subscription.objects.get().confirmed_at
    assert confirmed is not None
    assert client.post(path).status_code == 200
    assert Subscription.objects.get().confirmed_at == confirmed


def test_asking_again_tells_the_owner_of_the_address_and_nobody_else(client, post, path):
    client.post(path)
    Asking.objects.update(asked_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
    first, again = ask(client, email="other@example.org"), ask(client)
    assert first.content.replace(b"other@", b"visitor@") == again.content
    deliver.deliver()
    told = [text_of(m) for m in post.messages if m["To"] == WHO]
    assert "subscribed already" in told[-1]


def test_a_digest_of_a_visitor_tells_what_is_public(client, post, path):
    client.post(path)
    made, now = Subscription.objects.get(), dt.datetime.now(dt.UTC)
    today = now.astimezone(made.zone).date()
    RecommendationFactory(reference="T-801", title_en="Open proposal", target_on=today)
    RecommendationFactory(
        reference="T-802", title_en="Hidden proposal", target_on=today, visibility=Visibility.INTERNAL
    )
    day = dt.timedelta(days=1)
    Delivery.objects.create(subscription=made, period_start=now - day, period_end=now, planned_at=now, due_at=now)
    deliver.deliver()
    said = text_of(post.messages[-1])
    assert "Open proposal" in said
    assert "Hidden proposal" not in said
    assert post.messages[-1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_link_of_a_mail_changes_pauses_and_ends(client, path):
    client.post(path)
    made = Subscription.objects.get()
    page = f"/digests/manage/{links.sign_to_manage(made)}/"
    assert b"Your digest" in client.get(page).content
    ThemeFactory(slug="economy")
    assert client.post(page, {**WISH, "about": "theme:economy", "cadence": "weekly"}).status_code == 302
    made.refresh_from_db()
    assert (made.scope, made.theme.slug, made.cadence) == ("theme", "economy", "weekly")
    assert client.post(page, {**WISH, "hour": "77"}).status_code == 400
    for way, column in (("pause", "paused_at"), ("end", "ended_at")):
        assert client.get(f"{page}{way}/").status_code == 405
        assert client.post(f"{page}{way}/").status_code == 302
        made.refresh_from_db()
        assert getattr(made, column) is not None
    assert client.post(f"{page}resume/").status_code == 302
    made.refresh_from_db()
    assert made.paused_at is not None
    assert client.get(page).status_code == 200
    assert client.post(path).status_code == 200


def test_resuming_goes_on(client, path):
    client.post(path)
    made = Subscription.objects.get()
    page = f"/digests/manage/{links.sign_to_manage(made)}/"
    client.post(f"{page}pause/")
    client.post(f"{page}resume/")
    made.refresh_from_db()
    assert made.paused_at is None


@pytest.mark.parametrize("way", ["confirm", "manage"])
def test_a_link_that_is_not_ours_leads_nowhere(client, db, way):
    assert client.get(f"/digests/{way}/{'0' * 32}.forged/").status_code == 404
    if way == "manage":
        assert client.post(f"/digests/{way}/{'0' * 32}.forged/pause/").status_code == 404


def test_a_link_that_is_too_old_says_so(client, post, path):
    letter = Delivery.objects.get()
    letter.period_end = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    assert client.get(urlsplit(links.confirm(letter)).path).status_code == 404


def test_a_suppressed_address_gets_nothing_and_the_page_says_the_same(client, post):
    Suppression.objects.create(email=WHO.upper(), reason="bounced", since=dt.datetime.now(dt.UTC))
    assert ask(client).status_code == 200
    deliver.deliver()
    assert post.messages == []


def test_a_letter_brings_the_way_to_get_no_other(client, post, path, settings):
    (message,) = post.messages
    way = never_in(message)
    assert never_in(message, "html") == way
    settings.PUBLIC_SITE = False  # a letter works on where the site was closed meanwhile
    assert b"Never write to this address again?" in client.get(way).content
    assert client.head(way).status_code == 200
    assert not Suppression.objects.exists()
    for answer in (client.post(way), client.post(way), client.get(way)):
        assert answer.status_code == 200
        assert b"Nothing goes to this address any more" in answer.content
        assert WHO.encode() not in answer.content
        assert not answer.cookies
    said = Suppression.objects.get()
    assert (said.email, said.reason) == (WHO, "complained")
    settings.PUBLIC_SITE = True
    Asking.objects.all().delete()
    assert ask(client).status_code == ask(client, email="v.i.s.i.t.o.r+x@example.org").status_code == 200
    deliver.deliver()
    assert [m["To"] for m in post.messages] == [WHO, "v.i.s.i.t.o.r+x@example.org"]  # not Gmail: another mailbox


def test_who_has_the_digest_gets_that_way_too_and_it_stops_the_digest(client, post, path):
    client.post(path)
    Asking.objects.all().delete()
    ask(client, language="ru")
    deliver.deliver()
    way = never_in(post.messages[-1])
    client.post(way)
    made, now = Subscription.objects.get(), dt.datetime.now(dt.UTC)
    row = Delivery.objects.create(
        subscription=made, period_start=now - dt.timedelta(days=1), period_end=now, planned_at=now, due_at=now
    )
    deliver.deliver()
    row.refresh_from_db()
    assert (row.state, len(post.messages)) == ("suppressed", 2)


def test_that_way_leads_nowhere_when_it_is_forged_or_the_address_forgotten(client, post, path):
    way = never_in(post.messages[0])
    made = Subscription.objects.get()
    for forged in (links.sign(made), links.sign_to_manage(made), f"{made.uuid.hex}.forged"):
        for answer in (client.get(f"/digests/never/{forged}/"), client.post(f"/digests/never/{forged}/")):
            assert answer.status_code == 404
    Subscription.objects.filter(pk=made.pk).update(email="", time_zone="", ended_at=dt.datetime.now(dt.UTC))
    answer = client.post(way)
    assert (answer.status_code, Suppression.objects.count()) == (404, 0)
    assert b"The address is forgotten already" in answer.content


def test_the_answer_is_the_same_when_a_mailbox_has_had_its_letters(client, post):
    answers = []
    for n in range(7):
        answers.append(ask(client, email=f"visitor+{n}@example.org").content.replace(f"+{n}@".encode(), b"+@"))
    assert len(set(answers)) == 1
    assert Delivery.objects.count() == 3


def test_bad_wishes_are_refused_in_words(client, db):
    answer = ask(client, email="nobody")
    assert answer.status_code == 400
    assert b"write it like name@example.org" in answer.content
    assert ask(client, time_zone="Mars/Base").status_code == 400


def test_one_client_asks_for_so_many_letters(client, db):
    answers = [ask(client, email=f"v{n}@example.org").status_code for n in range(12)]
    assert answers[:10] == [200] * 10
    assert answers[10:] == [429, 429]


def test_while_the_cache_is_away_letters_are_asked_for_all_the_same(client, db, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/at/all.sock"}}
    assert ask(client).status_code == 200
    assert Delivery.objects.get().kind == "confirmation"


def test_where_the_register_is_closed_there_is_no_such_page(client, db, settings):
    settings.PUBLIC_SITE = False
    assert client.get("/digests/subscribe/")["Location"].startswith("/account/login/")
    client.force_login(PersonFactory())
    assert client.get("/digests/subscribe/").status_code == 404
