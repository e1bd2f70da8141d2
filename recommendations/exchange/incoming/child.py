"""The process that parses files of others: alone, with little memory and time, and nothing of ours to reach.

It is run by its path and imports nothing of the project. Standard input: a line of JSON ({"form", "known": {name: column}, "most",
"memory", "seconds"}), then the file. Standard output: a line {"header", "line"}, then a line [number, cells] for each row
that is not empty; or a line {"error", …} at any point, which ends it. A cell is a text, a list of texts, None (not
given) or {"kind"} for what cannot be in a table. Exit status 0 unless it was stopped.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import resource
import sys
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import python_calamine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SEARCHED = 50  # rows in which a header is looked for
WIDEST = 200
KEY = "reference"


class Wrong(Exception):
    """What ends the reading: a code, and what is said with it."""

    def __init__(self, code: str, **said: Any) -> None:
        super().__init__(code)
        self.said = {"error": code, **said}


def limit(memory: int, seconds: int) -> None:
    """Keep this process small."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def normal(text: str) -> str:
    """Return what columns are compared by: letters and digits, whatever their case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def score(row: Iterable[Any], known: Iterable[str]) -> int:
    """Count the cells of a row that name a column."""
    return len({normal(cell) for cell in row if isinstance(cell, str)} & set(known))


def find(rows: list[list[Any]], known: dict[str, str]) -> int | None:
    """Return where the header is: the row with the most names of columns, one of them the reference's."""
    keys = {name for name, column in known.items() if column == KEY}
    scores = [(score(row, known), -place) for place, row in enumerate(rows[:SEARCHED]) if score(row, keys)]
    best = max(scores, default=(0, 0))
    return -best[1] if best[0] >= 2 else None  # noqa: PLR2004 - a reference and something said of it


def text_of(cell: Any) -> Any:
    """Return a cell as it is written."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004 - beyond it digits are lost
    if isinstance(cell, dt.datetime):
        return (cell.date() if cell.time() == dt.time() else cell).isoformat()
    return cell if isinstance(cell, str) else str(cell)


def from_csv(content: bytes, known: dict[str, str]) -> Iterator[tuple[int, list[Any]]]:
    """Yield numbered rows; the separator is the one by which the header has the most names of columns."""
    csv.field_size_limit(1_000_000)
    text = content.decode("utf-8-sig")
    lines = text.split("\n", SEARCHED)[:SEARCHED]
    separators = [",", ";", "\t"]
    if lines[0].strip().lower() in {"sep=,", "sep=;", "sep=\t", "sep="}:
        separators = [lines[0].strip()[4:] or "\t"]
        text = "\n" + text.split("\n", 1)[-1]
    best = max(
        separators,
        key=lambda separator: max(score(line.strip("\r").replace('"', "").split(separator), known) for line in lines),
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            yield number, row
    except csv.Error as wrong:
        raise Wrong("csv", row=number + 1, line=reader.line_num, detail=str(wrong)[:100]) from None


def from_book(content: bytes, known: dict[str, str]) -> Iterator[tuple[int, list[Any]]]:
    """Yield numbered rows of the first sheet that is shown and has the header, else of the first that is shown."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        kinds = [(sheet.name, sheet.visible) for sheet in book.sheets_metadata]
        shown = [name for name, visible in kinds if visible == python_calamine.SheetVisibleEnum.Visible]
        tables: list[tuple[bool, int, Any]] = []
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            first = [[text_of(cell) for cell in row] for row in islice(sheet.iter_rows(), SEARCHED)]
            tables.append((find(first, known) is None, len(tables), sheet))
        if not tables:
            raise Wrong("empty")
        sheet = min(tables)[2]
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [text_of(cell) for cell in row]
    except python_calamine.CalamineError:
        raise Wrong("damaged") from None


def from_json(content: bytes, _known: dict[str, str]) -> Iterator[tuple[int, list[Any]]]:
    """Yield a header and the objects of a list, or of lines; each is numbered as it stands, the first one as 1."""
    text = content.decode("utf-8-sig")
    objects = parsed(text)
    names: dict[str, int] = {}
    for number, one in enumerate(objects, 1):
        if not isinstance(one, dict):
            raise Wrong("json_shape", row=number)
        for name in one:
            names.setdefault(name, len(names))
    yield 0, list(names)
    for number, one in enumerate(objects, 1):
        yield number, [json_cell(one[name]) if name in one else None for name in names]


def parsed(text: str) -> list[Any]:
    """Read JSON, or JSON by lines."""
    try:
        if text.lstrip().startswith("["):
            return list(json.loads(text, object_pairs_hook=members, parse_constant=refuse))
        lines = [line for line in text.split("\n") if line.strip()]
        return [json.loads(line, object_pairs_hook=members, parse_constant=refuse) for line in lines]
    except json.JSONDecodeError as wrong:
        raise Wrong("json", line=wrong.lineno, column=wrong.colno) from None
    except RecursionError:
        raise Wrong("json", line=1, column=1) from None


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with the same key twice."""
    if len(dict(pairs)) != len(pairs):
        raise Wrong("json_twice")
    return dict(pairs)


def refuse(_name: str) -> Any:
    """Refuse NaN and its like."""
    raise Wrong("json", line=1, column=1)


def json_cell(value: Any) -> Any:
    """Return a value as a cell."""
    if isinstance(value, list):
        return value if all(isinstance(one, str) for one in value) else {"kind": "list"}
    return {"kind": "object"} if isinstance(value, dict) else text_of(value)


FORMS: dict[str, Callable[[bytes, dict[str, str]], Iterator[tuple[int, list[Any]]]]] = {
    "csv": from_csv,
    "xlsx": from_book,
    "ods": from_book,
    "json": from_json,
}


def read(form: str, content: bytes, known: dict[str, str], most: int) -> Iterator[Any]:
    """Yield what is written to standard output."""
    rows = FORMS[form](content, known)
    first = list(islice(rows, SEARCHED))
    filled = [place for place, (_number, row) in enumerate(first) if any(map(filled_in, row))]
    if not filled:
        raise Wrong("empty")
    found = find([row for _number, row in first], known)
    place = filled[0] if found is None else found
    header = [cell if isinstance(cell, str) else "" for cell in first[place][1]]
    while header and not header[-1].strip():
        header.pop()
    if len(header) > WIDEST:
        raise Wrong("wide", most=WIDEST)
    yield {"header": header, "line": first[place][0]}
    count = 0
    for number, row in chain(first[place + 1 :], rows):
        if any(map(filled_in, row)):
            count += 1
            if count > most:
                raise Wrong("long", most=most)
            yield [number, row]


def filled_in(cell: Any) -> bool:
    """Tell whether somebody wrote something."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def main() -> None:
    """Read standard input, write standard output."""
    asked = json.loads(sys.stdin.buffer.readline())
    limit(asked["memory"], asked["seconds"])
    out = sys.stdout.buffer
    try:
        for line in read(asked["form"], sys.stdin.buffer.read(), asked["known"], asked["most"]):
            out.write(json.dumps(line).encode() + b"\n")
    except Wrong as wrong:
        out.write(json.dumps(wrong.said).encode() + b"\n")
    except MemoryError:
        out.write(b'{"error": "costly"}\n')
    out.flush()


if __name__ == "__main__":  # pragma: no cover - a process of its own, where nothing counts
    main()
