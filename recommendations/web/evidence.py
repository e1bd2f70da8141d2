"""Attach a link or a file as evidence; correct what is said of it; retract what turned out not to show it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import evidence
from recommendations.actions.recommendation import need_standing
from recommendations.archive import wake
from recommendations.models import Evidence
from recommendations.rules import links
from recommendations.rules.errors import Missing, Problem, Unlawful
from recommendations.rules.lifecycle import EvidenceKind
from recommendations.texts import filetypes
from recommendations.web.arrival import item_at, person_of, today
from recommendations.web.forms import AmendingForm, DayField, RetractionForm, VerbForm

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from recommendations.models import Person, Recommendation
    from recommendations.rules.lifecycle import Exhibit
    from recommendations.web.requirements import Need

NEEDED: Final = ("link_title", "link_dated_on", "link_kind")
LINK_FIELDS: Final = ("link_url", "link_file", "link_title", "link_kind", "link_dated_on", "link_issuer")
LINK_ALIASES: Final = {
    "url": "link_url",
    "file": "link_file",
    "title": "link_title",
    "issuer": "link_issuer",
    "dated_on": "link_dated_on",
}
_KINDS: Final = [("", gettext_lazy("Choose")), *EvidenceKind.choices]


class LinkForm(VerbForm):
    """A link or a file about to become evidence. All of it may stay empty where it is only offered."""

    aliases = {**LINK_ALIASES, "kind": "link_kind"}
    is_link_required = False
    field_order: tuple[str, ...] = LINK_FIELDS

    link_url = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        widget=forms.URLInput({"placeholder": "https://"}),
        help_text=gettext_lazy("A public page or document, copied from the browser."),
    )
    link_file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ",".join(f".{kind.ending}" for kind in filetypes.ALLOWED)}),
        help_text=gettext_lazy(
            "Instead of an address: PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, text or CSV, at most 10 MB."
            " Whoever may read the recommendation can download it."
        ),
    )
    link_title = forms.CharField(label=gettext_lazy("Title"), required=False)
    link_issuer = forms.CharField(
        label=gettext_lazy("Issuer"),
        required=False,
        help_text=gettext_lazy("Who published it: a ministry, a court, a newspaper."),
    )
    link_dated_on = DayField(label=gettext_lazy("Date of the document"), required=False)
    link_kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=_KINDS,
        help_text=gettext_lazy(
            "Primary: the act, contract or record itself. Secondary: somebody reports on it."
            " Statement: somebody says so."
        ),
    )

    def __init__(self, *args: Any, latest: dt.date, **kwargs: Any) -> None:
        """Offer days up to today."""
        super().__init__(*args, **kwargs)
        self.fields["link_dated_on"].widget.attrs["max"] = latest.isoformat()
        for name in NEEDED if self.is_link_required else ():
            self.fields[name].required = True

    def clean_link_url(self) -> str:
        """Say what speaks against the address together with what else is wrong; the verb asks the same again."""
        url: str = self.cleaned_data["link_url"]
        for problem in links.check_link(url) if url else ():
            self.add_error("link_url", str(problem.detail))
        return url

    def clean(self) -> dict[str, Any]:
        """Ask for the rest of a link or file of which a part was given."""
        said = super().clean() or self.cleaned_data
        if self.is_link_required or any(said.get(name) for name in LINK_FIELDS):
            for name in NEEDED:
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Evidence needs this too; fill it in, or empty all fields of it."))
            if not (said.get("link_url") or said.get("link_file") or {"link_url", "link_file"} & set(self.errors)):
                self.add_error("link_url", _("Give an address, or choose a file."))
        return said

    def drafts(self) -> list[evidence.Draft]:
        """Return the link or file as a draft, if one was given."""
        said = self.cleaned_data
        if not (said["link_url"] or said["link_file"]):
            return []
        return [
            evidence.Draft(
                title=said["link_title"],
                url=said["link_url"],
                dated_on=said["link_dated_on"],
                kind=said["link_kind"],
                issuer=said["link_issuer"],
                file=self._file(),
            )
        ]

    def _file(self) -> evidence.File | None:
        """Return the chosen file; no more of it than is needed to see that it is too long."""
        sent = self.cleaned_data["link_file"]
        return evidence.File(sent.name, sent.read(filetypes.LARGEST + 1)) if sent else None


class AttachmentForm(LinkForm):
    """A link or a file, and nothing else."""

    is_link_required = True


class AmendmentForm(LinkForm, AmendingForm):
    """What is said of a piece; the address of a link, while a file stays what it is."""

    is_link_required = True
    aliases = {**LINK_ALIASES, "kind": "link_kind", "version": "seen"}
    seen = forms.IntegerField(widget=forms.HiddenInput)
    link_file = None  # type: ignore[assignment]

    def __init__(self, *args: Any, piece: Evidence, **kwargs: Any) -> None:
        """Begin with what is said now."""
        first = {f"link_{name}": value for name, value in asdict(evidence.draft_of(piece)).items()}
        super().__init__(*args, initial={**first, "seen": piece.version}, **kwargs)
        if piece.file:
            del self.fields["link_url"]
        else:
            self.fields["link_url"].required = True

    def clean(self) -> dict[str, Any]:
        """Nothing can be left out here."""
        return self.cleaned_data

    def amend(self, piece: Evidence, actor: Person) -> Evidence | None:
        """Call the verb."""
        return self.attempt(
            lambda said: evidence.amend(
                piece.uuid,
                {name: said[f"link_{name}"] for name in evidence.AMENDABLE if f"link_{name}" in said},
                actor=actor,
                now=timezone.now(),
                seen=said["seen"],
            )
        )


def piece_choices(
    pieces: list[Evidence], remark: Callable[[Exhibit], Need] | None = None
) -> list[tuple[str, str | SafeString]]:
    """Return pieces as choices: what, of which kind, from whom and when, and, where that matters, whether it counts."""
    return [
        (str(piece.uuid), _with_remark(_described(piece), remark(piece.exhibit())) if remark else _described(piece))
        for piece in pieces
    ]


def _with_remark(text: str, said: Need) -> SafeString:
    html = '<span>{} <span class="need {}">{}</span></span>'
    return format_html(html, text, "need-met" if said.is_met else "need-open", said.text)


def _described(piece: Evidence) -> str:
    about = (piece.get_kind_display(), piece.issuer, date_format(piece.dated_on, "DATE_FORMAT"))
    return f"{piece.title} ({', '.join(part for part in about if part)})"


@login_required
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Attach a link or a file to a recommendation."""
    item, actor = item_at(request, reference), person_of(request)
    evidence.need_right(actor, item)
    need_standing(item)
    form = AttachmentForm(request.POST or None, request.FILES or None, latest=today(request))
    if form.attempt(lambda _said: evidence.attach(reference, form.drafts()[0], actor=actor, now=timezone.now())):
        wake.wake()
        messages.success(request, _("The evidence is attached. It counts once a status update cites it."))
        return _back_to(item)
    return render(request, "evidence/add.html", {"item": item, "form": form}, status=form.status)


