"""Text that people type: what may not be in it, how long it may be."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

TITLE: Final = 300
LINE: Final = 300
NAME: Final = 120
SHORT: Final = 60
EMAIL: Final = 254
TEXT: Final = 20_000
NUMBER: Final = 10**16
DECIMALS: Final = 4
# C0 but tab and line breaks, DEL, C1, lone surrogates, noncharacters
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# The same for JSON Schema, in which there are no surrogates: the second one for texts of which something has to be seen.
_SHOWN: Final = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]"
PATTERN: Final = rf"^[^{_SHOWN}*$"
PATTERN_NEEDED: Final = rf"^[^{_SHOWN}*[^\s{_SHOWN}[^{_SHOWN}*$"

PLANNED: Final = (1900, 2199)


def check_text(value: str, field: str, *, longest: int, required: bool = False) -> list[Problem]:
    """Return what is wrong with a text: control characters, too long (in characters), empty where it is needed."""
    if _FORBIDDEN.search(value):
        return [Problem("control_characters", _("The text has characters that cannot be shown; type it anew."), field)]
    if len(value) > longest:
        text = _("The text has %(length)s characters; at most %(longest)s are possible.")
        return [Problem("too_long", text % {"length": len(value), "longest": longest}, field)]
    if required and not value.strip():
        return [Problem("required", _("This is needed; fill it in."), field)]
    return []


def check_email(value: str, field: str = "email") -> list[Problem]:
    """Return what is wrong with an e-mail address: of another form, too long."""
    try:
        validate_email(value)
    except ValidationError:
        return [Problem("bad_email", _("This is not an e-mail address; write it like name@example.org."), field)]
    return check_text(value, field, longest=EMAIL)


def check_zone(name: str, field: str = "time_zone") -> list[Problem]:
    """Return what is wrong with the name of a time zone."""
    if name in zoneinfo.available_timezones():
        return []
    text = _("There is no time zone “%(name)s”; names are like Europe/Minsk.")
    return [Problem("bad_time_zone", text % {"name": name[:60]}, field)]


def sort_key(name: str) -> str:
    """Return what a name is sorted by in the database's byte order: without case, Ё right after Е."""
    return unicodedata.normalize("NFKC", name).casefold().replace("ё", "е\u0fff").strip()


def not_a_choice(value: object, choices: Iterable[str], field: str) -> Problem:
    """Say that a value is not one of a closed list."""
    text = _("“%(value)s” is not one of: %(choices)s.")
    return Problem("not_a_choice", text % {"value": str(value)[:60], "choices": ", ".join(choices)}, field)


def not_found(name: object, field: str) -> Problem:
    """Say that what is named does not exist in the register (or not for this person)."""
    return Problem("unknown_name", _("There is no “%(name)s” in the register.") % {"name": str(name)[:60]}, field)


def check_number(value: Decimal | float | None, field: str) -> list[Problem]:
    """Return what is wrong with a quantity: at most 16 digits before and 4 after the decimal point."""
    if value is None:
        return []
    number = Decimal(str(value))
    if number.is_finite() and abs(number) < NUMBER and number == round(number, DECIMALS):
        return []
    text = _("A number has at most 16 digits before and 4 after the decimal point.")
    return [Problem("bad_number", text, field)]


def check_planned(day: dt.date | None, field: str) -> list[Problem]:
    """Return what is wrong with a day that something is planned for: a year that nobody can have meant."""
    if day is None or PLANNED[0] <= day.year <= PLANNED[1]:
        return []
    said = {"first": PLANNED[0], "last": PLANNED[1]}
    text = _("Is the year right? What is planned lies between the years %(first)s and %(last)s.")
    return [Problem("unlikely_year", text % said, field)]


def check_past(day: dt.date, today: dt.date, field: str) -> list[Problem]:
    """Return what is wrong with a day that must not lie in the future."""
    if day <= today:
        return []
    return [Problem("in_the_future", _("This day has not come yet; give today or an earlier day."), field)]
