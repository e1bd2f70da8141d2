"""Two texts of a source side by side, and what became of its passages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from recommendations.models import Anchor, Passage, Source
from recommendations.texts import comparison
from recommendations.texts.comparison import Change
from recommendations.web.coverage import snapshot_at

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person, Snapshot
    from recommendations.texts.comparison import Difference


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


@require_safe
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
    found = comparison.compare(before.reading.paragraphs, after.reading.paragraphs)
    parts = [Part(same, tuple(members)) for same, members in groupby(found, key=lambda one: one.change is Change.SAME)]
    context = {"source": source, "before": before, "after": after, "parts": parts, "numbers": numbers}
    fates = _fates(request.user, before, after)
    return render(
        request, "source/compare.html", {**context, "fates": fates, "has_changes": any(not p.is_same for p in parts)}
    )


def _fates(person: Person | AnonymousUser, before: Snapshot, after: Snapshot) -> list[Fate]:
    found = {
        (anchor.passage_id, anchor.snapshot_id): anchor
        for anchor in Anchor.objects.filter(snapshot__in=(before, after))
    }
    passages = Passage.objects.of_source(after.source).visible_to(person)
    return [Fate(one, found.get((one.pk, before.pk)), found.get((one.pk, after.pk))) for one in passages]


urlpatterns = [path("sources/<slug:slug>/compare/", compare, name="compare")]
