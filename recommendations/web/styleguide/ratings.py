"""The two ratings of a recommendation, and lines of its history."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace as Plain
from typing import Any

from django.utils.translation import gettext as _

from recommendations.models import Event
from recommendations.models.event import Verb
from recommendations.rules.lifecycle import Kind, Status
from recommendations.web.recommendation import Rating
from recommendations.web.stream import Line
from recommendations.web.styleguide.specimen import ADDRESS, NOW, TODAY, Specimen, item
from recommendations.web.telling import Change, Said


def specimens() -> list[Specimen]:
    """Return a status, both ratings of an item that differ, and acts as history tells them."""
    rated = Said(kind=str(Kind.SELF.label), status=(Status.NOT_ASSESSED, Status.PARTLY), quote=_("A call is open."))
    amended = Said(changes=(Change(_("Priority"), _("Normal"), _("High")),), facts=((_("Due"), "2026-12-31"),))
    lines = [_line(Verb.ASSESSED, rated), _line(Verb.AMENDED, amended)]
    talk = Plain(comment=Plain(is_standing=True), html=_("Where can the rules be read?"), told=["A. Reader"])
    return [
        Specimen("_status.html", {"value": Status.PARTLY, "label": Status.PARTLY.label}),
        Specimen("recommendation/_ratings.html", _both()),
        Specimen("history/_stream.html", {"lines": lines}),
        Specimen("history/_stream.html", {"lines": lines, "is_brief": True}),
        Specimen("comment/_talk.html", {"talk": talk}),
    ]


def _both() -> dict[str, Any]:
    found = _latest(narrative=_("The rules of the fund are drafted; no call has been opened."), blockers=[])
    said = _latest(narrative=_("A first call is open."), next_step=_("Announce the results."), blockers=["funding"])
    one = Plain(
        disagrees=True,
        elements=0,
        reported=said,
        verified=found,
        get_reported_status_display=Status.PARTLY.label,
        get_verified_status_display=Status.IN_PREPARATION.label,
    )
    ratings = [Rating(Kind.REVIEW, Status.IN_PREPARATION, found), Rating(Kind.SELF, Status.PARTLY, said)]
    return {"item": one, "ratings": ratings, "today": TODAY}


def _latest(**said: Any) -> Any:
    cited = Plain(uuid="sample", title=_("Decree on the fund"), is_standing=True, is_lost=True)
    return Plain(as_of=dt.date(2026, 2, 12), author=None, next_review_on=None, evidence=Plain(all=[cited]), **said)


def _line(verb: Verb, said: Said) -> Line:
    return Line(Event(verb=verb, recorded_at=NOW), str(item()), ADDRESS, said)
