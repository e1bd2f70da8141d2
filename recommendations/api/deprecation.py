"""What an answer says of an operation that is on its way out: Deprecation (RFC 9745), Sunset (RFC 8594), Link."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.http import http_date

if TYPE_CHECKING:
    from recommendations.api.operation import Operation


def headers(said: Operation | None) -> dict[str, str]:
    """Return the header fields; none for what stays."""
    if said is None or said.deprecated is None:
        return {}
    found = {"Deprecation": f"@{_second(said.deprecated)}"}
    links = [f'<{settings.PUBLIC_URL}/api/v1/docs/>; rel="deprecation"; type="text/html"']
    if said.sunset:
        found["Sunset"] = http_date(_second(said.sunset))
    if said.successor:
        links.append(f'<{settings.PUBLIC_URL}{said.successor}>; rel="successor-version"')
    return {**found, "Link": ", ".join(links)}


def _second(day: dt.date) -> int:
    """Return the beginning of a day in UTC."""
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
