"""The empty table that people fill in: the columns that an import takes, and what may stand in them."""

from __future__ import annotations

import io
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions.wording import CHOICES
from recommendations.exchange import export
from recommendations.exchange.incoming.headings import NEEDED, WRITTEN, label

MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SAYS: Final = {
    "reference": gettext_lazy("Capital letters, a hyphen, a number: RB-01. What exists is changed, what does not is registered."),
    "source": gettext_lazy("The short name of a source that is in the register."),
    "themes": gettext_lazy("Short names of themes, with commas between them."),
    "target_on": gettext_lazy("A date such as 2026-11-24; empty where nobody set one."),
    "parent": gettext_lazy("The reference of the larger recommendation that this one is a part of."),
}  # fmt: skip


def explained() -> list[tuple[str, str, str, str]]:
    """Return for each column its name, its label, whether it is needed for what is new, and what may stand in it."""
    needed = {*NEEDED, "reference"}
    return [(name, label(name), _("needed") if name in needed else "", _what(name)) for name in WRITTEN]


def _what(name: str) -> str:
    if name in CHOICES:
        return ", ".join(f"{value} ({text})" for value, text in CHOICES[name].choices)
    return str(_SAYS.get(name, ""))


def template(form: str) -> bytes:
    """Return the template as one of `MEDIA_TYPES`: the header, and in a workbook a second sheet that explains it."""
    if form == "csv":
        return b"".join(export.table(WRITTEN, []))
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Recommendations")[:31])
        sheet.write_row(0, 0, WRITTEN, bold)
        sheet.set_column(0, len(WRITTEN) - 1, 20)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet(_("About")[:31])
        for number, row in enumerate(explained()):
            about.write_row(number, 0, row)
        about.set_column(0, 3, 30)
    return page.getvalue()
