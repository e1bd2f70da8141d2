"""My calendars: make an address (shown once), see them, revoke them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from recommendations.actions import calendar_address
from recommendations.models import CalendarAddress, SavedView
from recommendations.models.person import Language
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person

ABOUT = (
    ("owner=me", gettext_lazy("What I or my organization are responsible for")),
    ("follower=me", gettext_lazy("What I follow")),
    ("all", gettext_lazy("Everything I may see")),
)
_QUERIES = {"all": ""}  # an empty value would be no choice


class CalendarForm(VerbForm):
    """Whose dates, and in which language."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        help_text=gettext_lazy("Your calendar program shows it."),
        max_length=100,
    )
    query = forms.ChoiceField(label=gettext_lazy("About"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        """Offer one's own, and one's saved views."""
        super().__init__(*args, **kwargs)
        saved = SavedView.objects.filter(person=person).order_by("name").values_list("query", "name")
        views = [(query, name) for query, name in saved if query and query not in dict(ABOUT)]
        groups: list[Any] = [*ABOUT, *([(_("Saved views"), views)] if views else [])]
        self.fields["query"].choices = groups  # type: ignore[attr-defined]
        self.fields["language"].initial = person.language

    def issue(self, actor: Person) -> tuple[CalendarAddress, str] | None:
        """Make the address."""

        def issue(said: dict[str, Any]) -> tuple[CalendarAddress, str]:
            query = _QUERIES.get(said["query"], said["query"])
            return calendar_address.issue(said["name"], query, said["language"], actor=actor, now=timezone.now())

        return self.attempt(issue)


@login_required
def calendars(request: HttpRequest) -> HttpResponse:
    """List one's calendars; make another one and show its address this once."""
    me = person_of(request)
    form = CalendarForm(request.POST or None, person=me)
    made, secret = form.issue(me) or (None, "")
    if made:
        form = CalendarForm(person=me)
    found = CalendarAddress.objects.filter(person=me)
    address = f"{settings.PUBLIC_URL}/calendar/{secret}.ics"
    said = {"form": form, "made": made, "address": address, "calendars": found}
    return render(request, "calendar_address/calendars.html", said, status=201 if made else form.status)


@login_required
@require_POST
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close an address for good."""
    made = calendar_address.revoke(uuid, actor=person_of(request), now=timezone.now())
    text = _("The calendar “%(name)s” is revoked; its address leads nowhere from now on.")
    messages.success(request, text % {"name": made.name})
    return redirect("calendars")


urlpatterns = [
    path("account/calendars/", calendars, name="calendars"),
    path("account/calendars/<uuid:uuid>/revoke/", revoke, name="calendar_revoke"),
]
