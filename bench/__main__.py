"""`python -m bench [--items N] [--rounds N] [--history | --import | --export | --digests [N …]]`: each work beside its limit, in turn, in the same run; ratios, not promises."""

import argparse
import contextlib
import datetime as dt
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = 8765
LIMIT_PORT = 8766
EVENTS = 1_000_000


def works(items: int) -> dict[str, tuple[str, str, int]]:
    """Name each work: the register's address, and the limit's; as of an earlier day the limit is our own of today."""
    reference = f"BM-{items // 2:07}"
    listed = "/api/v1/recommendations/?page_size={size}"
    ours = {
        **{f"list, {n} items, JSON": (listed.format(size=n), f"/list?size={n}") for n in (25, 50, 100)},
        "filter + search, 25 items": (listed.format(size=25) + "&status=partly&q=energy", "/search?size=25&q=energy"),
        **{
            f"{part}/10 down the list, 25 items": (
                f"{listed.format(size=25)}&cursor={deep(items * part // 10)}",
                f"/deep?size=25&after={items * part // 10}",
            )
            for part in (1, 5, 9)
        },
        "one item": (f"/api/v1/recommendations/{reference}/", f"/one?reference={reference}"),
        "PATCH one item": (f"PATCH /api/v1/recommendations/{reference}/", f"/amend?reference={reference}"),
        "page of the list, HTML": ("/recommendations/", "/html?size=50"),
        "statistics": ("/api/v1/statistics/", ""),
    }
    earlier = (dt.datetime.now(dt.UTC) - dt.timedelta(days=150)).date().isoformat()
    return {
        **{name: (address, limit, LIMIT_PORT) for name, (address, limit) in ours.items() if limit},
        **{
            f"as of / now: {name}": (_dated(address, earlier), address, PORT)
            for name, (address, _limit) in ours.items()
            if "cursor=" not in address and not address.startswith("PATCH")
        },
    }


def deep(number: int) -> str:
    """Return the cursor of the page after so many items, as the register itself writes it."""
    from recommendations.models import Recommendation, keyset  # noqa: PLC0415 - needs Django
    from recommendations.rules.selection import Selection  # noqa: PLC0415

    order = keyset.Order("reference", "sort_key")
    found = Recommendation.objects.filter(reference=f"BM-{number:07}").values("id", "sort_key")
    row = found.get()
    both = Recommendation.objects.filter(sort_key__gte=row["sort_key"]).values("id", "sort_key")
    return keyset.page(both, order, cursor=None, size=1, question=repr(Selection())).next or ""


def _dated(address: str, day: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}as_of={day}"


