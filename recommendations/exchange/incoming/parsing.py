"""Tables of others, parsed by a process of its own that is stopped when it takes too much: rows of cells come back."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.exchange.incoming import child
from recommendations.exchange.incoming.intake import Unfit
from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ROWS: Final = 50_000
MEMORY: Final = 1_500_000_000  # bytes of address space; a table of 50,000 rows needs a third
SECONDS: Final = 60  # of work, and three times that by the clock
_SAID: Final = {
    "empty": ("file_empty", _("The file holds no table. Take the template, or an export, and fill it in.")),
    "damaged": ("file_damaged", _("The file is damaged. Save it again as XLSX, ODS or “CSV UTF-8”.")),
    "costly": ("file_bomb", _("The file takes too much to read. Split it, or save it as “CSV UTF-8”.")),
    "long": ("too_many", _("The file has more than %(most)d rows. Split it into several files.")),
    "wide": ("too_many", _("The table has more than %(most)d columns. Leave only those of the template.")),
    "csv": ("file_damaged", _("Row %(row)d (line %(line)d) cannot be read: look at its quotation marks (%(detail)s).")),
    "json": ("file_damaged", _("The file is not JSON: line %(line)d, column %(column)d.")),
    "json_shape": ("file_damaged", _("Entry %(row)d is no object. Give a list of objects, as an export does.")),
    "json_twice": ("file_damaged", _("The file has an object with the same key twice.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: the cells of its header, the row that it stands in, and how to read the rows below."""

    header: list[str]
    line: int
    spool: IO[bytes]

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield each row's number and cells, as often as one asks. Raises `Unfit` where the reading ended."""
        self.spool.seek(0)
        next(self.spool)
        for line in self.spool:
            said = json.loads(line)
            if isinstance(said, dict):
                raise _unfit(said)
            yield said[0], said[1]


@contextmanager
def parsed(content: bytes, form: str, known: dict[str, str]) -> Iterator[Table]:
    """Parse a file of one of `intake.FORMS`; `known` maps names to columns, by which the header is found.

    Raises `Unfit`. What was read lies in a file that is nobody else's and goes with the block.
    """
    with tempfile.TemporaryFile() as spool:
        asked = {"form": form, "known": known, "most": MOST_ROWS, "memory": MEMORY, "seconds": SECONDS}
        _run(json.dumps(asked).encode() + b"\n" + content, spool)
        spool.seek(0)
        first = json.loads(next(spool, b'{"error": "empty"}'))
        if "error" in first:
            raise _unfit(first)
        yield Table(first["header"], first["line"], spool)


def _run(said: bytes, spool: IO[bytes]) -> None:
    command = [sys.executable, "-I", str(Path(child.__file__))]
    try:
        done = subprocess.run(
            command, input=said, stdout=spool, stderr=subprocess.DEVNULL, env={}, timeout=3 * SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _unfit({"error": "costly"}) from None
    if done.returncode:  # it was stopped, or gave up in the middle
        raise _unfit({"error": "costly" if done.returncode < 0 else "damaged"})


def _unfit(said: dict[str, Any]) -> Unfit:
    code, detail = _SAID[said["error"]]
    return Unfit(Problem(code, detail % said if "%(" in str(detail) else detail, "file"))
