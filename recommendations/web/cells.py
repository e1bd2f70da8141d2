"""What stands in the cells of a list: HTML, in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from recommendations.models.pace import silence
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.rules import calendar
from recommendations.rules.access import Visibility
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority
from recommendations.texts import marks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.db.models.enums import TextChoices

    Marked = Mapping[int, tuple[str, str]]


NO_BREAK: Final = "\N{NO-BREAK SPACE}"


class Cells:
    """Makes the cells of lines: what all lines have in common is made once."""

    def __init__(
        self, columns: tuple[str, ...], names: Mapping[str, Mapping[str, str]], today: dt.date, marked: Marked
    ) -> None:
        """Take the columns that are wanted, the names of themes and sources by slug, and what a search has marked."""
        self.columns = columns
        self._names, self._today, self._marked, self._language = names, today, marked, get_language() or ""
        self._codes = sorted(LANGUAGES, key=lambda code: code != reader_language())
        self._list, self._bodies, self._sources = map(reverse, ("recommendations", "organizations", "sources"))
        self._flags = _flags(self._language)
        self._nobody, self._no_date = _aside(_("Nobody yet")), _aside(pgettext("target date", "None"))
        self._never, self._silent = _aside(_("Never")), _aside(_("No response recorded"))
        self._makers = {name: getattr(self, f"_{name}") for name in columns}

    def of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Return the cells of a row of `listing.as_rows`: what every line begins with, and the columns."""
        title, fragments = self._marked.get(row["id"]) or (self.title(row), "")
        return {
            "reference": row["reference"],
            "address": f"{self._list}{row['reference']}/",
            "title": marks.as_html(title),
            "about": escape(" · ".join(self._about(row))),
            "found": f'<small class="found">{marks.as_html(fragments)}</small>' if fragments else "",
            "internal": self._flags["internal"] if row["visibility"] == Visibility.INTERNAL else "",
            **{name: make(row) for name, make in self._makers.items()},
        }

    def title(self, row: Mapping[str, Any]) -> str:
        """Return a title in the reader's language."""
        return self._chosen(row, "title")

    def _about(self, row: Mapping[str, Any]) -> list[str]:
        """Say briefly what no column says."""
        said = [] if "instrument" in self._makers else [_label(Instrument, row["instrument"], self._language)]
        said += [] if "theme" in self._makers else [self._names["theme"][slug] for slug in row["theme_slugs"]]
        if row["elements"]:
            text = ngettext("computed from %(count)s part", "computed from %(count)s parts", row["elements"])
            said.append(text % {"count": row["elements"]})
        return said

    def _verified(self, row: Mapping[str, Any]) -> str:
        return _mark(row["verified_status"], self._language)

    def _reported(self, row: Mapping[str, Any]) -> str:
        return _mark(row["reported_status"], self._language) + self._doubts(row)

    def _reported_only(self, row: Mapping[str, Any]) -> str:
        is_reported = row["verified_status"] == Status.NOT_ASSESSED != row["reported_status"]
        return (self._flags["reported"] if is_reported else "") + self._doubts(row)

    def _priority(self, row: Mapping[str, Any]) -> str:
        return escape(_label(Priority, row["priority"], self._language))

    def _instrument(self, row: Mapping[str, Any]) -> str:
        return escape(_label(Instrument, row["instrument"], self._language))

    def _theme(self, row: Mapping[str, Any]) -> str:
        return escape(", ".join(self._names["theme"][slug] for slug in row["theme_slugs"]))

    def _source(self, row: Mapping[str, Any]) -> str:
        slug = row["source__slug"]
        return f'<a href="{self._sources}{slug}/">{escape(self._names["source"][slug])}</a>'

    def _response(self, row: Mapping[str, Any]) -> str:
        return escape(_label(Answer, row["answer"], self._language)) if row["answer"] else self._silent

    def _updated(self, row: Mapping[str, Any]) -> str:
        return _day(timezone.localdate(row["updated_at"]), self._language)

    def _age(self, row: Mapping[str, Any]) -> str:
        silent = silence(row, self._today)
        if not silent.days:
            return _("Heard of today")
        text = ngettext("Silent for %(count)s day", "Silent for %(count)s days", silent.days) % {"count": silent.days}
        return text + (self._flags["stalled"] if silent.is_stalled else "")

    def _doubts(self, row: Mapping[str, Any]) -> str:
        both = (row["verified_status"], row["reported_status"])
        differ = Status.NOT_ASSESSED not in both and both[0] != both[1]
        return (self._flags["differ"] if differ else "") + (self._flags["lost"] if row["has_lost_evidence"] else "")

    def _lead(self, row: Mapping[str, Any]) -> str:
        lead = row["lead"]
        if lead is None:
            return self._nobody
        return f'<a href="{self._bodies}{lead["slug"]}/">{escape(self._chosen(lead, "name"))}</a>'

    def _target(self, row: Mapping[str, Any]) -> str:
        day, late = row["target_on"], calendar.delivery(row["target_on"], row["status"], self._today)
        return (_day(day, self._language) if day else self._no_date) + self._flags.get(late, "")

    def _due(self, row: Mapping[str, Any]) -> str:
        day, late = row["target_on"], calendar.delivery(row["target_on"], row["status"], self._today)
        text = _("Due %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")} if day else _("No target date")
        return text + self._flags.get(late, "")

    def _assessed(self, row: Mapping[str, Any]) -> str:
        day, looked = row["assessed_on"], calendar.freshness(row["assessed_on"], self._today)
        stalled = self._flags["stalled"] if silence(row, self._today).is_stalled else ""
        return (_day(day, self._language) if day else self._never) + self._flags.get(looked, "") + stalled

    def _chosen(self, row: Mapping[str, Any], column: str) -> str:
        return next((row[f"{column}_{code}"] for code in self._codes if row[f"{column}_{code}"]), "")


@lru_cache(maxsize=8)
def _flags(_language: str) -> dict[str, str]:
    """Return what is flagged in a line, by its code, each with the space before it."""
    said = {
        "internal": _("Internal"),
        "differ": _("Ratings differ"),
        "lost": _("Evidence lost"),
        "stalled": _("Stalled"),
        "reported": _("Self-reported"),
        **{value.value: value.label for value in (Delivery.OVERDUE, Delivery.DUE_SOON, Freshness.STALE)},
    }
    return {code: format_html(' <span class="flag-{}">{}</span>', code, label) for code, label in said.items()}


@lru_cache(maxsize=64)
def _mark(value: str, _language: str) -> str:
    return format_html('<span class="status-{}">{}</span>', value, Status(value).label)


def _aside(text: str) -> str:
    return format_html('<span class="aside">{}</span>', text)


@lru_cache(maxsize=4096)
def _day(day: dt.date, _language: str) -> str:
    return escape(date_format(day, "SHORT_DATE_FORMAT").replace(" ", NO_BREAK))


@lru_cache(maxsize=64)
def _label(choices: type[TextChoices], value: str, _language: str) -> str:
    return str(choices(value).label)
