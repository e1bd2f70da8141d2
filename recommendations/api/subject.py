"""The recommendation that an address leads through: found and visible, or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from recommendations.models import Recommendation
from recommendations.models.person import role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from recommendations.models import Person


def item_of(reference: str, reader: Person | None) -> Recommendation:
    """Return the item with only the columns that its parts need. Raises `Http404`."""
    found = Recommendation.objects.visible_to(reader).only("id", "reference", "version").filter(reference=reference)
    item: Recommendation = first_or_404(found)
    return item


def first_or_404(rows: QuerySet[Model, Any]) -> Any:
    """Return the only row. Raises `Http404`."""
    row = rows.first() if rows.ordered else rows.order_by("pk").first()
    if row is None:
        raise Http404
    return row


def visible(rows: QuerySet[Any, Any], reader: Person | None) -> QuerySet[Any, Any]:
    """Keep the parts of recommendations that the reader may know of."""
    return rows.filter(recommendation__in=Recommendation.objects.visible_to(reader))


def may_see_names(reader: Person | None) -> bool:
    """Tell whether the reader sees who wrote what: those who sign in do, strangers do not."""
    return access.may_read_internal(role_of(reader))
