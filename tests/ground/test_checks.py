"""Version floors."""

import pytest

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
