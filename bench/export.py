"""The register as a file beside PostgreSQL's own COPY of the same columns, in turn, in one run: seconds and memory."""

import threading
import time
from pathlib import Path

from django.db import connection
from django.utils import timezone

from recommendations.exchange import columns, export, workbook
from recommendations.exchange.manifest import Asked
from recommendations.models import Recommendation
from recommendations.rules.selection import Selection

LARGEST_MB, LONGEST_SHEET = 64, 30.0  # above the idle process; seconds for 100,000 rows
STATUS = Path("/proc/self/status")


def resident() -> float:
    """Return the megabytes that this process holds."""
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


class Peak:
    """The most megabytes that this process held above what it did at first."""

    def __enter__(self):
        self.before, self.most, self.is_over = resident(), 0.0, threading.Event()
        self.watch = threading.Thread(target=self.look)
        self.watch.start()
        return self

    def look(self) -> None:
        """Look twenty times a second."""
        while not self.is_over.wait(0.05):
            self.most = max(self.most, resident() - self.before)

    def __exit__(self, *_error):
        self.is_over.set()
        self.watch.join()


def question() -> Asked:
    """Ask for everything."""
    now = timezone.now()
    return Asked(Selection(), None, today=now.date(), now=now)


def copied(form: str) -> tuple[int, int]:
    """Have PostgreSQL copy the same columns, as they are; return rows and bytes."""
    asked = question()
    items = Recommendation.objects.visible_to(None).selected(asked.wanted, person=None, today=asked.today)
    rows = columns.rows(items.order_by("sort_key", "id"), reader=None, today=asked.today, scale=None, is_table=False)
    inner = connection.ops.compose_sql(*rows.query.sql_with_params())
    statement = {
        "csv": f"COPY ({inner}) TO STDOUT (FORMAT csv)",
        "ndjson": f"COPY (SELECT row_to_json(x) FROM ({inner}) x) TO STDOUT",
    }[form]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        sizes = [len(line) for line in copy]
    return len(sizes), sum(sizes)


def handed_out(form: str) -> tuple[int, int]:
    """Make our file; return rows and bytes."""
    tally = export.Tally()
    for _piece in question().pieces(form, tally):
        pass
    return tally.rows, tally.size


def sheet() -> tuple[int, int]:
    """Make the workbook; return rows and bytes."""
    file, tally = workbook.write(question())
    return tally.rows, sum(map(len, workbook.pieces(file)))


WORKS = {
    "COPY, CSV": lambda: copied("csv"),
    "CSV": lambda: handed_out("csv"),
    "COPY, NDJSON": lambda: copied("ndjson"),
    "NDJSON": lambda: handed_out("ndjson"),
    "JSON": lambda: handed_out("json"),
    "XLSX": sheet,
}
LIMITS = {"CSV": "COPY, CSV", "NDJSON": "COPY, NDJSON", "JSON": "COPY, NDJSON"}


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Do each work some times, in turn; return median seconds, seconds of our own, most megabytes, the ratio to COPY."""
    spent: dict[str, list[float]] = {name: [] for name in WORKS}
    figures: dict[str, dict[str, float]] = {}
    for name, work in WORKS.items():
        with Peak() as peak:
            own = time.process_time()
            for _round in range(1 if name == "XLSX" else rounds):
                begin = time.perf_counter()
                rows, size = work()
                spent[name].append(time.perf_counter() - begin)
        own = (time.process_time() - own) / len(spent[name])
        median = sorted(spent[name])[len(spent[name]) // 2]
        figures[name] = {"rows": rows, "MB": size / 1e6, "seconds": median, "own": own, "peak_mb": peak.most}
    for name, limit in LIMITS.items():
        figures[name]["ratio"] = figures[name]["seconds"] / figures[limit]["seconds"]
    return {name: {key: round(value, 2) for key, value in row.items()} for name, row in figures.items()}


def show(found: dict[str, dict[str, float]]) -> None:
    """Print a table."""
    print(f"{'work':16}{'rows':>10}{'MB':>10}{'seconds':>10}{'own CPU':>10}{'ratio':>8}{'peak MB':>10}")
    for name, row in found.items():
        ratio = f"{row['ratio']:8.2f}" if "ratio" in row else " " * 8
        print(
            f"{name:16}{row['rows']:10,}{row['MB']:10.1f}{row['seconds']:10.2f}{row['own']:10.2f}{ratio}{row['peak_mb']:10.1f}"
        )
    print(f"goals: ratio at most 2; at most {LARGEST_MB} MB above idle; XLSX of 100,000 rows in {LONGEST_SHEET:.0f} s")
