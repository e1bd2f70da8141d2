"""Markdown that people type, as HTML that may stand on a page: parsed without HTML, then held to a short list of tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from recommendations.texts import mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.rules_core import StateCore

SCHEMES: Final = frozenset({"http", "https", "mailto"})
_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "span", "strong", "ul"}
)
_SCHEME: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
# Embeddings, overrides and isolates: they can make a text read otherwise than it is written, and run into the next one.
_BIDI: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def rendered(text: str, *, names: Iterable[str] = ()) -> str:
    """Return safe HTML. `names` are shown as mentioned where they stand after an @.

    No HTML, no images, no headings (they become bold paragraphs); links to http, https and mailto only.
    """
    made: str = _PARSER.render(text.translate(_BIDI), {"names": tuple(names)})
    return nh3.clean(
        made,
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        allowed_classes={"span": {"mention"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="nofollow noreferrer ugc",
    )


def _plain_headings(state: StateCore) -> None:
    """Turn headings into bold paragraphs: a remark does not change the outline of the page that it stands on."""
    for before, token in zip([None, *state.tokens], state.tokens, strict=False):
        if before is not None and before.type == "heading_open" and token.children is not None:
            token.children = [Token("strong_open", "strong", 1), *token.children, Token("strong_close", "strong", -1)]
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"


def _mark_mentions(state: StateCore) -> None:
    names = state.env["names"]
    for block in state.tokens if names else ():
        if block.children:
            block.children = [made for token in block.children for made in _marked(token, names)]


def _marked(token: Token, names: tuple[str, ...]) -> Iterator[Token]:
    if token.type != "text":
        yield token
        return
    done = 0
    for found in mentions.find(token.content, names):
        yield _text(token.content[done : found.start])
        yield Token("mention_open", "span", 1, attrs={"class": "mention"})
        yield _text(token.content[found.start : found.end])
        yield Token("mention_close", "span", -1)
        done = found.end
    yield _text(token.content[done:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable("image")
    made.validateLink = lambda url: bool(_SCHEME.match(url))  # type: ignore[method-assign]
    made.core.ruler.push("plain_headings", _plain_headings)
    made.core.ruler.push("mentions", _mark_mentions)
    return made


_PARSER: Final = _parser()
