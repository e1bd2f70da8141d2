"""A worker as a process of its own: `python -m tests.exchange.importer DATABASE MEDIA MOMENT`.

It kills itself, as the machine would, at the moment it is told: "claimed", "begun" (after the first items are
written), "written" (all of them, before the end), "ended" (within the transaction, before it is written), "left" or
"never".
"""

import os
import signal
import sys

import django
from django.conf import settings
from django.db import connections


def die(*_anything, **_more):
    os.kill(os.getpid(), signal.SIGKILL)


def after(owner, name):
    whole = getattr(owner, name)

    def done_and_dead(*said, **more):
        whole(*said, **more)
        die()

    setattr(owner, name, done_and_dead)


def main(database, media, moment):
    django.setup()
    connections.databases["default"]["NAME"] = database
    settings.MEDIA_ROOT = media

    from recommendations.actions import importing, many
    from recommendations.exchange.incoming import claim, rounds

    places = {
        "claimed": (claim, "claim"),
        "begun": (many, "amend"),
        "written": (importing, "note_applied"),
        "ended": (claim, "finish"),
        "left": (rounds, "_do"),
    }
    if moment in places:
        after(*places[moment])
    rounds.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
