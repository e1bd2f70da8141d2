"""Pages of sources: the list, and the reading view with every tracked passage in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recommendations.actions import source as verbs
from recommendations.models import Anchor, Passage, Source
from recommendations.models.passage import AnchorState
from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.rules.errors import Invalid
from recommendations.texts import decoding
from recommendations.web import asof, reading
from recommendations.web.reading import Mark

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from recommendations.models import Snapshot


class Text(forms.Form):
    """A steward's copy of the text."""

    file = forms.FileField(
        label=_("File with the text"),
        help_text=_("Plain text or HTML in UTF-8, at most 10 MB."),
        widget=forms.ClearableFileInput({"accept": ".txt,.html,.htm,text/plain,text/html"}),
        allow_empty_file=True,
    )

    def content(self) -> bytes:
        """Return the bytes; no more than are needed to see that they are too many."""
        content: bytes = self.cleaned_data["file"].read(decoding.LARGEST + 1)
        return content

    def read_in(self, slug: str, request: HttpRequest) -> verbs.ReadIn | None:
        """Call the verb; say beside the field what it refused."""
        try:
            return verbs.read_in(slug, self.content(), actor=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Invalid as refused:
            for problem in refused.problems:
                self.add_error("file", str(problem.detail))
        return None


class Jump(forms.Form):
    """To which paragraph of the text a reader wants to go."""

    paragraph = forms.IntegerField(label=_("To paragraph"), min_value=1, required=False)

    def __init__(self, data: QueryDict, snapshot: Snapshot | None) -> None:
        """Know how many there are; ask nothing where there is no text."""
        super().__init__(data if data.get("paragraph") and snapshot else None)
        self.most = len(snapshot.paragraphs) if snapshot else 0
        self.fields["paragraph"].widget.attrs["max"] = self.most

    def clean_paragraph(self) -> int:
        """Refuse a number that is none of the text's."""
        number: int = self.cleaned_data["paragraph"]
        if number > self.most:
            raise forms.ValidationError(
                _("The paragraphs of this text are numbered from 1 to %(most)d.") % {"most": self.most}
            )
        return number


@require_safe
@asof.dated
def sources(request: HttpRequest) -> HttpResponse:
    """List all sources, the newest first."""
    listed = Source.objects.with_counts(request.user).order_by("-published_on", "slug")
    may_keep = access.may_keep_register(role_of(asof.who_may_act(request)))
    return render(request, "source/list.html", {"sources": listed, "may_keep": may_keep})


@require_safe
@asof.dated
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a source's newest text (or the one that `?snapshot=` numbers) with its passages, or lead to `?paragraph=`."""
    return _page(request, get_object_or_404(Source, slug=slug), Text())


@require_POST
@login_required
def read_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Read an uploaded text in."""
    found = get_object_or_404(Source, slug=slug)
    form = Text(request.POST, request.FILES)
    if form.is_valid() and (done := form.read_in(slug, request)):
        _tell(request, done)
        return redirect("source", slug)
    return _page(request, found, form, status=400)


def _page(request: HttpRequest, found: Source, form: Text, *, status: int = 200) -> HttpResponse:
    snapshots = list(found.snapshots.newest_first().defer("content", "text", "paragraphs"))
    snapshot = _chosen(snapshots, request.GET.get("snapshot", ""))
    jump = Jump(request.GET, snapshot)
    if jump.is_bound and jump.is_valid():
        return redirect(_place_of(request, jump.cleaned_data["paragraph"]))
    passages = list(Passage.objects.of_source(found).visible_to(request.user))
    context: dict[str, Any] = {
        "source": found,
        "form": form,
        "jump": jump,
        "command": f"python manage.py read_source FILE --slug {found.slug}",
        "may_read_in": access.may_keep_register(role_of(asof.who_may_act(request))),
        "snapshots": snapshots,
        "snapshot": snapshot,
        "passages": passages,
        "placing": _placing(request, found),
        **(_text(snapshot, passages) if snapshot else {}),
    }
    return render(request, "source/detail.html", context, status=400 if jump.errors else status)


def _text(snapshot: Snapshot, passages: list[Passage]) -> dict[str, Any]:
    marks = _marks(passages, snapshot)
    blocks = reading.blocks(snapshot, [mark for mark in marks if mark.anchor.start is not None])
    return {
        "marks": marks,
        "tracked": len({mark.passage.tracked.pk for mark in marks}),
        "parts": reading.parts(blocks),
        "sections": reading.sections(blocks),
        "doubtful": [mark for mark in marks if mark.anchor.state in {AnchorState.ALTERED, AnchorState.LOST}],
    }


def _place_of(request: HttpRequest, paragraph: int) -> str:
    """Return the address of a paragraph: the same page, whatever else was asked of it."""
    kept = request.GET.copy()
    del kept["paragraph"]
    return f"{request.path}{'?' if kept else ''}{kept.urlencode()}#p{paragraph}"


def _placing(request: HttpRequest, found: Source) -> Passage | None:
    """Return the passage for which a steward chooses a new place (`?place=`)."""
    asked = request.GET.get("place", "")
    if not asked or not access.may_keep_register(role_of(request.user)):
        return None
    passages = Passage.objects.of_source(found).visible_to(request.user)
    return next((one for one in passages if str(one.uuid) == asked), None)


def _chosen(snapshots: list[Snapshot], number: str) -> Snapshot | None:
    numbered = [snapshot for snapshot in snapshots if not number or str(snapshot.number) == number]
    if number and not numbered:
        raise Http404
    # The list goes without texts, which may be megabytes each; the one that is shown comes whole but for its bytes.
    return numbered[0].source.snapshots.without_content().get(pk=numbered[0].pk) if numbered else None


def _marks(passages: list[Passage], snapshot: Snapshot) -> list[Mark]:
    anchors = {anchor.passage_id: anchor for anchor in Anchor.objects.filter(snapshot=snapshot)}
    return [Mark(passage, anchors[passage.pk]) for passage in passages if passage.pk in anchors]


def _tell(request: HttpRequest, done: verbs.ReadIn) -> None:
    number, lost = done.snapshot.number, sum(found.anchor.start is None for found in done.anchored)
    if not done.is_new:
        messages.info(
            request, _("This very text is snapshot %(number)d already; nothing was changed.") % {"number": number}
        )
    elif lost:
        text = ngettext(
            "The text was read in as snapshot %(number)d; %(count)d passage is lost in it and needs a look.",
            "The text was read in as snapshot %(number)d; %(count)d passages are lost in it and need a look.",
            lost,
        )
        messages.warning(request, text % {"number": number, "count": lost})
    elif not done.anchored:
        messages.success(request, _("The text was read in as snapshot %(number)d.") % {"number": number})
    else:
        told = _("The text was read in as snapshot %(number)d; every passage has its place in it.")
        messages.success(request, told % {"number": number})


urlpatterns = [
    path("sources/", sources, name="sources"),
    path("sources/<slug:slug>/", source, name="source"),
    path("sources/<slug:slug>/text/", read_in, name="source_text"),
]
