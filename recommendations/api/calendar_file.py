"""The door for calendar programs: a file of dates behind a secret address. It is no operation of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from recommendations.actions import calendar_address
from recommendations.api import throttling
from recommendations.exchange import calendar

if TYPE_CHECKING:
    from django.http import HttpRequest

HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}


@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the dates that the address' person may see now, or 304. What opens nothing does not exist."""
    count = throttling.count(Request(request))  # a stranger, whoever is signed in: programs are not
    if count is not None and count.is_over:
        return HttpResponse(status=429, headers={**HEADERS, **count.headers()})
    now = timezone.now()
    address = calendar_address.used(secret, now=now)
    if address is None:
        raise Http404
    sheet = calendar.sheet(address, now)
    headers = {**HEADERS, "ETag": f'"{sheet.tag}"'}
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    if {headers["ETag"], "*"} & known:
        return HttpResponseNotModified(headers=headers)
    headers["Content-Disposition"] = 'inline; filename="relations.ics"'
    return HttpResponse(sheet.file(), content_type="text/calendar; charset=utf-8", headers=headers)
