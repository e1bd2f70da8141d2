"""A register with something of everything in it, which most tests of the API begin with."""

import datetime as dt
from types import SimpleNamespace

import time_machine

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
from recommendations.actions.report import Heading
from recommendations.models import (
    Anchor,
    Batch,
    Call,
    Delivery,
    Disposition,
    Import,
    ImportRow,
    Milestone,
    Notice,
    Passage,
    Response,
    Snapshot,
)
from recommendations.reports import publication
from recommendations.rules.access import Role
from recommendations.rules.capture import Outcome
from tests.factories import (
    NOW,
    TODAY,
    AssignmentFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    ThemeFactory,
)
from tests.standing import made_once


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


@made_once
def full():
    """Make an item with something of everything, an internal one with the same, and what belongs to Alice and to Dave."""
    with time_machine.travel(NOW, tick=True):
        return _furnish(_people())


def _people():
    ministry = OrganizationFactory(slug="ministry", name_en="Ministry", name_ru="Министерство")
    item = RecommendationFactory(reference="T-900")
    return SimpleNamespace(
        ministry=ministry,
        alice=PersonFactory(name="Alice", role=Role.CONTRIBUTOR, organization=ministry),
        bob=PersonFactory(name="Bob", role=Role.REVIEWER),
        carol=PersonFactory(name="Carol", role=Role.STEWARD),
        dave=PersonFactory(name="Dave", role=Role.READER),
        item=item,
        owned=AssignmentFactory(recommendation=item, organization=ministry),
    )


def _furnish(made):
    item, alice, bob, carol, dave = made.item, made.alice, made.bob, made.carol, made.dave
    theme = ThemeFactory(slug="economy")
    item.themes.set([theme])
    inner = RecommendationFactory(
        reference="T-901", visibility="internal", parent=item, source=item.source, target_on=TODAY
    )
    made.inner, made.theme, made.source, made.assignment = inner, theme, item.source, made.owned
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
    made.report = publication.publish(publication.Wish("2020-01-01"), Heading("Yearly"), actor=carol, now=NOW)
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
