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
    fill = _partial(get_language() or "", is_to_choose)
    cells = Cells(themes, today, marked)
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
    """What stands in the cells of a line: HTML, in the reader's language."""

    def __init__(self, themes: Mapping[str, str], today: dt.date, marked: Mapping[int, tuple[str, str]]) -> None:
        self._themes, self._today, self._marked = themes, today, marked
        self._languages = sorted(LANGUAGES, key=lambda code: code != reader_language())

    def of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Return the cells of a row of `listing.as_rows`."""
        title, fragments = self._marked.get(row["id"]) or (self._chosen(row, "title"), "")
        return {
            "reference": row["reference"],
            "address": f"{_list()}{row['reference']}/",
            "title": marks.as_html(title),
            "about": escape(" · ".join(self._about(row))),
            "found": f'<small class="found">{marks.as_html(fragments)}</small>' if fragments else "",
            "internal": f" {_flag('internal', _('Internal'))}" if row["visibility"] == Visibility.INTERNAL else "",
            "verified": _mark(row["verified_status"], get_language() or ""),
            "reported": _mark(row["reported_status"], get_language() or "") + self._doubts(row),
            "lead": self._lead(row["lead"]),
            "target": self._target(row),
            "assessed": self._assessed(row),
        }

    def _about(self, row: Mapping[str, Any]) -> list[str]:
        said = [
            _instrument(row["instrument"], get_language() or ""),
            *(self._themes[slug] for slug in row["theme_slugs"]),
        ]
        if row["elements"]:
            text = ngettext("computed from %(count)s part", "computed from %(count)s parts", row["elements"])
            said.append(text % {"count": row["elements"]})
        return said

    def _doubts(self, row: Mapping[str, Any]) -> str:
        both = (row["verified_status"], row["reported_status"])
        differ = Status.NOT_ASSESSED not in both and both[0] != both[1]
        differs = f" {_flag('differ', _('Ratings differ'))}" if differ else ""
        return differs + (f" {_flag('lost', _('Evidence lost'))}" if row["has_lost_evidence"] else "")

    def _lead(self, lead: Mapping[str, str] | None) -> str:
        if lead is None:
            return _aside(_("Nobody yet"))
        return f'<a href="{_organizations()}{lead["slug"]}/">{escape(self._chosen(lead, "name"))}</a>'

    def _target(self, row: Mapping[str, Any]) -> str:
        value = calendar.delivery(row["target_on"], row["status"], self._today)
        late = f" {_flag(value.value, str(value.label))}" if value in {Delivery.OVERDUE, Delivery.DUE_SOON} else ""
        return _day(row["target_on"], pgettext("target date", "None")) + late

    def _assessed(self, row: Mapping[str, Any]) -> str:
        value = calendar.freshness(row["assessed_on"], self._today)
        stale = f" {_flag(value.value, str(value.label))}" if value is Freshness.STALE else ""
        stalled = f" {_flag('stalled', _('Stalled'))}" if silence(row, self._today).is_stalled else ""
        return _day(row["assessed_on"], _("Never")) + stale + stalled

    def _chosen(self, row: Mapping[str, Any], column: str) -> str:
        return next((row[f"{column}_{code}"] for code in self._languages if row[f"{column}_{code}"]), "")


@lru_cache(maxsize=64)
def _mark(value: str, _language: str) -> str:
    return render_to_string("_mark.html", {"value": value, "label": Status(value).label}).strip()


def _flag(code: str, label: str) -> str:
    return f'<span class="flag flag-{code}">{escape(label)}</span>'


def _aside(text: str) -> str:
    return format_html('<span class="aside">{}</span>', text)


def _day(day: dt.date | None, otherwise: str) -> str:
    return _time(day, get_language() or "") if day else _aside(otherwise)


@lru_cache(maxsize=4096)
def _time(day: dt.date, _language: str) -> str:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), date_format(day, "SHORT_DATE_FORMAT"))


@lru_cache(maxsize=64)
def _instrument(value: str, _language: str) -> str:
    return str(Instrument(value).label)


def _list() -> str:
    return reverse("recommendations")


def _organizations() -> str:
    return reverse("organizations")
