"""A shelf: the admin's pages for things that can only be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

from recommendations.models import Person
from recommendations.models.event import Subject
from recommendations.models.person import role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Field
    from django.http import HttpRequest, HttpResponse

    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


def _name_of(field: Field[Any, Any]) -> Callable[[Any], str]:
    @admin.display(description=field.verbose_name)
    def name(thing: Any) -> str:
        return str(getattr(thing, field.name) or "–")

    return name


class Shelf(ModelAdmin):
    """Nothing can be added, changed or deleted. `subject` and `key` name the chain of history that a thing has."""

    subject: ClassVar[Subject | None] = None
    key: ClassVar[str] = "slug"
    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any] | tuple[Any, ...]:
        """Name people without a link where their own pages are not for who looks."""
        named = {one.name: one for one in self.opts.fields if one.related_model is Person}
        shown = super().get_fields(request, obj)
        if access.may_administer(role_of(request.user)):
            return [*shown]
        return [_name_of(named[name]) if name in named else name for name in shown]

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
        item = getattr(thing, "recommendation", None)  # what has no chain of its own is told in its recommendation's
        if self.subject:
            where = {"subject": str(self.subject), "subject_key": str(getattr(thing, self.key, ""))}
        else:
            where = {"subject": str(Subject.RECOMMENDATION), "subject_key": item.reference} if item else {}
        return HttpResponseRedirect(f"{reverse('admin:recommendations_event_changelist')}?{urlencode(where)}")
