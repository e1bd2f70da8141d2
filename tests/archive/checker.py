"""A checker as a process of its own: `python -m tests.archive.checker DATABASE PORT MEDIA MOMENT`.

All names lead to the server on that port. It kills itself, as the machine would, at the moment it is told: "claimed",
"fetched", "kept", "recorded", "left" or "never".
"""

import os
import signal
import sys

import django
import httpcore2
from django.conf import settings
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


def main(database, port, media, moment):
    django.setup()
    connections.databases["default"]["NAME"] = database
    settings.MEDIA_ROOT = media

    from recommendations.actions import capture, keeping
    from recommendations.archive import claim, rounds
    from recommendations.archive.fetch import Fetcher
    from recommendations.management.commands.check_evidence import Command

    places = {
        "claimed": (claim, "claim"),
        "fetched": (Fetcher, "fetch"),
        "kept": (keeping, "keep"),
        "recorded": (capture, "record"),
        "left": (claim, "leave"),
    }
    if moment in places:
        after(*places[moment])
    fetcher = Fetcher(
        "test",
        resolve=lambda *_: ["93.184.215.14"],
        connect=lambda _address, _port, seconds: httpcore2.SyncBackend().connect_tcp("127.0.0.1", int(port), seconds),
    )
    rounds.NAP = 0.05
    try:
        call_command(Command(fetcher=fetcher), "--due")
    except CommandError as wrong:
        sys.exit(wrong.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
