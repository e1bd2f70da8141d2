"""What a refused request looks like as a page: what happened, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import render
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Forbidden, Invalid, Missing, Refused, Stale, Unlawful

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_STATUS: Final = {Missing: 404, Forbidden: 403, Stale: 412, Unlawful: 409, Invalid: 400}
_NOT_THERE: Final = _("There is nothing at this address, or it is not yours to see.")


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Show why nothing was changed. What is missing gets the same page as any other address that does not exist."""
    status = next((code for kind, code in _STATUS.items() if isinstance(refused, kind)), 400)
    if status == _STATUS[Missing]:
        return render(request, "404.html", {"detail": _NOT_THERE}, status=status)
    is_lacking = any(problem.code == "required" for problem in refused.problems)
    match = request.resolver_match
    said = {
        "refused": refused,
        "status": status,
        "is_lacking": is_lacking,
        "without": _without(request, {problem.field for problem in refused.problems}),
        "reference": match.kwargs.get("reference") if match and match.url_name != "recommendation" else None,
    }
    return render(request, f"errors/{status}.html", said, status=status)


def _without(request: HttpRequest, fields: set[str]) -> str:
    """Return the address of the page with all that was asked but what was refused; the cursor belongs to the old question."""
    kept = request.GET.copy()
    for name in {*fields, "cursor"}:
        kept.pop(name, None)
    return f"{request.path}{'?' if kept else ''}{kept.urlencode()}"


@sync_only_middleware
class Refusals:
    """Turns what a verb refused, and no form has shown, into a page. The API has its own answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the doors behind this one."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a refusal; leave every other exception alone."""
        return answer(request, exception) if isinstance(exception, Refused) else None
