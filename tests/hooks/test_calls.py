"""Calls to a real server: what is planned, who may be told what, what the server gets, and what its answer does."""

import datetime as dt
import json

import pytest
from django.db import connection
from standardwebhooks import Webhook as Receiver

from recommendations.actions import comment, followup, keeping, subscription, token, webhook
from recommendations.actions.moment import act
from recommendations.hooks import books, claim, message, outcome, post, rounds
from recommendations.models import Call, Event, Notice, Person, Webhook
from recommendations.rules.access import Visibility
from tests.archive import site
from tests.factories import NOW, TODAY, RecommendationFactory

pytestmark = pytest.mark.django_db
URL = "http://hook.org/in"


def caller(web, **said):
    import ssl

    trust = ssl.create_default_context(cafile=str(web.pem))
    return post.Caller(resolve=web.resolve, connect=web.connect, trust=trust, **{"seconds": 2, **said})


def make(web, **said):
    return rounds.run(caller(web, **said), lines=1)


@pytest.fixture
def hook(carol, web):
    web.page("hook.org/in", body="Thanks.")
    made, secret = webhook.register(webhook.Wish("tracker", URL), actor=carol, now=NOW)
    made.shown = secret
    return made


def happen(item, carol):
    """Something that everybody may know."""
    said = followup.Statement(as_of=TODAY, narrative="A draft exists.")
    followup.assess(item.reference, "in_preparation", kind="self", statement=said, actor=carol, now=NOW, seen=None)


def due():
    Call.objects.update(due_at=claim_clock())
    Call.objects.filter(state="sending").update(lease_until=claim_clock())
    Webhook.objects.update(busy_until=None)


def claim_clock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - interval '1 second'")
        return cursor.fetchone()[0]


def verified(web, number, secret):
    headers = {name.lower(): value for name, value in web.requests[number][3].items()}
    return Receiver(secret).verify(web.bodies[number], headers)


def test_an_event_is_told_signed_and_as_the_api_shows_it(web, hook, item, carol, client):
    happen(item, carol)
    call = Call.objects.get()
    assert make(web)["sent"] == 1
    said = verified(web, 0, hook.shown)
    event = Event.objects.get(recommendation=item)
    client.force_login(carol)
    assert said["data"] == client.get(f"/api/v1/events/recommendation/{item.reference}/1/").json()
    assert said["type"] == "recommendation.assessed"
    assert dt.datetime.fromisoformat(said["timestamp"]) == event.recorded_at
    headers = web.requests[0][3]
    assert headers["webhook-id"] == str(call.uuid)
    assert headers["Content-Type"] == "application/json"
    assert "cookie" not in {name.lower() for name in headers}
    call.refresh_from_db()
    assert (call.state, call.status, call.attempts, call.last_error) == ("sent", 200, 1, "")
    hook.refresh_from_db()
    assert (hook.state, hook.failures) == ("active", 0)
    assert hook.last_success_at is not None
    with pytest.raises(Exception, match="matching signature"):
        verified(web, 0, "whsec_" + "A" * 43 + "=")


def test_https_with_a_certificate_that_is_right_and_one_that_is_wrong(web, hook, item, carol):
    Webhook.objects.update(url="https://secure.org/in")
    web.page("secure.org/in", status=204, body="")
    happen(item, carol)
    assert make(web)["sent"] == 1
    Webhook.objects.update(url="https://other.org/in")
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    make(web)
    assert Call.objects.latest("id").last_error == "tls"


@pytest.mark.parametrize(
    ("answer", "status", "word"),
    [
        ({"status": 500}, 500, ""),
        ({"status": 404}, 404, ""),
        ({"status": 302, "Location": "http://hook.org/else"}, 302, ""),
        ({"status": 301, "Location": "http://127.0.0.1/"}, 301, ""),
        (site.hangs_up, None, "protocol"),
        (site.talks_nonsense, None, "protocol"),
        (site.drips_head, None, "timeout"),
        (site.silent, None, "timeout"),
        (site.headers_flood, None, "headers"),
    ],
)
def test_what_was_not_accepted_is_tried_again(web, hook, item, carol, answer, status, word):
    if callable(answer):
        web.script("hook.org/in", answer)
    else:
        web.page("hook.org/in", **answer)
    happen(item, carol)
    done = make(web, seconds=0.5)
    assert done["postponed"] == 1
    assert not done["is_well"]
    call = Call.objects.get()
    assert (call.state, call.status, call.last_error, call.attempts) == ("planned", status, word, 1)
    assert len(web.requests) == 1  # nobody was led on
    hook.refresh_from_db()
    assert (hook.state, hook.failures) == ("failing", 1)
    assert hook.failing_since is not None
    due()
    web.page("hook.org/in", status=202, body="")
    assert make(web)["sent"] == 1
    assert web.requests[0][3]["webhook-id"] == web.requests[1][3]["webhook-id"]
    hook.refresh_from_db()
    assert (hook.state, hook.failures, hook.failing_since) == ("active", 0, None)


