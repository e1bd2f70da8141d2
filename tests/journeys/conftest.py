"""The mail server of these tests; people who go through the register with its demonstration, each journey in several ways."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from recommendations.management.commands.seed_demo import AT
from recommendations.models import Person
from tests.browser.windows import register  # noqa: F401 - a fixture
from tests.browsing import is_complaint
from tests.digests.conftest import post  # noqa: F401 - a fixture
from tests.journeys.walker import BY, Walker
from tests.journeys.ways import SCREENS, to_go

LOCALES = {"en": "en-GB", "ru": "ru-RU"}


def pytest_generate_tests(metafunc):
    if "way" in metafunc.fixturenames:
        ways = to_go(metafunc.function.__name__)
        wanted = getattr(metafunc.function, "wanted", bool)
        metafunc.parametrize("way", [one for one in ways if wanted(one)], ids=str)


@pytest.fixture
def walk(browser, register, way) -> Callable[..., Walker]:  # noqa: F811
    """Let somebody come: `walk(who)`, by the name of a demonstration person, or a visitor; each in a browser of their own."""
    Person.objects.filter(email__endswith=AT).update(language=way.language)
    contexts, complaints = [], []

    def come(who: str = "") -> Walker:
        width, height = SCREENS[way.screen]
        context = browser.new_context(
            base_url=register,
            viewport={"width": width, "height": height},
            locale=LOCALES[way.language],
            has_touch=way.screen == "phone",
            java_script_enabled=way.has_scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        if who:
            context.add_cookies([{**cookie_of(Person.objects.get(email=who + AT)), "url": register}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said.text) else None)
        page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        return BY[way.hands](page, way)

    yield come
    for context in contexts:
        context.close()
    assert not complaints, complaints


def cookie_of(person: Person) -> dict[str, str]:
    """Return what a browser keeps of who is signed in."""
    cache.clear()
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}
