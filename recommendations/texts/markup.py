"""HTML to plain text: block elements become paragraphs, what is no part of the document is dropped."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCK_NAMES: Final = """
    address article blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form
    header hgroup hr html li main menu ol p pre search section summary table tbody td tfoot th thead tr ul
"""
_DROPPED_NAMES: Final = """
    aside audio button canvas datalist head iframe math nav noscript object script select style svg template textarea
    title video
"""
_BLOCKS: Final = _HEADINGS | frozenset(_BLOCK_NAMES.split())
_DROPPED: Final = frozenset(_DROPPED_NAMES.split())
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff\x00]")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_AROUND_BREAKS: Final = re.compile(r" ?\n\s*")


# Comments and declarations go first: the parser stumbles over broken ones, and reads unclosed ones again and again.
_NO_CONTENT: Final = re.compile(
    r"<!--.*?(?:--!?>|\Z)|<!(?!--|doctype)[^>]*(?:>|\Z)|<\?[^>]*(?:>|\Z)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Page:
    """Paragraphs joined by blank lines; ``headings`` holds the offsets at which a heading begins."""

    text: str
    headings: frozenset[int]


class _Blocks(HTMLParser):
    """Collects the blocks of a page as (text, whether it is a heading)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, bool]] = []
        self._pieces: list[str] = []
        self._dropped: list[str] = []
        self._heading = False
        self._preformatted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED or self._dropped:
            # Inside what is dropped only the same name counts, so that an element left open there ends with it.
            if not self._dropped or self._dropped[-1] == tag:
                self._dropped.append(tag)
        elif tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self.end_block()
            self._heading = tag in _HEADINGS
            self._preformatted = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if self._dropped[-1] == tag:
                self._dropped.pop()
        elif tag in _BLOCKS:
            self.end_block()
            self._heading = self._preformatted = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            # Line ends of the page's source are only spaces; those that show come from <br> and <pre>.
            self._pieces.append(data if self._preformatted else data.replace("\n", " "))

    def end_block(self) -> None:
        text = _INVISIBLE.sub("", "".join(self._pieces))
        text = _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()
        if text:
            self.blocks.append((text, self._heading))
        self._pieces.clear()


def extract(page: str) -> Page:
    """Read ``page`` as a browser would show it, however broken it is."""
    page = _NO_CONTENT.sub("", page)
    # What follows the last ">" cannot hold a tag.
    tags_end = page.rfind(">") + 1
    parser = _Blocks()
    parser.feed(page[:tags_end] + page[tags_end:].replace("<", "&lt;"))
    parser.close()
    parser.end_block()
    headings, at = set(), 0
    for text, is_heading in parser.blocks:
        if is_heading:
            headings.add(at)
        at += len(text) + 2
    return Page("\n\n".join(text for text, _ in parser.blocks), frozenset(headings))
