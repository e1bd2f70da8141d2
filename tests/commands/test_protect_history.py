"""`protect_history`: the application's role gets its rights; whoever owns the tables is told."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_role_is_made_and_told():
    out = io.StringIO()
    for _twice in range(2):
        call_command("protect_history", role="of_protecting", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first == second
    assert re.match("of_protecting may add events, change [0-9]{2} other tables, ", first)
    quiet = io.StringIO()
    call_command("protect_history", role="of_protecting", verbosity=0, stdout=quiet)
    assert quiet.getvalue() == ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('of_protecting', 'recommendations_event', 'UPDATE'),"
            " has_table_privilege('of_protecting', 'recommendations_person', 'UPDATE')"
        )
        assert cursor.fetchone() == (False, True)


def test_the_owner_is_no_role_for_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="owns the tables"):
        call_command("protect_history", role=owner)
