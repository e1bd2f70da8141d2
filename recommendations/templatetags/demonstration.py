"""That invented people, organizations and statuses are among what is shown: said on every page."""

from __future__ import annotations

from typing import Any

from django import template

from recommendations.models import Organization

register = template.Library()


@register.simple_tag(takes_context=True)
def is_demonstration(context: dict[str, Any]) -> bool:
    """Tell whether `seed_demo` was run here: one look into an index, unless the page knows already.

    Pages of errors are made without a request, and look nowhere.
    """
    if context.get("request") is None:
        return False
    known: bool | None = context.get("has_demonstration")
    return Organization.objects.of_demonstration().exists() if known is None else known
