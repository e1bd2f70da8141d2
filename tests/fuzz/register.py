"""Fills an empty register with the demonstration and, by the verbs, with what the demonstration does not have; makes tokens."""

import datetime as dt
from pathlib import Path

from django.core.management import call_command

from recommendations.actions import (
    assignment,
    batch,
    capture,
    comment,
    disposition,
    evidence,
    followup,
    head,
    indicator,
    milestone,
    recommendation,
    response,
    source,
    subscription,
    token,
)
from recommendations.management.commands import seed_demo
from recommendations.models import Delivery, Passage, Person, Source, coverage
from recommendations.rules.capture import Outcome
from recommendations.texts.anchoring import Hint
from tests import article

PEOPLE = {name: name for name in ("reader", "reviewer", "steward", "administrator")} | {"contributor": "owner"}
SOURCE = "sutyrin-2019"
INTERNAL = "RB-90"


def fill(now):
    """Load all of it."""
    call_command("load_catalogue", verbosity=0, stdout=_silence())
    call_command("seed_demo", stdout=_silence())
    people = {role: Person.objects.get(email=name + seed_demo.AT) for role, name in PEOPLE.items()}
    steward, reviewer = people["steward"], people["reviewer"]
    _text(steward, now)
    wording = recommendation.Wording("An internal matter", SOURCE, title_ru="Внутреннее дело", visibility="internal")
    recommendation.register(INTERNAL, wording, actor=steward, now=now)
    for reference in ("RB-03", INTERNAL):
        _parts(reference, steward, reviewer, now)
    for person in people.values():
        _mine(person, now)
    batch.run("amend", ["RB-08"], {"priority": "high"}, actor=steward, now=now)
    head.publish(now.date() - dt.timedelta(days=1), now=now)
    return people


def keys(people, now):
    """Return a token for each role; readers' only read."""
    scopes = {"reader": "read"}
    return {
        role: token.issue(f"fuzz {role}", scope=scopes.get(role, "write"), actor=person, now=now)[1]
        for role, person in people.items()
    }


def _text(steward, now):
    known = Passage.objects.filter(source__slug=SOURCE)
    hints = [Hint(one.first_words, one.last_words, one.paragraph, one.section) for one in known]
    untracked = b"\n\nThe two governments should found a joint institute for weather, and should do so soon."
    source.read_in(SOURCE, article.stand_in(hints) + untracked, actor=steward, now=now)
    shown = coverage.of_snapshot(Source.objects.get(slug=SOURCE).snapshots.latest("number"), person=steward)
    sentence = shown.unexplained[0].sentence.key
    disposition.state(SOURCE, sentence, "duplicate", actor=steward, now=now)


def _parts(reference, steward, reviewer, now):
    day = now.date() - dt.timedelta(days=3)
    assignment.assign(reference, "demo-university", role="validating", since=day, actor=steward, now=now)
    link = evidence.Draft("Decree 7", "https://example.org/decree/7", day, "primary")
    paper = evidence.Draft("Decree 8", "", day, "primary", file=evidence.File("decree.pdf", b"%PDF-1.7"))
    piece = evidence.attach(reference, link, actor=steward, now=now)
    evidence.attach(reference, paper, actor=steward, now=now)
    page = capture.Reading(piece.url, Outcome.OK, status=200, final_url=piece.url, media_type="text/html", size=4, sha256="0" * 64, content=b"<p>A")  # fmt: skip
    capture.record(piece.uuid, page, now=now)
    said = followup.Statement(as_of=day, narrative="Seen.", evidence=(piece.uuid,), blockers=("funding",))
    followup.assess(reference, "partly", kind="review", statement=said, actor=reviewer, now=now, seen=None)
    answer = response.Draft("demo-university", "in_part", day, "So far.")
    response.respond(reference, answer, actor=steward, now=now)
    milestone.plan(reference, milestone.Plan("A draft", now.date()), actor=steward, now=now)
    share = indicator.Definition(title_en="Share", unit_en="%", recommendations=(reference,))
    slug = f"share-{reference.lower()}"
    indicator.define(slug, share, actor=steward, now=now)
    year = indicator.Reading(dt.date(2018, 1, 1), dt.date(2018, 12, 31), value=49.5, source=SOURCE)
    indicator.observe(slug, year, actor=steward, now=now)
    comment.write(reference, "Seen, **by me**.", actor=steward, now=now)


def _mine(person, now):
    wish = subscription.subscribe(subscription.Wish(), actor=person, now=now)
    week = dt.timedelta(days=7)
    Delivery.objects.create(  # as the workshop of digests would
        subscription=wish, period_start=now - week, period_end=now, planned_at=now, due_at=now, state="sent", recipient=person.email, subject="What changed", text="…", html="<p>…</p>"
    )  # fmt: skip
    token.issue("another one", scope="read", actor=person, now=now)
    others = Person.objects.exclude(pk=person.pk).first()
    comment.write("RB-04", "Look.", actor=others, now=now, people=(person.uuid,))


def _silence():
    return Path("/dev/null").open("w")
