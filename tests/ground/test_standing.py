"""What tests begin with: made once, and for each of them as it was first."""

import pytest
from django.conf import settings
from django.db import connection

from recommendations.models import Organization
from tests import template
from tests.factories import OrganizationFactory
from tests.standing import made_once


@made_once
def two_of_a_kind():
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "paper").write_text("first")
    return OrganizationFactory(slug="pair", name_en="Pair")


@pytest.mark.parametrize("turn", ["one", "another"])
def test_each_has_it_as_it_was_first(two_of_a_kind, standing, media, turn):
    assert standing.name == "two_of_a_kind"
    assert (two_of_a_kind.name_en, Organization.objects.get().name_en) == ("Pair", "Pair")
    assert (media / "paper").read_text() == "first"
    two_of_a_kind.name_en = turn
    two_of_a_kind.save()
    (media / "paper").write_text(turn)


@pytest.mark.django_db
def test_who_does_not_ask_for_it_does_not_meet_it(standing):
    assert (standing.name, Organization.objects.exists()) == ("", False)


@pytest.mark.django_db(transaction=True)
def test_who_commits_makes_its_own(two_of_a_kind, standing):
    assert (standing.name, Organization.objects.get()) == ("", two_of_a_kind)


@pytest.mark.django_db
@pytest.mark.skipif(not template.is_wanted(), reason="the tables are made by the migrations themselves")
def test_the_database_is_a_copy():
    assert connection.settings_dict["TEST"]["TEMPLATE"] == template.name()