@login_required
def retract(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw a piece with a reason."""
    piece, actor = _piece_at(request, uuid), person_of(request)
    evidence.need_right_over(piece, actor)
    need_standing(piece.recommendation)
    form = RetractionForm(request.POST or None)
    if form.attempt(lambda said: evidence.retract(uuid, said["reason"], actor=actor, now=timezone.now())):
        messages.success(request, _("The piece of evidence is retracted; it stays readable with your reason."))
        return _back_to(piece.recommendation)
    citing = piece.assessments.standing().select_related("author").latest_first()
    said = {"piece": piece, "item": piece.recommendation, "form": form, "citing": citing}
    return render(request, "evidence/retract.html", said, status=form.status)


@login_required
def amend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct what is said of a piece."""
    piece, actor = _piece_at(request, uuid), person_of(request)
    evidence.need_right_over(piece, actor)
    need_standing(piece.recommendation)
    form = AmendmentForm(request.POST or None, piece=piece, latest=today(request))
    if form.amend(piece, actor):
        wake.wake()
        messages.success(request, _("The piece of evidence is corrected; what it said before stays in history."))
        return redirect("evidence", uuid=uuid)
    said = {"piece": piece, "item": piece.recommendation, "form": form}
    return render(request, "evidence/amend.html", said, status=form.status)


def _piece_at(request: HttpRequest, uuid: UUID) -> Evidence:
    piece = Evidence.objects.filter(uuid=uuid).select_related("recommendation", "added_by").first()
    if piece is None:
        raise Missing(Problem("not_found", _("There is no such piece of evidence.")))
    item_at(request, piece.recommendation.reference)
    if not piece.is_standing and request.method == "GET":
        raise Unlawful(Problem("already_retracted", _("This piece of evidence was retracted before.")))
    return piece


def _back_to(item: Recommendation) -> HttpResponse:
    return redirect("recommendation", reference=item.reference)


urlpatterns = [
    path("recommendations/<str:reference>/evidence/add/", add, name="evidence_add"),
    path("evidence/<uuid:uuid>/amend/", amend, name="evidence_amend"),
    path("evidence/<uuid:uuid>/retract/", retract, name="evidence_retract"),
]
