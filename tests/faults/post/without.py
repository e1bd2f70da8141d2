"""The guards of the protocol, each as a way to do without it: what the negative controls run with."""

import datetime as dt
import time

from recommendations.digests import claim, deliver, outcome, plan, waiting


def fence():
    """Send, then mark."""
    outcome.fence = lambda _mine: True


def order():
    """Mark, then send."""
    hand_over = deliver._hand_over

    def marked(mine, envelope, line):
        outcome.sent(mine)
        return hand_over(mine, envelope, line)

    deliver._hand_over = marked
    fence()


def token():
    """The fence asks which row it is, and not whose. (It sets the token anew: the table takes no row handed over without.)"""
    for guard, instead in {
        "AND d.token = %(token)s AND d.state = 'sending'": "",
        "SET state = 'handed_over'": "SET state = 'handed_over', token = %(token)s",
    }.items():
        assert guard in outcome._FENCE
        outcome._FENCE = outcome._FENCE.replace(guard, instead)


def doubt():
    """What is uncertain is tried again."""
    outcome.uncertain = outcome.postponed


def consent():
    """Consent is read when a row is claimed, and not at the fence."""
    outcome._FENCE = outcome._FENCE.replace("{wanted}", "true").replace(claim.WANTED.format(row="d"), "true")


def solitude():
    """Rows whose sender did not come back are taken with each other."""
    deliver.reclaim = lambda: claim._claim(claim._EXPIRED, deliver.BATCH)


def conflict():
    """Whoever finds a period without a row writes one. (The scenario takes the constraint away, too.)"""
    guard = "ON CONFLICT (subscription_id, period_start) DO NOTHING"
    for room, name in ((plan, "_INSERT"), (waiting, "_PLAN")):
        assert guard in getattr(room, name)
        setattr(room, name, getattr(room, name).replace(guard, ""))


def one_clock():
    """Each machine goes by its own clock."""
    plan.clock = lambda: dt.datetime.now(dt.UTC)


def hurry():
    """No guard: who plans takes his time between looking and writing, as two beats meet there."""
    insert = plan._insert

    def slowly(rows, now):
        time.sleep(0.5)
        return insert(rows, now)

    plan._insert = slowly
