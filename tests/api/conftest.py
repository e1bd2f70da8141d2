"""Clients of the API, by role, and a register with something of everything in it."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client

from recommendations.actions import (
    assignment,
    calendar_address,
    capture,
    comment,
    evidence,
    follow,
    followup,
    head,
    importing,
    indicator,
    saved_view,
    subscription,
    token,
    webhook,
)
from recommendations.models import (
    Anchor,
    Batch,
    Call,
    Delivery,
    Disposition,
    Import,
    ImportRow,
    Indicator,
    Milestone,
    Notice,
    Observation,
    Passage,
    Recommendation,
    Response,
    Snapshot,
)
from recommendations.rules.capture import Outcome
from tests.factories import NOW, TODAY, OrganizationFactory, RecommendationFactory, SourceFactory, ThemeFactory

ROOT = "/api/v1/"


class Api:
    """A client with a token, or without; addresses are given without /api/v1/."""

    def __init__(self, key=None):
        self.key = key
        self.client = Client(raise_request_exception=False)

    def __call__(self, method, address, body=None, *, raw=None, content_type="application/json", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        path = address if address.startswith("/") else ROOT + address
        return self.client.generic(method.upper(), path, data, content_type=content_type, headers=headers)

    def get(self, address, **headers):
        return self("get", address, **headers)

    def post(self, address, body=None, **said):
        return self("post", address, body, **said)

    def patch(self, address, body=None, **said):
        return self("patch", address, body, **said)

    def delete(self, address, **said):
        return self("delete", address, **said)


@pytest.fixture(autouse=True)
def nobody_was_counted():
    cache.clear()


@pytest.fixture(autouse=True)
def clock(time_machine_at):
    """It is the day of the factories."""


@pytest.fixture
def time_machine_at():
    time_machine = pytest.importorskip("time_machine")
    with time_machine.travel(NOW, tick=True):
        yield


def key_of(person, scope="write"):
    scope = "read" if person.role == "reader" else scope
    return token.issue("test", scope=scope, actor=person, now=NOW - dt.timedelta(days=1))[1]


@pytest.fixture
def apis(people):
    """A client for each role; the visitor has no token."""
    return {role: Api(key_of(person) if person else None) for role, person in people.items()}


@pytest.fixture
def visitor():
    return Api()


@pytest.fixture
def steward(carol):
    return Api(key_of(carol))


@pytest.fixture
def owner(alice):
    return Api(key_of(alice))


@pytest.fixture
def reviewer(bob):
    return Api(key_of(bob))


@pytest.fixture
def reader(dave):
    return Api(key_of(dave))


def read(made):
    """Put an import where reading its only row puts it."""
    Import.objects.filter(pk=made.pk).update(state="read", total=1, done=1, counts={"update": 1}, finished_at=NOW)
    ImportRow.objects.create(
        importing=made,
        number=2,
        reference="T-900",
        outcome="update",
        said={"reference": "T-900", "priority": "low"},
        changes={"priority": ["normal", "low"]},
    )


@pytest.fixture
def full(item, owned, alice, bob, carol, dave, ministry):
    """An item with something of everything, an internal one with the same, and what belongs to Alice and to Dave."""
    theme = ThemeFactory(slug="economy")
    item.themes.set([theme])
    inner = RecommendationFactory(
        reference="T-901", visibility="internal", parent=item, source=item.source, target_on=TODAY
    )
    made = SimpleNamespace(item=item, inner=inner, theme=theme, source=item.source, ministry=ministry, assignment=owned)
    snapshot = Snapshot.objects.create(
        source=item.source,
        number=1,
        content=b"A dialogue.",
        sha256="0" * 64,
        media_type="text/plain",
        text="A dialogue.",
        paragraphs=[{"number": 1, "start": 0, "end": 11, "kind": "body", "repeats": None, "section": ""}],
        read_at=NOW,
    )
    for name, one in (("", item), ("inner_", inner)):
        _fill(made, name, one, snapshot, alice, bob, carol)
    made.disposition = Disposition.objects.create(
        source=item.source, sentence_sha256="1" * 64, reason="duplicate", stated_by=carol, stated_at=NOW
    )
    made.subscription = subscription.subscribe(subscription.Wish(), actor=dave, now=NOW)
    made.delivery = Delivery.objects.create(
        subscription=made.subscription,
        period_start=NOW - dt.timedelta(days=7),
        period_end=NOW,
        planned_at=NOW,
        due_at=NOW,
        state="sent",
        recipient=dave.email,
        subject="What changed",
        text="…",
        html="<p>…</p>",
    )
    made.head = head.publish(dt.date(2020, 1, 1), now=NOW)
    made.token = token.issue("mine", scope="read", actor=dave, now=NOW)[0]
    made.saved_view = saved_view.keep("mine", "status=partly", actor=dave, now=NOW)
    made.calendar = calendar_address.issue("mine", "", "en", actor=dave, now=NOW)[0]
    made.webhook = webhook.register(webhook.Wish("mine", "https://example.org/hook"), actor=carol, now=NOW)[0]
    made.webhook.person = dave  # who kept the register when it was made
    made.webhook.save(update_fields=["person"])
    made.call = Call.objects.create(webhook=made.webhook, planned_at=NOW, due_at=NOW, state="failed", status=500)
    made.comment = comment.write(item.reference, "Seen, @Dave?", actor=alice, now=NOW)
    made.inner_comment = comment.write(inner.reference, "Not for strangers, @Carol.", actor=alice, now=NOW)
    made.notice = Notice.objects.get(person=dave)
    made.follow = follow.follow(item.reference, actor=dave, now=NOW)
    kept = [{"reference": one, "version": 1, "undo": {"before": {"priority": "high"}}} for one in ("T-900", "T-901")]
    made.batch = Batch.objects.create(verb="amend", actor=carol, made_at=NOW, said={"priority": "low"}, done=kept)
    made.importing = importing.take("a.csv", b"reference,priority\nT-900,low\n", "csv", actor=carol, now=NOW)
    read(made.importing)  # as a worker leaves it, without starting one
    return made


def _fill(made, name, item, snapshot, alice, bob, carol):
    draft = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 2, 1), "primary")
    piece = evidence.attach(item.reference, draft, actor=carol, now=NOW)
    said = followup.Statement(as_of=TODAY, narrative="Seen.", evidence=(piece.uuid,), blockers=("funding",))
    setattr(made, f"{name}evidence", piece)
    page = capture.Reading("https://example.org/7", Outcome.OK, status=200, final_url="https://example.org/7", media_type="text/html", size=4, sha256="0" * 64, content=b"<p>A")  # fmt: skip
    setattr(made, f"{name}capture", capture.record(piece.uuid, page, now=NOW))
    said = followup.Statement(as_of=TODAY, narrative="Seen.", evidence=(piece.uuid,), blockers=("funding",))
    setattr(made, f"{name}evidence", piece)
    page = capture.Reading("https://example.org/7", Outcome.OK, status=200, final_url="https://example.org/7", media_type="text/html", size=4, sha256="0" * 64, content=b"<p>A")  # fmt: skip
    setattr(made, f"{name}capture", capture.record(piece.uuid, page, now=NOW))
    paper = evidence.File("decree.pdf", b"%PDF-1.7")
    draft = evidence.Draft("Decree 8", "", dt.date(2026, 2, 1), "primary", file=paper)
    setattr(made, f"{name}file", evidence.attach(item.reference, draft, actor=carol, now=NOW))
    assessed = followup.assess(item.reference, "partly", kind="self", statement=said, actor=carol, now=NOW, seen=None)
    setattr(made, f"{name}assessment", assessed)
    followup.assess(item.reference, "no_action", kind="review", statement=said, actor=bob, now=NOW, seen=None)
    response = Response.objects.create(
        recommendation=item,
        organization=made.ministry,
        answer="in_part",
        responded_on=TODAY,
        author=carol,
        recorded_at=NOW,
    )
    response.evidence.add(piece)
    setattr(made, f"{name}response", response)
    milestone = Milestone.objects.create(recommendation=item, title="Draft", due_on=TODAY)
    setattr(made, f"{name}milestone", milestone)
    slug = f"share-{item.pk}"
    definition = indicator.Definition(title_en="Share", unit_en="%", recommendations=(item.reference,))
    share = indicator.define(slug, definition, actor=carol, now=NOW)
    reading = indicator.Reading(dt.date(2018, 1, 1), dt.date(2018, 12, 31), value=49.5, source=made.source.slug)
    setattr(made, f"{name}indicator", share)
    setattr(made, f"{name}observation", indicator.observe(slug, reading, actor=carol, now=NOW))
    passage = Passage.objects.create(recommendation=item, source=made.source, section="One", paragraph=1)
    Anchor.objects.create(passage=passage, snapshot=snapshot, state="anchored", exact="dialogue", prefix="A ", suffix=".", start=2, end=10, paragraph=1)  # fmt: skip
    setattr(made, f"{name}passage", passage)
    if name:
        other = OrganizationFactory(slug="other")
        held = assignment.assign(item.reference, other.slug, role="lead", since=TODAY, actor=carol, now=NOW)
        setattr(made, f"{name}assignment", held)


__all__ = ["Indicator", "Observation", "Recommendation", "SourceFactory"]
