"""Pages for administrators: the mail that was kept as files because no mail server is configured."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.models.person import role_of
from recommendations.rules import access
from relations import outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

PAGE = 50
SHOWN = ("Subject", "From", "To", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")


def _for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def door(request: HttpRequest, **named: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not access.may_administer(role_of(request.user)):
            raise Http404
        return view(request, **named)

    return require_safe(door)


def _kept_or_404(name: str) -> outbox.Kept:
    if kept := outbox.read(name):
        return kept
    raise Http404


@_for_administrators
def messages(request: HttpRequest) -> HttpResponse:
    """List what was kept, newest first, a page at a time."""
    before = request.GET.get("before", "")
    names = [name for name in outbox.names() if not before or name < before]
    page = [kept for name in names[:PAGE] if (kept := outbox.read(name))]
    older = names[PAGE - 1] if len(names) > PAGE else ""
    return render(request, "outbox/list.html", {"messages_kept": page, "older": older, "is_kept": outbox.is_in_use()})


@_for_administrators
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one message: headers and text."""
    kept = _kept_or_404(name)
    headers = [(header, str(kept.message[header])) for header in SHOWN if kept.message[header]]
    return render(request, "outbox/message.html", {"kept": kept, "headers": headers})


@_for_administrators
def html(request: HttpRequest, name: str) -> HttpResponse:
    """Hand the HTML part out as a file: what others wrote is never a page of ours."""
    kept = _kept_or_404(name)
    if not kept.html:
        raise Http404
    return HttpResponse(
        kept.html,
        content_type="text/html; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{kept.name}.html"',
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
        },
    )
