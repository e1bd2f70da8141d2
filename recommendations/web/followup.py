"""Update a status: an owner reports, a reviewer reviews; take an update back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import followup
from recommendations.actions.computed import need_no_parts
from recommendations.actions.recommendation import need_standing
from recommendations.archive import wake
from recommendations.models import Assessment, Event
from recommendations.rules.errors import Missing, Problem, Stale, Unlawful
from recommendations.rules.lifecycle import ASSESSABLE, Blocker, Kind, Status
from recommendations.web import requirements
from recommendations.web.arrival import item_at, person_of, today
from recommendations.web.evidence import LINK_ALIASES, LINK_FIELDS, LinkForm, piece_choices
from recommendations.web.forms import DayField, LinesField, RetractionForm, SeenForm
from recommendations.web.requirements import Facts

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Evidence, Person, Recommendation

_TAKEN: Final = gettext_lazy("Choose one of the statuses in the list.")
_GONE: Final = gettext_lazy("A piece that you chose is no longer among those of this recommendation; choose again.")


class AssessmentForm(LinkForm, SeenForm):
    """A status and what it rests on; a new link can be given in the same go."""

    aliases = {**LINK_ALIASES, "version": "seen"}
    field_order = ("value", "as_of", "narrative", "evidence", *LINK_FIELDS, "next_step", "next_review_on", "blockers")

    seen = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(widget=forms.HiddenInput, choices=Kind.choices)
    value = forms.ChoiceField(
        label=gettext_lazy("Status"),
        widget=forms.RadioSelect,
        choices=[(status.value, status.label) for status in ASSESSABLE],
        error_messages={"required": _TAKEN, "invalid_choice": _TAKEN},
    )
    as_of = DayField(
        label=gettext_lazy("As of"), help_text=gettext_lazy("The day that this speaks of: today or an earlier one.")
    )
    narrative = LinesField(
        label=gettext_lazy("Narrative"),
        required=False,
        help_text=gettext_lazy("What happened, and how you know. Readers see it beside the status."),
    )
    evidence = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Evidence that this rests on"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _GONE},
    )
    next_step = LinesField(label=gettext_lazy("Next step"), required=False, rows=2)
    next_review_on = DayField(
        label=gettext_lazy("Next review"),
        required=False,
        help_text=gettext_lazy("When somebody should look again."),
    )
    blockers = forms.MultipleChoiceField(
        label=gettext_lazy("What stands in the way"),
        required=False,
        choices=Blocker.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, pieces: list[Evidence], kind: Kind, facts: Facts, latest: dt.date, **kwargs: Any
    ) -> None:
        """Offer the standing pieces, each with whether it counts, and days up to today."""
        super().__init__(*args, latest=latest, **kwargs)
        choices = piece_choices(pieces, lambda exhibit: requirements.remark(kind, exhibit, facts))
        self.fields["evidence"].choices = choices  # type: ignore[attr-defined]
        self.fields["as_of"].widget.attrs["max"] = latest.isoformat()

    def assess(self, reference: str, *, actor: Person) -> Assessment | None:
        """Call the verb; a new link is read as soon as it is kept."""
        made = self.attempt(lambda said: _assess(reference, said, self, actor=actor))
        if made and self.drafts():
            wake.wake()
        return made


def _assess(reference: str, said: dict[str, Any], form: AssessmentForm, *, actor: Person) -> Assessment:
    statement = followup.Statement(
        as_of=said["as_of"],
        narrative=said["narrative"],
        next_step=said["next_step"],
        next_review_on=said["next_review_on"],
        blockers=tuple(said["blockers"]),
        evidence=tuple(said["evidence"]),
    )
    return followup.assess(
        reference,
        said["value"],
        kind=said["kind"],
        statement=statement,
        attachments=form.drafts(),
        actor=actor,
        now=timezone.now(),
        seen=said["seen"],
    )


@login_required
def assess(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what each status needs; take one, with what it rests on."""
    item, actor = item_at(request, reference), person_of(request)
    kind = _kind(request, item)
    pieces = list(item.evidence.standing().select_related("added_by"))
    facts = Facts.of(item, tuple(piece.exhibit() for piece in pieces), kind, followup.source_end(item))
    form = _form(request, item, kind, pieces, facts)
    if form.is_bound and (made := form.assess(reference, actor=actor)):
        messages.success(request, _told(made, reference), extra_tags=_draft(reference, kind))  # see drafts.js
        return redirect("recommendation", reference=reference)
    said = {
        "item": item,
        "kind": kind,
        "kinds": followup.open_to(actor, item),
        "form": form,
        "rows": list(zip(requirements.table(kind, facts), form["value"], strict=True)),
        "is_own_report": kind is Kind.REVIEW and followup.is_own_report(item, actor),
        "retracted": item.evidence.filter(retracted_at__isnull=False),
        "theirs": _theirs(item, form),
        "draft": _draft(reference, kind),
    }
    return render(request, "followup/assess.html", said, status=form.status)


