"""Templates of mails, and styles for mail programs that know no style sheets: a class becomes an attribute, once computed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import css_inline
from django.template.loader import get_template

import recommendations

if TYPE_CHECKING:
    from re import Match

CSS: Final = (Path(recommendations.__file__).parent / "static" / "recommendations" / "mail.css").read_text("utf-8")
# What cannot be in an attribute stays in the head: rules for narrow and for dark windows. They are at the end of the file.
AT_RULES: Final = "\n".join(line.strip() for line in CSS[CSS.index("@media") :].splitlines())
_CLASS: Final = re.compile(r' class="([^"]*)"')  # nobody's text has this: its quotation marks are escaped
_STYLE: Final = re.compile(r' style="([^"]*)"')
_INLINER: Final = css_inline.CSSInliner(extra_css=CSS, load_remote_stylesheets=False)


def inlined(html: str) -> str:
    """Return HTML of ours with a style attribute for each class. All selectors are of classes, so that tags do not matter."""
    return _CLASS.sub(_styled, html)


def _styled(found: Match[str]) -> str:
    return _attributes(found[1])


@cache
def template(name: str) -> Any:
    """Return a template of a mail; it is read once."""
    return get_template(f"mail/{name}")


@cache
def _attributes(classes: str) -> str:
    style = _STYLE.search(_INLINER.inline(f'<div class="{classes}"></div>'))
    return f' class="{classes}"{style[0] if style else ""}'
