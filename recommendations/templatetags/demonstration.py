"""That invented people, organizations and statuses are among what is shown: said on every page."""

from __future__ import annotations

from django import template

from recommendations.models import Organization

register = template.Library()

PREFIX = "demo-"  # of the short names of all organizations that `seed_demo` makes


@register.simple_tag
def has_demonstration() -> bool:
    """Tell whether `seed_demo` was run here: one look into an index."""
    return Organization.objects.filter(slug__startswith=PREFIX).exists()
