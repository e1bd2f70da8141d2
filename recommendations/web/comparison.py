"""What changed between two texts of a source, and what became of its passages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import Anchor, Passage, Source
from recommendations.models.passage import AnchorState
from recommendations.texts import comparison
from recommendations.texts.comparison import Change
from recommendations.web import asof
from recommendations.web.coverage import snapshot_at

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from recommendations.models import Person, Snapshot
    from recommendations.texts.comparison import Difference, Piece


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs in a row; those that stayed the same are folded."""

    is_same: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a passage between two texts: its anchor in either, or None where it was not looked for."""

    passage: Passage
    before: Anchor | None
    after: Anchor | None

    @property
    def state(self) -> str:
        """An anchor's state as seen from the text before, "found" for what was lost there, "unknown" for what is not told."""
        if self.before is None or self.after is None:
            return "unknown"
        if self.after.start is None:
            return AnchorState.LOST
        if self.before.start is None:
            return "found"
        if self.before.exact != self.after.exact:
            return AnchorState.ALTERED
        return AnchorState.ANCHORED if self.before.paragraph == self.after.paragraph else AnchorState.MOVED

    @property
    def said(self) -> str | _StrPromise:
        """The same in words."""
        return _SAID[self.state]

    @property
    def words(self) -> list[Piece]:
        """The words of an altered passage: those in common, gone and come."""
        is_altered = self.before and self.after and self.state == AnchorState.ALTERED
        return list(comparison.words(self.before.exact, self.after.exact)) if is_altered else []  # type: ignore[union-attr]


_SAID: Final = {
    AnchorState.LOST: _("Lost: the text after does not hold it"),
    AnchorState.ALTERED: _("Altered: it is said in other words"),
    "found": _("Found again"),
    AnchorState.MOVED: _("Moved: the same words in another paragraph"),
    "unknown": _("Not looked for in both texts"),
    AnchorState.ANCHORED: _("In its place"),
}  # in the order in which they are told


@require_safe
@asof.dated
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Compare two snapshots; without numbers the newest with the one before it."""
    source = get_object_or_404(Source, slug=slug)
    numbers = list(source.snapshots.order_by("-number").values_list("number", flat=True))
    if len(numbers) < 2:  # noqa: PLR2004 - one cannot be compared
        raise Http404
    before = snapshot_at(source, request.GET.get("from", str(numbers[1])))
    after = snapshot_at(source, request.GET.get("to", str(numbers[0])))
    assert before is not None  # noqa: S101 - there are two
    assert after is not None  # noqa: S101 - there are two
    found = list(comparison.compare(before.reading.paragraphs, after.reading.paragraphs))
    parts = [Part(same, tuple(members)) for same, members in groupby(found, key=lambda one: one.change is Change.SAME)]
    fates = _fates(request.user, before, after)
    context = {"source": source, "before": before, "after": after, "parts": parts, "numbers": numbers, "fates": fates}
    counts = Counter(one.change for one in found if one.change is not Change.SAME)
    stayed = sum(fate.state == AnchorState.ANCHORED for fate in fates)
    return render(request, "source/compare.html", {**context, "counts": counts, "stayed": stayed})


def _fates(person: Person | AnonymousUser, before: Snapshot, after: Snapshot) -> list[Fate]:
    found = {
        (anchor.passage_id, anchor.snapshot_id): anchor
        for anchor in Anchor.objects.filter(snapshot__in=(before, after))
    }
    passages = Passage.objects.of_source(after.source).visible_to(person)
    fates = [Fate(one, found.get((one.pk, before.pk)), found.get((one.pk, after.pk))) for one in passages]
    return sorted(fates, key=lambda fate: list(_SAID).index(fate.state))


urlpatterns = [path("sources/<slug:slug>/compare/", compare, name="compare")]
