"""What holds for every page, whoever comes: markup, guards, silence about what one may not see, and its weight."""

import gzip
import html
import io
import re
from functools import cache
from pathlib import Path
from posixpath import normpath

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.urls import URLPattern, get_resolver, reverse

from recommendations.actions import source
from recommendations.models import Person
from recommendations.models.person import REGISTER
from recommendations.rules.access import Role, Visibility
from tests.browser.places import OWN, PUBLIC, places
from tests.coming import come
from tests.commands.test_read_source import stand_in
from tests.factories import NOW, RecommendationFactory
from tests.standing import made_once
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

QUOTING = {"digest-preview"}  # what it shows has a title and the neutral line of its own
NEUTRAL = "Listing a proposal is not endorsing it."
FIRST, AGAIN = 150_000, 30_000  # bytes of a page as it is sent: with all its files, and when the browser has those
WHO = {
    "visitor": "",
    "reader": "reader",
    "contributor": "owner",
    "reviewer": "reviewer",
    "steward": "steward",
    "administrator": "administrator",
}


@made_once
def demonstration():
    call_command("load_catalogue", stdout=io.StringIO())
    source.read_in("sutyrin-2019", stand_in(), actor=REGISTER, now=NOW)
    call_command("seed_demo", stdout=io.StringIO())


def sign_in(client, who):
    if who:
        come(client, Person.objects.get(email=f"{who}@demo.example"))


@pytest.mark.parametrize("role", WHO)
def test_every_page_is_as_it_has_to_be(client, demonstration, role):
    sign_in(client, WHO[role])
    wrong = []
    for name, path in {**PUBLIC, **(places(WHO[role]) if WHO[role] else {})}.items():
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        page = text(answer)
        expected = {"missing": 404, "sign-in": 302 if WHO[role] else 200}.get(name, 200)
        wrong += [] if answer.status_code == expected else [f"{path}: {answer.status_code}"]
        if expected != 302:
            wrong += [f"{path}: {fault}" for fault in faults(page) if name not in QUOTING or "h1" not in fault]
            wrong += [f"{path}: neutral line"] if name not in QUOTING and page.count(NEUTRAL) != 1 else []
            wrong += [f"{path}: {fault}" for fault in heavy(client, page, len(answer.content))]
        wrong += [] if "default-src 'none'" in answer["Content-Security-Policy"] else [f"{path}: no policy"]
    assert not wrong, "\n".join(wrong)


def text(answer):
    """Return what an answer says, however it came."""
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.content) if is_packed else answer.content).decode()


def heavy(client, page, weight):
    """Yield whether a page is too heavy, with what it brings along and when it is opened again."""
    files = set(re.findall(r'(?:href|src)="/static/([^"#?]+)', page))
    files |= {found for name in files for found in asked_for(name)}
    styles = [html.unescape(found) for found in re.findall(r'href="(/recommendations/labels.css[^"]*)"', page)]
    whole = weight + sum(map(packed, files)) + sum(len(client.get(style).content) for style in styles)
    if weight > AGAIN or whole > FIRST:
        yield f"weighs {weight} bytes, {whole} with all its files"


@cache
def packed(name):
    return len(gzip.compress(Path(finders.find(name)).read_bytes()))


@cache
def asked_for(name):
    """Return the pictures that a style sheet asks for."""
    said = Path(finders.find(name)).read_text() if name.endswith(".css") else ""
    found = re.findall(r"""url\(["']?([^"')?#]+)""", said)
    return {normpath(Path(name).parent / one) for one in found if not one.startswith("data:")}


def test_what_is_heavy_is_seen(client):
    style = '<link href="/static/recommendations/forms.css">'
    assert [*heavy(client, style, AGAIN)] == []
    assert len([*heavy(client, style, AGAIN + 1)]) == 1
    many = "".join(
        f'<img src="/static/{path}">'
        for finder in get_finders()
        for path, _at in finder.list([])
        if path.endswith(".js")
    )
    assert len([*heavy(client, many, AGAIN)]) == 1
    assert asked_for("recommendations/forms.css") >= {"recommendations/icons/search.svg"}


def test_every_page_speaks_russian(client, demonstration):
    sign_in(client, "owner")
    Person.objects.filter(email="owner@demo.example").update(language="ru")
    for path in [*PUBLIC.values(), *OWN["owner"].values()]:
        page = client.get(path).content.decode()
        if "<html" in page:
            assert '<html lang="ru">' in page, path
            assert faults(page) == [], path


def test_pages_for_everybody_set_no_cookie_and_may_be_cached(client, demonstration):
    for path in PUBLIC.values():
        if not path.startswith("/account/"):
            answer = client.get(path)
            assert not answer.cookies, path
            assert answer["Cache-Control"] == "no-cache", path


def patterns(found=None, before=""):
    """Return every address of the app that names a recommendation, as a format with `{}` for the reference."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            if "<str:reference>" in route and "<" not in route.replace("<str:reference>", ""):
                yield "/" + route.replace("<str:reference>", "{}")
        elif not route.startswith(("admin", "api", "account", "health")):
            yield from patterns(one.url_patterns, route)


def test_what_strangers_may_not_see_is_as_missing_as_what_does_not_exist(client, people):
    RecommendationFactory(reference="T-901", visibility=Visibility.INTERNAL)
    addresses = sorted(set(patterns()))
    assert len(addresses) > 3
    for address in addresses:
        for call in (client.get, client.post):
            answers = [call(address.format(reference)) for reference in ("T-901", "T-902")]
            pages = [answer.content.decode().replace("T-901", "T-902") for answer in answers]
            assert answers[0].status_code == answers[1].status_code, address
            assert uncovered(pages[0]) == uncovered(pages[1]), address


def uncovered(page):
    """Return a page without what differs at each visit."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_every_role_is_looked_at():
    assert set(WHO) == {role.value for role in Role}
    assert reverse("account_login") in PUBLIC.values()
