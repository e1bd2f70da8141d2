"""A shelf: the admin's pages for things that can only be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models.event import Subject

    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class Shelf(ModelAdmin):
    """Nothing can be added, changed or deleted. `subject` and `key` name the chain of history that a thing has."""

    subject: ClassVar[Subject | None] = None
    key: ClassVar[str] = "slug"
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what was, was."""
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write no second history beside the events."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write no second history beside the events."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the events of this thing."""
        thing = self.get_object(request, object_id)
        where = {"subject": str(self.subject), "subject_key": str(getattr(thing, self.key, ""))} if self.subject else {}
        return HttpResponseRedirect(f"{reverse('admin:recommendations_event_changelist')}?{urlencode(where)}")
