"""How many notices whoever is signed in has not seen yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from recommendations.models import Notice, Person

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()


@register.simple_tag(takes_context=True)
def unseen_notices(context: Mapping[str, Any]) -> int:
    """Count them, in one statement; 0 for visitors, who are not asked for."""
    person = context.get("user")
    return Notice.objects.filter(person=person).unseen().count() if isinstance(person, Person) else 0
