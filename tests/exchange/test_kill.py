"""Workers die and meet: an import is applied whole and once, or not at all; others see how far it is meanwhile."""

import datetime as dt
import os
import subprocess
import sys
import threading

import pytest
from django.db import connection
from django.utils import timezone

from recommendations.actions import importing
from recommendations.exchange.incoming import claim, planning, rounds
from recommendations.models import Event, Import, Recommendation
from recommendations.models.verification import verify
from tests.exchange.round_trip import edited, register, sent  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start(media, moment):
    command = [sys.executable, "-m", "tests.exchange.importer", connection.settings_dict["NAME"], str(media), moment]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)


def expire():
    Import.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - dt.timedelta(days=400))


@pytest.fixture
def asked(register, carol):  # noqa: F811
    """An import that waits to be applied: three items are changed, two are new."""

    def change(by):
        for reference in ("A-1", "A-2", "A-3"):
            by[reference]["priority"] = "low"
        for reference in ("B-1", "B-2"):
            by[reference] = {**by["A-1"], "reference": reference, "version": "", "parent": "A-1"}

    made = sent(edited(change), carol)
    return importing.apply(made.uuid, actor=carol, now=timezone.now())


def state():
    return Import.objects.get().state, Event.objects.filter(verb="imported").count(), Recommendation.objects.count()


@pytest.mark.uncounted
@pytest.mark.parametrize("moment", ["claimed", "begun", "written", "ended"])
def test_killed_before_the_end_nothing_is_done_and_then_all_of_it_once(asked, media, moment):
    assert start(media, moment).wait(90) == -9
    assert state() == ("applying", 0, 3)
    assert not Recommendation.objects.filter(priority="low").exists()
    assert rounds.run() == 0  # the lease keeps others away
    expire()
    assert start(media, "never").wait(90) == 0
    assert state() == ("applied", 1, 5)
    assert Recommendation.objects.filter(priority="low").count() == 5
    assert Event.objects.filter(verb="amended").count() == 3
    assert verify().is_whole


def test_killed_after_the_end_it_is_not_done_again(asked, media):
    assert start(media, "left").wait(90) == -9
    assert state() == ("applied", 1, 5)
    expire()
    assert start(media, "never").wait(90) == 0
    assert state() == ("applied", 1, 5)


@pytest.mark.uncounted
def test_two_workers_at_once_apply_it_once(asked, media):
    assert [worker.wait(90) for worker in [start(media, "never") for _ in range(3)]] == [0, 0, 0]
    assert state() == ("applied", 1, 5)
    assert Event.objects.filter(verb="amended").count() == 3


def test_others_see_how_far_it_is_before_anything_is_written(asked, monkeypatch):
    monkeypatch.setattr(claim, "EVERY", 0.0)
    monkeypatch.setattr(planning, "CHUNK", 1)
    seen = []

    def look():
        try:
            seen.append((*Import.objects.values_list("state", "done", "total").get(), Recommendation.objects.count()))
        finally:
            connection.close()

    def heard(_done, _total):
        other = threading.Thread(target=look)
        other.start()
        other.join()

    rounds.run(heard=heard)
    assert seen == [("applying", done, 5, 3) for done in range(1, 6)]
    assert state() == ("applied", 1, 5)


def test_nothing_is_begun_within_a_transaction(asked):
    from django.db import transaction

    with transaction.atomic():
        with pytest.raises(RuntimeError):
            rounds.run()
        rounds.begin(asked)
    assert Import.objects.get().state == "to_apply"
