"""The text part of a digest: the same in the same order as the HTML part, in lines of at most 72 characters but addresses."""

from __future__ import annotations

from functools import partial
from textwrap import TextWrapper
from typing import TYPE_CHECKING, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommendations.digests.duty import Duty
    from recommendations.digests.figures import Figures
    from recommendations.digests.links import Way
    from recommendations.digests.personal import Word
    from recommendations.digests.story import Line, Story

WIDTH: Final = 72
RULE: Final = "-" * WIDTH
END: Final = "-- "  # with its blank: mail programs know by it where the text ends and the foot begins
_INDENT: Final = "    "

_lines = partial(TextWrapper, WIDTH, break_long_words=False, break_on_hyphens=False)
_HEAD: Final = _lines(subsequent_indent=_INDENT)
_BODY: Final = _lines(initial_indent=_INDENT, subsequent_indent=_INDENT)
_POINT: Final = _lines(initial_indent=f"{_INDENT}- ", subsequent_indent=f"{_INDENT}  ")
_QUOTE: Final = _lines(initial_indent=_INDENT * 2, subsequent_indent=_INDENT * 2)


def wrapped(text: str) -> str:
    """Return a paragraph of its own."""
    return _lines().fill(text)


def folded(text: str) -> str:
    """Return a text with its long lines wrapped; what is one word stays one, as an address does."""
    return "\n".join(wrapped(line) if len(line) > WIDTH else line for line in text.split("\n"))


def duty(item: Duty) -> str:
    """Return an item as it stands."""
    status = _("%(status)s (self-reported).") if item.is_self_reported else "%(status)s."
    facts = " ".join(part for part in (status % {"status": item.status.label}, item.promise, item.looked) if part)
    lines = [_heading(item.reference, item.title), _BODY.fill(facts)]
    lines += [_POINT.fill(said) for said in (*(text for text, _is_late in item.dates), *item.lacks)]
    if item.step:
        lines.append(_BODY.fill(_("Announced as the next step: “%(step)s”") % {"step": item.step}))
    lines.append(_link(_("Update the status:"), item.answer_url) if item.answer_url else f"{_INDENT}{item.url}")
    return "\n".join(lines)


def ways(answers: Iterable[Way]) -> str:
    """Return one's own ways to answer, below an item."""
    return "".join(f"\n{_link(f'{way.label}:', way.url)}" for way in answers)


def story(item: Story) -> str:
    """Return what was done with an item."""
    lines = [_heading(item.reference, item.title), _BODY.fill(item.place)]
    for line in item.lines:
        lines.append(_POINT.fill(_said(line)))
        if line.note:
            lines.append(_QUOTE.fill(_("“%(note)s”") % {"note": line.note}))
    return "\n".join([*lines, f"{_INDENT}{item.url}"])


def notice(word: Word) -> str:
    """Return one thing that somebody is told."""
    head = [_heading(word.reference, word.title)] if word.reference else []
    said = f"{word.sentence}."
    lines = [*head, _BODY.fill(said)] if head else [_HEAD.fill(said)]
    lines += [_BODY.fill(word.note)] if word.note else []
    when = date_format(localtime(word.at), "j E Y, H:i")
    return "\n".join([*lines, _BODY.fill(when), f"{_INDENT}{word.url}"])


def chart(figures: Figures) -> str:
    """Return how many stand where: both ratings side by side, numbers below each other."""
    names = [row.mark.label for row in figures.rows]
    left = max(len(name) for name in names)
    heads = [bar.heading for bar in figures.ratings]
    lines = ["  ".join(["".ljust(left), *(head.rjust(len(head)) for head in heads)]).rstrip()]
    for name, row in zip(names, figures.rows, strict=True):
        numbers = (str(bar.count).rjust(len(head)) for bar, head in zip(row.bars, heads, strict=True))
        lines.append("  ".join([name.ljust(left), *numbers]))
    return "\n".join([*lines, "", *(wrapped(rating.share) for rating in figures.ratings)])


def _heading(reference: str, title: str) -> str:
    return _HEAD.fill(f"{reference}  {title}")


def _link(label: str, url: str) -> str:
    """Return a label and an address, on one line where there is room."""
    line = f"{_INDENT}{label} {url}"
    return line if len(line) <= WIDTH else f"{_INDENT}{label}\n{_INDENT}{url}"


def _said(line: Line) -> str:
    step = f"{line.before.label} → {line.after.label}. " if line.before and line.after else ""
    return f"{line.day}: {step}{line.sentence}"
