"""Keys for programs."""

import datetime as dt
import uuid

import pytest

from recommendations.actions import token
from recommendations.models import Event, Token
from recommendations.rules.errors import Forbidden, Invalid, Missing
from tests.factories import NOW, PersonFactory

pytestmark = pytest.mark.django_db


def test_issue_shows_the_key_once_and_keeps_its_hash(dave):
    made, key = token.issue(" laptop ", scope="read", actor=dave, now=NOW)
    assert key.startswith("rel_")
    assert len(key) == 47
    assert (made.name, made.sha256, key not in str(vars(made))) == ("laptop", token.fingerprint(key), True)
    assert str(made) == f"{key[:10]}… (laptop)"
    assert made.expires_at == NOW + token.USUAL
    assert Token.objects.usable(NOW).get() == made
    assert key not in str(Event.objects.get().after)


def test_issue_refusals(dave, alice):
    with pytest.raises(Forbidden) as refused:
        token.issue("x", scope="write", actor=dave, now=NOW)
    assert refused.value.codes == ["read_only"]
    for name, scope, expires, field in (
        ("", "read", None, "name"),
        ("x", "all", None, "scope"),
        ("x", "write", NOW, "expires_at"),
        ("x", "write", NOW + dt.timedelta(days=367), "expires_at"),
    ):
        with pytest.raises(Invalid) as wrong:
            token.issue(name, scope=scope, actor=alice, now=NOW, expires_at=expires)
        assert [p.field for p in wrong.value.problems] == [field]
    assert not Token.objects.exists()


def test_revoke_closes_it_once(dave, erin):
    made, _key = token.issue("x", scope="read", actor=dave, now=NOW)
    assert token.revoke(made.uuid, actor=dave, now=NOW).revoked_at == NOW
    assert token.revoke(made.uuid, actor=erin, now=NOW + dt.timedelta(days=1)).revoked_at == NOW
    assert not Token.objects.usable(NOW).exists()
    assert Event.objects.filter(verb="revoked").count() == 1


def test_revoke_of_others_is_missing_but_for_administrators(dave, carol, erin):
    made, _key = token.issue("x", scope="read", actor=dave, now=NOW)
    for uid in (made.uuid, uuid.uuid4()):
        with pytest.raises(Missing):
            token.revoke(uid, actor=carol, now=NOW)
    assert token.revoke(made.uuid, actor=erin, now=NOW).revoked_at


def test_tokens_of_the_deactivated_and_the_expired_open_nothing(dave):
    token.issue("x", scope="read", actor=dave, now=NOW)
    assert not Token.objects.usable(NOW + token.USUAL).exists()
    dave.is_active = False
    dave.save()
    assert not Token.objects.usable(NOW).exists()
    assert PersonFactory().tokens.count() == 0
