"""What tests of delivery do again and again: plan, send, and let time pass."""

import datetime as dt

from recommendations.digests import deliver, plan
from recommendations.models import Delivery

NOW = dt.datetime.now(dt.UTC)


def planned(owners, count=1):
    made = owners(count)
    plan.plan()
    return made


def only():
    return Delivery.objects.exclude(state="skipped_late").get()


def ways():
    return {way: count for way, count in deliver.deliver().items() if count}


def hurry():
    """Let all waiting times be over."""
    Delivery.objects.filter(state="planned").update(due_at=NOW - dt.timedelta(days=1))


def expire():
    """Let all leases be over."""
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=NOW - dt.timedelta(seconds=1))
