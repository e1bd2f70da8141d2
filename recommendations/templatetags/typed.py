"""Words that are typed, not spoken: `like this` in a sentence becomes code."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def typed(sentence: str) -> SafeString:
    """Escape a sentence, and mark up what stands between backticks."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S308 - escaped just before


@register.filter
def steps(address: str) -> SafeString:
    """Escape an address, and let it break after each of its steps."""
    return mark_safe(escape(address).replace("/", "/<wbr>"))  # noqa: S308 - escaped just before
