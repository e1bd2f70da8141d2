"""The figures behind the charts of the overview as tables for programs for tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from recommendations.exchange import export
from recommendations.models import Recommendation
from recommendations.reports import figures, series, shares
from recommendations.rules.lifecycle import DESCENDING
from recommendations.web import asof
from recommendations.web.overview import look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest

    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.reports.figures import Figures, Rating
    from recommendations.reports.shares import Share

    type_of_rows = Iterable[Iterable[Any]]

_STATUSES: Final = (*(status.value for status in DESCENDING), "assessed", "total")
_COUNTED: Final = ("count", "total")


@require_safe
@asof.dated
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the figures of one chart as CSV."""
    found = TABLES.get(name)
    if found is None:
        raise Http404
    columns, make = found
    content = b"".join(export.table(columns, make(request)))
    said = {"Content-Disposition": f'attachment; filename="{name}-{asof.today(request).isoformat()}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=said)


def _themes(request: HttpRequest) -> type_of_rows:
    for theme in figures.by_theme(_items(request)):
        yield from ((theme.slug, theme.name, *_cells(rating)) for rating in theme.ratings)


def _progress(request: HttpRequest) -> type_of_rows:
    for mark in series.over_time(request.user, look(request)).marks:
        yield from ((mark.day.isoformat(), *_cells(rating)) for rating in mark.ratings)


def _cells(rating: Rating) -> Iterator[Any]:
    yield rating.kind.value
    yield from (count for _status, count in rating.row)
    yield from (rating.assessed, rating.total)


def _shares(count: Callable[[Figures], list[Share]]) -> Callable[[HttpRequest], type_of_rows]:
    def rows(request: HttpRequest) -> type_of_rows:
        counted = figures.figures(_items(request), today=asof.today(request))
        return ((*(value.value for value in s.values), s.count, s.total) for s in count(counted))

    return rows


def _items(request: HttpRequest) -> RecommendationQuerySet:
    return Recommendation.objects.visible_to(request.user).standing()


TABLES: Final[dict[str, tuple[tuple[str, ...], Callable[[HttpRequest], type_of_rows]]]] = {
    "progress": (("day", "rating", *_STATUSES), _progress),
    "themes": (("theme", "name", "rating", *_STATUSES), _themes),
    "delivery": (("delivery", *_COUNTED), _shares(shares.delivery)),
    "freshness": (("freshness", *_COUNTED), _shares(shares.freshness)),
    "ratings": (("reported_status", "verified_status", *_COUNTED), _shares(shares.pairs)),
}
urlpatterns = [path("figures/<slug:name>.csv", table, name="figures_table")]
