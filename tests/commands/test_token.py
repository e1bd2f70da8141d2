"""`token create`, `list` and `revoke` from the operator's shell."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.actions import token
from recommendations.models import Event, Token

pytestmark = pytest.mark.django_db


def run(*words, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("token", *words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_create_prints_a_key_that_opens(carol):
    out, err = run("create", "--email", carol.email.upper(), "--scope", "write", "--name", "export")
    made = Token.objects.get()
    assert token.used(out.strip(), now=made.created_at) == made
    assert (made.person, made.scope, made.name) == (carol, "write", "export")
    assert "not shown again" in err
    assert Event.objects.get().verb == "issued"


def test_create_as_json(dave):
    out, err = run("create", "--email", dave.email, "--format", "json")
    said = json.loads(out)
    assert said["key"].startswith(said["prefix"])
    assert (said["email"], said["scope"], said["revoked_at"], err) == (dave.email, "read", None, "")


def test_create_expires_at_the_end_of_the_day(dave):
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=3)
    run("create", "--email", dave.email, "--expires", day.isoformat())
    assert Token.objects.get().expires_at == dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "--email", "nobody@example.org"), "nobody@example.org"),
        (("create", "--email", "dave@example.org", "--scope", "write"), "read only"),
        (("create", "--email", "dave@example.org", "--expires", "2019-01-01"), "within a year"),
        (("create", "--email", "dave@example.org", "--expires", "soon"), "“soon” is not a date"),
        (("create", "--email", "dave@example.org", "--name", ""), "fill it in"),
        (("create", "--email", "dave@example.org", "--scope", "all"), "scope"),
        (("create",), "--email"),
        (("list", "--email", "nobody@example.org"), "nobody@example.org"),
        (("revoke", "rel_nothing"), "no such token"),
        (("revoke", "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"), "no such token"),
        ((), "create|list|revoke"),
    ],
)
def test_refusals_say_why(dave, words, said):
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert said in str(refused.value)
    assert not Token.objects.exists()


def test_list_and_revoke(carol, dave):
    key = run("create", "--email", carol.email)[0].strip()
    run("create", "--email", dave.email, "--name", "other")
    mine = run("list", "--email", carol.email)[0]
    assert key not in mine
    assert key[:10] in mine
    assert len(run("list")[0].splitlines()) == 2
    assert "revoked" in run("revoke", key[:10])[0]
    made = Token.objects.get(name="manage.py")
    again = json.loads(run("revoke", str(made.uuid), "--format", "json")[0])
    assert again["revoked_at"]
    assert token.used(key, now=made.created_at) is None
    assert [json.loads(line)["name"] for line in run("list", "--format", "json")[0].splitlines()] == ["manage.py", "other"]  # fmt: skip
    assert Event.objects.filter(verb="revoked").count() == 1
