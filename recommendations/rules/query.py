"""A selection as the query of an address: how it is kept under a name, and read again."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Invalid, Problem
from recommendations.rules.selection import Selection, parse

LONGEST: Final = 2000
ALIKE: Final = {
    "owner_me": "owner",
    "follower_me": "follower",
}  # members of a selection that have another name in addresses


def asked(wanted: Selection) -> list[tuple[str, str]]:
    """Return a selection as parameters of an address, the defaults left out."""
    pairs = []
    for member in fields(Selection):
        value = getattr(wanted, member.name)
        if value != (wanted.usual_ordering if member.name == "ordering" else member.default):
            name = ALIKE.get(member.name, member.name)
            pairs += [(name, one) for one in (map(str, value) if isinstance(value, tuple) else [_plain(name, value)])]
    return pairs


def read(query: str) -> Selection:
    """Return what a query selects; a question mark before it is no mistake. Empty ones ask nothing.

    Raises `Invalid`, naming the field `query`.
    """
    if len(query) > LONGEST:
        text = _("The filters have %(length)s characters; at most %(longest)s are possible.")
        raise Invalid(Problem("too_long", text % {"length": len(query), "longest": LONGEST}, "query"))
    try:
        return parse(parse_qs(query.removeprefix("?"), max_num_fields=200, errors="strict"), blank_ok=True)
    except Invalid as refused:
        raise Invalid(*[Problem("bad_query", one.detail, "query") for one in refused.problems]) from None
    except ValueError:
        text = _("These are no filters; copy what stands after the question mark in the address of a list.")
        raise Invalid(Problem("bad_query", text, "query")) from None


def canonical(query: str) -> str:
    """Return the one way to write what a query selects. Raises `Invalid`."""
    return urlencode(asked(read(query)))


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "me" if name in ALIKE.values() else str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
