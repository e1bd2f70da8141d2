"""A reference as BibTeX writes it. Letters of all scripts stay as they are: the file is UTF-8, as biber and BibTeX read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VERBATIM: Final = frozenset({"url", "urldate", "langid", "year", "version"})
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPED: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        # A brace that is only escaped still counts where BibTeX looks for the end of a field.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)


def escape(text: str) -> str:
    """Return a text as TeX prints it: on one line, its special signs as commands."""
    return " ".join(text.split()).translate(_ESCAPED)


def entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """Return an entry; fields without a value are left out.

    What is `VERBATIM` is not escaped: such values must have no braces, which in an address are written as %7B and %7D.
    A month is one of `MONTHS`, which styles write in their own language, and stands in no braces at all. All others stand in two pairs of braces, so that no style changes their capitals.
    """
    lines = [f"  {name} = {_value(name, value)},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def _value(name: str, value: str) -> str:
    if name == "month":
        return value
    return f"{{{value}}}" if name in VERBATIM else f"{{{{{escape(value)}}}}}"
