"""A register to read: recommendations with everything that can belong to one, made through the verbs where it counts."""

import datetime as dt

from recommendations.actions import assignment, evidence, followup, passage, recommendation, source
from recommendations.models import Indicator, Milestone, Observation, Response
from recommendations.models.person import REGISTER
from tests.factories import NOW, OrganizationFactory, RecommendationFactory, SourceFactory, ThemeFactory

TEXT = "Opening\n\nThe two sides should hold a fair in {0}, every year, and publish what they agreed on that day.\n"


def full_item(number, *, owner, reviewer, steward, **fields):
    """Make a recommendation with all that its page shows: T-101 for 1."""
    reference = f"T-{100 + number}"
    report = SourceFactory(slug=f"paper-{number}", authors="A. Author")
    item = RecommendationFactory(
        reference=reference, source=report, title_en=f"Fair {number}", themes=[ThemeFactory()], **fields
    )
    passage.place(reference, report.slug, [passage.Placing("hold", "fair")], actor=REGISTER, now=NOW)
    source.read_in(report.slug, TEXT.format(number).encode(), actor=REGISTER, now=NOW)
    recommendation.amend(reference, {"target_on": dt.date(2026, 1, 31)}, actor=steward, now=NOW, seen=None)
    assignment.assign(
        reference,
        owner.organization.slug,
        role="lead",
        since=dt.date(2025, 1, 1),
        person=owner.uuid,
        actor=steward,
        now=NOW,
    )
    helped = OrganizationFactory()
    made = assignment.assign(
        reference, helped.slug, role="supporting", since=dt.date(2025, 2, 1), actor=steward, now=NOW
    )
    assignment.release(made.uuid, dt.date(2025, 6, 1), actor=steward, now=NOW)
    _rate(reference, owner, reviewer)
    _watch(item)
    Milestone.objects.create(recommendation=item, title="First fair", due_on=dt.date(2026, 5, 1))
    Response.objects.create(
        recommendation=item,
        organization=owner.organization,
        answer="in_part",
        responded_on=dt.date(2025, 3, 1),
        statement="We accept a part of it.",
        author=owner,
        recorded_at=NOW,
    )
    return item


def _rate(reference, owner, reviewer):
    decree = evidence.Draft("Decree on fairs", "https://example.org/decree", dt.date(2026, 2, 1), "primary", "Ministry")
    said = followup.Statement(dt.date(2026, 3, 1), "A fair was held.", "Hold another one.", blockers=("funding",))
    followup.assess(
        reference, "mostly", kind="self", statement=said, actor=owner, now=NOW, seen=None, attachments=[decree]
    )
    found = followup.Statement(dt.date(2026, 4, 1), "A fair was held in one city of two.")
    followup.assess(reference, "partly", kind="review", statement=found, actor=reviewer, now=NOW, seen=None)
    rumour = evidence.Draft("Rumour of a fair", "https://example.org/rumour", dt.date(2026, 2, 2), "statement")
    piece = evidence.attach(reference, rumour, actor=owner, now=NOW)
    evidence.retract(piece.uuid, "It was another fair.", actor=owner, now=NOW)


def _watch(item):
    counted = Indicator.objects.create(
        slug=f"fairs-{item.pk}", title_en="Fairs held", unit_en="fairs", direction="up", baseline=1, target=4
    )
    around = Indicator.objects.create(slug=f"trade-{item.pk}", title_en="Trade", unit_en="%", is_context=True)
    empty = Indicator.objects.create(slug=f"visits-{item.pk}", title_en="Visits", unit_en="people")
    for indicator in (counted, around, empty):
        indicator.recommendations.add(item)
    for indicator, value, high in ((counted, 2, None), (around, "33.3", "35.1")):
        Observation.objects.create(
            indicator=indicator,
            period_start=dt.date(2018, 1, 1),
            period_end=dt.date(2018, 12, 31),
            value=value,
            value_high=high,
            recorded_at=NOW,
        )
