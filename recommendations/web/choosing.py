"""Choosing words of a source's text: by their place, as a script or a link gives it, or by their first and last words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from recommendations.actions import selection
from recommendations.actions.permission import need_steward
from recommendations.actions.selection import Selection
from recommendations.models import Passage, Snapshot, Source
from recommendations.rules import words
from recommendations.rules.errors import Invalid
from recommendations.texts import anchoring, sentences
from recommendations.web.arrival import person_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.texts.reading import Reading
    from recommendations.texts.sentences import Sentence

AROUND: Final = 240
_NUMBER: Final = 2**31 - 1


class Ends(forms.Form):
    """The first and the last words of what is chosen, typed or copied."""

    paragraph = forms.IntegerField(label=_("Paragraph"), min_value=1, max_value=_NUMBER, required=False)
    first = forms.CharField(
        label=_("From"), max_length=words.NAME, help_text=_("The first words, exactly as they stand in the text.")
    )
    last = forms.CharField(label=_("To"), max_length=words.NAME, help_text=_("The last words; in the same paragraph."))

    def locate(self, text: Reading) -> tuple[int, int] | None:
        """Return the place of the words; say beside the field when there is none."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        try:
            found = anchoring.locate(anchoring.Hint(said["first"], said["last"], said["paragraph"]), text)
        except anchoring.NotFound as nowhere:
            self.add_error("first", nowhere.detail)
            return None
        return found.start, found.end


@dataclass(frozen=True, slots=True)
class Chosen:
    """Words with their place and what stands around them."""

    selection: Selection
    exact: str
    before: str
    after: str
    paragraph: int
    section: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Who chooses where: `chosen` is None while nothing is chosen; `form` and `sentences` are the ways to it."""

    source: Source
    snapshot: Snapshot
    text: Reading
    chosen: Chosen | None
    form: Ends
    paragraph: int | None
    problem: str = ""

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of the paragraph that was asked for."""
        paragraph = self.text.paragraph(self.paragraph or 0)
        return list(sentences.split([paragraph])) if paragraph else []


def arrive(request: HttpRequest, slug: str, *, of: Passage | None = None) -> Choice:
    """Read from an address what was chosen. Only for stewards; 404 without a source, or without a text."""
    need_steward(person_of(request))
    source = get_object_or_404(Source, slug=slug)
    snapshots = source.snapshots.without_content().newest_first()
    number = _number(request, "snapshot")
    snapshot = (snapshots.filter(number=number) if number else snapshots).first()
    if snapshot is None:
        raise Http404
    text = snapshot.reading
    start, end = _number(request, "start"), _number(request, "end")
    paragraph = _number(request, "paragraph")
    chosen, problem = _chosen(snapshot, text, start, end)
    hints = {"first": of.first_words, "last": of.last_words, "paragraph": of.paragraph} if of else {}
    form = Ends(request.GET if "first" in request.GET else None, initial={"paragraph": paragraph, **hints})
    return Choice(source, snapshot, text, chosen, form, paragraph, problem)


def choose(request: HttpRequest, choice: Choice, context: dict[str, Any]) -> HttpResponse:
    """Show the ways to choose; go on when the words were named by their ends."""
    place = choice.form.locate(choice.text) if choice.form.is_bound else None
    if place:
        chosen = {"snapshot": choice.snapshot.number, "start": place[0], "end": place[1]}
        return redirect(f"{request.path}?{urlencode(chosen)}")
    wrong = choice.form.errors or choice.problem
    context = {"choice": choice, "source": choice.source, "form": choice.form, "path": request.path, **context}
    return render(request, "tracking/choose.html", context, status=400 if wrong else 200)


def _chosen(snapshot: Snapshot, text: Reading, start: int | None, end: int | None) -> tuple[Chosen | None, str]:
    if start is None or end is None:
        return None, ""
    try:
        start, end = selection.trimmed(text.text, start, end)
    except Invalid as refused:
        return None, str(refused.problems[0].detail)
    paragraph = text.paragraph_at(start)
    return (
        Chosen(
            Selection(snapshot.number, start, end),
            text.text[start:end],
            _before(text.text[paragraph.start : start]),
            _after(text.text[end : max(text.paragraph_at(end - 1).end, end)]),
            paragraph.number,
            paragraph.section,
        ),
        "",
    )


def _before(piece: str) -> str:
    """Return the end of a piece, from where a word begins."""
    return piece if len(piece) <= AROUND else f"… {piece[-AROUND:].partition(' ')[2]}"


def _after(piece: str) -> str:
    """Return the beginning of a piece, to where a word ends."""
    return piece if len(piece) <= AROUND else f"{piece[:AROUND].rpartition(' ')[0]} …"


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < len(str(_NUMBER)) else None
