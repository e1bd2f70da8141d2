"""How quickly a table of 50,000 rows is read, applied and undone, as a steward would send it; and in how much memory."""

import csv
import io
import os
import resource
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import xlsxwriter
from django.db import connection
from django.utils import timezone

from recommendations.actions import importing
from recommendations.exchange import export
from recommendations.exchange.incoming import headings, intake, rounds
from recommendations.models import Person, Recommendation
from recommendations.models.person import REGISTER

ROWS, LIMIT = 50_000, 60.0  # seconds for each step


def table(rows: int, suffix: str = "") -> list[list[str]]:
    """Return an export of so many items in which every title was edited; half of the rows are of new items.

    Without descriptions, so that as many rows as may come fit in a file as large as may come.
    """
    items = Recommendation.objects.standing()
    today = timezone.now().date()
    pieces = export.export(items, "csv", ordering="reference", reader=REGISTER, today=today, moment=None)
    lines = csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline=""))
    header = next(lines)
    known = [dict(zip(header, line, strict=True)) for line in islice(lines, rows // 2)]
    for row in known:
        row["title_en"] = f"{row['title_en'][:200]} (anew{suffix})"
    header = [name for name in headings.READ if not name.startswith("description")]
    number = int(time.time()) % 100_000 * 1000
    fresh = [
        row | {"reference": f"NEW-{(number + place) % 10**9}", "parent": "", "version": ""}
        for place, row in enumerate(islice((row for _round in range(9) for row in known), rows - len(known)))
    ]
    return [header, *([row[name] for name in header] for row in known + fresh)]


def written(rows: list[list[str]], form: str) -> bytes:
    """Return the table as a file."""
    if form == "csv":
        page = io.StringIO(newline="")
        csv.writer(page).writerows(rows)
        return page.getvalue().encode("utf-8-sig")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Recommendations")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def _memory(pid: str = "self") -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _worked(pid: str | int = "self") -> float:
    """Return how many seconds a process has worked, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Peak(threading.Thread):
    """Looks at the memory of this process and of its children, ten times a second; in megabytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = 0.0
        self.goes_on = True
        self.start()

    def run(self) -> None:
        """Look."""
        while self.goes_on:
            self.own = max(self.own, _memory())
            time.sleep(0.1)


def measure(form: str, rows: int = ROWS) -> dict[str, float]:
    """Read, apply and undo one table; return seconds of each and megabytes."""
    actor = Person.objects.filter(role="steward").first() or Person.objects.create(
        name="Bench", email="bench0@example.org", role="steward", joined_at=timezone.now()
    )
    content = written(table(rows), form)
    before = _memory()
    peak = Peak()
    made = importing.take(f"bench.{form}", content, intake.tell(content), actor=actor, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = cursor.fetchone()[0]
    found = {"rows": rows, "megabytes_of_file": round(len(content) / 1e6, 1)}
    for name, ask in (("read", None), ("apply", importing.apply), ("undo", importing.undo)):
        if ask is not None:
            ask(made.uuid, actor=actor, now=timezone.now())
        begin, worked = time.perf_counter(), _worked() + _worked(server)
        rounds.run(only=made.uuid)
        found[f"{name}_seconds"] = round(time.perf_counter() - begin, 1)
        found[f"{name}_worked"] = round(_worked() + _worked(server) - worked, 1)
        made.refresh_from_db()
        if made.state not in {"read", "applied", "undone"} or made.problems:
            raise SystemExit(f"The import came to {made.state}: {made.counts} {made.problems}")
    peak.goes_on = False
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return found | {"megabytes_more": round(peak.own - before), "megabytes_of_child": round(child), **made.counts}


def show(found: dict[str, float]) -> None:
    """Print it in words."""
    steps = ", ".join(
        f"{name} {found[f'{name}_seconds']} s (of work: {found[f'{name}_worked']} s)"
        for name in ("read", "apply", "undo")
    )
    print(f"{found['rows']:,} rows, {found['megabytes_of_file']} MB: {steps} (limit {LIMIT:.0f} s each);"
          f" {found['megabytes_more']} MB more memory, {found['megabytes_of_child']} MB the parser", file=sys.stderr)  # fmt: skip