@pytest.mark.parametrize("act_", [site.endless, site.drips_body, site.breaks_off])
def test_a_status_counts_whatever_comes_after_it(web, hook, item, carol, act_):
    web.script("hook.org/in", act_)
    happen(item, carol)
    assert make(web, seconds=0.5)["sent"] == 1


@pytest.mark.parametrize(
    ("addresses", "word"),
    [
        (["10.0.0.1"], "not_public"),
        (["93.184.215.14", "169.254.169.254"], "not_public"),
        ("no_such_host", "no_such_host"),
        ("dns", "dns"),
    ],
)
def test_nobody_is_called_who_is_not_public(web, hook, item, carol, addresses, word):
    web.addresses["hook.org"] = addresses
    happen(item, carol)
    make(web)
    assert Call.objects.get().last_error == word
    assert web.requests == web.dialled == []


def test_a_name_that_changes_its_mind_is_looked_up_once_for_each_call(web, hook, item, carol):
    web.addresses["hook.org"] = [[site.PUBLIC], ["127.0.0.1"]]
    happen(item, carol)
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    make(web)
    assert len(web.dialled) == len(web.requests) == 1
    assert [call.last_error for call in Call.objects.order_by("id")] == ["", "not_public"]


def test_an_address_that_the_rules_forbid_by_now_is_not_called(web, hook, item, carol):
    Webhook.objects.update(url="http://hook.org:8080/in")
    happen(item, carol)
    make(web)
    assert Call.objects.get().last_error == "not_public"
    assert web.lookups == []


def test_a_mistake_of_ours_is_a_failure_like_others(web, hook, item, carol):
    def mistaken(*_anything):
        raise ZeroDivisionError

    happen(item, carol)
    rounds.run(post.Caller(resolve=mistaken, connect=web.connect), lines=1)
    assert Call.objects.get().last_error == "mistake"


def test_the_schedule_and_the_end_of_it(web, hook, item, carol):
    web.page("hook.org/in", status=500)
    happen(item, carol)
    waits = []
    for _attempt in range(outcome.MOST_ATTEMPTS):
        due()
        make(web)
        call = Call.objects.get()
        waits.append(call.due_at - claim_clock())
    assert call.state == "failed"
    assert call.finished_at
    for usual, waited in zip(outcome.WAITS, waits, strict=False):
        assert usual * 0.89 <= waited <= usual * 1.11 + dt.timedelta(seconds=5)
    assert make(web)["failed"] == 0
    hook.refresh_from_db()
    assert (hook.state, hook.failures) == ("failing", 10)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("600", 600),
        ("Wed, 25 Nov 2099 08:00:00 GMT", 86400),
        ("Wed, 25 Nov 2009 08:00:00 GMT", 5),
        ("soon", 5),
        ("-3", 5),
        ("9" * 9, 5),
    ],
)
def test_who_asks_to_be_left_alone_is(web, hook, item, carol, status, said, seconds):
    web.page("hook.org/in", status=status, Retry_After=said)
    happen(item, carol)
    make(web)
    wait = (Call.objects.get().due_at - claim_clock()).total_seconds()
    assert seconds * 0.89 <= wait <= seconds * 1.11 + 3


def test_others_who_ask_are_not_listened_to(web, hook, item, carol):
    web.page("hook.org/in", status=500, Retry_After="6000")
    happen(item, carol)
    make(web)
    assert (Call.objects.get().due_at - claim_clock()).total_seconds() < 10


def test_gone_disables_at_once_and_tells_its_person(web, hook, item, carol):
    web.page("hook.org/in", status=410)
    happen(item, carol)
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    assert make(web)["failed"] == 1
    hook.refresh_from_db()
    assert hook.state == "disabled"
    assert [call.state for call in Call.objects.order_by("id")] == ["failed", "dropped"]
    told = Event.objects.get(verb="disabled")
    assert (told.subject, told.actor_key, told.after) == ("webhook", "system", {"state": "disabled", "why": "gone"})
    assert Notice.objects.get(person=carol, kind="webhook").webhook == hook
    assert webhook.disable(hook.uuid, "gone", now=NOW) is None
    comment.write(item.reference, "More.", actor=carol, now=NOW)
    assert Call.objects.count() == 2


