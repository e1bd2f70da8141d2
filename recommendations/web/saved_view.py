"""Lists that I come back to: save one from where it is shown, see all, remove one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from recommendations.actions import saved_view
from recommendations.models import Person, SavedView
from recommendations.rules.query import LONGEST
from recommendations.web import filters
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse


class ViewForm(VerbForm):
    """How to call the list that the query selects."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)

    def keep(self, actor: Person) -> SavedView | None:
        """Keep it."""
        return self.attempt(lambda said: saved_view.keep(**said, actor=actor, now=timezone.now()))


def shelf(person: Person | AnonymousUser, query: str) -> dict[str, Any] | None:
    """Return what the list shows of a person's saved views, and the form that saves this one; nothing for visitors."""
    if not isinstance(person, Person):
        return None
    views = list(SavedView.objects.filter(person=person).order_by("name"))
    return {"views": views, "query": query, "is_saved": any(view.query == query for view in views)}


@login_required
def saved_views(request: HttpRequest) -> HttpResponse:
    """List them; save one more and go on to it."""
    me = person_of(request)
    form = ViewForm(request.POST or None)
    made = form.keep(me) if request.method == "POST" else None
    if made is not None:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": made.name})
        return redirect(address(made.query))
    digests = Count("subscriptions", Q(subscriptions__ended_at=None))
    views = list(SavedView.objects.filter(person=me).annotate(digests=digests).order_by("name"))
    told = zip(views, filters.in_words([view.query for view in views]), strict=True)
    said = {"form": form, "views": list(told)}
    return render(request, "saved_view/saved_views.html", said, status=form.status)


@login_required
@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let one go."""
    name = saved_view.remove(uuid, actor=person_of(request), now=timezone.now())
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": name})
    return redirect("saved_views")


def address(query: str) -> str:
    """Return where the list of a query is."""
    return reverse("recommendations") + (f"?{query}" if query else "")


urlpatterns = [
    path("account/saved-views/", saved_views, name="saved_views"),
    path("account/saved-views/<uuid:uuid>/remove/", remove, name="saved_view_remove"),
]
