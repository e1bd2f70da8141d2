"""Strict YAML: plain mappings, lists and texts, each with the line it stands in; everything else is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 1024 * 1024
_DEEPEST: Final = 12


class Wrong(ValueError):
    """What is wrong with a file: the line (from 1) and a sentence that says what to do."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written, whatever YAML would take it for: `no` is a word and 2019-06 is no sum."""

    line: int
    value: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; its keys are texts and differ."""

    line: int
    items: dict[str, Node]
    key_lines: dict[str, int]


Node = Text | Sequence | Mapping


def parse(content: bytes) -> Node:
    """Read one document; raise `Wrong`. Anchors, aliases and tags are refused: a catalogue has no use for them."""
    if len(content) > LARGEST:
        raise Wrong(1, _("The file is larger than %(limit)d bytes; split it.") % {"limit": LARGEST})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise Wrong(line, _("The file is not UTF-8. Save it again as UTF-8.")) from None
    try:
        events = yaml.parse(text, Loader=yaml.SafeLoader)
        return _document(events)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        detail = _("The file is not valid YAML: %(problem)s. Correct this line (indentation, colons, quotes).")
        raise Wrong(mark.line + 1 if mark else 1, detail % {"problem": wrong.problem or wrong.context}) from None
    except yaml.YAMLError as wrong:
        # Characters that YAML forbids: the reader has no mark, only a position.
        line = text.count("\n", 0, getattr(wrong, "position", 0)) + 1
        raise Wrong(line, _("The file holds a character that YAML does not allow. Remove it.")) from None


def _document(events: Iterator[yaml.Event]) -> Node:
    found: Node | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if found is not None:
                raise Wrong(_line(event), _("The file holds more than one document. Remove the line “---”."))
            found = _node(next(events), events, depth=1)
    if found is None:
        raise Wrong(1, _("The file is empty."))
    return found


def _node(event: yaml.Event, events: Iterator[yaml.Event], *, depth: int) -> Node:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise Wrong(line, _("Anchors (&) and aliases (*) are not allowed. Write the text out, or put it in quotes."))
    if getattr(event, "tag", None):
        raise Wrong(line, _("Tags (!) are not allowed. Remove it, or put the text in quotes."))
    if depth > _DEEPEST:
        raise Wrong(line, _("The file is nested too deeply. Check its indentation."))
    if isinstance(event, yaml.ScalarEvent):
        return Text(line, event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, tuple(_until_end(yaml.SequenceEndEvent, events, depth)))
    return _mapping(line, events, depth)


def _until_end(end: type[yaml.Event], events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, end):
            return
        yield _node(event, events, depth=depth + 1)


def _mapping(line: int, events: Iterator[yaml.Event], depth: int) -> Mapping:
    items: dict[str, Node] = {}
    key_lines: dict[str, int] = {}
    nodes = _until_end(yaml.MappingEndEvent, events, depth)
    for key in nodes:
        value = next(nodes)
        if not isinstance(key, Text):
            raise Wrong(key.line, _("A key must be a word. Check the brackets of this line."))
        if key.value in items:
            detail = _("“%(key)s” stands here a second time (first in line %(first)d). Remove one of them.")
            raise Wrong(key.line, detail % {"key": key.value[:60], "first": key_lines[key.value]})
        items[key.value], key_lines[key.value] = value, key.line
    return Mapping(line, items, key_lines)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1
