"""Pages of digests: one's own only, every way in the law, and a link in the mail that works without signing in."""

import datetime as dt
from email import message_from_bytes, policy
from uuid import UUID

import pytest
from django.test import Client

from recommendations.actions import comment, saved_view
from recommendations.actions import subscription as verbs
from recommendations.digests import letters, links, outcome, plan
from recommendations.digests.claim import claim
from recommendations.models import Delivery, Event, Subscription
from recommendations.models.clock import clock
from tests.factories import AssignmentFactory, OrganizationFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db
CHOICE = {"about": "everything", "cadence": "weekly", "weekday": "4", "hour": "9", "language": "ru"}
DAY = dt.timedelta(days=1)


@pytest.fixture
def mine(dave):
    now = dt.datetime.now(dt.UTC) - 3 * DAY
    return verbs.subscribe(verbs.Wish(cadence="daily", hour=0), actor=dave, now=now)


@pytest.fixture
def reader(client, dave):
    client.force_login(dave)
    return client


@pytest.fixture
def sent(mine, dave, item):
    """A digest that said something, as it is kept."""
    AssignmentFactory(recommendation=item, organization=OrganizationFactory(), person=dave)
    plan.plan()
    (claimed,) = claim(9).claims
    written = letters.write([claimed], now=clock())
    outcome.written(written.letters)
    outcome.fence(claimed)
    outcome.sent(claimed)
    return Delivery.objects.get(state="sent")


@pytest.mark.parametrize("path", ["", "preview/", "log/", "subscriptions/{0}/", "{0}/", "{0}/message.eml"])
def test_strangers_are_asked_to_sign_in(client, mine, path):
    answer = client.get("/digests/" + path.format(mine.uuid))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=/digests/")


@pytest.mark.parametrize(
    ("cadence", "said"), [("daily", "Every day at 09:00"), ("monthly", "first of every month at 09:00")]
)
def test_the_list_says_when_it_comes(reader, cadence, said):
    answer = reader.post("/digests/", CHOICE | {"cadence": cadence}, follow=True)
    assert said in answer.content.decode()


def test_subscribing(reader, dave):
    assert reader.get("/digests/").status_code == 200
    answer = reader.post("/digests/", CHOICE, follow=True)
    assert "You are subscribed" in answer.content.decode()
    made = Subscription.objects.get()
    assert (made.person, made.cadence, made.weekday, made.hour, made.language) == (dave, "weekly", 4, 9, "ru")
    assert "Every week: Friday, 09:00" in answer.content.decode()


@pytest.mark.parametrize("scope", ["theme", "source", "organization"])
def test_subscribing_to_a_part(reader, scope):
    subject = {"theme": ThemeFactory, "source": SourceFactory, "organization": OrganizationFactory}[scope]()
    reader.post("/digests/", CHOICE | {"about": f"{scope}:{subject.slug}"})
    made = Subscription.objects.get()
    assert (made.scope, getattr(made, scope)) == (scope, subject)
    page = reader.get(f"/digests/subscriptions/{made.uuid}/").content.decode()
    assert f'<option value="{scope}:{subject.slug}" selected>' in page
    assert str(subject) in reader.get("/digests/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", "theme:none"),
        ("about", ""),
        ("cadence", "hourly"),
        ("weekday", "7"),
        ("hour", "24"),
        ("language", "xx"),
    ],
)
def test_a_wrong_choice_is_named_and_nothing_is_made(reader, field, value):
    answer = reader.post("/digests/", CHOICE | {field: value})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Subscription.objects.exists()


def test_what_the_verb_refuses_is_said_beside_the_field(reader, mine, monkeypatch):
    theme = ThemeFactory()
    monkeypatch.setattr(
        verbs, "_columns", lambda wish, _person: verbs.refuse_if([verbs.words.not_found(wish.subject, "subject")])
    )
    for path in ("/digests/", f"/digests/subscriptions/{mine.uuid}/"):
        answer = reader.post(path, CHOICE | {"about": f"theme:{theme.slug}"})
        assert answer.status_code == 400
        assert 'id="id_about_error"' in answer.content.decode()


