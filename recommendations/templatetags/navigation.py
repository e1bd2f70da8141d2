"""The way around: which pages a person is shown at the top, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from recommendations.models.person import role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()

REGISTER: Final = (
    ("overview", _("Overview")),
    ("recommendations", _("Recommendations")),
    ("sources", _("Sources")),
    ("organizations", _("Organizations")),
    ("reports", _("Publications")),
    ("history", _("History")),
)
OWN: Final = (("my", _("My work")), ("digests", _("Digests")), ("account", _("Account")))
KEEPING: Final = (("admin:index", _("Administration")),)


@dataclass(frozen=True, slots=True)
class Way:
    """A page to go to; `is_here` when the reader is on it or below it, `is_page` when exactly on it."""

    label: str | _StrPromise
    address: str
    is_here: bool
    is_page: bool


def _way(name: str, label: str | _StrPromise, path: str) -> Way | None:
    try:
        address = reverse(name)
    except NoReverseMatch:
        return None
    is_page = path == address
    return Way(label, address, is_page or (address != "/" and path.startswith(address)), is_page)


def _ways(named: tuple[tuple[str, _StrPromise], ...], path: str) -> list[Way]:
    return [way for name, label in named if (way := _way(name, label, path))]


@register.simple_tag(takes_context=True)
def register_pages(context: dict[str, Any]) -> list[Way]:
    """Return the pages that everybody is shown."""
    return _ways(REGISTER, _path(context))


@register.simple_tag(takes_context=True)
def own_pages(context: dict[str, Any]) -> list[Way]:
    """Return the pages of whoever is signed in; none for visitors."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return []
    keeping = KEEPING if access.may_keep_register(role_of(user)) else ()
    return _ways(OWN + keeping, _path(context))


@register.simple_tag(takes_context=True)
def printed_address(context: dict[str, Any]) -> str:
    """Return where a page can be read again, to stand on its print; "" for one that is made without a request."""
    request = context.get("request")
    return f"{settings.PUBLIC_URL}{request.get_full_path()}" if request else ""


def _path(context: dict[str, Any]) -> str:
    request = context.get("request")
    return request.path if request else ""
