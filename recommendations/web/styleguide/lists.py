"""The list of recommendations, each way it can be drawn, with rows as a query would have made them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace as Plain
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from recommendations.models import board
from recommendations.models.batch import BatchVerb
from recommendations.models.facets import MOST, Tally
from recommendations.models.keyset import Page
from recommendations.reports import timeline
from recommendations.reports.timeline import Lane, Mark
from recommendations.rules.calendar import Delivery, MilestoneState
from recommendations.rules.drawing import USUAL
from recommendations.rules.lifecycle import ASSESSABLE, Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority
from recommendations.web.board import CELLS
from recommendations.web.cells import Cells
from recommendations.web.filters import Chip, Filters, Group, Option
from recommendations.web.labels import NAMES, ORDERS
from recommendations.web.rows import COLUMNS, cards, rows
from recommendations.web.styleguide.specimen import ADDRESS, NOW, TODAY, Specimen
from recommendations.web.timeline import TARGET

_THEMES: Final = {"economy": _("Economy"), "culture": _("Culture and society")}
_LEAD: Final = {"slug": "sample", "name_en": "Forum of Regions", "name_ru": "Форум регионов"}
_ROW: Final[dict[str, Any]] = {
    "id": 1, "reference": "RB-02", "title_en": "Grant fund for border projects",
    "title_ru": "Фонд поддержки приграничных проектов", "instrument": Instrument.FUND, "priority": Priority.NORMAL,
    "theme_slugs": ["economy", "culture"], "elements": 0, "visibility": "public", "withdrawn_at": None,
    "status": Status.IN_PREPARATION, "verified_status": Status.IN_PREPARATION, "reported_status": Status.PARTLY,
    "has_lost_evidence": True, "lead": _LEAD, "target_on": TODAY - dt.timedelta(days=15), "answer": Answer.IN_PART,
    "assessed_on": TODAY - dt.timedelta(days=9), "updated_at": NOW, "heard_at": NOW - dt.timedelta(days=9),
    "created_at": NOW, "pace": None, "source__slug": "sample",
}  # fmt: skip
_QUIET: Final = {
    **_ROW, "id": 2, "reference": "RB-01", "title_en": "Strategic dialogue", "title_ru": "Стратегический диалог",
    "instrument": Instrument.DIALOGUE, "theme_slugs": [], "status": Status.NOT_ASSESSED, "lead": None, "target_on": None,
    "verified_status": Status.NOT_ASSESSED, "reported_status": Status.NOT_ASSESSED, "assessed_on": None,
    "has_lost_evidence": False,
}  # fmt: skip


def specimens() -> list[Specimen]:
    """Return the filters and their chips, the shelf of saved views, acts on several, the table, the board, the timeline."""
    shelf = Plain(views=[Plain(query="delivery=overdue", name=_("What is late"))], query="", is_saved=False)
    acts = {"acts": list(BatchVerb), "page": Page([_ROW], None, None)}
    asked = {"filters": _filters(), "tally": Tally(2, {}), "most": MOST}
    return [
        Specimen("recommendation/_filters.html", asked),
        Specimen("recommendation/_chips.html", asked),
        Specimen("saved_view/_shelf.html", {"shelf": shelf, **asked}),
        Specimen("batch/_bar.html", acts),
        Specimen("recommendation/_table.html", _table()),
        Specimen("recommendation/_board.html", _board()),
        Specimen("recommendation/_timeline.html", _timeline()),
    ]


def _filters() -> Filters:
    options = tuple(Option(s.value, s.label, s is Status.PARTLY, n) for n, s in enumerate(Status))
    groups = (Group("status", NAMES["status"], options), Group("lead", NAMES["lead"], (), is_long=True))
    texts, several = ("q", "query", "feed_query", "page_query", "drawn"), ("kept", "pairs", "how", "unknown")
    nothing: dict[str, Any] = {**dict.fromkeys(texts, ""), **dict.fromkeys(several, ())}
    return Filters(
        groups=groups,
        chips=(Chip(NAMES["status"], Status.PARTLY.label, ADDRESS), Chip(NAMES["theme"], _("Economy"), ADDRESS)),
        orders=tuple(Option(value, label, value == "reference") for value, label in ORDERS),
        names={},
        has_demonstration=True,
        **nothing,
    )


def _cells(columns: tuple[str, ...]) -> Cells:
    return Cells(columns, {"theme": {slug: str(name) for slug, name in _THEMES.items()}}, TODAY, {})


def _table() -> dict[str, Any]:
    return {
        "labels": f"{reverse('labels')}?language={get_language()}",
        "rows": rows([_ROW, _QUIET], _cells(USUAL), is_to_choose=False),
        "title_head": (_("Recommendation"), ADDRESS, "ascending"),
        "heads": [(COLUMNS[name][0], "", "") for name in USUAL],
    }


def _board() -> dict[str, Any]:
    columns = [board.Column(Status.IN_PREPARATION, [_ROW], 1), board.Column(Status.NOT_ASSESSED, [_QUIET], 31)]
    shown = [(column, cards(column.rows, _cells(CELLS), frozenset({1})), ADDRESS) for column in columns]
    empty = board.Column(Status.REVERSED, [], 0)
    return {"board": [*shown, (empty, "", ADDRESS)], "statuses": ASSESSABLE, "most": MOST}


def _timeline() -> dict[str, Any]:
    month = dt.timedelta(days=31)
    milestones = (MilestoneState.DONE, MilestoneState.LATE, MilestoneState.DUE)
    marks = [Mark(TODAY + month * n, "milestone", state.label, state) for n, state in enumerate(milestones, -2)]
    targets = (Delivery.OVERDUE, Delivery.DUE_SOON, Delivery.DONE)
    lanes = [
        Lane("RB-02", "", Status.PARTLY, tuple(marks)),
        *(Lane("RB-01", "", "", (Mark(TODAY + month * n, "target", TARGET, s),)) for n, s in enumerate(targets, -1)),
    ]
    bands = [(str(_THEMES["economy"]), lanes)]
    return {"bands": bands, "timeline": timeline.timeline(bands, TODAY), "groups": [(_("Theme"), ADDRESS, True)]}
