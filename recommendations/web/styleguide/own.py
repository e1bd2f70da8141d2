"""What is one's own: notices, and secrets for programs."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from recommendations.models import CalendarAddress, Notice, Token
from recommendations.models.notice import NoticeKind
from recommendations.web.styleguide.specimen import NOW, Specimen, item


def specimens() -> list[Specimen]:
    """Return a notice, tokens (one is over), and an address of a calendar."""
    week = dt.timedelta(days=7)
    token = Token(name=_("Weekly export"), prefix="rel_1a2b", expires_at=NOW + week, last_used_at=NOW)
    over = Token(name=_("Old export"), prefix="rel_3c4d", expires_at=NOW - week)
    dates = CalendarAddress(name=_("My dates"), prefix="cal_5e6f", query="owner=me")
    notice = Notice(kind=NoticeKind.ASSIGNED, recommendation=item(), made_at=NOW)
    return [
        Specimen("notice/_list.html", {"unseen": [notice], "seen": []}),
        _secrets("token", token, over),
        _secrets("calendar_address", dates),
    ]


def _secrets(concept: str, *some: Token | CalendarAddress) -> Specimen:
    said = {"now": NOW, "warning": _("It cannot be brought back."), "button": _("Revoke it")}
    of = {"secrets": some, "facts": f"{concept}/_facts.html", "revoke": "token_revoke"}
    return Specimen("_secrets.html", {**said, **of})
