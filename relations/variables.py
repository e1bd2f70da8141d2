"""Variables of the environment by name and type; what is wrong is refused by name."""

from collections.abc import Mapping
from urllib.parse import urlsplit

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


class WrongEnvironment(ValueError):
    """A variable is missing or cannot be what it says; the message names it and says what to do."""


class Variables:
    """Reads variables by name and type."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self.source = source

    def text(self, name: str, default: str = "") -> str:
        value = self.source.get(name, "").strip()
        if not value.isprintable():
            raise WrongEnvironment(f"{name} holds a character that cannot be printed.")
        return value or default

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if value and value not in YES | NO:
            raise WrongEnvironment(f"{name} is {value!r}: say one of {', '.join(sorted(YES | NO))}.")
        return value in YES if value else default

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):  # noqa: PLR2004
            raise WrongEnvironment(f"{name} is {value!r}: give a whole number from {least} to {most}.")
        return int(value)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise WrongEnvironment(f"{name} is {value!r}: say one of {', '.join(allowed)}.")
        return value

    def address(self, name: str, schemes: tuple[str, ...], example: str) -> str:
        """An address with one of the schemes; the message does not repeat it, since it may hold a password."""
        value = self.text(name)
        try:
            scheme = urlsplit(value).scheme
            _ = urlsplit(value).port
        except ValueError:
            scheme = "?"
        if value and scheme not in schemes:
            raise WrongEnvironment(f"{name} is not an address this program knows: write it like {example}.")
        return value
