"""Texts in which something was found: the marks that the database puts around it, and HTML made of them."""

from __future__ import annotations

from html import escape
from typing import Final

# Characters of Unicode's private use that no text of the register needs, and XML may hold.
BEGIN: Final = "\ue000"
END: Final = "\ue001"


def as_html(text: str) -> str:
    """Return a text safe for HTML, with <mark> around what was found."""
    return escape(text).replace(BEGIN, "<mark>").replace(END, "</mark>")