@login_required
def retract(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a status update back, with a reason."""
    made, actor = _assessment_at(request, uuid), person_of(request)
    followup.need_right_over(made, actor)
    need_standing(made.recommendation)
    form = RetractionForm(request.POST or None)
    if form.attempt(lambda said: followup.retract(uuid, said["reason"], actor=actor, now=timezone.now())):
        messages.success(request, _("The status update is retracted; it stays readable with your reason."))
        return redirect("recommendation", reference=made.recommendation.reference)
    said = {"item": made.recommendation, "made": made, "form": form}
    return render(request, "followup/retract.html", said, status=form.status)


def _assessment_at(request: HttpRequest, uuid: UUID) -> Assessment:
    made = Assessment.objects.filter(uuid=uuid).select_related("recommendation", "author").first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such status update.")))
    item_at(request, made.recommendation.reference)
    if not made.is_standing and request.method == "GET":
        raise Unlawful(Problem("already_retracted", _("This status update was retracted before.")))
    return made


def _kind(request: HttpRequest, item: Recommendation) -> Kind:
    """Return what is asked for, or else what the person may do here; refuse who may do nothing."""
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    may = followup.open_to(person_of(request), item)
    kind = Kind(asked) if asked in Kind.values else next(iter(may), Kind.SELF)
    followup.need_right(kind, person_of(request), item)
    need_standing(item)
    need_no_parts(item)
    return kind


def _form(
    request: HttpRequest, item: Recommendation, kind: Kind, pieces: list[Evidence], facts: Facts
) -> AssessmentForm:
    day = today(request)
    chosen = request.GET.get("value", "")  # of the board
    first = {"as_of": day, "kind": kind, "seen": item.version, "value": chosen if chosen in ASSESSABLE else None}
    return AssessmentForm(
        request.POST or None, request.FILES or None, initial=first, pieces=pieces, kind=kind, facts=facts, latest=day
    )


def _theirs(item: Recommendation, form: AssessmentForm) -> list[dict[str, Any]]:
    """Return what others did since the version that the writer saw, oldest first."""
    if not isinstance(form.refused, Stale):
        return []
    missed = max(form.refused.current - form.refused.seen, 1)
    changes = Event.objects.filter(recommendation=item).of_changes().select_related("actor")
    events = changes.order_by("-sequence")[:missed]
    return [{"event": event, "status": _label(event.after.get("value"))} for event in reversed(events)]


def _draft(reference: str, kind: Kind) -> str:
    """Return what a browser keeps a draft by, within those of one person."""
    return f"{reference}.{kind}"


def _label(value: Any) -> str:
    return str(Status(value).label) if value in Status.values else ""


def _told(made: Assessment, reference: str) -> str:
    if made.kind == Kind.REVIEW:
        text = _("Your review of %(reference)s is recorded: %(status)s.")
    else:
        text = _("Your report on %(reference)s is recorded: %(status)s.")
    return text % {"reference": reference, "status": made.get_value_display()}


urlpatterns = [
    path("recommendations/<str:reference>/assess/", assess, name="assess"),
    path("assessments/<uuid:uuid>/retract/", retract, name="assessment_retract"),
]