@contextlib.contextmanager
def serving(*servers: tuple[str, int]):
    """Run gunicorn for each application on its port while measuring."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "error",
             "--keep-alive", "60", "--worker-class", "gthread", "--threads", "1", application], cwd=ROOT,
        )
        for application, port in servers
    ]  # fmt: skip
    try:
        for _application, port in servers:
            wait(port)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def wait(port: int) -> None:
    """Return when something answers on the port."""
    for _try in range(200):
        with contextlib.suppress(OSError):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health/live" if port == PORT else "/list?size=1")
            line.getresponse().read()
            return
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}.")


def ask(line: http.client.HTTPConnection, address: str, turn: int = 0) -> tuple[float, int]:
    """Return the milliseconds and bytes of one answer; what is changed changes every turn."""
    method, _space, path = address.rpartition(" ")
    body = json.dumps({"priority": ("high", "low")[turn % 2]}) if method else None
    headers = {
        "Content-Type": "application/json",
        "If-Match": "*",
        "Authorization": f"Bearer {os.environ['BENCH_KEY']}",
    }
    begin = time.perf_counter()
    line.request(method or "GET", path, body, headers if method else {})
    answer = line.getresponse()
    body = answer.read()
    spent = (time.perf_counter() - begin) * 1000
    if answer.status != http.client.OK:
        raise SystemExit(f"{address} answered {answer.status}: {body[:200]!r}")
    return spent, len(body)


def measure(ours: str, limit: str, port: int, rounds: int) -> dict[str, float]:
    """Ask both in turn; return milliseconds (min, median, max), the ratios of the medians and of the minima, and bytes."""
    here, there = (http.client.HTTPConnection("127.0.0.1", each, timeout=60) for each in (PORT, port))
    for turn in range(10):
        ask(here, ours, turn), ask(there, limit, turn)
    pairs = [(ask(here, ours, turn), ask(there, limit, turn)) for turn in range(rounds)]
    mine, best = [a[0] for a, _ in pairs], [b[0] for _, b in pairs]
    median, floor = statistics.median(mine), statistics.median(best)
    figures = {"min": min(mine), "median": median, "max": max(mine), "limit": floor, "ratio": median / floor}
    figures["best"] = min(mine) / min(best)  # what is left when the machine has other work
    return {**{name: round(value, 2) for name, value in figures.items()}, "bytes": pairs[0][0][1]}


def main() -> None:
    """Fill, serve, measure, print, write."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--items", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument(
        "--history", action="store_true", help="verify a million events, ten for each of 100,000 items"
    )
    options.add_argument(
        "--import", dest="imports", action="store_true", help="read, apply and undo tables of 50,000 rows"
    )
    options.add_argument("--export", action="store_true", help="files of --items recommendations beside COPY")
    options.add_argument(
        "--digests", nargs="*", type=int, metavar="N", help="plan, compose, render and send for N subscriptions each"
    )
    given = options.parse_args()
    home = Path(os.environ.setdefault("RELATIONS_HOME", str(ROOT / "var" / "bench")))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings", PORT=str(PORT), LOG_LEVEL="WARNING", DATABASE_ROLE="owner"
    )
    sys.path.insert(0, str(ROOT))

    import django  # noqa: PLC0415 - after the environment is set
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from relations import devservices  # noqa: PLC0415

    env = settings.ENV
    devservices.ensure(env.home, database=env.embedded_database, cache=env.embedded_cache)
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.db import connection  # noqa: PLC0415

    from bench import digests, export, history, importing  # noqa: PLC0415 - need the models
    from bench.fill import fill  # noqa: PLC0415 - likewise

    if given.history:
        fill(EVENTS // 10)
        figures = history.measure(EVENTS, 5)
        (home / "history.json").write_text(json.dumps(figures, indent=1))
        history.show(figures)
        return
    if given.imports:
        fill(importing.ROWS)
        found = {form: importing.measure(form) for form in ("csv", "xlsx")}
        (home / "import.json").write_text(json.dumps(found, indent=1))
        for figures in found.values():
            importing.show(figures)
        return
    fill(given.items)
    if given.export:
        figures = export.measure(min(given.rounds, 5))
        (home / "export.json").write_text(json.dumps(figures, indent=1))
        export.show(figures)
        return
    if given.digests is not None:
        found = {str(n): digests.measure(n) for n in given.digests or (10_000, 100_000)}
        (home / "digests.json").write_text(json.dumps(found, indent=1))
        digests.show(found)
        return
    os.environ.update(BENCH_DSN=dsn(connection), BENCH_KEY=key())
    with serving(("relations.wsgi", PORT), ("bench.limit", LIMIT_PORT)):
        found = {name: measure(*addresses, given.rounds) for name, addresses in works(given.items).items()}
    (home / "bench.json").write_text(
        json.dumps({"items": given.items, "rounds": given.rounds, "works": found}, indent=1)
    )
    show(found, given.items)


def key() -> str:
    """Make a key for the steward of the bench."""
    from django.utils import timezone  # noqa: PLC0415 - needs Django

    from recommendations.actions import token  # noqa: PLC0415
    from recommendations.models import Person  # noqa: PLC0415

    steward = Person.objects.get(email="bench1@example.org")
    return token.issue("bench", scope="write", actor=steward, now=timezone.now())[1]


def dsn(connection) -> str:
    """Return the address of Django's database for psycopg."""
    wanted = ("host", "port", "user", "password", "dbname")
    return " ".join(f"{k}='{v}'" for k, v in connection.get_connection_params().items() if k in wanted and v)


def show(found: dict[str, dict[str, float]], items: int) -> None:
    """Print a table: milliseconds at one client, and the ratio to the limit in the same run."""
    print(f"{items:,} items; ms at one client; ratio = median / limit of the same run; best = the same of the minima")
    print("as of / now: 150 days ago, five versions of each item; the limit is our own answer of today\n")
    print(f"{'work':42}{'min':>8}{'median':>8}{'max':>8}{'limit':>8}{'ratio':>8}{'best':>8}{'kB':>8}")
    for name, row in found.items():
        figures = "".join(f"{row[column]:8.2f}" for column in ("min", "median", "max", "limit", "ratio", "best"))
        print(f"{name:42}{figures}{row['bytes'] / 1000:8.1f}")


if __name__ == "__main__":
    main()
