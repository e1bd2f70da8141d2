"""Whatever leads somewhere leads to what it says: all pages that a role is led to, from the front page on.

A few of each pattern, chosen by chance: CRAWL=20 takes more of each, SEED=7 others.
"""

import html
import os
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse

from recommendations.models import Person
from recommendations.rules.access import Role
from tests import sample
from tests.browser.places import OWN, places
from tests.web import crawling
from tests.web.markup import faults
from tests.web.test_every_page import WHO, demonstration, sign_in  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

EACH = int(os.environ.get("CRAWL", "1"))
SEED = int(os.environ.get("SEED", "1"))
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SPEAKING_RUSSIAN = {"reader", "reviewer", "steward"}
ONE_PAGE = [{"track", "passage_add"}]  # both begin by choosing words
FOREIGN = ("/admin/", "/digests/preview/")  # whose markup is Django's, or a mail's


@pytest.fixture
def pages(client, demonstration, role, settings):  # noqa: F811 - the fixture
    settings.API_REQUESTS_A_MINUTE = settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = 1_000_000
    language = "ru" if role in SPEAKING_RUSSIAN else "en"
    Person.objects.filter(email=f"{WHO[role]}@demo.example").update(language=language)
    sign_in(client, WHO[role])
    return crawling.crawl(client, each=EACH, seed=SEED)


@pytest.mark.parametrize("role", ["visitor", "administrator"] if sample.SHORT else WHO)
def test_all_ways_lead_somewhere(pages, role):
    wrong = [*broken(pages), *torn(pages), *missing_files(pages), *nameless(pages), *spoken(pages, role)]
    wrong += [*alike(pages), *told(pages, role), *unseen(pages)]
    wrong += [
        f"{where}: {one}" for where, page in shown(pages) if not where.startswith(FOREIGN) for one in faults(page.text)
    ]
    assert len(pages) > 60
    assert not wrong, "\n".join(sorted(wrong))


def shown(pages):
    """Return the pages that people read, by their addresses."""
    return [(where, page) for where, page in pages.items() if page.root is not None]


def broken(pages):
    """Yield links whose page is not there, is refused, or asks to sign in first."""
    for where, page in pages.items():
        moved = page.answer.headers.get("Location", "")
        asks = moved.startswith("/account/login/") and not where.startswith("/account/")
        if page.answer.status_code not in {200, 302} or asks:
            yield f"{page.answer.status_code} {moved}: {page.link}"


def torn(pages):
    """Yield links to places of a page that has no such place."""
    ids = {where: page.ids for where, page in shown(pages)}
    for _where, page in shown(pages):
        for link in page.links:
            where, _sign, place = link.address.partition("#")
            if place and where in ids and place not in ids[where]:
                yield f"no such place: {link}"


def missing_files(pages):
    """Yield static files that are not there, or have no such part."""
    asked = {
        link.address: link for page in pages.values() for link in page.links if link.address.startswith("/static/")
    }
    for address, link in asked.items():
        path, _sign, place = urlsplit(address).path, "#", urlsplit(address).fragment
        found = finders.find(unquote(path.removeprefix("/static/")))
        if not found or (place and f'id="{place}"' not in Path(found).read_text()):
            yield f"no such file: {link}"


def nameless(pages):
    """Yield links that say nothing to who hears them."""
    for where, page in shown(pages):
        links = [one for one in page.root.iter("a") if one.get("href") is not None and not where.startswith(FOREIGN)]
        yield from (f"{where}: a link to {one.get('href')} has no words" for one in links if not crawling.name(one))


def spoken(pages, role):
    """Yield pages that are not in the reader's language."""
    wanted = "ru" if role in SPEAKING_RUSSIAN else "en"
    for where, page in shown(pages):
        if (said := page.root.get("lang")) != wanted and not where.startswith("/digests/"):
            yield f"{where}: speaks {said}, not {wanted}"


def alike(pages):
    """Yield different pages that have the same title; those that change one thing or another may be alike."""
    titled = defaultdict(dict)
    for where, page in shown(pages):
        if not where.startswith(FOREIGN) and page.answer.status_code == 200:
            titled[page.title][urlsplit(where).path] = page.link.view
    for title, found in titled.items():
        if len({*found.values()}) > 1 and {*found.values()} not in ONE_PAGE:
            yield f"all are titled “{title}”: {sorted(found)}"


def told(pages, role):
    """Yield pages that tell a visitor people's names, or anybody but an administrator other people's addresses."""
    own = f"{WHO[role]}@demo.example"
    names = {*Person.objects.values_list("name", flat=True)} if role == Role.VISITOR else set()
    for where, page in pages.items():
        text = html.unescape(page.text)
        said = {*ADDRESS.findall(text)} - {own} if role != Role.ADMINISTRATOR else set()
        yield from (f"{where}: tells {one}" for one in sorted(said | {name for name in names if name in text}))


def unseen(pages):
    """Yield pages of ours that no browser looks at (tests/browser/test_pages.py)."""
    known = {crawling.Link(path, "").view for who in ("", *OWN) for path in places(who).values()}
    views = {page.link.view: where for where, page in shown(pages) if not where.startswith(FOREIGN)}
    yield from (f"no browser looks at {view}: {where}" for view, where in views.items() if view not in known)


GOOD = '<html lang="en"><head><title>{}</title></head><body><h1 id="top">Fair</h1>{}</body></html>'
WRONG = {
    "leads nowhere": (broken, '<a href="/recommendations/RB-99/">Fair</a>'),
    "is refused": (broken, '<a href="/my/">Mine</a>'),
    "no such form": (broken, '<form action="/nowhere/"><input name="q" value=""></form>'),
    "no such place": (torn, '<a href="#nowhere">Fair</a>'),
    "no such file": (missing_files, '<img src="/static/recommendations/nothing.svg" alt="">'),
    "no such part of a file": (missing_files, '<use href="/static/recommendations/marks.svg#nothing"></use>'),
    "no words": (nameless, '<a href="#top"><svg></svg></a>'),
    "a name": (told, "<p>Demonstration: owner in education</p>"),
    "an address": (told, "<p>owner&#64;demo.example</p>"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_seen(client, demonstration, what):  # noqa: F811 - the fixture
    check, content = WRONG[what]
    page = stands("/", GOOD.format("Overview", content))
    pages = {"/": page, **{link.address: crawling.visit(client, link) for link in page.links if check is broken}}
    said = [*(check(pages, Role.VISITOR) if check is told else check(pages))]
    assert len(said) == 1, said


def test_what_is_wrong_with_titles_and_languages_is_seen(demonstration):  # noqa: F811 - the fixture
    pages = {where: stands(where, GOOD.format("Fair", "")) for where in ("/", "/robots.txt")}
    assert len([*alike(pages)]) == 1
    assert len([*spoken(pages, "steward")]) == 2
    assert [*spoken(pages, "visitor")] == []
    assert len([*unseen(pages)]) == 1


def stands(where, text):
    root = crawling.tree(text)
    page = crawling.Page(crawling.Link(where, ""), HttpResponse(), text, root)
    page.links = [*crawling.leads(root, where)]
    return page
