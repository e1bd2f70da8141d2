"""What rests on a piece of evidence: the latest ratings that cite it have to keep what the law asks of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.rules import calendar, lifecycle
from recommendations.rules.errors import Problem
from recommendations.rules.lifecycle import EvidenceKind, Exhibit, Kind, Status

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Assessment, Evidence, Recommendation


def check(item: Recommendation, piece: Evidence, *, kind: str, dated_on: dt.date) -> list[Problem]:
    """Return what speaks against calling a piece of this kind, dated so, for the ratings that stand and cite it.

    A rating that does not have what it needs now (its evidence was retracted since) speaks against nothing.
    """
    changed = replace(piece.exhibit(), kind=EvidenceKind(kind), dated_on=dated_on)
    ratings = [rating for rating in (item.reported, item.verified) if rating is not None]
    return [problem for rating in ratings for problem in _check(item, rating, piece, changed)]


def _check(item: Recommendation, rating: Assessment, piece: Evidence, changed: Exhibit) -> list[Problem]:
    cited = {one.pk: one.exhibit() for one in rating.evidence.all()}
    if piece.pk not in cited or rating.value not in lifecycle.NEED_EVIDENCE:
        return []
    if not _suffices(item, rating, cited) or _suffices(item, rating, {**cited, piece.pk: changed}):
        return []
    text = _(
        "“%(status)s” (%(kind)s) rests on this piece and would no longer have the evidence that it needs."
        " Attach another piece and update the status with it first, or retract this one with a reason."
    )
    said = {"status": rating.get_value_display(), "kind": rating.get_kind_display()}
    return [Problem("rating_rests_on_it", text % said, _field(piece, changed))]


def _suffices(item: Recommendation, rating: Assessment, cited: dict[int, Exhibit]) -> bool:
    source = item.source
    end = calendar.last_day(source.published_on, source.published_precision) if source.published_on else None
    need = lifecycle.requirement(
        Kind(rating.kind), Status(rating.value), previous=Status.NOT_ASSESSED, other=Status.NOT_ASSESSED
    )
    return bool(lifecycle.sufficient(tuple(cited.values()), source_end=end, primary=need.primary))


def _field(piece: Evidence, changed: Exhibit) -> str:
    return "dated_on" if changed.dated_on != piece.dated_on else "kind"
