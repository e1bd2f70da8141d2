"""A register of any size for measuring."""

from pathlib import Path

from django.db import connection

STEP = 2_000  # items whose events are written in one transaction: each chain holds a lock
STATEMENTS = Path(__file__).with_suffix(".sql").read_text(encoding="utf8").split(";\n\n")


def fill(items: int) -> None:
    """Make the register hold that many recommendations, unless it does; never where real people are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recommendations_recommendation WHERE reference LIKE 'BM-%%'")
        if cursor.fetchone()[0] == items:
            return
        cursor.execute("SELECT EXISTS (SELECT FROM recommendations_person WHERE email !~ '^bench[0-9]+@example.org$')")
        if cursor.fetchone()[0]:
            raise SystemExit("This database holds a register of people: measure in another one.")
        for statement in STATEMENTS:
            for low in range(1, items + 1, STEP) if "%(low)s" in statement else (1,):
                cursor.execute(statement, {"items": items, "low": low, "high": low + STEP - 1})
        cursor.execute("VACUUM ANALYZE")
