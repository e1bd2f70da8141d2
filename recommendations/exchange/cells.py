"""Cells of tables that programs for tables open: nothing that somebody typed may be taken for a formula."""

from __future__ import annotations

import re
from typing import Final

# What begins a formula somewhere, with the full-width forms that some programs take for the same.
FORMULA: Final = "'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"  # for PostgreSQL too
_FORMULA: Final = re.compile(FORMULA)


def neutral(text: str) -> str:
    """Return a text with an apostrophe before what a program would run; `restored` takes it away again."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return what `neutral` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
