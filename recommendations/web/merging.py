"""Merge a recommendation into one that another source makes alike: find it, look at both, confirm. For stewards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions import merging
from recommendations.actions.holding import need_standing
from recommendations.actions.permission import need_steward
from recommendations.models import Recommendation
from recommendations.rules import selection
from recommendations.rules.errors import Unlawful, refuse_if
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import SeenForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST: Final = 20


class MergeForm(SeenForm):
    """What is followed up from now on."""

    into = forms.CharField(widget=forms.HiddenInput)


@login_required
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Search for the other one; show what will happen; merge."""
    item, actor = item_at(request, reference), person_of(request)
    need_steward(actor)
    need_standing(item)
    merging.need_mergeable(item)
    if request.method != "POST" and "into" not in request.GET:
        return _search(request, item)
    into = item_at(request, request.POST.get("into") or request.GET.get("into", ""))
    refuse_if(merging.against(item, into), Unlawful)
    form = MergeForm(request.POST or None, initial={"into": into.reference, "seen": item.version})
    if form.attempt(
        lambda said: merging.merge(reference, said["into"], actor=actor, now=timezone.now(), seen=said["seen"])
    ):
        said = {"reference": reference, "into": into.reference}
        messages.success(request, _("%(reference)s is merged into %(into)s; both stay readable.") % said)
        return redirect("recommendation", reference=into.reference)
    return render(request, "recommendation/merge.html", {"item": item, "into": into, "form": form}, status=form.status)


def _search(request: HttpRequest, item: Recommendation) -> HttpResponse:
    """Show what could be meant: standing ones of other sources, by reference or by words."""
    asked = selection.parse({"q": request.GET.getlist("q")}, blank_ok=True).q
    others = Recommendation.objects.visible_to(request.user).standing().exclude(source=item.source_id)
    near = others.matching(asked) if asked else others.filter(themes__in=item.themes.all()).distinct()
    rows = list(near.select_related("source").order_by("sort_key")[: MOST + 1])
    said = {"item": item, "asked": asked, "rows": rows[:MOST], "has_more": len(rows) > MOST}
    return render(request, "recommendation/merge_search.html", said)


urlpatterns = [path("recommendations/<str:reference>/merge/", merge, name="merge")]
