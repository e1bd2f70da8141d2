"""The history of the whole register, latest first, as a page and as a table; and its published heads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F
from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommendations.actions import audit
from recommendations.exchange import export
from recommendations.models import Event, Head, Organization, Source, keyset, past
from recommendations.models.head import published
from recommendations.models.keyset import Order
from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.web import asof, history_filters, stream, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from recommendations.models.event import EventQuerySet

PAGE: Final = 50
HEADS: Final = 7  # on the page; the file has all
LATEST: Final = Order("-recorded_at", "recorded_at", descending=True)
COLUMNS: Final = (
    "recorded_at", "subject", "subject_key", "sequence", "recommendation", "verb", "actor", "before", "after", "hash",
)  # fmt: skip


@require_safe
@asof.dated
def history(request: HttpRequest) -> HttpResponse:
    """Show a page of all events that the reader may see, narrowed by who, what, when and about what."""
    asked = history_filters.read(request)
    events = history_filters.narrowed(Event.objects.visible_to(request.user).for_reading(), asked, request)
    page = keyset.page(events, LATEST, cursor=request.GET.get("cursor") or None, size=PAGE)
    context = {
        "page": page,
        "lines": talk.with_comments(stream.lines(page.rows), request.user, longest=talk.IN_PASSING),
        "asked": asked,
        "query": f"{urlencode(asked)}&" if asked else "",
        "api": _api(asked),
        **_offered(request),
        "heads": list(Head.objects.order_by("-day")[:HEADS]),
        "audit": audit.latest(),
    }
    return render(request, "history/history.html", context)


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Hand the same out as CSV, all of it."""
    asked = history_filters.read(request, others=())
    events = history_filters.narrowed(Event.objects.visible_to(request.user), asked, request)
    return StreamingHttpResponse(
        _lines(events, shows_names=access.may_read_internal(role_of(request.user))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="history.csv"'},
    )


def _offered(request: HttpRequest) -> dict[str, Any]:
    """Return what can be chosen in the filters."""
    role = role_of(request.user)
    verbs, subjects = history_filters.choices(role)
    return {
        "verbs": verbs,
        "subjects": subjects,
        "all_sources": Source.objects.order_by("slug"),
        "all_organizations": Organization.objects.by_name(),
        "shows_names": access.may_read_internal(role),
    }


def _api(asked: dict[str, str]) -> str:
    """Return where a program reads the same; what it cannot be asked for is left out."""
    if "recommendation" in asked:
        return reverse("api_history", args=[asked["recommendation"]])
    query = urlencode({"verb": asked["verb"]}) if "verb" in asked else ""
    return f"{reverse('api_events')}?{query}" if query else reverse("api_events")


def _lines(events: EventQuerySet, *, shows_names: bool) -> Iterator[bytes]:
    rows = events.order_by("recorded_at", "id").values(
        *(name for name in COLUMNS if name not in {"recommendation", "actor"}),
        reference=F("recommendation__reference"),
        name=F("actor__name"),
    )
    with past.reading(None):
        yield from export.table(COLUMNS, (_cells(row, shows_names=shows_names) for row in rows.iterator(export.BATCH)))


def _cells(row: dict[str, Any], *, shows_names: bool) -> list[Any]:
    said = {
        **row,
        "recorded_at": row["recorded_at"].isoformat(),
        "recommendation": row["reference"],
        "actor": row["name"] if shows_names else None,
        **{name: json.dumps(row[name], ensure_ascii=False, sort_keys=True) for name in ("before", "after")},
    }
    return [said[name] for name in COLUMNS]


@require_safe
@cache_control(public=True, max_age=300)
def heads(request: HttpRequest) -> HttpResponse:
    """Answer all published heads, to be saved where the register's operators cannot reach them."""
    return JsonResponse(published(), json_dumps_params={"indent": 1})


urlpatterns = [
    path("history/", history, name="history"),
    path("history/history.csv", table, name="history_table"),
    path("history/heads.json", heads, name="heads"),
]
