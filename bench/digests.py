"""How quickly digests are planned, composed, rendered and handed over; whether statements or memory grow with them."""

import contextlib
import os
import smtplib
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import connection

from recommendations.digests import deliver, letters, outcome, plan, rounds
from recommendations.digests.claim import claim
from recommendations.digests.compose import Desk
from recommendations.digests.message import seal
from recommendations.models.clock import clock

ROOT = Path(__file__).resolve().parents[1]
PORT = 8767
GOAL_WRITTEN, GOAL_HANDED_OVER = 400, 1.3  # mails a second and core; times the sink's own pace
LANGUAGES, ZONES = ("en", "ru"), ("UTC", "Europe/Minsk", "Europe/Moscow", "Asia/Vladivostok", "America/New_York")
PEOPLE = """
INSERT INTO recommendations_person (password, uuid, email, name, language, time_zone, role, organization_id, is_active, joined_at, version)
SELECT '!', gen_random_uuid(), 'bench' || n || '@example.org', 'Bench ' || n, (%(languages)s::text[])[1 + n %% 2],
       (%(zones)s::text[])[1 + n %% 5], CASE WHEN n %% 10 < 3 THEN 'contributor' ELSE 'reader' END,
       CASE WHEN n %% 10 < 3 THEN 1 + n %% 50 END, true, now(), 1
  FROM generate_series(51, %(count)s + 50) n
"""
# Of ten: six about everything (two of them owners), one about what they own, one about what they follow, two visitors.
WISHES = """
INSERT INTO recommendations_subscription (uuid, person_id, email, time_zone, cadence, weekday, hour, scope, language, created_at,
       confirmed_at, version)
SELECT gen_random_uuid(), CASE WHEN n %% 10 < 8 THEN p.id END, CASE WHEN n %% 10 < 8 THEN '' ELSE 'visitor' || n || '@example.org' END,
       CASE WHEN n %% 10 < 8 THEN '' ELSE p.time_zone END, 'daily', 0, 0,
       CASE n %% 10 WHEN 2 THEN 'owned' WHEN 3 THEN 'followed' ELSE 'everything' END, p.language, now() - interval '1 day',
       CASE WHEN n %% 10 < 8 THEN NULL ELSE now() END, 1
  FROM generate_series(51, %(count)s + 50) n JOIN recommendations_person p ON p.email = 'bench' || n || '@example.org'
"""
FOLLOWS = """
INSERT INTO recommendations_follow (person_id, recommendation_id, since)
SELECT s.person_id, 1 + (s.id * 7 + k) %% (SELECT max(id) FROM recommendations_recommendation), now()
  FROM recommendations_subscription s, generate_series(1, 5) k WHERE s.scope = 'followed'
    ON CONFLICT DO NOTHING
"""
TODAY = """
UPDATE recommendations_recommendation SET target_on = CASE WHEN id %% 400 = 0 THEN current_date - 1 + (id / 400 %% 3)::int ELSE target_on END,
       assessed_on = CASE WHEN id %% 500 = 0 THEN current_date - 181 ELSE assessed_on END
 WHERE id %% 100 = 0
"""
TOLD = """
INSERT INTO recommendations_event (subject, subject_key, recommendation_id, sequence, verb, actor_id, actor_key, recorded_at, before,
       after, previous_hash, hash)
SELECT 'recommendation', r.reference, r.id, 0, 'assessed', p.id, p.uuid, now() - interval '1 day' * random() * 2,
       '{"value": "no_action"}', '{"value": "in_preparation", "kind": "self", "narrative": "Somebody wrote a sentence or two about it."}',
       '', '' FROM recommendations_recommendation r JOIN recommendations_person p ON p.id = 1 + r.id %% 50 WHERE r.id %% 100 = 0
"""
# What was not composed yet is not sent either, but for the last few.
REST = """
UPDATE recommendations_delivery SET state = 'empty', token = NULL, lease_until = NULL WHERE state IN ('planned', 'sending')
   AND id NOT IN (SELECT id FROM recommendations_delivery WHERE state = 'planned' ORDER BY id DESC LIMIT %s)
"""
HANDED_OVER = 2_000


