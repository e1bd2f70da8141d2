"""What happened, to look at: events, digests and their deliveries, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from recommendations.admin.reading import Shelf
from recommendations.models import Delivery, Event, Subscription, Token

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Event)
class EventShelf(Shelf):
    """The history: append-only, hash-chained."""

    list_display = ("recorded_at", "subject", "subject_key", "sequence", "verb", "actor", "short_hash")
    list_filter = ("subject", "verb")
    list_select_related = ("actor",)
    search_fields = ("subject_key",)
    ordering = ("-id",)
    exclude = ("recommendation",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Stewards see what the pages show them, administrators everything."""
        return super().get_queryset(request) & Event.objects.visible_to(request.user)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """One chain can be asked for by address: that is where “History” leads."""
        return lookup == "subject_key" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    @admin.display(description="hash")
    def short_hash(self, event: Event) -> str:
        """Show how the hash begins."""
        return event.hash[:12]


@admin.register(Subscription)
class SubscriptionShelf(Shelf):
    """Who wants a digest."""

    list_display = ("person", "cadence", "weekday", "hour", "scope", "language", "paused_at", "ended_at")
    list_filter = ("cadence", "scope")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__email")


@admin.register(Delivery)
class DeliveryShelf(Shelf):
    """Each digest for each period."""

    list_display = ("subscription", "period_start", "state", "attempts", "due_at", "finished_at", "last_error")
    list_filter = ("state",)
    list_select_related = ("subscription__person",)
    search_fields = ("recipient", "message_id")
    ordering = ("-due_at", "-id")
    exclude = ("token", "html")


@admin.register(Token)
class TokenShelf(Shelf):
    """Keys for programs; their hashes are nobody's to see."""

    list_display = ("person", "name", "prefix", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("scope",)
    list_select_related = ("person",)
    search_fields = ("person__name", "person__email", "name", "prefix")
    exclude = ("sha256",)
