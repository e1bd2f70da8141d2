"""The way to get something by mail: for visitors the public register, for those who sign in their own digests."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()

_SCOPES: Final = {"theme": "theme", "source": "source", "organization": "organization", "lead": "organization"}


@register.simple_tag(takes_context=True)
def by_mail(context: dict[str, Any], scope: str = "", slug: str = "") -> str:
    """Return the address where one subscribes, with what it is about; "" where visitors cannot."""
    user = getattr(context.get("request"), "user", None)
    if user is not None and user.is_authenticated:
        return reverse("digests")
    about = f"?{urlencode({'about': f'{scope}:{slug}'}, safe=':')}" if slug else ""
    return reverse("visitor_subscribe") + about if settings.PUBLIC_SITE else ""


@register.simple_tag(takes_context=True)
def list_by_mail(context: dict[str, Any]) -> str:
    """Return the same for a list: about the one theme, source or organization that it is narrowed to, or everything."""
    for name, scope in _SCOPES.items():
        asked = context["request"].GET.getlist(name)
        if len(asked) == 1 and asked[0] and "," not in asked[0]:
            return str(by_mail(context, scope, asked[0]))
    return str(by_mail(context))
