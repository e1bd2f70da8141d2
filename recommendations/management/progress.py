"""A bar on a terminal for what takes long; nothing where nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDTH: Final = 40


def bar(stream: Any) -> Callable[[float], None]:
    """Return what draws the part that is done, from 0 to 1, over itself in one line of the stream."""

    def draw(part: float) -> None:
        if stream.isatty():
            full = round(part * _WIDTH)
            end = "\r" + " " * (_WIDTH + 8) + "\r" if part >= 1 else ""
            stream.write(f"\r[{'#' * full}{' ' * (_WIDTH - full)}] {part:4.0%}{end}", ending="")
            stream.flush()

    return draw
