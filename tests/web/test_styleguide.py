"""The style guide draws every shared partial, in both languages; where DEBUG is off there is no such address."""

import importlib
import re
from pathlib import Path

import pytest
from django.urls import clear_url_caches

from recommendations.web import urls
from recommendations.web.styleguide import page
from relations import urls as doors
from tests.web.markup import faults

pytestmark = pytest.mark.django_db
ADDRESS = "/styleguide/"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ASKED = re.compile(r'include "([^"]+)"')


class Doors:
    """Addresses as they are with DEBUG on."""

    handler404 = doors.handler404
    urlpatterns = [*page.urlpatterns, *doors.urlpatterns]


@pytest.fixture
def shown(settings):
    settings.ROOT_URLCONF = Doors
    clear_url_caches()


def shared():
    """Return the partials that several concepts have in common: those at the top, charts, and what others include."""
    texts = {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}
    elsewhere = {
        name
        for place, text in texts.items()
        for name in ASKED.findall(text)
        if "/" in name and Path(name).parent != Path(place).parent and "styleguide" not in place
        if not name.startswith("mfa/")  # folders that allauth chose
    }
    top = {name for name in texts if name.startswith(("_", "charts/"))}
    return {name for name in (top | elsewhere) & set(texts) if not texts[name].startswith("{% extends")}


def test_without_debug_there_is_no_such_address(client):
    answers = [client.get(address) for address in (ADDRESS, ADDRESS.rstrip("/"), "/nowhere/", "/nowhere")]
    assert {answer.status_code for answer in answers} == {404}
    bodies = {re.sub(r"/(styleguide|nowhere)/?", "", answer.content.decode()) for answer in answers}
    assert len(bodies) == 1


def test_with_debug_there_is(settings):
    settings.DEBUG = True
    assert "styleguide" in {each.name for each in importlib.reload(urls).urlpatterns}
    settings.DEBUG = False
    assert "styleguide" not in {each.name for each in importlib.reload(urls).urlpatterns}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_shared_partial_is_drawn(client, shown, language):
    answer = client.get(ADDRESS, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert shared() - {template.name for template in answer.templates} == set()
    said = answer.content.decode()
    assert f'<html lang="{language}">' in said
    assert all(f"<code>{one.partial}</code>" in said for _c, _h, made in page.GROUPS for one in made())


def test_what_is_drawn_is_well_formed(client, shown):
    assert [fault for fault in faults(client.get(ADDRESS).content.decode()) if not fault.startswith("id ")] == []
