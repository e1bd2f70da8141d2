"""Version floors."""

from dataclasses import replace

import pytest
from django.db import connection

from relations import checks


def test_todays_libraries_are_new_enough():
    assert checks.versions(None) == []


def test_older_library_is_an_error():
    (message,) = checks.too_old("Django", (5, 2, 18), (5, 2, 19))
    assert (message.id, message.msg) == ("relations.E001", "Django is 5.2.18; it has to be 5.2.19 or newer.")


@pytest.mark.django_db
def test_server_is_new_enough_and_asked_only_on_request():
    assert checks.postgresql(app_configs=None, databases=["default"]) == []
    assert checks.postgresql(app_configs=None, databases=None) == []


@pytest.mark.django_db
def test_older_server_is_an_error(monkeypatch):
    monkeypatch.setattr(checks, "POSTGRESQL", 99)
    (message,) = checks.postgresql(app_configs=None, databases=["default"])
    assert message.msg.endswith("it has to be 99 or newer.")


def said(env, settings):
    settings.ENV = env
    return [message.id for message in checks.rights(app_configs=None, databases=["default"])]


@pytest.mark.django_db
def test_an_application_that_owns_its_tables_is_told_of(settings):
    env = settings.ENV  # tests run as the owner
    assert said(env, settings) == []
    alone = replace(env, application_database=env.owner_database)
    assert said(alone, settings) == ["relations.W002"]
    assert checks.rights(app_configs=None, databases=None) == []
    assert [message.id for message in checks.own_role(None)] == ["relations.W001"]
    settings.ENV = env
    assert checks.own_role(None) == []


@pytest.mark.django_db(transaction=True)
def test_a_role_of_its_own_is_well(settings):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE of_checks; SET ROLE of_checks")
        try:
            alone = replace(settings.ENV, application_database=settings.ENV.owner_database)
            assert said(alone, settings) == []
        finally:
            cursor.execute("RESET ROLE; DROP ROLE of_checks")
