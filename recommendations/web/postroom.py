"""Pages for administrators: where all digests are, which ones need a decision, which addresses get none."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recommendations.actions import delivery as verbs
from recommendations.actions import suppression
from recommendations.digests import reconcile
from recommendations.models.delivery import DeliveryState
from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.rules.errors import Missing, Problem, Refused, refuse_if
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

LISTED: Final = 200


class FilterForm(forms.Form):
    """Which digests to list."""

    state = forms.ChoiceField(label=_("State"), required=False)
    domain = forms.CharField(label=_("Mail domain"), required=False, max_length=255)
    address = forms.CharField(label=_("Address, or a part of it"), required=False, max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer all states, and "uncertain", which is one only by the clock."""
        super().__init__(*args, **kwargs)
        states = [(reconcile.UNCERTAIN, _("Uncertain")), *DeliveryState.choices]
        self.fields["state"].choices = [("", _("All")), *states]  # type: ignore[attr-defined]


class AddForm(VerbForm):
    """An address that is to get no digest any more."""

    email = forms.CharField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "off"}))
    detail = forms.CharField(
        label=_("Why"), required=False, help_text=_("For other administrators, and for the person whose address it is.")
    )


def _for_administrators(view: Callable[..., HttpResponse]) -> Any:
    """Open a page to administrators; for all others there is none."""

    @wraps(view)
    def page(request: HttpRequest, **named: Any) -> HttpResponse:
        text = _("There is nothing at this address, or it is not yours to see.")
        refuse_if([] if access.may_administer(role_of(request.user)) else [Problem("not_found", text)], Missing)
        return view(request, **named)

    return login_required(page)


@_for_administrators
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show where all digests are, and which ones need a decision; or those that a filter finds."""
    form = FilterForm(request.GET if any(request.GET.values()) else None)
    found = reconcile.found(**form.cleaned_data)[:LISTED] if form.is_valid() else None
    context = {
        "books": reconcile.books(),
        "form": form,
        "found": found,
        "uncertain": reconcile.uncertain()[:LISTED],
        "failed": reconcile.failed()[:LISTED],
        "held": reconcile.held(),
        "bounces": reconcile.returned()[:LISTED],
        "most": LISTED,
    }
    return render(request, "digest/log.html", context)


@_for_administrators
@require_POST
def send_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Plan an uncertain or failed digest anew."""
    row = verbs.send_again(uuid, actor=person_of(request), now=timezone.now())
    text = _("The digest is sent again within a minute, to %(person)s, with the same Message-ID.")
    messages.success(request, text % {"person": row.subscription.name or row.subscription.address})
    return redirect("digest_log")


@_for_administrators
@require_POST
def send_many_again(request: HttpRequest) -> HttpResponse:
    """Plan the chosen ones anew, each by an act of its own; say how many, and why others are not."""
    done, refused = 0, set[str]()
    for uuid in request.POST.getlist("uuid")[:LISTED]:
        try:
            verbs.send_again(_uuid(uuid), actor=person_of(request), now=timezone.now())
            done += 1
        except Refused as problem:
            refused.update(str(each.detail) for each in problem.problems)
    text = ngettext("%(count)d digest is sent again.", "%(count)d digests are sent again.", done)
    messages.success(request, text % {"count": done})
    for reason in sorted(refused):
        messages.error(request, reason)
    return redirect("digest_log")


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Missing(Problem("not_found", _("There is no such digest."))) from None


@_for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def suppressed(request: HttpRequest) -> HttpResponse:
    """List the addresses that get no digest; add one by hand."""
    form = AddForm(request.POST or None)
    if form.attempt(
        lambda said: suppression.add(said["email"], said["detail"], actor=person_of(request), now=timezone.now())
    ):
        messages.success(request, _("The address gets no digest from now on."))
        return redirect("digest_suppressed")
    wanted = request.GET.get("address", "").strip()
    listed = reconcile.suppressed(wanted)[:LISTED]
    context = {"form": form, "rows": listed, "wanted": wanted, "most": LISTED}
    return render(request, "digest/suppressed.html", context, status=form.status)


@_for_administrators
@require_POST
def lift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let an address get digests again."""
    row = suppression.lift(uuid, actor=person_of(request), now=timezone.now())
    messages.success(request, _("%(address)s gets digests again, from the next one on.") % {"address": row.email})
    return redirect("digest_suppressed")


urlpatterns = [
    path("digests/log/", log, name="digest_log"),
    path("digests/log/send-again/", send_many_again, name="digest_send_many_again"),
    path("digests/log/<uuid:uuid>/send-again/", send_again, name="digest_send_again"),
    path("digests/suppressed/", suppressed, name="digest_suppressed"),
    path("digests/suppressed/<uuid:uuid>/lift/", lift, name="digest_lift"),
]