def test_five_days_of_failures_disable_and_a_person_brings_it_back(web, hook, item, carol, client):
    web.page("hook.org/in", status=500)
    happen(item, carol)
    make(web)
    Webhook.objects.update(failing_since=claim_clock() - dt.timedelta(days=4, hours=23))
    due()
    make(web)
    hook.refresh_from_db()
    assert hook.state == "failing"
    Webhook.objects.update(failing_since=claim_clock() - dt.timedelta(days=5))
    due()
    assert make(web)["failed"] == 1
    hook.refresh_from_db()
    assert (hook.state, Call.objects.get().state) == ("disabled", "dropped")
    assert Event.objects.get(verb="disabled").after["why"] == "failing"
    client.force_login(carol)
    assert "tracker" in client.get("/my/").content.decode()
    web.page("hook.org/in", status=200)
    webhook.try_out(hook.uuid, actor=carol, now=claim_clock())
    assert make(web)["sent"] == 1
    hook.refresh_from_db()
    assert hook.state == "disabled"  # that is the person's to say
    back = webhook.amend(hook.uuid, webhook.Wish("tracker", URL), paused=False, actor=carol, now=NOW)
    assert (back.state, back.failing_since) == ("active", None)
    webhook.resend(Call.objects.order_by("id")[0].uuid, actor=carol, now=claim_clock())
    assert make(web)["sent"] == 1


def test_a_test_is_made_once(web, hook, carol):
    web.page("hook.org/in", status=500)
    webhook.try_out(hook.uuid, actor=carol, now=claim_clock())
    assert make(web)["failed"] == 1
    said = verified(web, 0, hook.shown)
    assert said["type"] == message.TEST
    assert said["data"]["webhook"] == str(hook.uuid)
    assert Call.objects.get().state == "failed"


def test_rotation_signs_with_both_for_a_day(web, hook, item, carol):
    _made, fresh = webhook.rotate(hook.uuid, actor=carol, now=claim_clock())
    happen(item, carol)
    make(web)
    assert verified(web, 0, fresh) == verified(web, 0, hook.shown)
    Webhook.objects.update(old_secret_until=claim_clock())
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    make(web)
    verified(web, 1, fresh)
    with pytest.raises(Exception, match="matching signature"):
        verified(web, 1, hook.shown)


def test_without_the_key_of_the_site_nothing_is_said(web, hook, item, carol, settings):
    happen(item, carol)
    settings.SECRET_KEY = "another one"
    assert make(web)["dropped"] == 1
    assert Call.objects.get().last_error == "secret_lost"
    assert web.requests == []


def test_paused_nothing_is_planned_and_what_waits_goes_on_waiting(web, hook, item, carol):
    happen(item, carol)
    wish = webhook.Wish("tracker", URL)
    webhook.amend(hook.uuid, wish, paused=True, actor=carol, now=NOW)
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    assert Call.objects.count() == 1
    assert make(web)["sent"] == 0
    webhook.amend(hook.uuid, wish, paused=False, actor=carol, now=NOW)
    assert make(web)["sent"] == 1


def test_only_the_verbs_that_are_wished(web, carol, item):
    webhook.register(webhook.Wish("t", URL, ("commented",)), actor=carol, now=NOW)
    happen(item, carol)
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    assert [call.event.verb for call in Call.objects.all()] == ["commented"]


def test_what_people_arrange_for_themselves_is_told_to_nobody(web, erin, dave):
    webhook.register(webhook.Wish("all", URL), actor=erin, now=NOW)
    token.issue("k", scope="read", actor=dave, now=NOW)
    subscription.subscribe(subscription.Wish(), actor=dave, now=NOW)
    assert not Call.objects.exists()


def test_what_one_may_not_see_when_it_is_sent_is_not_sent(web, item, carol, hook):
    """Readers see internal items: so it is somebody who has ceased to be one, or an event that nobody but administrators see."""
    inner = RecommendationFactory(reference="T-901", visibility=Visibility.INTERNAL)
    happen(inner, carol)
    Person.objects.filter(pk=carol.pk).update(is_active=False)
    assert make(web)["dropped"] == 1
    assert Call.objects.get().last_error == "person_inactive"
    Person.objects.filter(pk=carol.pk).update(is_active=True)
    call = Call.objects.get()
    Call.objects.update(state="planned", finished_at=None, event=Event.objects.get(subject="webhook"))
    due()
    assert make(web)["dropped"] == 1
    call.refresh_from_db()
    assert call.last_error == "not_visible"
    assert web.requests == []


