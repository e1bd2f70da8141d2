"""Found, invite, place, introduce, readdress."""

import threading
import uuid
from dataclasses import replace

import pytest
from django.db import connection

from recommendations.actions import person, subscription
from recommendations.actions.person import Place, Profile
from recommendations.actions.subscription import Wish
from recommendations.models import Event, Person
from recommendations.rules.errors import Forbidden, Invalid, Missing, Refused, Unlawful
from tests.factories import NOW, PASSWORD, OrganizationFactory, PersonFactory

FRAN = Profile(name="Fran", language="ru", time_zone="Europe/Minsk")
EMAIL = "fran@example.org"


@pytest.mark.django_db
def test_found_makes_the_first_administrator_only():
    made = person.found(" Fran@Example.org ", PASSWORD, FRAN, now=NOW)
    assert (made.email, made.role, made.check_password(PASSWORD)) == (EMAIL, "administrator", True)
    assert made.emailaddress_set.get().verified
    event = Event.objects.get()
    assert EMAIL not in str(event.after)
    assert "Fran" not in str(event.after)
    with pytest.raises(Forbidden) as refused:
        person.found("other@example.org", PASSWORD, FRAN, now=NOW)
    assert refused.value.codes == ["founded"]


@pytest.mark.django_db(transaction=True)
def test_found_by_two_at_once_makes_one():
    outcomes = []

    def found(email):
        try:
            person.found(email, PASSWORD, FRAN, now=NOW)
            outcomes.append("made")
        except Refused as refused:
            outcomes.append(refused.codes[0])
        connection.close()

    threads = [threading.Thread(target=found, args=(f"p{n}@example.org",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["founded", "founded", "founded", "made"]


@pytest.mark.django_db
def test_invite_with_and_without_a_password(erin):
    OrganizationFactory(slug="ministry")
    place = Place(role="contributor", organization="ministry")
    made = person.invite(EMAIL, PASSWORD, FRAN, place, actor=erin, now=NOW)
    assert (person.place_of(made), str(made), made.get_full_name()) == (place, "Fran", "Fran")
    assert not person.invite("g@example.org", None, FRAN, Place(), actor=erin, now=NOW).has_usable_password()


@pytest.mark.django_db
def test_invite_refusals(erin, carol):
    with pytest.raises(Forbidden):
        person.invite(EMAIL, PASSWORD, FRAN, Place(), actor=carol, now=NOW)
    for email, password, profile, place, field in (
        ("x", PASSWORD, FRAN, Place(), "email"),
        (EMAIL, "12345", FRAN, Place(), "password"),
        (EMAIL, PASSWORD, replace(FRAN, name=""), Place(), "name"),
        (EMAIL, PASSWORD, replace(FRAN, language="de"), Place(), "language"),
        (EMAIL, PASSWORD, replace(FRAN, time_zone="Mars/Base"), Place(), "time_zone"),
        (EMAIL, PASSWORD, FRAN, Place(role="visitor"), "role"),
        (EMAIL, PASSWORD, FRAN, Place(organization="x"), "organization"),
    ):
        with pytest.raises(Invalid) as refused:
            person.invite(email, password, profile, place, actor=erin, now=NOW)
        assert {p.field for p in refused.value.problems} == {field}
    with pytest.raises(Unlawful) as refused:
        person.invite(erin.email.upper(), PASSWORD, FRAN, Place(), actor=erin, now=NOW)
    assert refused.value.codes == ["email_taken"]
    assert not Person.objects.filter(email=EMAIL).exists()


@pytest.mark.django_db
def test_place_changes_the_role_and_says_so_in_history(erin, dave):
    made = person.place(dave.uuid, Place(role="reviewer"), actor=erin, now=NOW)
    assert (made.role, made.version) == ("reviewer", 2)
    assert (Event.objects.get().before, Event.objects.get().after) == ({"role": "reader"}, {"role": "reviewer"})
    assert person.place(dave.uuid, Place(role="reviewer"), actor=erin, now=NOW).version == 2


@pytest.mark.django_db
def test_place_refusals(erin, carol, dave):
    with pytest.raises(Forbidden):
        person.place(dave.uuid, Place(), actor=carol, now=NOW)
    with pytest.raises(Missing):
        person.place(uuid.uuid4(), Place(), actor=erin, now=NOW)
    with pytest.raises(Forbidden) as refused:
        person.place(erin.uuid, Place(role="reader"), actor=erin, now=NOW)
    assert refused.value.codes == ["own_role"]
    OrganizationFactory(slug="union")
    assert person.place(erin.uuid, Place(role="administrator", organization="union"), actor=erin, now=NOW).organization


@pytest.mark.django_db
def test_introduce_changes_ones_own_profile_and_history_keeps_no_name(dave):
    made = person.introduce(FRAN, actor=dave, now=NOW)
    assert (made.name, made.language, made.time_zone) == ("Fran", "ru", "Europe/Minsk")
    event = Event.objects.get()
    assert (event.before["name"], event.after["name"], event.after["language"]) == ("", "", "ru")
    assert person.introduce(FRAN, actor=dave, now=NOW).version == 2
    assert person.introduce(replace(FRAN, language="en"), actor=dave, now=NOW).version == 3
    with pytest.raises(Invalid):
        person.introduce(replace(FRAN, name=""), actor=dave, now=NOW)


@pytest.mark.django_db
def test_readdress_gives_another_address_and_history_keeps_none(dave):
    dave.emailaddress_set.create(email=dave.email, verified=True, primary=True)
    pending = dave.emailaddress_set.create(email="new@example.org")
    made = person.readdress(" New@Example.org ", actor=dave, now=NOW)
    assert (made.email, made.version) == ("new@example.org", 2)
    held = made.emailaddress_set.get()
    assert (held.pk, held.verified, held.primary) == (pending.pk, True, True)
    event = Event.objects.get()
    assert (event.verb, event.subject, event.before, event.after) == ("amended", "person", {"email": ""}, {"email": ""})
    assert person.readdress("new@example.org", actor=made, now=NOW).version == 2
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_another_address_makes_links_mailed_before_worthless_and_the_same_one_does_not(dave, alice):
    mine, other = (subscription.subscribe(Wish(), actor=one, now=NOW) for one in (dave, alice))
    person.readdress(dave.email.upper(), actor=dave, now=NOW)
    mine.refresh_from_db()
    assert (mine.answers_from, mine.version) == (None, 1)
    person.readdress("new@example.org", actor=dave, now=NOW)
    for made in (mine, other):
        made.refresh_from_db()
    assert (mine.answers_from, mine.version) == (NOW, 2)
    assert other.answers_from is None


@pytest.mark.django_db
def test_readdress_refusals(dave, erin, bob):
    taken = person.invite("taken@example.org", None, FRAN, Place(), actor=erin, now=NOW)
    for email in (taken.email, erin.email.upper()):
        with pytest.raises(Unlawful) as refused:
            person.readdress(email, actor=dave, now=NOW)
        assert refused.value.codes == ["email_taken"]
    with pytest.raises(Invalid):
        person.readdress("nowhere", actor=dave, now=NOW)
    bob.is_active = False
    with pytest.raises(Forbidden):
        person.readdress("bob2@example.org", actor=bob, now=NOW)
    dave.refresh_from_db()
    assert (dave.email, dave.version, dave.emailaddress_set.count()) == ("dave@example.org", 1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "opens", "may"),
    [("reader", False, set()), ("steward", True, {"theme"}), ("administrator", True, {"theme", "person"})],
)
def test_the_admins_door_opens_by_role(role, opens, may):
    someone = PersonFactory(role=role)
    assert (someone.is_staff, someone.has_module_perms("recommendations")) == (opens, opens)
    assert {noun for noun in ("theme", "person") if someone.has_perm(f"recommendations.change_{noun}")} == may
