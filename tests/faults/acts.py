"""Random acts of random people: one line for each verb. Whatever the law refuses is refused, and is no act.

Another verb is another line in `ACTS`: a name, how often, and what to call with a `World`. Hiding an item is left out on
purpose: what is hidden today was never open, so its past is to change (tests/models/test_past.py).
"""

import datetime as dt
import random
from dataclasses import dataclass, field

from django.db import connection

from recommendations.actions import (
    assignment,
    capture,
    comment,
    evidence,
    followup,
    indicator,
    merging,
    milestone,
    organization,
    passage,
    recommendation,
    reply,
    response,
    splitting,
    withdrawal,
)
from recommendations.actions import source as sources
from recommendations.actions import theme as themes
from recommendations.models import Assessment, Assignment, Evidence, Indicator, Milestone, Observation, Recommendation
from recommendations.models.reply import ReplyKind
from recommendations.rules.capture import Outcome
from recommendations.rules.errors import Refused
from recommendations.rules.lifecycle import Blocker, EvidenceKind, Kind, Status
from recommendations.rules.vocabulary import Answer
from tests.factories import DeliveryFactory

WORDS = ("bridge", "fund", "school", "court", "grid", "visa", "road", "archive", "union", "price")
BEGINNING = dt.datetime(2020, 1, 1, 9, tzinfo=dt.UTC)
MOST_ITEMS = 12
VISIBLE = ("public", "public", "public", "internal")


@dataclass
class World:
    """Whoever acts, with the dice and the clocks. `moment` is the register's own: the latest that any act bore."""

    people: list
    dice: random.Random
    clock: dt.datetime = BEGINNING
    moment: dt.datetime = BEGINNING
    made: int = 0
    done: dict = field(default_factory=dict)

    def tick(self):
        """Let time pass; sometimes it does not, and sometimes somebody's clock stands behind."""
        way = self.dice.random()
        if way < 0.1:
            return
        if way < 0.18:
            self.clock -= dt.timedelta(seconds=self.dice.randrange(1, 200_000))
            return
        self.clock = max(self.clock, self.moment) + dt.timedelta(
            seconds=self.dice.choice((1, 60, 3600, 40_000)), microseconds=self.dice.randrange(10**6)
        )

    def step(self):
        """Do one thing; return the verb that was done."""
        while True:
            self.tick()
            name, _weight, act = self.dice.choices(ACTS, [weight for _n, weight, _a in ACTS])[0]
            try:
                happened = act(self)
            except Refused:
                happened = False
            if happened is not False:
                self.moment = latest()
                self.done[name] = self.done.get(name, 0) + 1
                return name

    @property
    def act(self):
        """Who acts, and when."""
        return {"actor": self.dice.choice(self.people), "now": self.clock}

    @property
    def steward(self):
        """The same by somebody who keeps the register, or there would be little in it."""
        return {"actor": self.people[0], "now": self.clock}

    @property
    def item(self):
        """One of the items, by its reference."""
        return self.dice.choice(list(Recommendation.objects.values_list("reference", flat=True)) or ["NO-1"])

    def text(self):
        """Some words; now and then what is special to tables and markup."""
        special = self.dice.choice(("", "", "", "=1+1", "Ё «»", "<b>"))
        return f"{special}{' '.join(self.dice.choices(WORDS, k=3))}"

    def day(self, past=400):
        """A day that has passed."""
        return (self.clock - dt.timedelta(days=self.dice.randrange(past))).date()

    def number(self):
        """A number that was not there before."""
        self.made += 1
        return self.made

    def one(self, rows):
        """The id of any of these rows."""
        found = list(rows.order_by("pk").values_list("uuid", flat=True))
        return self.dice.choice(found) if found else None


def register(w):
    if Recommendation.objects.count() >= MOST_ITEMS:
        return False
    said = recommendation.Wording(
        title_en=w.text(), title_ru=w.text(), source=f"paper-{w.dice.randrange(3)}", visibility=w.dice.choice(VISIBLE)
    )
    return recommendation.register(f"T-{w.number():03}", said, **w.steward)