def test_amending(reader, mine):
    path = f"/digests/subscriptions/{mine.uuid}/"
    assert reader.get(path).status_code == 200
    assert reader.post(path, CHOICE | {"hour": "30"}).status_code == 400
    assert reader.post(path, CHOICE).status_code == 302
    mine.refresh_from_db()
    assert (mine.cadence, mine.hour) == ("weekly", 9)


def test_pausing_resuming_ending(reader, mine):
    path = f"/digests/subscriptions/{mine.uuid}/"
    assert "Paused" in reader.post(path + "pause/", follow=True).content.decode()
    assert "goes on" in reader.post(path + "resume/", follow=True).content.decode()
    assert "has ended" in reader.post(path + "end/", follow=True).content.decode()
    mine.refresh_from_db()
    assert mine.ended_at
    assert [event.verb for event in Event.objects.order_by("id")] == [
        "subscribed",
        "amended",
        "amended",
        "unsubscribed",
    ]


@pytest.mark.parametrize("way", ["", "pause/", "resume/", "end/"])
def test_the_digests_of_others_do_not_exist(client, mine, alice, way):
    client.force_login(alice)
    assert client.post(f"/digests/subscriptions/{mine.uuid}/{way}", CHOICE).status_code == 404
    mine.refresh_from_db()
    assert (mine.version, mine.ended_at) == (1, None)


@pytest.mark.parametrize("way", ["pause/", "resume/", "end/"])
def test_a_get_changes_nothing(reader, mine, way):
    assert reader.get(f"/digests/subscriptions/{mine.uuid}/{way}").status_code == 405


def test_one_click_works_without_cookie_or_token(mine):
    stranger = Client(enforce_csrf_checks=True)
    path = links.unsubscribe(mine).removeprefix("http://127.0.0.1:8000")
    page = stranger.get(path)
    assert page.status_code == 200
    assert not page.cookies
    assert "Nothing has changed yet" in page.content.decode()
    mine.refresh_from_db()
    assert mine.ended_at is None
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "This digest has ended" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.ended_at is not None
    assert stranger.post(path).status_code == 200
    assert Event.objects.filter(verb="unsubscribed").count() == 1


def test_one_click_works_when_the_site_is_closed(mine, settings, client):
    settings.PUBLIC_SITE = False
    assert client.post(f"/digests/unsubscribe/{links.sign(mine)}/").status_code == 200


def test_the_page_of_the_link_speaks_the_digests_language(mine, client):
    Subscription.objects.update(language="ru")
    assert '<html lang="ru">' in client.get(f"/digests/unsubscribe/{links.sign(mine)}/").content.decode()


def test_a_wrong_or_old_signature_leads_nowhere(mine, client, settings):
    good = links.sign(mine)
    forged = [good[:-1], good + "A", mine.uuid.hex, f"{'0' * 32}.{good.partition('.')[2]}", "x", "%00"]
    forged.append(links.sign(Subscription(uuid=UUID(int=7))))
    for value in forged:
        assert client.post(f"/digests/unsubscribe/{value}/").status_code == 404
    settings.SECRET_KEY = "another" * 10
    assert client.post(f"/digests/unsubscribe/{good}/").status_code == 404
    mine.refresh_from_db()
    assert mine.ended_at is None


def test_a_preview_shows_the_next_one_and_sends_nothing(reader, mine, dave, item):
    assert "nothing to say so far" in reader.get("/digests/preview/").content.decode()
    AssignmentFactory(recommendation=item, organization=OrganizationFactory(), person=dave)
    page = reader.get(f"/digests/preview/?subscription={mine.uuid}").content.decode()
    assert item.title in page
    assert "Daily digest" in page
    assert 'style="' not in page
    assert not Delivery.objects.exists()


def test_a_preview_for_who_is_not_subscribed(reader, dave, item):
    AssignmentFactory(recommendation=item, organization=OrganizationFactory(), person=dave)
    page = reader.get("/digests/preview/").content.decode()
    assert "You are not subscribed to one" in page
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("wanted", ["x", "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"])
def test_a_preview_of_what_does_not_exist(reader, wanted):
    assert reader.get(f"/digests/preview/?subscription={wanted}").status_code == 404


