"""The list as a board: columns by leading status, and the way to move a card, which leads to the page that asks what the law asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import Recommendation, board, finding
from recommendations.models.person import Person, role_of
from recommendations.rules import access, references, words
from recommendations.rules.errors import Problem, refuse_if
from recommendations.rules.lifecycle import ASSESSABLE, Status
from recommendations.web import asof
from recommendations.web.rows import cards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from recommendations.models.board import Column
    from recommendations.models.finding import Found
    from recommendations.rules.selection import Selection
    from recommendations.web.shown import Shown

CELLS: Final = ("reported_only", "lead", "due", "age")


def found(request: HttpRequest, wanted: Selection) -> Found:
    """Find what the list has."""
    return finding.matching(wanted, person=request.user, today=asof.today(request))


def context(shown: Shown) -> dict[str, Any]:
    """Return what the template of the board needs."""
    columns = board.columns(
        shown.found.items,
        shown.wanted.status or tuple(Status),
        shown.wanted.ordering,
        person=shown.request.user,
        counts=shown.tally.counts.get("status"),
    )
    movable = _movable(asof.who_may_act(shown.request), columns)
    cells = shown.cells(CELLS)
    return {
        "board": [(column, cards(column.rows, cells, movable), _whole(shown, column.status)) for column in columns],
        "statuses": ASSESSABLE if movable else (),
    }


def _whole(shown: Shown, status: Status) -> str:
    return shown.address(view="", status=status.value)


def _movable(person: Any, columns: Iterable[Column]) -> frozenset[int]:
    """Return which cards a person may move: what is split is rated by its parts. One statement at most."""
    rows = [row for column in columns for row in column.rows if not row["elements"] and not row["withdrawn_at"]]
    keys = frozenset(row["id"] for row in rows)
    if access.may_review(role_of(person)):
        return keys
    if not isinstance(person, Person) or not access.may_contribute(role_of(person), is_assigned=True):
        return frozenset()
    mine = Recommendation.objects.filter(pk__in=keys).owned_by(person)
    return frozenset(mine.values_list("pk", flat=True))


@require_safe
def move(request: HttpRequest) -> HttpResponse:
    """Lead to the status update of a card, with the status chosen. Nothing is written. Raises `Invalid`."""
    reference, value = request.GET.get("reference", ""), request.GET.get("value", "")
    problems = references.check_reference(reference)
    if not reference:
        problems = [Problem("required", _("Choose a card of the board first."), "reference")]
    problems += [] if value in ASSESSABLE else [words.not_a_choice(value, ASSESSABLE, "value")]
    refuse_if(problems)
    return redirect(f"{reverse('assess', args=[reference])}?{urlencode({'value': value})}")


urlpatterns = [path("recommendations/move/", move, name="move")]
