"""The coverage of a source: what of its text is tracked, what is not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recommendations.actions import disposition
from recommendations.models import Source, coverage
from recommendations.models.person import role_of
from recommendations.rules import access, words
from recommendations.rules.coverage import Reason
from recommendations.texts.kinds import ParagraphKind
from recommendations.texts.sentences import SPOKEN
from recommendations.web import asof
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Snapshot
    from recommendations.models.coverage import Coverage, Covered

SHOWN = SPOKEN | {ParagraphKind.HEADING}


class ReasonForm(VerbForm):
    """Why a sentence is not tracked."""

    sentence = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Reason.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=words.LINE,
        help_text=gettext_lazy("Everybody can read it, and history keeps it. Do not quote the sentence."),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A prescriptive sentence that is not tracked, and a steward's form for it (None for everybody else)."""

    covered: Covered
    form: ReasonForm | None

    @property
    def matched(self) -> str:
        """The words by which it was recognised."""
        because = self.covered.prescription
        return self.covered.sentence.text[because.start : because.end] if because else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as shown: its sentences, or its text where it has none (a heading)."""

    number: int
    kind: str
    text: str
    sentences: tuple[Covered, ...]


@require_safe
@asof.dated
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the coverage of a source's newest text, or of the one that `?snapshot=` numbers."""
    return _page(request, get_object_or_404(Source, slug=slug))


@require_POST
@login_required
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """State why a sentence is not tracked."""
    form = ReasonForm(request.POST)
    if form.attempt(lambda said: disposition.state(slug, **said, actor=person_of(request), now=timezone.now())):
        messages.success(request, _("The reason is stated."))
        return redirect("coverage", slug)
    return _page(request, get_object_or_404(Source, slug=slug), form)


@require_POST
@login_required
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a reason back."""
    key = request.POST.get("sentence", "")[:64]
    disposition.withdraw(slug, key, actor=person_of(request), now=timezone.now())
    messages.success(request, _("The reason is taken back; the sentence waits for one again."))
    return redirect("coverage", slug)


def _page(request: HttpRequest, source: Source, said: ReasonForm | None = None) -> HttpResponse:
    keeps = access.may_keep_register(role_of(asof.who_may_act(request)))
    snapshot = snapshot_at(source, request.GET.get("snapshot", ""))
    context: dict[str, Any] = {"source": source, "snapshot": snapshot, "keeps": keeps, "form": said}
    context["has_texts"] = snapshot is not None and snapshot.number > 1
    if snapshot is not None:
        found = coverage.of_snapshot(snapshot, person=request.user)
        waiting = [*found.unexplained, *found.explained]
        rows = [Row(one, _form(one, said) if keeps else None) for one in waiting]
        context |= {"coverage": found, "rows": rows, "blocks": _blocks(found)}
    return render(request, "coverage/coverage.html", context, status=said.status if said else 200)


def snapshot_at(source: Source, number: str) -> Snapshot | None:
    """Return the newest snapshot, or that of a number; None without any. Raises `Http404` for a number that is none."""
    snapshots = source.snapshots.without_content().select_related("source").newest_first()
    if not number:
        return snapshots.first()
    is_number = number.isascii() and number.isdecimal() and len(number) < 10  # noqa: PLR2004 - of the column
    found = snapshots.filter(number=int(number)).first() if is_number else None
    if found is None:
        raise Http404
    return found


def _form(one: Covered, said: ReasonForm | None) -> ReasonForm:
    """Return the form of a sentence; what was refused stays in the form that it was typed into."""
    key = one.sentence.key
    if said is not None and said.data.get("sentence") == key:
        return said
    stated = {"reason": one.disposition.reason, "note": one.disposition.note} if one.disposition else {}
    return ReasonForm(initial={"sentence": key, **stated}, auto_id=f"id_{key[:12]}_%s")


def _blocks(found: Coverage) -> list[Block]:
    said: dict[int, list[Covered]] = {}
    for one in found.sentences:
        said.setdefault(one.sentence.paragraph, []).append(one)
    text = found.snapshot.text
    return [
        Block(plain["number"], plain["kind"], text[plain["start"] : plain["end"]], tuple(said.get(plain["number"], ())))
        for plain in found.snapshot.paragraphs
        if plain["kind"] in SHOWN
    ]


urlpatterns = [
    path("sources/<slug:slug>/coverage/", page, name="coverage"),
    path("sources/<slug:slug>/coverage/state/", state, name="coverage_state"),
    path("sources/<slug:slug>/coverage/withdraw/", withdraw, name="coverage_withdraw"),
]
