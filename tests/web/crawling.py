"""Walks through the register as a reader does, along links and along forms that only ask, and keeps what was found where."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from tests.web.markup import VOID

TYPED = {"text", "search", "hidden", "date", "number", "email", "url", "tel", "time"}
PASSED_ON = {"_changelist_filters"}  # of the administration, which a page does not look at
LEADING = ("href", "src", "hx-get", "data-search")


class Growing(HTMLParser):
    """Makes a tree of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tree, self.open = ET.TreeBuilder(), []

    def handle_starttag(self, tag, attrs):
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        self.open.append(tag)
        if tag in VOID:
            self.handle_endtag(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                self.tree.end(last)
            self.tree.end(tag)

    def handle_data(self, data):
        if self.open:
            self.tree.data(data)


def tree(text):
    growing = Growing()
    growing.feed(text)
    growing.close()
    for tag in [*growing.open]:
        growing.handle_endtag(tag)
    return growing.tree.close()


def name(element):
    """Return what a reader hears of a link."""
    said = [one.get("aria-label") or one.get("alt") or "" for one in element.iter()]
    return " ".join(" ".join([*said, *element.itertext()]).split())


@dataclass(frozen=True)
class Link:
    """Where something leads, from which page, and by which words."""

    address: str
    page: str
    words: str = ""

    def __str__(self):
        return f"{self.address} “{self.words}” on {self.page}"

    @property
    def view(self):
        """The name of the page that answers."""
        path = unquote(urlsplit(self.address).path)
        try:
            return resolve(path).view_name or path
        except Resolver404:
            return path

    @property
    def patterns(self):
        """The page that answers with each name of what it is asked: few, where their combinations are without number."""
        asked = {key for key, _value in parse_qsl(urlsplit(self.address).query, keep_blank_values=True)}
        return {(self.view, key) for key in asked - PASSED_ON} or {(self.view, "")}


@dataclass
class Page:
    """What was answered at an address."""

    link: Link
    answer: HttpResponse
    text: str
    root: ET.Element | None = None
    links: list[Link] = field(default_factory=list)

    @property
    def ids(self):
        return {one.get("id") for one in self.root.iter()} if self.root is not None else set()

    @property
    def title(self):
        return " ".join("".join(self.root.find("head/title").itertext()).split())


def leads(root, address):
    """Return every link of a page that is ours, but those that end something."""
    said = [(one.get(leading), name(one)) for one in root.iter() for leading in LEADING if one.get(leading) is not None]
    said += [(part.split()[0], "") for one in root.iter() for part in one.get("srcset", "").split(",") if part.strip()]
    said += [(asked, name(form)) for form in root.iter("form") if (asked := asking(root, form, address))]
    for where, words in said:
        whole = urljoin(address, where)
        if not urlsplit(whole).scheme and whole.partition("#")[0]:
            yield Link(whole, address, words[:60])


def asking(root, form, address):
    """Return what a form that only asks leads to as it stands; "" for others, and where something has to be filled in first."""
    if form.get("method", "get").lower() != "get":
        return ""
    named = form.get("id") or "-"
    inside = [*form.iter(), *(one for one in root.iter() if one.get("form") == named)]
    inside = [one for one in inside if one.get("form", named) == named]
    said = [pair for one in inside for pair in filled(one)]
    said += [("reference", one.get("value")) for one in inside if one.get("name") == "reference"][
        :1
    ]  # somebody ticks one
    pressed = [
        one for one in inside if one.tag == "button" and one.get("type", "submit") == "submit" and one.get("name")
    ]
    if None in said:
        return ""
    said += [(one.get("name"), one.get("value", "")) for one in pressed[:1]]
    return f"{urljoin(address, form.get('action', address)).partition('?')[0]}?{urlencode(said)}"


def filled(control):
    """Yield what a control of a form says as it stands: pairs of names and values; None where the browser asks for more."""
    if not control.get("name") or control.get("disabled") is not None:
        return
    values = []
    if control.tag == "select":
        options = [*control.iter("option")]
        chosen = [one for one in options if one.get("selected") is not None]
        values = [
            one.get("value", "") for one in chosen or ([] if control.get("multiple") is not None else options[:1])
        ]
    elif control.tag == "input" and control.get("type", "text") in TYPED:
        values = [control.get("value", "")]
    elif control.tag == "input" and control.get("checked") is not None:
        values = [control.get("value", "on")]
    elif control.tag == "textarea":
        values = ["".join(control.itertext())]
    if control.get("required") is not None and not any(values):
        yield None
    yield from ((control.get("name"), value) for value in values)


def crawl(client, *, each, seed, start="/"):
    """Return every page that is reached from `start`, by its address: so many of each pattern, chosen by chance."""
    chance, waiting, gone, pages = Random(seed), [Link(start, "")], Counter(), {}
    while waiting:
        place = chance.randrange(len(waiting))
        waiting[place], waiting[-1] = waiting[-1], waiting[place]
        link = waiting.pop()
        address = link.address.partition("#")[0]
        if address in pages or is_left_out(address) or all(gone[one] >= each for one in link.patterns):
            continue
        gone.update(link.patterns)
        pages[address] = page = visit(client, link)
        waiting += page.links
    return pages


def is_left_out(address):
    return address.startswith((settings.STATIC_URL, "/account/logout/"))


def visit(client, link):
    address = link.address.partition("#")[0]
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    is_text = re.match(r"text/|application/(.+\+)?(json|xml|x-ndjson)", kind)
    page = Page(link, answer, content.decode() if is_text else "")
    if answer.status_code in {301, 302, 303, 307, 308}:
        page.links = [Link(urljoin(address, answer["Location"]), address, "→")]
    elif kind.startswith("text/html"):
        page.root = tree(page.text)
        page.links = [*leads(page.root, address)]
    return page