def fill(count: int) -> None:
    """Make so many subscriptions of the mixture, each with one period that has ended and no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE recommendations_delivery, recommendations_subscription, recommendations_follow CASCADE"
        )
        cursor.execute("SELECT count(*) FROM recommendations_person")
        if cursor.fetchone()[0] != count + 50:
            cursor.execute("DELETE FROM recommendations_person WHERE id > 50")
            cursor.execute(PEOPLE, {"count": count, "languages": list(LANGUAGES), "zones": list(ZONES)})
        cursor.execute(
            "SELECT count(*) FROM recommendations_event WHERE verb = 'assessed' AND recorded_at > now() - interval '1 day'"
        )
        if not cursor.fetchone()[0]:
            cursor.execute(TODAY, [])
            cursor.execute(TOLD, [])
        cursor.execute(WISHES, {"count": count})
        cursor.execute(FOLLOWS, [])
        cursor.execute("VACUUM ANALYZE")


class Counted:
    """Counts statements, and keeps none."""

    statements = 0

    def __call__(self, execute, sql, params, many, context):
        """Let one pass."""
        self.statements += 1
        return execute(sql, params, many, context)


@contextlib.contextmanager
def sink():
    """Run the mail server that takes everything."""
    running = subprocess.Popen([sys.executable, "-m", "bench.sink", str(PORT)], cwd=ROOT)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", PORT,
    )  # fmt: skip
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        for _try in range(100):
            with contextlib.suppress(OSError):
                smtplib.SMTP("127.0.0.1", PORT).quit()
                break
            time.sleep(0.05)
        yield
    finally:
        running.terminate()
        running.wait()


def planned() -> dict[str, float]:
    """Plan everything; return seconds and the most memory that Python held meanwhile."""
    tracemalloc.start()
    began = time.perf_counter()
    made = plan.plan()
    spent, (_now, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"planned": made["planned"], "seconds": round(spent, 2), "most_mb": round(most / 1e6, 1)}


def rehearsed() -> dict[str, float]:
    """Rehearse a round; the same figures."""
    tracemalloc.start()
    began = time.perf_counter()
    count = sum(1 for _each in rounds.rehearse())
    spent, (_now, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"rehearsed": count, "seconds": round(spent, 2), "most_mb": round(most / 1e6, 1)}


def written(most: int) -> dict[str, float]:
    """Compose, render and seal batch by batch up to `most`; of the processor's time, and statements of a batch."""
    desk, spent, count, claimed, size, statements, largest = Desk(), Counter(), 0, 0, 0, set(), 0
    while claimed < most and (batch := claim(deliver.BATCH)).claims:
        claimed += len(batch.claims)
        now = clock()
        counted = Counted()
        with connection.execute_wrapper(counted):
            began = time.process_time()
            made = letters.write(batch.claims, now=now, desk=desk)
            spent["write"] += time.process_time() - began
        statements.add(counted.statements)
        began = time.process_time()
        sealed = [seal(letter, now=now) for _mine, letter in made.letters]
        spent["seal"] += time.process_time() - began
        outcome.empty(batch.claims)  # nothing is sent here
        count += len(made.letters)
        size += sum(len(each.content) for each in sealed)
        largest = max([largest, *(len(letter.html.encode()) for _mine, letter in made.letters)])
    return {
        "mails": count,
        "a_second_and_core": round(count / spent["write"]),
        "sealed_too": round(count / (spent["write"] + spent["seal"])),
        "statements": max(statements),
        "kb_each": round(size / count / 1e3, 1),
        "largest_html_kb": round(largest / 1e3, 1),
    }


def resident() -> float:
    """Return how much memory this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def handed_over(size: int) -> dict[str, float]:
    """Deliver what is planned by the whole protocol, beside one conversation that sends as many bare messages of that size.

    `handing_over_a_second` leaves out composing and keeping what is said: conversation, fence, dot and what came of it.
    """
    spent, hand_over = [], deliver._hand_over

    def timed(*given):
        began = time.perf_counter()
        way = hand_over(*given)
        spent.append(time.perf_counter() - began)
        return way

    deliver._hand_over = timed
    began = time.perf_counter()
    sent = deliver.deliver()["sent"]
    whole = time.perf_counter() - began
    deliver._hand_over = hand_over
    bare = conversed(sent, size)
    best = quickest(spent) / quickest(bare)
    return {
        "sent": sent,
        "a_second": round(sent / whole),
        "handing_over_a_second": round(sent / sum(spent)),
        "sink_a_second": round(sent / sum(bare)),
        "ratio": round(sum(spent) / sum(bare), 2),
        "ratio_of_the_best": round(best, 2),
    }


def conversed(count: int, size: int) -> list[float]:
    """Send as many bare messages of that size in one conversation; return how long each took."""
    spent, body = [], (b"x" * 70 + b"\r\n") * (size // 72)
    line = smtplib.SMTP("127.0.0.1", PORT)
    for _each in range(count):
        began = time.perf_counter()
        line.sendmail("bench@example.org", ["bench@example.org"], body)
        spent.append(time.perf_counter() - began)
    line.quit()
    return spent


def quickest(spent: list[float]) -> float:
    """Return how long the quickest fifty in a row took: on a machine with other work the sum says little."""
    return min(sum(spent[start : start + deliver.BATCH]) for start in range(0, len(spent) - deliver.BATCH, 10))


def measure(count: int) -> dict[str, dict[str, float]]:
    """Measure all of it with so many subscriptions; all but the last few are composed, those are handed over."""
    fill(count)
    found = {"rehearse": rehearsed(), "plan": planned()}
    before = resident()
    found["write"] = written(count - HANDED_OVER)
    found["write"]["grown_mb"] = round(resident() - before, 1)
    with connection.cursor() as cursor:
        cursor.execute(REST, [HANDED_OVER])
    with sink():
        found["hand over"] = handed_over(int(found["write"]["kb_each"] * 1_000))
    return found


def show(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print a line for each work and number of subscriptions."""
    print(
        f"goals: {GOAL_WRITTEN} mails a second and core composed and rendered; the sink's own pace within {GOAL_HANDED_OVER}\n"
    )
    for count, works in found.items():
        for work, figures in works.items():
            print(f"{int(count):>8,}  {work:10}", "  ".join(f"{name} {value:,}" for name, value in figures.items()))