def amend(w):
    new = {
        "title_en": w.text(),
        "description_ru": w.text(),
        "priority": w.dice.choice(("high", "normal", "low")),
        "target_on": w.day() + dt.timedelta(days=300),
        "themes": tuple(sorted(w.dice.sample([f"theme-{n}" for n in range(4)], 2))),
        "parent": w.dice.choice(("", w.item)),
        "source": f"paper-{w.dice.randrange(3)}",
    }
    chosen = {name: new[name] for name in w.dice.sample(sorted(new), 2)}
    before = Recommendation.objects.count()
    return before and recommendation.amend(w.item, chosen, seen=None, **w.steward)


def assess(w):
    reference = w.item
    cited = Evidence.objects.filter(recommendation__reference=reference, retracted_at=None)
    said = followup.Statement(
        as_of=w.day(60),
        narrative=w.text(),
        next_step=w.text(),
        blockers=tuple(w.dice.sample(Blocker.values, 2)),
        evidence=tuple(cited.order_by("pk").values_list("uuid", flat=True)[:2]),
    )
    value = w.dice.choice([value for value in Status.values if value != Status.NOT_ASSESSED])
    return followup.assess(reference, value, kind=w.dice.choice(Kind.values), statement=said, seen=None, **w.act)


def answer(w):
    """Answer for an item of one's own by the link of a digest that was just mailed, as far as that goes."""
    by = w.act
    owned = Recommendation.objects.owned_by(by["actor"]).order_by("pk").values_list("reference", flat=True)
    if not owned:
        return False
    row = DeliveryFactory(subscription__person=by["actor"])
    said = reply.Said(
        w.dice.choice(Status.values), w.text(), w.text(), blockers=tuple(w.dice.sample(Blocker.values, 2))
    )
    return reply.answer(
        reply.Link(row.uuid, w.dice.choice(owned), w.clock), w.dice.choice(ReplyKind.values), said, **by
    )


def attach(w):
    kind = w.dice.choice(EvidenceKind.values)
    return evidence.attach(w.item, evidence.Draft(w.text(), "https://example.org/1", w.day(60), kind), **w.act)


def assign(w):
    role = w.dice.choice(("lead", "supporting", "validating"))
    return assignment.assign(w.item, f"body-{w.dice.randrange(4)}", role=role, since=w.day(), **w.steward)


def observe(w):
    start = dt.date(2000 + w.dice.randrange(19), 1, 1)
    value = indicator.Reading(start, start.replace(month=12, day=31), w.dice.randrange(100), note_en=w.text())
    return indicator.observe(f"share-{w.dice.randrange(3)}", value, **w.steward)


def revise(w):
    old = Observation.objects.filter(uuid=w.one(Observation.objects.all())).select_related("indicator").first()
    if old is None:
        return False
    value = indicator.Reading(old.period_start, old.period_end, w.dice.randrange(1000))
    return indicator.revise(old.indicator.slug, value, **w.steward)


def measure(w):
    slug = f"share-{w.dice.randrange(3)}"
    said = indicator.Definition(w.text(), tuple(sorted({w.item, w.item})), unit_en="%", position=int(slug[-1]))
    if Indicator.objects.filter(slug=slug).exists():
        return indicator.amend(slug, said, **w.steward)
    return indicator.define(slug, said, **w.steward)


def read_in(w):
    lines = [f"The sides should build a {word} and keep it open, number {w.dice.randrange(99)}." for word in WORDS]
    return sources.read_in(f"paper-{w.dice.randrange(3)}", "\n\n".join(lines).encode(), **w.steward)


def place(w):
    said = [passage.Placing("build a", f"{word} and") for word in w.dice.sample(WORDS, w.dice.randrange(3))]
    return passage.place(w.item, f"paper-{w.dice.randrange(3)}", said, **w.steward)


def describe(w):
    slug = f"paper-{w.dice.randrange(3)}"
    said = sources.Description(w.text(), authors=w.text(), published_on=dt.date(2018, 1, 1))
    return sources.amend(slug, said, **w.steward)


def body(w):
    slug = f"body-{w.dice.randrange(4)}"
    said = organization.Particulars(w.text(), parent=w.dice.choice(("", "body-0")))
    return organization.amend(slug, said, **w.steward)


def theme(w):
    number = w.dice.randrange(4)
    return themes.amend(f"theme-{number}", themes.Naming(w.text(), position=number), **w.steward)


def retract(w):
    piece = w.one(Evidence.objects.filter(retracted_at=None))
    return bool(piece) and evidence.retract(piece, w.text(), **w.act)


