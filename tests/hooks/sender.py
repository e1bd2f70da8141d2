"""A sender as a process of its own: `python -m tests.hooks.sender DATABASE PORT MOMENT`.

All names lead to the server on that port. It kills itself, as the machine would, at the moment it is told: "claimed",
"written", "answered", "settled" or "never".
"""

import os
import signal
import sys

import django
import httpcore2
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections


def die(*_anything, **_more):
    os.kill(os.getpid(), signal.SIGKILL)


def after(owner, name):
    whole = getattr(owner, name)

    def done_and_dead(*said, **more):
        whole(*said, **more)
        die()

    setattr(owner, name, done_and_dead)


def main(database, port, moment):
    django.setup()
    connections.databases["default"]["NAME"] = database

    from recommendations.hooks import message, outcome, post, rounds
    from recommendations.management.commands.send_calls import Command

    places = {
        "claimed": (rounds, "claim"),
        "written": (message, "write"),
        "answered": (post.Caller, "call"),
        "settled": (outcome, "accepted"),
    }
    if moment in places:
        after(*places[moment])
    caller = post.Caller(
        resolve=lambda *_: ["93.184.215.14"],
        connect=lambda _address, _port, seconds: httpcore2.SyncBackend().connect_tcp("127.0.0.1", int(port), seconds),
    )
    try:
        call_command(Command(caller=caller, lines=4 if moment == "never" else 1))
    except CommandError as wrong:
        sys.exit(wrong.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
