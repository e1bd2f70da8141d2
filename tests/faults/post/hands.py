"""Processes that send, each forked from one that has loaded the program: starting one takes no time.

`python -m tests.faults.post.hands LOG` reads orders, a JSON object a line, and answers each with the number of the process that
carries it out, the leader of a session of its own:

- `run`: the arguments of `celery`, as `manage.py up` gives them; or "poll" for `send_digests` once and again, as by cron.
- `without`: names of what is taken out first (without.py).
- `ahead`: by how many seconds this process' own clock is wrong.
"""

import ctypes
import datetime as dt
import importlib
import json
import os
import runpy
import signal
import sys
import time
import traceback

import django
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error, connections

from recommendations.digests import inline

PAUSE = 0.2  # seconds between two polls
BESIDES = ("relations.celery", "recommendations.tasks", "celery.bin.worker", "celery.apps.worker", "celery.bin.beat",
           "celery.apps.beat", "celery.concurrency.prefork", "kombu.transport.redis", "celery.worker.consumer")  # fmt: skip
_DEATH_OF_PARENT = 1


def main(log):
    _die_with_parent()
    django.setup()
    for name in (*BESIDES, "tests.faults.post.without"):
        importlib.import_module(name)
    for path in (settings.BASE_DIR / "templates/mail").iterdir():
        inline.template(path.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        order = json.loads(line)
        number = os.fork()
        if not number:
            _begin(order, log)
        print(number, flush=True)


def _die_with_parent():
    ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)


def _begin(order, log):
    os.setsid()
    _die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(os.devnull) as nothing, open(log, "a") as told:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
    try:
        _work(**order)
    except Exception:  # noqa: BLE001 - whatever ends it is written down
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _work(run, without=(), ahead=0):
    guards = importlib.import_module("tests.faults.post.without")
    for guard in without:
        getattr(guards, guard)()
    if ahead:
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ahead), tick=True).start()
    if run == "poll":
        _poll()
    sys.argv = ["celery", *run]
    runpy.run_module("celery", run_name="__main__", alter_sys=True)


def _poll():
    while True:
        try:
            call_command("send_digests")
        except CommandError as amiss:
            print(amiss, flush=True)
        except Error:  # the database may be away: cron comes again
            traceback.print_exc()
        connections.close_all()
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1])
