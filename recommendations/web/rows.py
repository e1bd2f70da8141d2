"""The rows of the list as HTML. A page has fifty: the partial of one is rendered once for each language, and then only filled in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from recommendations.models.pace import silence
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.rules import calendar
from recommendations.rules.access import Visibility
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Instrument
from recommendations.texts import marks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

CELLS: Final = (
    "reference",
    "address",
    "title",
    "about",
    "found",
    "internal",
    "verified",
    "reported",
    "lead",
    "target",
    "assessed",
)


def rows(
    found: Iterable[Mapping[str, Any]], *, themes: Mapping[str, str], today: dt.date, marked: Mapping[int, tuple[str, str]],
    is_to_choose: bool,
) -> SafeString:  # fmt: skip
    """Return the lines of the list. `marked` are titles and fragments in which something was found (see `search.highlights`)."""
    language = get_language() or ""
    fill, cells = _partial(language, is_to_choose), Cells(themes, today, marked, language)
    return SafeString("".join(fill(cells.of(row)) for row in found))


@lru_cache(maxsize=8)
def _partial(_language: str, is_to_choose: bool) -> Callable[[Mapping[str, str]], str]:  # noqa: FBT001 - a key of the cache
    slots = {name: SafeString(f"\0{name}\0") for name in CELLS}
    page = render_to_string("recommendation/_row.html", {**slots, "is_to_choose": is_to_choose}).strip()
    texts, names = page.split("\0")[::2], page.split("\0")[1::2]
    return lambda said: "".join(
        [*(part for pair in zip(texts, map(said.__getitem__, names), strict=False) for part in pair), texts[-1]]
    )


class Cells:
    """What stands in the cells of a line: HTML, in the reader's language. What all lines have in common is made once."""

    def __init__(
        self, themes: Mapping[str, str], today: dt.date, marked: Mapping[int, tuple[str, str]], language: str
    ) -> None:
        self._themes, self._today, self._marked, self._language = themes, today, marked, language
        self._codes = sorted(LANGUAGES, key=lambda code: code != reader_language())
        self._list, self._bodies = reverse("recommendations"), reverse("organizations")
        self._flags = _flags(language)
        self._nobody, self._no_date = _aside(_("Nobody yet")), _aside(pgettext("target date", "None"))
        self._never = _aside(_("Never"))

    def of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Return the cells of a row of `listing.as_rows`."""
        title, fragments = self._marked.get(row["id"]) or (self._chosen(row, "title"), "")
        return {
            "reference": row["reference"],
            "address": f"{self._list}{row['reference']}/",
            "title": marks.as_html(title),
            "about": escape(" · ".join(self._about(row))),
            "found": f'<small class="found">{marks.as_html(fragments)}</small>' if fragments else "",
            "internal": self._flags["internal"] if row["visibility"] == Visibility.INTERNAL else "",
            "verified": _mark(row["verified_status"], self._language),
            "reported": _mark(row["reported_status"], self._language) + self._doubts(row),
            "lead": self._lead(row["lead"]),
            "target": self._target(row),
            "assessed": self._assessed(row),
        }

    def _about(self, row: Mapping[str, Any]) -> list[str]:
        said = [_instrument(row["instrument"], self._language), *(self._themes[slug] for slug in row["theme_slugs"])]
        if row["elements"]:
            text = ngettext("computed from %(count)s part", "computed from %(count)s parts", row["elements"])
            said.append(text % {"count": row["elements"]})
        return said

    def _doubts(self, row: Mapping[str, Any]) -> str:
        both = (row["verified_status"], row["reported_status"])
        differ = Status.NOT_ASSESSED not in both and both[0] != both[1]
        return (self._flags["differ"] if differ else "") + (self._flags["lost"] if row["has_lost_evidence"] else "")

    def _lead(self, lead: Mapping[str, str] | None) -> str:
        if lead is None:
            return self._nobody
        return f'<a href="{self._bodies}{lead["slug"]}/">{escape(self._chosen(lead, "name"))}</a>'

    def _target(self, row: Mapping[str, Any]) -> str:
        day, late = row["target_on"], calendar.delivery(row["target_on"], row["status"], self._today)
        return (_time(day, self._language) if day else self._no_date) + self._flags.get(late, "")

    def _assessed(self, row: Mapping[str, Any]) -> str:
        day, looked = row["assessed_on"], calendar.freshness(row["assessed_on"], self._today)
        stalled = self._flags["stalled"] if silence(row, self._today).is_stalled else ""
        return (_time(day, self._language) if day else self._never) + self._flags.get(looked, "") + stalled

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
        **{value.value: value.label for value in (Delivery.OVERDUE, Delivery.DUE_SOON, Freshness.STALE)},
    }
    return {code: format_html(' <span class="flag flag-{}">{}</span>', code, label) for code, label in said.items()}


@lru_cache(maxsize=64)
def _mark(value: str, _language: str) -> str:
    return render_to_string("_mark.html", {"value": value, "label": Status(value).label}).strip()


def _aside(text: str) -> str:
    return format_html('<span class="aside">{}</span>', text)


@lru_cache(maxsize=4096)
def _time(day: dt.date, _language: str) -> str:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), date_format(day, "SHORT_DATE_FORMAT"))


@lru_cache(maxsize=64)
def _instrument(value: str, _language: str) -> str:
    return str(Instrument(value).label)