def test_what_was_sent_is_readable_exactly_as_sent(reader, sent, item):
    listed = reader.get("/digests/").content.decode()
    assert f'href="/digests/{sent.uuid}/"' in listed
    page = reader.get(f"/digests/{sent.uuid}/").content.decode()
    for words in (sent.subject, sent.message_id.strip("<>"), item.title, "Handed over"):
        assert words in page
    assert 'style="' not in page
    answer = reader.get(f"/digests/{sent.uuid}/message.eml")
    assert answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"].startswith("attachment;")
    message = message_from_bytes(answer.content, policy=policy.default)
    assert message["Message-ID"] == sent.message_id
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == sent.text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == sent.html


def test_what_was_sent_to_others_does_not_exist(client, sent, alice, erin):
    for path in (f"/digests/{sent.uuid}/", f"/digests/{sent.uuid}/message.eml"):
        client.force_login(alice)
        assert client.get(path).status_code == 404
        client.force_login(erin)
        assert client.get(path).status_code == 200


def test_one_that_was_never_written_says_so(reader, mine):
    plan.plan()
    row = Delivery.objects.get(state="planned")
    assert "Nothing was written for this period." in reader.get(f"/digests/{row.uuid}/").content.decode()
    assert reader.get(f"/digests/{row.uuid}/message.eml").status_code == 404


def test_the_list_needs_the_same_statements_for_one_and_for_three(reader, mine, dave, django_assert_max_num_queries):
    def statements():
        with django_assert_max_num_queries(20) as asked:
            reader.get("/digests/")
        return len(asked)

    reader.get("/digests/")
    plan.plan()
    one = statements()
    for hour in (3, 4):
        past = dt.datetime.now(dt.UTC) - 3 * DAY
        theme = ThemeFactory().slug
        wish = verbs.Wish(cadence="daily", hour=hour, scope="theme", subject=theme)
        verbs.subscribe(wish, actor=dave, now=past)
    plan.plan()
    assert statements() == one


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward"])
def test_the_log_is_for_administrators(client, people, role, sent):
    client.force_login(people[role])
    assert client.get("/digests/log/").status_code == 404
    assert client.post(f"/digests/log/{sent.uuid}/send-again/").status_code == 404


def test_the_log_lists_what_needs_a_decision_and_sends_it_again(client, erin, sent):
    client.force_login(erin)
    assert 'href="/digests/log/"' in client.get("/digests/").content.decode()
    assert client.get("/digests/log/").content.decode().count("None.") == 3
    past = dt.datetime.now(dt.UTC) - DAY
    Delivery.objects.filter(pk=sent.pk).update(state="handed_over", token=sent.uuid, lease_until=past)
    Delivery.objects.filter(state="skipped_late").update(state="failed", last_error="550 No such user")
    page = client.get("/digests/log/").content.decode()
    assert "The sender was interrupted." in page
    assert "550 No such user" in page
    answer = client.post(f"/digests/log/{sent.uuid}/send-again/", follow=True)
    assert "sent again within a minute, to Dave" in answer.content.decode()
    sent.refresh_from_db()
    assert sent.state == "planned"


def test_the_log_says_when_digests_wait_for_too_long(client, erin, mine):
    client.force_login(erin)
    plan.plan()
    Delivery.objects.update(planned_at=dt.datetime.now(dt.UTC) - DAY)
    assert "under way for over an hour" in client.get("/digests/log/").content.decode()


def test_the_log_says_when_digests_are_not_planned(client, erin, mine):
    client.force_login(erin)
    assert "1 digest was due over an hour ago and is not planned" in client.get("/digests/log/").content.decode()
    plan.plan()
    assert "is not planned" not in client.get("/digests/log/").content.decode()


def test_sending_again_what_was_sent_is_refused(client, erin, sent):
    client.force_login(erin)
    assert client.post(f"/digests/log/{sent.uuid}/send-again/").status_code == 409


# Saved views, notices


