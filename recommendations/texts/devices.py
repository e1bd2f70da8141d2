"""A browser and its system in plain words, from what it says of itself. Both are guesses: anybody can say anything."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

# What each says of itself and the others do not; browsers that copied another one's name come before it.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex Browser",
    "SamsungBrowser": "Samsung Internet",
    "Vivaldi": "Vivaldi",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrom": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device(said: str) -> str:
    """Say “Firefox on Windows”, as far as it can be told."""
    browser, system = (
        next((name for mark, name in known.items() if mark in said), "") for known in (_BROWSERS, _SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