def release(w):
    held = w.one(Assignment.objects.filter(until=None))
    return bool(held) and assignment.release(held, w.clock.date(), **w.steward)


def reassign(w):
    held = w.one(Assignment.objects.filter(until=None))
    return bool(held) and assignment.amend(held, since=w.day(60), person=None, **w.steward)


def take_back(w):
    made = w.one(Assessment.objects.standing())
    return bool(made) and followup.retract(made, w.text(), **w.act)


def correct(w):
    piece = w.one(Evidence.objects.filter(retracted_at=None))
    new = {"title": w.text(), "dated_on": w.day(60), "kind": w.dice.choice(EvidenceKind.values)}
    name = w.dice.choice(sorted(new))
    return bool(piece) and evidence.amend(piece, {name: new[name]}, seen=None, **w.steward)


def read_link(w):
    piece = w.one(Evidence.objects.filter(retracted_at=None))
    outcome = w.dice.choice([outcome for outcome in Outcome if outcome is not Outcome.UNCHECKED])
    said = capture.Reading("https://example.org/1", outcome, status=200, final_url="https://example.org/1")
    return bool(piece) and capture.record(piece, said, now=w.clock)


def withdraw(w):
    return withdrawal.withdraw(w.item, w.text(), **w.steward)


def restore(w):
    return withdrawal.restore(w.item, w.text(), **w.steward)


def split(w):
    if Recommendation.objects.count() >= 2 * MOST_ITEMS:
        return False
    parts = [splitting.Part(f"T-{w.number():03}", w.text()) for _ in range(w.dice.randrange(2, 4))]
    return splitting.split(w.item, parts, **w.steward)


def merge(w):
    return merging.merge(w.item, w.item, **w.steward)


def respond(w):
    said = response.Draft(f"body-{w.dice.randrange(4)}", w.dice.choice(Answer.values), w.day(60), w.text())
    return response.respond(w.item, said, **w.steward)


def plan(w):
    return milestone.plan(w.item, milestone.Plan(w.text(), w.day() + dt.timedelta(days=300)), **w.act)


def move_milestone(w):
    made = w.one(Milestone.objects.filter(done_on=None, cancelled_at=None))
    way = w.dice.randrange(3)
    if not made:
        return False
    if way == 0:
        return milestone.finish(made, w.day(30), **w.act)
    return (
        milestone.cancel(made, w.text(), **w.act) if way == 1 else milestone.amend(made, {"title": w.text()}, **w.act)
    )


def remark(w):
    return comment.write(w.item, w.text(), **w.act)


ACTS = (
    ("register", 3, register),
    ("amend", 6, amend),
    ("assess", 10, assess),
    ("answer", 3, answer),
    ("attach", 5, attach),
    ("retract", 2, retract),
    ("assign", 5, assign),
    ("release", 3, release),
    ("reassign", 1, reassign),
    ("measure", 2, measure),
    ("observe", 2, observe),
    ("revise", 1, revise),
    ("read in", 1, read_in),
    ("place", 3, place),
    ("describe source", 1, describe),
    ("amend organization", 1, body),
    ("amend theme", 1, theme),
    ("take back", 2, take_back),
    ("correct evidence", 2, correct),
    ("read link", 3, read_link),
    ("withdraw", 2, withdraw),
    ("restore", 2, restore),
    ("split", 1, split),
    ("merge", 1, merge),
    ("respond", 3, respond),
    ("plan", 2, plan),
    ("move milestone", 2, move_milestone),
    ("remark", 2, remark),
)


def latest():
    """Return the moment of the last act: the register's own clock, which goes on where a machine's stands or falls back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(recorded_at) FROM recommendations_event),"
            " (SELECT max(captured_at) FROM recommendations_capture), (SELECT max(valid_from) FROM history.late))"
        )
        return cursor.fetchone()[0]


def furnish(steward):
    """Make what the acts are about: sources, organizations, themes."""
    now = {"actor": steward, "now": BEGINNING}
    for n in range(3):
        sources.register(f"paper-{n}", sources.Description(f"Paper {n}", published_on=dt.date(2018, 1, 1)), **now)
    for n in range(4):
        organization.register(f"body-{n}", organization.Particulars(f"Body {n}"), **now)
        themes.register(f"theme-{n}", themes.Naming(f"Theme {n}", position=n), **now)
