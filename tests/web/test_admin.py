"""The admin: who gets in, that saving calls the verbs, that refusals stand beside the fields, that nothing is deleted."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core import mail
from django.urls import reverse

from recommendations.admin import invitation
from recommendations.models import (
    Assessment,
    Assignment,
    Delivery,
    Event,
    Evidence,
    Indicator,
    Observation,
    Organization,
    Person,
    Recommendation,
    Source,
    Subscription,
    Theme,
    Token,
)
from tests.factories import (
    NOW,
    EvidenceFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    SubscriptionFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
WRITTEN = [Person, Organization, Theme, Source, Recommendation, Indicator, Observation]
READ = [Event, Assessment, Evidence, Assignment, Subscription, Delivery, Token]
STEWARDS_ONLY_READ = [Event, Assessment, Evidence, Assignment]


def address(model, page="changelist", *args):
    return reverse(f"admin:recommendations_{model._meta.model_name}_{page}", args=args)


def errors_of(response):
    form = response.context["adminform"].form
    return {name: list(said) for name, said in form.errors.items()}


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer"])
def test_admin_is_closed_to_those_who_do_not_keep_the_register(client, people, role):
    if people[role]:
        client.force_login(people[role])
    for model in [*WRITTEN, *READ]:
        assert client.get(address(model)).status_code == 302
        assert client.get(address(model, "add")).status_code == 302


def test_admin_shows_stewards_what_they_keep(client, carol):
    client.force_login(carol)
    seen = {model for model in [*WRITTEN, *READ] if client.get(address(model)).status_code == 200}
    assert seen == {*WRITTEN, *STEWARDS_ONLY_READ} - {Person}
    assert client.get(address(Person, "add")).status_code == 403
    assert client.get(address(Organization, "add")).status_code == 200


def test_admin_lets_administrators_read_all_and_write_what_has_verbs(client, erin):
    client.force_login(erin)
    assert client.get(reverse("admin:index")).status_code == 200
    assert {model for model in [*WRITTEN, *READ] if client.get(address(model)).status_code == 200} == {*WRITTEN, *READ}
    assert {m for m in [*WRITTEN, *READ] if client.get(address(m, "add")).status_code == 200} == set(WRITTEN)


def test_admin_deletes_nothing(client, erin, ministry):
    client.force_login(erin)
    assert client.post(address(Organization, "delete", ministry.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [ministry.pk]}
    client.post(address(Organization), chosen)
    assert Organization.objects.filter(pk=ministry.pk).exists()
    ours = [model for model in admin.site._registry if model._meta.app_label == "recommendations"]
    assert set(ours) == {*WRITTEN, *READ}
    assert not admin.site.is_registered(EmailAddress)


def test_admin_shows_events_and_does_not_change_them(client, erin, item, carol):
    event = Event.objects.create(
        subject="recommendation",
        subject_key="T-900",
        recommendation=item,
        verb="amended",
        actor_key="x",
        recorded_at=NOW,
    )
    client.force_login(erin)
    assert Event.objects.get().hash[:12] in client.get(address(Event)).content.decode()
    assert client.get(address(Event, "change", event.pk)).status_code == 200
    assert client.post(address(Event, "change", event.pk), {"verb": "assessed"}).status_code == 403
    hidden = Event.objects.create(subject="person", subject_key="y", verb="amended", actor_key="x", recorded_at=NOW)
    client.force_login(carol)
    assert client.get(address(Event, "change", event.pk)).status_code == 200
    assert client.get(address(Event, "change", hidden.pk)).status_code == 302  # the admin's way to say: no such thing


def test_admin_leads_from_a_thing_to_its_history(client, erin, ministry):
    client.force_login(erin)
    response = client.get(address(Organization, "history", ministry.pk))
    assert response.url == f"{address(Event)}?subject=organization&subject_key=ministry"
    assert client.get(response.url).status_code == 200
    piece = EvidenceFactory()
    assert client.get(address(Evidence, "history", piece.pk)).url == (
        f"{address(Event)}?subject=recommendation&subject_key={piece.recommendation.reference}"
    )
    wish = SubscriptionFactory()
    assert client.get(address(Subscription, "history", wish.pk)).url == f"{address(Event)}?"


PERSON = {"email": "Eve@Example.org", "name": "Eve", "language": "ru", "time_zone": "Europe/Minsk", "role": "reviewer"}


def test_admin_leads_stewards_nowhere_that_is_not_theirs(client, carol, erin):
    piece = EvidenceFactory(added_by=erin)
    for keeper, is_led in ((carol, False), (erin, True)):
        client.force_login(keeper)
        page = client.get(address(Evidence, "change", piece.pk)).content.decode()
        assert "Erin" in page
        assert (address(Person, "change", erin.pk) in page) is is_led
        assert (reverse("outbox") in page) is is_led


def test_admin_invites_by_link(client, erin, ministry, django_capture_on_commit_callbacks):
    client.force_login(erin)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            address(Person, "add"), {**PERSON, "organization": ministry.pk, "is_active": "on", "password": ""}
        )
    assert response.status_code == 302
    eve = Person.objects.get(email="eve@example.org")
    assert (eve.name, eve.language, eve.role, eve.organization, eve.is_active) == (
        "Eve",
        "ru",
        "reviewer",
        ministry,
        True,
    )
    assert not eve.has_usable_password()
    assert Event.objects.get(subject="person").verb == "registered"
    [letter] = mail.outbox
    assert letter.to == ["eve@example.org"]
    link = re.search(r"https?://\S+/account/password/reset/key/\S+", letter.body)[0]
    assert link in letter.alternatives[0].content
    client.logout()
    page = client.get(link[link.index("/account") :], follow=True)
    response = client.post(
        page.request["PATH_INFO"], {"password1": "a long way round", "password2": "a long way round"}
    )
    eve.refresh_from_db()
    assert eve.check_password("a long way round")


def test_admin_invites_with_a_password(client, erin, django_capture_on_commit_callbacks):
    client.force_login(erin)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(Person, "add"), {**PERSON, "is_active": "on", "password": "a long way round"})
    assert Person.objects.get(email="eve@example.org").check_password("a long way round")
    assert mail.outbox == []


def test_admin_says_what_is_wrong_with_an_invitation(client, erin, dave):
    client.force_login(erin)
    response = client.post(address(Person, "add"), {**PERSON, "email": dave.email})
    assert errors_of(response) == {"email": ["Somebody with this e-mail address is registered already."]}
    response = client.post(address(Person, "add"), {**PERSON, "password": "1234"})
    assert list(errors_of(response)) == ["password"]
    response = client.post(address(Person, "add"), {**PERSON, "role": "visitor", "time_zone": "Mars"})
    assert set(errors_of(response)) == {"role", "time_zone"}
    assert mail.outbox == []
    assert not Event.objects.exists()


def test_admin_places_a_person_and_leaves_the_rest_to_them(client, erin, dave, ministry):
    client.force_login(erin)
    page = client.get(address(Person, "change", dave.pk))
    assert set(page.context["adminform"].form.fields) == {"role", "organization", "is_active"}
    said = {"role": "contributor", "organization": ministry.pk, "name": "Other", "is_active": "on"}
    assert client.post(address(Person, "change", dave.pk), said).status_code == 302
    dave.refresh_from_db()
    assert (dave.role, dave.organization, dave.name) == ("contributor", ministry, "Dave")
    assert Event.objects.get().after == {"role": "contributor", "organization": "ministry"}


def test_admin_does_not_let_one_take_ones_own_role(client, erin):
    client.force_login(erin)
    response = client.post(address(Person, "change", erin.pk), {"role": "reader", "is_active": "on"})
    assert errors_of(response) == {
        "__all__": ["You cannot take your own role or sign-in away; ask another administrator."]
    }
    erin.refresh_from_db()
    assert erin.role == "administrator"


def test_admin_sends_links_again_to_those_who_may_sign_in(client, erin, dave):
    gone = PersonFactory(is_active=False)
    client.force_login(erin)
    response = client.post(
        address(Person), {"action": "send_link", "_selected_action": [dave.pk, gone.pk]}, follow=True
    )
    assert [letter.to for letter in mail.outbox] == [[dave.email]]
    assert "1 link was sent." in response.content.decode()


def test_invitation_speaks_the_persons_language_and_leads_to_the_public_address(settings):
    settings.PUBLIC_URL = "https://register.example"
    eve = PersonFactory(name="Eve & Co")
    assert invitation.link_for(eve).startswith("https://register.example/account/password/reset/key/")
    invitation.send(eve)
    assert "Hello Eve & Co," in mail.outbox[0].body
    assert "Eve &amp; Co" in mail.outbox[0].alternatives[0].content
    assert "It works for 3 days." in mail.outbox[0].body


BODY = {"slug": "court", "name_en": "Court", "kind": "court"}


def test_admin_registers_and_amends_an_organization(client, carol, ministry):
    client.force_login(carol)
    assert client.post(address(Organization, "add"), BODY).status_code == 302
    made = Organization.objects.get(slug="court")
    changed = {**BODY, "slug": "other", "name_ru": "Суд", "parent": ministry.pk}
    assert client.post(address(Organization, "change", made.pk), changed).status_code == 302
    made.refresh_from_db()
    assert (made.slug, made.name_ru, made.parent, made.version) == ("court", "Суд", ministry, 2)
    assert [event.verb for event in Event.objects.order_by("id")] == ["registered", "amended"]


def test_admin_says_what_is_wrong_with_an_organization(client, carol, ministry):
    client.force_login(carol)
    response = client.post(address(Organization, "add"), {**BODY, "slug": "ministry"})
    assert list(errors_of(response)) == ["slug"]
    response = client.post(address(Organization, "add"), {**BODY, "slug": "Not So", "name_en": ""})
    assert set(errors_of(response)) == {"name_en"}
    response = client.post(address(Organization, "add"), {**BODY, "slug": "Not So"})
    assert set(errors_of(response)) == {"slug"}
    ours = {"name_en": "Ministry", "kind": "government", "parent": ministry.pk}
    assert list(errors_of(client.post(address(Organization, "change", ministry.pk), ours))) == ["parent"]
    assert Organization.objects.count() == 1


def test_admin_registers_and_amends_a_theme(client, carol):
    client.force_login(carol)
    client.post(address(Theme, "add"), {"slug": "economy", "name_en": "Economy", "position": 1})
    made = Theme.objects.get(slug="economy")
    client.post(address(Theme, "change", made.pk), {"name_en": "The economy", "position": 2})
    made.refresh_from_db()
    assert (made.name_en, made.position, Event.objects.count()) == ("The economy", 2, 2)


DOCUMENT = {"slug": "paper", "title_en": "Paper", "published_precision": "day", "language": "en"}


def test_admin_registers_and_amends_a_source(client, carol):
    client.force_login(carol)
    assert client.post(address(Source, "add"), DOCUMENT).url == "/sources/paper/"
    made = Source.objects.get(slug="paper")
    page = client.get(address(Source, "change", made.pk))
    assert 'name="seen" value="1"' in page.content.decode()
    client.post(address(Source, "change", made.pk), {**DOCUMENT, "authors": "A. Author", "seen": 1})
    made.refresh_from_db()
    assert (made.authors, made.version) == ("A. Author", 2)
    response = client.post(address(Source, "change", made.pk), {**DOCUMENT, "authors": "B. Author", "seen": 1})
    assert "Somebody was faster" in str(errors_of(response))
    response = client.post(address(Source, "add"), {**DOCUMENT, "slug": "other", "url": "javascript:alert(1)"})
    assert list(errors_of(response)) == ["url"]


@pytest.fixture
def wording():
    source, theme = SourceFactory(slug="report"), ThemeFactory(slug="economy")
    return {
        "reference": "T-1",
        "title_en": "Do it",
        "source": source.pk,
        "themes": [theme.pk],
        "instrument": "fund",
        "priority": "normal",
        "visibility": "public",
    }


def test_admin_registers_and_amends_a_recommendation(client, carol, wording):
    client.force_login(carol)
    assert client.post(address(Recommendation, "add"), wording).status_code == 302
    item = Recommendation.objects.get(reference="T-1")
    assert [theme.slug for theme in item.themes.all()] == ["economy"]
    said = {**wording, "target_on": "2027-03-01", "themes": [], "seen": 1}
    assert client.post(address(Recommendation, "change", item.pk), said).status_code == 302
    item.refresh_from_db()
    assert (item.target_on, item.version, item.themes.count()) == (dt.date(2027, 3, 1), 2, 0)
    assert [event.verb for event in Event.objects.order_by("id")] == ["registered", "amended"]
    assert "T-1" in client.get(address(Recommendation)).content.decode()


def test_admin_keeps_what_was_typed_when_somebody_was_faster(client, carol, wording):
    client.force_login(carol)
    client.post(address(Recommendation, "add"), wording)
    item = Recommendation.objects.get(reference="T-1")
    here = address(Recommendation, "change", item.pk)
    client.post(here, {**wording, "title_en": "Theirs", "seen": 1})
    response = client.post(here, {**wording, "title_en": "Yours", "seen": 1})
    assert "Somebody was faster: Carol" in str(errors_of(response)["__all__"])
    page = response.content.decode()
    assert 'value="Yours"' in page
    assert 'name="seen" value="2"' in page
    item.refresh_from_db()
    assert item.title_en == "Theirs"
    assert client.post(here, {**wording, "title_en": "Yours", "seen": 2}).status_code == 302


def test_admin_says_what_is_wrong_with_a_recommendation(client, carol, wording, item):
    client.force_login(carol)
    response = client.post(address(Recommendation, "add"), {**wording, "reference": "T-900"})
    assert list(errors_of(response)) == ["reference"]
    response = client.post(address(Recommendation, "add"), {**wording, "reference": "900"})
    assert list(errors_of(response)) == ["reference"]
    own = {**wording, "parent": item.pk, "seen": 1}
    assert list(errors_of(client.post(address(Recommendation, "change", item.pk), own))) == ["parent"]


def test_admin_defines_an_indicator_and_records_its_values(client, carol, item):
    client.force_login(carol)
    said = {"slug": "grants", "title_en": "Grants", "direction": "up", "position": 0, "recommendations": [item.pk]}
    assert client.post(address(Indicator, "add"), said).status_code == 302
    made = Indicator.objects.get(slug="grants")
    client.post(address(Indicator, "change", made.pk), {**said, "target": "10"})
    made.refresh_from_db()
    assert made.target == 10
    year = {"indicator": made.pk, "period_start": "2025-01-01", "period_end": "2025-12-31", "value": "3"}
    assert client.post(address(Observation, "add"), year).status_code == 302
    value = Observation.objects.get()
    assert client.post(address(Observation, "change", value.pk), {"value": "4"}).status_code == 302
    value.refresh_from_db()
    assert value.value == 4
    assert list(errors_of(client.post(address(Observation, "add"), year))) == ["period_start"]
    backwards = {**year, "period_start": "2026-01-01"}
    assert list(errors_of(client.post(address(Observation, "add"), backwards))) == ["period_end"]
    assert client.get(address(Observation)).status_code == 200


@pytest.mark.parametrize("model", [Organization, Person, Recommendation])
def test_admin_lists_ask_the_same_number_of_questions_for_one_and_three(
    client, erin, django_assert_num_queries, model, wording
):
    factories = {Organization: OrganizationFactory, Person: PersonFactory}
    client.force_login(erin)
    asked = []
    for _ in range(2):
        with django_assert_num_queries(100, exact=False) as questions:
            assert client.get(address(model)).status_code == 200
        asked.append(len(questions))
        if model is Recommendation:
            for number in range(3):
                client.post(address(model, "add"), {**wording, "reference": f"T-{number}"})
        else:
            factories[model].create_batch(3)
    assert asked[0] == asked[1]


def test_admin_sends_no_inline_script_or_style(client, erin, item):
    client.force_login(erin)
    for where in (reverse("admin:index"), address(Recommendation), address(Recommendation, "change", item.pk)):
        page = client.get(where).content.decode()
        assert not re.search(r"<script(?![^>]*(src=|application/json))|<style|\sstyle=|\son[a-z]+=", page)


def test_nothing_goes_past_the_verbs():
    """What is not ours is not registered: no groups, addresses, second factors or outside accounts to edit."""
    assert {model._meta.app_label for model in admin.site._registry} == {"recommendations"}
