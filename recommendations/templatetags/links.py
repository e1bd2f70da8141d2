"""What became of a cited link, in as many words as the reader may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from recommendations.models.person import role_of
from recommendations.rules import access, capture

if TYPE_CHECKING:
    from recommendations.models import Evidence

register = template.Library()


@register.simple_tag(takes_context=True)
def link_state(context: dict[str, Any], piece: Evidence) -> str:
    """Say what came of reading a link the last time; strangers hear it in a word."""
    user = getattr(context.get("request"), "user", None)
    return capture.label(piece.outcome, in_full=access.may_read_internal(role_of(user)))
