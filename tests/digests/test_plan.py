"""Planning is done once for each period, whoever does it and however often."""

import datetime as dt
import threading
import zoneinfo

import pytest
from django.db import connection

from recommendations.actions import subscription as subscriptions
from recommendations.digests import plan
from recommendations.models import Delivery, Person, Subscription
from recommendations.models.clock import clock
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def midnight(days_ago=0):
    return clock().replace(hour=0, minute=0, second=0, microsecond=0) - days_ago * DAY


def rows():
    return list(Delivery.objects.order_by("period_start").values_list("period_start", "period_end", "state"))


def test_the_newest_period_is_planned_and_the_older_ones_were_too_late(dave, subscribe):
    subscribe(dave, created_at=midnight(3) + DAY / 2)
    assert plan.plan() == {"planned": 1, "skipped_late": 2}
    assert rows() == [
        (midnight(3), midnight(2), "skipped_late"),
        (midnight(2), midnight(1), "skipped_late"),
        (midnight(1), midnight(), "planned"),
    ]
    assert plan.plan() == {}
    late = Delivery.objects.filter(state="skipped_late").first()
    assert late.finished_at is not None


def test_a_subscription_gets_no_period_that_ended_before_it_began(dave, subscribe):
    subscribe(dave, created_at=clock())
    assert plan.plan() == {}


@pytest.mark.parametrize("change", [{"paused_at": dt.datetime.now(dt.UTC)}, {"ended_at": dt.datetime.now(dt.UTC)}])
def test_a_paused_or_ended_subscription_gets_none(dave, subscribe, change):
    subscribe(dave, **change)
    assert plan.plan() == {}


def test_somebody_who_may_not_sign_in_gets_none(dave, subscribe):
    subscribe(dave)
    Person.objects.update(is_active=False)
    assert plan.plan() == {}


def test_what_was_paused_is_not_made_up_for(dave, subscribe):
    made = subscribe(dave, created_at=midnight(90), paused_at=midnight(60))
    subscriptions.resume(made.uuid, actor=dave, now=midnight(1) + DAY / 2)
    assert plan.plan() == {"planned": 1}
    assert rows() == [(midnight(1), midnight(), "planned")]


def test_after_a_change_of_hour_the_next_digest_begins_where_the_last_ended(dave, subscribe):
    made = subscribe(dave, created_at=midnight(2) + DAY / 2)
    plan.plan()
    wish = subscriptions.Wish(cadence="daily", hour=clock().hour or 23)  # another one than before
    subscriptions.amend(made.uuid, wish, actor=dave, now=clock())
    assert plan.plan() == {}
    Subscription.objects.update(restarted_at=clock() - DAY)
    Delivery.objects.filter(state="planned").update(period_end=clock() - DAY / 2)
    plan.plan()
    (_, _, _), (_, first_end, _), (second_start, second_end, _) = rows()
    assert first_end == second_start < second_end


def test_periods_are_of_the_persons_own_day(subscribe):
    zones = ["Pacific/Auckland", "Europe/Minsk", "America/St_Johns"]
    for zone in zones:
        subscribe(PersonFactory(time_zone=zone), hour=7)
    assert plan.plan()["planned"] == 3
    for row in Delivery.objects.filter(state="planned").select_related("subscription__person"):
        wall = row.period_end.astimezone(zoneinfo.ZoneInfo(row.subscription.person.time_zone))
        assert (wall.hour, wall.minute) == (7, 0)


def test_a_zone_that_is_no_longer_known_counts_as_utc_and_stops_nobody(subscribe):
    subscribe(PersonFactory(time_zone="Mars/Olympus"))
    subscribe(PersonFactory())
    assert plan.plan()["planned"] == 2


def test_planning_is_chunked(subscribe, monkeypatch):
    monkeypatch.setattr(plan, "CHUNK", 2)
    for _ in range(5):
        subscribe(PersonFactory())
    assert plan.plan()["planned"] == 5


def test_statements_do_not_grow_with_subscriptions(subscribe, django_assert_num_queries):
    for count in (1, 2):
        for _ in range(count):
            subscribe(PersonFactory())
        with django_assert_num_queries(6):  # clock, notices, rhythms, candidates, rows, candidates again
            assert plan.plan()["planned"] == count


def test_a_rehearsal_writes_nothing(dave, subscribe):
    subscribe(dave)
    rehearsed = list(plan.rehearse())
    assert rows() == []
    plan.plan()
    assert [(row.start, row.end, row.state) for row in rehearsed] == rows()


def test_at_an_earlier_time_only_what_had_ended_by_then(dave, subscribe):
    subscribe(dave, created_at=midnight(3) + DAY / 2)
    assert plan.plan(at=midnight(2) + DAY / 2) == {"planned": 1}
    assert rows() == [(midnight(3), midnight(2), "planned")]


def test_at_a_time_to_come_the_running_period_is_closed_early_and_once(dave, subscribe):
    subscribe(dave, created_at=clock())
    before = clock()
    for later in (1, 1, 30):
        plan.plan(at=before + later * DAY)
    ((start, end, state),) = rows()
    assert (start, state) == (midnight(), "planned")
    assert before < end <= clock()


def test_after_a_period_closed_early_the_next_begins_where_it_ended(dave, subscribe):
    subscribe(dave, created_at=midnight(1) + DAY / 4)
    plan.plan(at=clock() - DAY)
    subscription = Subscription.objects.get()
    Delivery.objects.create(
        subscription=subscription,
        period_start=midnight(1),
        period_end=midnight(1) + DAY / 2,
        planned_at=midnight(1),
        due_at=midnight(1),
        state="sent",
    )
    plan.plan()
    assert rows()[-1] == (midnight(1) + DAY / 2, midnight(), "planned")


@pytest.mark.django_db(transaction=True)
def test_eight_planners_at_once_plan_once(subscribe):
    for _ in range(20):
        subscribe(PersonFactory())
    start, made = threading.Barrier(8), []

    def beat():
        start.wait()
        made.append(plan.plan())
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(8)]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join()
    assert sum(counted["planned"] for counted in made) == 20
    assert Delivery.objects.filter(state="planned").count() == 20
