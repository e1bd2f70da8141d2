"""Withdraw a recommendation; restore one that was withdrawn or merged. For stewards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import withdrawal
from recommendations.actions.permission import need_steward
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import LinesField, SeenForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Recommendation


class ReasonForm(SeenForm):
    """Why."""

    reason = LinesField(label=gettext_lazy("Reason"), help_text=gettext_lazy("Readers see it in the history."))


@login_required
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a recommendation out of what is followed up."""
    told = _("%(reference)s is withdrawn; it stays readable.")
    return _act(request, reference, withdrawal.withdraw, withdrawal.need_withdrawable, told)


@login_required
def restore(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo a withdrawal or a merge."""
    told = _("%(reference)s is followed up again.")
    return _act(request, reference, withdrawal.restore, withdrawal.need_restorable, told)


def _act(
    request: HttpRequest,
    reference: str,
    verb: Callable[..., Recommendation],
    need: Callable[[Recommendation], None],
    told: str,
) -> HttpResponse:
    """Ask for the reason of an act on a whole recommendation, and do it; each has a page of its own name."""
    item, actor = item_at(request, reference), person_of(request)
    need_steward(actor)
    form = ReasonForm(request.POST or None, initial={"seen": item.version})
    need(item)
    if form.attempt(lambda said: verb(reference, said["reason"], actor=actor, now=timezone.now(), seen=said["seen"])):
        messages.success(request, told % {"reference": reference})
        return redirect("recommendation", reference=reference)
    page = f"recommendation/{verb.__name__}.html"
    return render(request, page, {"item": item, "form": form}, status=form.status)


urlpatterns = [
    path("recommendations/<str:reference>/withdraw/", withdraw, name="withdraw"),
    path("recommendations/<str:reference>/restore/", restore, name="restore"),
]