@pytest.mark.parametrize("role", ["steward", "administrator"])
def test_each_role_is_told_what_it_may_see(web, people, item, carol, role):
    """A webhook's person is somebody who signs in: all of them see internal items; of others' following none."""
    web.page("hook.org/in")
    webhook.register(webhook.Wish("t", URL), actor=people[role], now=NOW)
    inner = RecommendationFactory(reference="T-901", visibility=Visibility.INTERNAL)
    happen(inner, carol)
    from recommendations.actions import event
    from recommendations.models.event import Subject, Verb

    with act(NOW):
        event.record(Verb.DONE_TO_MANY, Subject.BATCH, str(carol.uuid), actor=carol, now=NOW, after={"verb": "follow"})
    done = make(web)
    assert (done["sent"], done["dropped"]) == (1, 1)
    assert [json.loads(body)["data"]["recommendation"] for body in web.bodies] == ["T-901"]


def test_planning_takes_one_statement_for_one_event_and_for_three(hook, item, carol, django_assert_num_queries):
    counts = []
    for times in (1, 3):
        with django_assert_num_queries(400, exact=False) as asked, act(NOW):
            for _ in range(times):
                comment.write(item.reference, "Seen.", actor=carol, now=NOW)
        counts.append(sum("INSERT INTO recommendations_call" in one["sql"] for one in asked.captured_queries))
    assert counts == [1, 1]
    assert Call.objects.count() == 4


def test_an_act_that_fails_plans_nothing(hook, item, carol):
    def fail():
        with act(NOW):
            comment.write(item.reference, "Seen.", actor=carol, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Call.objects.exists()
    with act(NOW):
        with pytest.raises(ZeroDivisionError):
            fail()
        comment.write(item.reference, "Said.", actor=carol, now=NOW)
    assert Call.objects.get().event.verb == "commented"


def test_an_event_outside_of_an_act_is_planned_too(hook, item, carol):
    from recommendations.actions import event
    from recommendations.models.event import Verb

    event.about(item, Verb.AMENDED, actor=carol, now=NOW)
    assert Call.objects.get().event.verb == "amended"
    assert keeping._KEPT.get() is None


def test_a_lease_keeps_others_away_and_runs_out(web, hook, item, carol):
    happen(item, carol)
    comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    mine = claim.claim()
    assert claim.claim() is None  # one at a time
    Call.objects.filter(pk=mine.call).update(lease_until=claim_clock())
    Webhook.objects.update(busy_until=claim_clock())
    theirs = claim.claim()
    assert (theirs.call, theirs.attempt) == (mine.call, 2)
    answer = post.Answer(status=200)
    assert rounds._make(mine, caller(web)) == "lost"
    assert not outcome.dropped(mine, "x")
    assert outcome.refused(mine, post.Answer(status=500), is_test=False) is None
    said = message.write(mine)
    assert rounds._settle(mine, said, post.Answer(status=500)) == "lost"
    assert outcome.accepted(theirs, answer)


def test_unsaid_and_lost(web, hook, item, carol):
    happen(item, carol)
    mine = claim.claim()
    Call.objects.update(token=None, state="planned", lease_until=None)
    Person.objects.filter(pk=carol.pk).update(is_active=False)
    assert rounds._make(mine, caller(web)) == "lost"


def test_what_kills_its_workers_is_given_up(web, hook, item, carol):
    happen(item, carol)
    Call.objects.update(attempts=outcome.MOST_ATTEMPTS)
    assert make(web)["failed"] == 1
    call = Call.objects.get()
    assert (call.state, call.last_error) == ("failed", "given_up")
    assert web.requests == []


def test_those_that_take_their_calls_go_first(web, hook, item, carol, bob):
    other, _secret = webhook.register(webhook.Wish("other", URL), actor=carol, now=NOW)
    happen(item, carol)
    Webhook.objects.filter(pk=hook.pk).update(state="failing")
    assert Call.objects.get(pk=claim.claim().call).webhook == other
    assert Call.objects.get(pk=claim.claim().call).webhook == hook


def test_what_ended_long_ago_is_forgotten(web, hook, carol):
    for days in (29, 31):
        Call.objects.create(
            webhook=hook, planned_at=NOW, due_at=NOW, state="sent", finished_at=claim_clock() - dt.timedelta(days=days)
        )
    make(web)
    assert Call.objects.count() == 1


def test_the_books_and_the_time_that_is_given(web, hook, item, carol, client):
    happen(item, carol)
    Call.objects.update(due_at=claim_clock() - dt.timedelta(seconds=90))
    found = books.books()
    assert (found.waiting, found.due, found.failing, found.disabled) == (1, 1, 0, 0)
    assert 90 <= found.backlog_seconds <= 100
    from django.core.cache import cache

    cache.clear()
    assert "due 1" in client.get("/health/ready").json()["checks"]["calls"]["detail"]
    assert b"relations_calls_waiting 1.0" in client.get("/metrics").content
    assert rounds.run(caller(web), lines=1, longest=0)["waiting"] == 1


def test_nobody_is_called_from_within_a_transaction(db):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(RuntimeError):
        claim.claim()
