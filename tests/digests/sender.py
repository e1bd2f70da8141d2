"""A sender as a process of its own: `python -m tests.digests.sender DATABASE PORT MOMENT [without-fence]`.

It kills itself, as the machine would, at the moment it is told: "begin", "body", "fence", "dot", "answer" or "never".
"""

import os
import signal
import sys

import django
from django.conf import settings
from django.db import connections

CONTROL = "without-fence"


def die(*_anything):
    os.kill(os.getpid(), signal.SIGKILL)


def main(database, port, moment, *control):
    django.setup()
    connections.databases["default"]["NAME"] = database
    settings.EMAIL_BACKEND = "relations.lines.Smtp"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", int(port), 5

    from recommendations.digests import outcome, rounds, transport

    fence, finish = outcome.fence, transport.Smtp.finish
    if CONTROL in control:
        fence = lambda _mine: True  # noqa: E731
        outcome.fence = fence
    if moment == "begin":
        transport.Smtp.begin = die
    elif moment == "body":
        outcome.fence = die
    elif moment == "fence":
        outcome.fence = lambda mine: fence(mine) and die()
    elif moment == "dot":
        transport.Smtp.finish = lambda line: (finish(line), die())
    elif moment == "answer":
        outcome.sent = die
    done = rounds.run()
    sys.exit(0 if done.is_well else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
