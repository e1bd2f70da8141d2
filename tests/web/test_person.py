"""One's own account."""

import pytest

from recommendations.models import Event
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
SAID = {"name": "Alicia", "language": "ru", "time_zone": "Europe/Minsk"}


def test_account_asks_to_sign_in(client):
    assert client.get("/account/").url == "/account/login/?next=/account/"


def test_account_is_everybodys_own(client, people):
    for someone in filter(None, people.values()):
        client.force_login(someone)
        response = client.get("/account/")
        assert response.status_code == 200
        assert f'value="{someone.name}"' in response.content.decode()
        for way in ("/account/password/change/", "/account/email/", "/account/2fa/", "/account/tokens/"):
            assert f'href="{way}"' in response.content.decode()


def test_account_changes_the_profile_and_nothing_else(client, alice, ministry):
    client.force_login(alice)
    response = client.post("/account/", {**SAID, "role": "administrator", "email": "x@example.org"})
    assert (response.status_code, response.url) == (302, "/account/")
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == ("Alicia", "ru", "Europe/Minsk")
    assert (alice.role, alice.email, alice.organization) == ("contributor", "alice@example.org", ministry)
    assert Event.objects.get().verb == "amended"
    assert client.get("/account/").context["request"].LANGUAGE_CODE == "ru"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 151}, "name"),
        ({"name": "a\x08"}, "name"),
        ({"language": "de"}, "language"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_account_says_what_is_wrong_and_where(client, alice, changed, field):
    client.force_login(alice)
    response = client.post("/account/", {**SAID, **changed})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert "Nothing was saved yet" in text_of(response)
    alice.refresh_from_db()
    assert alice.name == "Alice"
