"""A week of an owner who opens nothing but links of digests: what they owe comes, what they say is in the register.

The week is the last one: periods are planned as of its days, and pages are opened in it.
"""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from recommendations.actions import assignment
from recommendations.digests import deliver, plan
from recommendations.models import Assignment, Event, Reply, Subscription
from tests.answering import part, press, ways, words_of
from tests.factories import AssignmentFactory, RecommendationFactory

pytestmark = pytest.mark.django_db(transaction=True)
DIGEST = "digest of the register"
DAY, MORNING = dt.timedelta(days=1), dt.timedelta(hours=9)


def midnight(number):
    """The beginning of a day of the week, the first of which is 0 and the last, which is today, 7."""
    today = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - (7 - number) * DAY


@pytest.fixture
def owed(ministry):
    items = [RecommendationFactory(reference=f"T-{n}", title_en=f"Proposal {n}") for n in range(901, 906)]
    for item in items:
        AssignmentFactory(recommendation=item, organization=ministry)
    return items


@pytest.fixture
def subscribed(alice, bob, carol):
    """Alice gets both, Bob a weekly and Carol a daily digest, all at midnight."""
    weekly = {"cadence": "weekly", "weekday": midnight(7).weekday(), "hour": 0}
    daily = {"cadence": "daily", "hour": 0}
    for person, wish in ((alice, daily), (alice, weekly), (bob, weekly), (carol, daily)):
        Subscription.objects.create(person=person, created_at=midnight(0), **wish)


class Week:
    """The mails of a week as they come, and what is answered by their links on the mornings after."""

    def __init__(self, post):
        cache.clear()  # nobody has tried yet
        self.post, self.number = post, 0
        self.browser = Client(enforce_csrf_checks=True)  # never signs in

    def next_day(self):
        """Send what is due on the next midnight."""
        self.number += 1
        self.post.letters.clear()
        plan.plan(at=midnight(self.number))
        deliver.deliver()

    def mails(self, person):
        """Return the words of the mails of the day, the links in them by item, for somebody."""
        texts = sorted(
            (part(mail) for mail in self._of(person) if DIGEST in mail["Subject"]), key=lambda text: "Weekly" in text
        )
        return [(" ".join(text.split()), ways(text)) for text in texts]

    def notices(self, person):
        """Return the subjects of the other mails of the day for somebody: what concerns them personally."""
        return [mail["Subject"] for mail in self._of(person) if DIGEST not in mail["Subject"]]

    def _of(self, person):
        return [mail for mail in self.post.messages if person.email in mail["To"]]

    def answer(self, path, **typed):
        """Answer by a link in the morning."""
        with time_machine.travel(midnight(self.number) + MORNING, tick=False):
            return words_of(press(self.browser, path, **typed))


@pytest.fixture
def week(post, owed, subscribed):
    return Week(post)


def test_an_owner_lives_a_week_from_digests_alone(week, alice, bob, carol, owed):
    week.next_day()
    ((text, links),) = week.mails(alice)
    assert "5 items are yours to do" in text
    assert list(links) == ["T-901", "T-902", "T-903", "T-904", "T-905"]
    said = {"value": "partly", "narrative": "One of two is open.", "next_step": "Open the other one."}
    assert "Recorded as a self-assessment: Partly implemented" in week.answer(links["T-901"]["changed"], **said)

    week.next_day()
    ((text, links),) = week.mails(alice)
    assert "Not assessed → Partly implemented. Self-reported by Alice." in text
    assert "Announced as the next step: “Open the other one.”" in text
    assert "on-track" in links["T-901"]
    assert "on-track" not in links["T-902"]
    assert "No action found" in week.answer(links["T-902"]["blocked"], blockers=["funding"], value="no_action")

    week.next_day()
    ((text, links),) = week.mails(alice)
    assert "Partly implemented" in week.answer(links["T-901"]["on-track"])
    assert "The stewards were told" in week.answer(links["T-903"]["not-mine"], narrative="Ask the bank.")

    week.next_day()
    ((text, links),) = week.mails(alice)
    assert "5 items are yours to do" in text
    ((text, _links),) = week.mails(carol)
    assert "Alice says that it is not theirs. “Ask the bank.”" in text
    (subject,) = week.notices(carol)
    assert subject.startswith("T-903: Alice answered a")
    held = Assignment.objects.get(recommendation__reference="T-903")
    noon = midnight(4) + DAY / 2
    assignment.release(held.uuid, noon.date(), actor=carol, now=noon)
    assert "Overtaken" in week.answer(links["T-904"]["changed"], value="overtaken", narrative="The bank was closed.")
    assert week.browser.get(links["T-903"]["changed"]).status_code == 410

    week.next_day()
    ((text, links),) = week.mails(alice)
    assert "3 items are yours to do" in text
    assert list(links) == ["T-901", "T-902", "T-905"]
    assert "Not assessed → Overtaken by events. Self-reported by Alice." in text

    week.next_day()
    week.next_day()
    (_daily, (text, links)) = week.mails(alice)
    assert "Weekly digest of the register" in text
    week.answer(links["T-905"]["changed"], value="in_preparation")
    assert "The stewards were told" not in words_of(week.browser.get(links["T-905"]["not-mine"]))

    ((text, links),) = week.mails(bob)
    assert links == {}
    for told in (
        "Not assessed → Partly implemented.",
        "Not assessed → No action found.",
        "Partly implemented → Partly",
    ):
        assert told in text
    assert "Announced as" not in text
    reviewer = Client()
    reviewer.force_login(bob)
    page = reviewer.get("/my/").content.decode()
    assert all(reference in page for reference in ("T-901", "T-902", "T-904", "T-905"))

    assert not week.browser.cookies
    kinds = Reply.objects.order_by("answered_at", "id").values_list("recommendation__reference", "kind")
    assert list(kinds) == [
        ("T-901", "changed"),
        ("T-902", "blocked"),
        ("T-901", "on_track"),
        ("T-903", "not_mine"),
        ("T-904", "changed"),
        ("T-905", "changed"),
    ]
    assert Event.objects.filter(actor=alice).count() == 6
