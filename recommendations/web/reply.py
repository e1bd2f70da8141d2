"""The page behind a link to answer by. No sign-in, no cookie, no script: looking changes nothing, and one button answers.

Programs that follow links of mails change nothing, nor do those that post to them without having read the page: the form
says which version it was made for. There is no token against forged requests, as no cookie is read: whoever has the
signed link may answer by it, and nobody can make others send it without having it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from allauth.core.internal import ratelimit
from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from recommendations.actions import reply as verbs
from recommendations.digests import links
from recommendations.models import Recommendation
from recommendations.models.reply import ReplyKind
from recommendations.rules.errors import Forbidden, Unlawful
from recommendations.rules.lifecycle import Blocker, Status
from recommendations.web.arrival import may_try
from recommendations.web.forms import DayField, LinesField, SeenForm

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse

    from recommendations.actions.reply import Slip
    from recommendations.models import Person, Reply

RATE: Final = "60/5m/ip"  # answers that one client may try to give, and links that are none
_UNREAD: Final = _("Nothing was written. Read what will be written, and press the button.")
_TAKEN: Final = _("Choose one of the statuses in the list.")


class AnswerForm(SeenForm):
    """What an answer of one of the four kinds says; fields that the others need are left out."""

    fields_of: ClassVar = {
        ReplyKind.ON_TRACK: set(),
        ReplyKind.CHANGED: {"value", "narrative", "next_step", "next_review_on"},
        ReplyKind.BLOCKED: {"value", "blockers", "narrative"},
        ReplyKind.NOT_MINE: {"narrative"},
    }

    seen = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _UNREAD, "invalid": _UNREAD}, max_value=2**31 - 1
    )
    value = forms.ChoiceField(
        label=_("Status"),
        widget=forms.RadioSelect,
        error_messages={"required": _TAKEN, "invalid_choice": _TAKEN},
    )
    blockers = forms.MultipleChoiceField(
        label=_("What stands in the way"), choices=Blocker.choices, widget=forms.CheckboxSelectMultiple
    )
    narrative = LinesField(label=_("Narrative"), required=False)
    next_step = LinesField(
        label=_("Next step"),
        required=False,
        rows=2,
        help_text=_("Left empty, what was announced stays while the status is an open one."),
    )
    next_review_on = DayField(
        label=_("Next review"),
        required=False,
        help_text=_("When somebody should look again. Left empty, a day to come that was announced stays too."),
    )

    def __init__(self, kind: ReplyKind, values: list[Status], *args: Any, **kwargs: Any) -> None:
        """Offer what the law allows; without any status to choose from, the one that stands is left as it is."""
        super().__init__(*args, **kwargs)
        kept = self.fields_of[kind] if values else self.fields_of[kind] - {"value"}
        for name in self.fields.keys() - kept - {"seen"}:
            del self.fields[name]
        if values:
            self.fields["value"].choices = [(value.value, value.label) for value in values]  # type: ignore[attr-defined]
        if kind is ReplyKind.NOT_MINE:
            self.fields["narrative"].label = _("Whose it is, or why it is not yours")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, signed: str, kind: ReplyKind) -> HttpResponse:
    """Show what an answer would write, or write it: once."""
    link = links.signed_to_answer(signed)
    if (link is None or request.method == "POST") and not may_try(request, "answer", RATE):
        return cast("HttpResponse", ratelimit.respond_429(request))
    if link is None:
        raise Http404
    slip = verbs.found(link)
    with translation.override(slip.delivery.subscription.language), timezone.override(slip.delivery.subscription.zone):
        page = _answered(request, slip, kind, signed)
    page["Referrer-Policy"] = "no-referrer"
    return page


def _answered(request: HttpRequest, slip: Slip, kind: ReplyKind, signed: str) -> HttpResponse:
    """Answer for a link that is ours: by its form, or by why it is worth nothing any more."""
    now = timezone.now()
    item, wrong = _owed(slip), verbs.spent(slip, now)
    if item is None or wrong:
        return _spent(request, slip, wrong[0].code if wrong else "not_assigned")
    form = _form(request, item, kind, slip.person)
    if form.attempt(lambda said: _answer(slip, kind, said, now)):
        return redirect(request.path)
    if form.refused and "already_answered" in form.refused.codes:
        return _spent(request, verbs.found(slip.link), "already_answered")
    ways = [(way, reverse(f"reply_{way}", args=[signed])) for way in ReplyKind if way != kind]
    said = {"item": item, "kind": kind, "form": form, "person": slip.person, "ways": ways}
    return render(request, "reply/answer.html", {**said, **_written(item, kind, slip.person, now)}, status=form.status)


def _written(item: Recommendation, kind: ReplyKind, person: Person, now: dt.datetime) -> dict[str, Any]:
    """Return what the page says of what an answer would write."""
    return {
        "wrong": verbs.obstacles(item, kind, person, now),
        "takes_value": verbs.takes_value(kind, item),
        "keeps": verbs.statement(item, item.reported_status, verbs.Said(), person, now),
    }


def _owed(slip: Slip) -> Recommendation | None:
    """Return the item of a link as long as its reader owes it."""
    seen = Recommendation.objects.visible_to(slip.person).select_related("source", "reported")
    item = seen.filter(reference=slip.link.reference).first()
    try:
        if item is not None:
            verbs.need_owed(item, slip.person)
    except (Forbidden, Unlawful):
        return None
    return item


def _form(request: HttpRequest, item: Recommendation, kind: ReplyKind, person: Person) -> AnswerForm:
    values = verbs.values(item, person, timezone.now()) if verbs.takes_value(kind, item) else []
    return AnswerForm(kind, values, request.POST if request.method == "POST" else None, initial={"seen": item.version})


def _answer(slip: Slip, kind: ReplyKind, typed: dict[str, Any], now: dt.datetime) -> Reply:
    said = {name: value for name, value in typed.items() if name not in {"seen", "blockers"}}
    said["blockers"] = tuple(typed.get("blockers", ()))
    return verbs.answer(slip.link, kind, verbs.Said(**said), actor=slip.person, now=now, seen=typed["seen"])


def _spent(request: HttpRequest, slip: Slip, code: str) -> HttpResponse:
    """Say why a link is worth nothing any more; for one that was used, what was answered by it."""
    is_answered = code == "already_answered"
    status = 410 if not is_answered else 409 if request.method == "POST" else 200
    said = {"code": code, "slip": slip, "days": verbs.VALID.days}
    return render(request, "reply/spent.html", said, status=status)


urlpatterns = [
    path(f"digests/answer/<str:signed>/{way}/", answer, {"kind": kind}, name=f"reply_{kind}")
    for kind, way in links.WAYS.items()
]
