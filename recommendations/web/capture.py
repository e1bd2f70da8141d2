"""The page of a piece of evidence: what its link said each time it was read, and what changed; files to download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.archive import compare, serve
from recommendations.models import Capture, Evidence, Person, Recommendation
from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.rules.capture import DAYS_TO_LOSE, DETAILS, READ, label
from recommendations.rules.errors import Missing, Problem
from recommendations.web import asof

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.http import FileResponse, HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from recommendations.archive.compare import Piece

MOST: Final = 60  # readings on a page: a year of weeks
AROUND: Final = 240  # characters that are shown of what stayed the same, on each side


@dataclass(frozen=True, slots=True)
class Line:
    """A reading as the reader may know of it."""

    made: Capture
    said: str
    detail: str | _StrPromise
    is_lost: bool
    is_chosen: bool


@require_safe
@asof.dated
def evidence(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a piece, the readings of its link, and for those who are signed in what changed between two of them."""
    piece = piece_at(request, uuid)
    in_full = access.may_read_internal(role_of(request.user))
    made = list(piece.captures.defer("text")[:MOST])
    kept = [one for one in made if one.content] if in_full else []
    two = _two(request, kept)
    context: dict[str, Any] = {
        "piece": piece,
        "item": piece.recommendation,
        "state": label(piece.outcome, in_full=in_full),
        "lines": [_line(one, two, in_full=in_full) for one in made],
        "bearing": Evidence.objects.bearing().filter(pk=piece.pk).exists(),
        "watch": getattr(piece, "watch", None) if in_full and not asof.as_of(request) else None,
        "days_to_lose": DAYS_TO_LOSE,
        "kept": kept,
        "two": two,
        "pieces": _difference(two),
        "may_amend": _may_amend(asof.who_may_act(request), piece),
    }
    return render(request, "evidence/detail.html", context)


@require_safe
def file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Hand out an uploaded file."""
    piece = piece_at(request, uuid)
    return serve.download(piece.file, piece.file_name, piece.media_type)


@require_safe
def content(request: HttpRequest, uuid: UUID, capture: UUID) -> FileResponse:
    """Hand out what a link said once, as it came."""
    made = piece_at(request, uuid).captures.filter(uuid=capture).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such file.")))
    return serve.download(made.content, serve.name_of(made))


def piece_at(request: HttpRequest, uuid: UUID) -> Evidence:
    """Return the piece of an address. What one may not see is as missing as what does not exist."""
    visible = Recommendation.objects.visible_to(request.user)
    found = Evidence.objects.filter(uuid=uuid, recommendation__in=visible).select_related(
        "recommendation__source", "added_by__organization", "retracted_by__organization", "watch"
    )
    piece = found.first()
    if piece is None:
        raise Missing(Problem("not_found", _("There is no such piece of evidence.")))
    return piece


def _line(made: Capture, two: tuple[Capture, Capture] | None, *, in_full: bool) -> Line:
    return Line(
        made=made,
        said=label(made.outcome, in_full=in_full),
        detail=DETAILS.get(made.detail, "") if in_full else "",
        is_lost=made.outcome not in READ,
        is_chosen=two is not None and made in two,
    )


def _two(request: HttpRequest, kept: list[Capture]) -> tuple[Capture, Capture] | None:
    """Return the two copies that are compared, the older one first: those that are asked for, or the newest two."""
    wanted = [request.GET.get(name, "") for name in ("from", "to")]
    by_id = {str(made.uuid): made for made in kept}
    if any(wanted):
        chosen = [by_id[name] for name in wanted if name in by_id]
        if len(chosen) != len(wanted):
            raise Missing(Problem("not_found", _("There is no such file.")))
    else:
        chosen = kept[:2]
    older_first = sorted(chosen, key=lambda made: (made.captured_at, made.pk))
    return (older_first[0], older_first[1]) if len(older_first) == len(wanted) else None


def _difference(two: tuple[Capture, Capture] | None) -> list[Piece]:
    if two is None or not (two[0].text and two[1].text):
        return []
    return [compare.shortened(piece, AROUND) for piece in compare.compare(two[0].text, two[1].text)]


def _may_amend(person: Person | AnonymousUser, piece: Evidence) -> bool:
    if not isinstance(person, Person) or not piece.is_standing or piece.recommendation.withdrawn_at is not None:
        return False
    return access.may_keep_register(role_of(person)) or piece.added_by_id == person.pk


urlpatterns = [
    path("evidence/<uuid:uuid>/", evidence, name="evidence"),
    path("evidence/<uuid:uuid>/file/", file, name="evidence_file"),
    path("evidence/<uuid:uuid>/captures/<uuid:capture>/content/", content, name="capture_content"),
]