def test_a_saved_view_is_chosen_from_ones_own(reader, dave, alice):
    page = reader.get("/digests/").content.decode()
    assert "One of my saved views" not in page
    mine = saved_view.keep("Half done", "status=partly", actor=dave, now=clock())
    saved_view.keep("Theirs", "status=partly", actor=alice, now=clock())
    page = reader.get(f"/digests/?about=saved_view:{mine.uuid}").content.decode()
    assert f'<option value="saved_view:{mine.uuid}" selected>Half done</option>' in page
    assert "Theirs" not in page
    answer = reader.post("/digests/", CHOICE | {"about": f"saved_view:{mine.uuid}"}, follow=True)
    assert "Your saved view “Half done”" in answer.content.decode()
    digest = Subscription.objects.get()
    assert digest.saved_view == mine
    assert f"saved_view:{mine.uuid}" in reader.get(f"/digests/subscriptions/{digest.uuid}/").content.decode()
    assert reader.get(f"/digests/preview/?subscription={digest.uuid}").status_code == 200


def test_before_a_view_is_removed_the_page_says_that_its_digest_ends(reader, dave):
    mine = saved_view.keep("Half done", "status=partly", actor=dave, now=clock())
    ends = "You get a digest about this view; it ends with it."
    assert ends not in reader.get("/account/saved-views/").content.decode()
    reader.post("/digests/", CHOICE | {"about": f"saved_view:{mine.uuid}"})
    page = reader.get("/account/saved-views/").content.decode()
    assert ends in page
    assert f'href="/digests/?about=saved_view:{mine.uuid}#subscribe"' in page
    reader.post(f"/account/saved-views/{mine.uuid}/remove/")
    assert Subscription.objects.get().ended_at
    assert "You are not subscribed" in reader.get("/digests/").content.decode()


@pytest.fixture
def mentioned(dave, item, alice):
    """Somebody mentioned Dave, and no mail has said so yet."""
    comment.write(item.reference, "@Dave, look.", actor=alice, now=clock())
    return Subscription.objects.get()


def test_notices_by_mail_are_listed_previewed_paused_and_ended(reader, mentioned):
    page = reader.get("/digests/").content.decode()
    assert "At most once an hour, when there is something new" in page
    assert "When there is something new" in page
    preview = f"/digests/preview/?subscription={mentioned.uuid}"
    page = reader.get(preview).content.decode()
    assert "Alice mentioned you in a comment" in page
    assert "what you were told and have not seen yet" in page
    reader.post("/notices/see/")
    assert "There is nothing new for you." in reader.get(preview).content.decode()
    reader.post(f"/digests/subscriptions/{mentioned.uuid}/pause/")
    assert "Paused" in reader.get("/digests/").content.decode()
    reader.post(f"/digests/subscriptions/{mentioned.uuid}/end/")
    assert Subscription.objects.get().ended_at


def test_notices_are_wished_for_once_whatever_rhythm_is_chosen(reader):
    answer = reader.post("/digests/", CHOICE | {"about": "notices"}, follow=True)
    assert "the first mail comes with the next notice" in answer.content.decode()
    made = Subscription.objects.get()
    assert (made.scope, made.cadence) == ("notices", "hourly")
    answer = reader.post("/digests/", CHOICE | {"about": "notices"})
    assert answer.status_code == 409
    assert "You get your notices by mail already" in answer.content.decode()
    page = reader.get(f"/digests/subscriptions/{made.uuid}/").content.decode()
    assert '<option value="weekly" selected>' in page
    reader.post(f"/digests/subscriptions/{made.uuid}/", CHOICE)
    made.refresh_from_db()
    assert (made.scope, made.cadence) == ("everything", "weekly")


def test_what_was_sent_of_notices_is_shown_word_for_word(reader, mentioned):
    plan.plan()
    (claimed,) = claim(9).claims
    outcome.written(letters.write([claimed], now=clock()).letters)
    outcome.fence(claimed)
    outcome.sent(claimed)
    row = Delivery.objects.get()
    page = reader.get(f"/digests/{row.uuid}/").content.decode()
    assert '<h2 class="m-title">T-900: Alice mentioned you in a comment</h2>' in page
    assert " style=" not in page[page.index('<section class="mail"') :]
    said = message_from_bytes(reader.get(f"/digests/{row.uuid}/message.eml").content, policy=policy.default)
    assert "Alice mentioned you in a comment." in said.get_body(("plain",)).get_content()
