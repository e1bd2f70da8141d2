"""Answering digests in tests: the links of a mail by item and way, and the button of the page behind one."""

import re
from collections import defaultdict
from html import unescape
from urllib.parse import urlsplit


def part(message, kind="plain"):
    """Return one form of a mail that was received."""
    return message.get_body((kind,)).get_content()


def ways(text):
    """Return the paths to answer by, by reference and way, in the order of a mail's text or HTML."""
    found = defaultdict(dict)
    for address in re.findall(r"https?://[^\s\"<>]+/digests/answer/[^\s\"<>]+", unescape(text)):
        path = urlsplit(address).path
        reference, way = re.search(r"\.([A-Z]+-\d+)\.[^/]+/([a-z-]+)/$", path).groups()
        found[reference][way] = path
    return dict(found)


def press(client, path, **typed):
    """Read the page and press its button, with what its form hides."""
    page = client.get(path).content.decode()
    return client.post(path, {"seen": re.search(r'name="seen" value="(\d+)"', page)[1], **typed}, follow=True)


def words_of(answer):
    """Return what a page says in its middle."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)))
