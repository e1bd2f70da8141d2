"""Who may do what: every verb by every role, as one table."""

# ruff: noqa: ARG005 - each call takes the same

import datetime as dt
import importlib
import inspect
import pkgutil
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from recommendations import actions
from recommendations.actions import (
    assignment,
    batch,
    calendar_address,
    catalogue,
    comment,
    delivery,
    disposition,
    evidence,
    follow,
    followup,
    importing,
    indicator,
    many,
    merging,
    milestone,
    notice,
    organization,
    passage,
    person,
    recommendation,
    reply,
    response,
    saved_view,
    selection,
    source,
    splitting,
    subscription,
    suppression,
    theme,
    token,
    tracking,
    webhook,
    withdrawal,
)
from recommendations.actions import report as publication
from recommendations.exchange.catalogue import Catalogue
from recommendations.models import Event, Import, Notice, Recommendation, coverage
from recommendations.rules.access import Role
from recommendations.rules.errors import Forbidden, Missing, Refused
from tests.factories import (
    NOW,
    TODAY,
    AssignmentFactory,
    DeliveryFactory,
    EvidenceFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
COLUMNS = ("visitor", "reader", "stranger", "owner", "reviewer", "steward", "administrator")
LATER = NOW + dt.timedelta(days=1)

# y: may; F: is told that they may not; M: it does not exist for them; -: asked for a sign-in at every door before;
# .: cannot have made what the verb is about. What the verbs are about is somebody else's, save for `_own`.
# A stranger is a contributor to whose organization the item is not assigned, an owner one to whose it is.
MATRIX = """
    recommendation.register     F F F F F y y
    recommendation.amend        F F F F F y y
    many.register               F F F F F y y
    many.amend                  F F F F F y y
    importing.take              F F F F F y y
    importing.apply             M M M M M F F
    importing.apply_own         . . . . . y y
    importing.undo              M M M M M y y
    withdrawal.withdraw         F F F F F y y
    withdrawal.restore          F F F F F y y
    splitting.split             F F F F F y y
    merging.merge               F F F F F y y
    followup.assess_self        F F F y F y y
    followup.assess_review      F F F F y y y
    followup.retract            F F F F F y y
    followup.retract_own_report . . . y . y y
    followup.retract_own_review . . . . y y y
    response.respond            F F F y F y y
    milestone.plan              F F F y F y y
    milestone.amend             F F F y F y y
    milestone.finish            F F F y F y y
    milestone.cancel            F F F y F y y
    evidence.attach             F F F y y y y
    evidence.amend              F F F F F y y
    evidence.amend_own          . . . y y y y
    evidence.retract            F F F F F y y
    evidence.retract_own        . . . y y y y
    comment.write               F y y y y y y
    comment.retract             M F F F F y y
    comment.retract_own         . y y y y y y
    follow.follow               F y y y y y y
    follow.unfollow             F y y y y y y
    notice.see                  - M M M M M M
    notice.see_own              - y y y y y y
    notice.see_all              - y y y y y y
    batch.run_to_follow         F y y y y y y
    batch.run_to_report         F F F y F y y
    batch.run_to_review         F F F F y y y
    batch.run_to_amend          F F F F F y y
    batch.run_to_assign         F F F F F y y
    batch.undo                  M F F F F y y
    batch.undo_to_unfollow      M M M M M M M
    batch.undo_own_following    . y y y y y y
    batch.undo_own_report       . . . y . y y
    batch.undo_own_review       . . . . y y y
    assignment.assign           F F F F F y y
    assignment.amend            F F F F F y y
    assignment.release          F F F F F y y
    passage.place               F F F F F y y
    passage.add                 F F F F F y y
    passage.place_anew          F F F F F y y
    passage.remove              F F F F F y y
    tracking.track              F F F F F y y
    disposition.state           F F F F F y y
    disposition.withdraw        F F F F F y y
    source.register             F F F F F y y
    source.amend                F F F F F y y
    source.read_in              F F F F F y y
    organization.register       F F F F F y y
    organization.amend          F F F F F y y
    theme.register              F F F F F y y
    theme.amend                 F F F F F y y
    indicator.define            F F F F F y y
    indicator.amend             F F F F F y y
    indicator.observe           F F F y F y y
    indicator.revise            F F F F F y y
    catalogue.load              F F F F F y y
    person.invite               F F F F F F y
    person.place                F F F F F F y
    person.introduce            - y y y y y y
    person.readdress            - y y y y y y
    delivery.send_again         F F F F F F y
    suppression.add             F F F F F F y
    suppression.lift            F F F F F F y
    token.issue_to_read         F y y y y y y
    token.issue_to_write        F F y y y y y
    token.revoke                M M M M M M y
    subscription.subscribe      F y y y y y y
    subscription.amend          - M M M M M M
    subscription.pause          - M M M M M M
    subscription.resume         - M M M M M M
    reply.answer                F F F y F F F
    reply.answer_not_mine       F F F y F F F
    reply.revoke                - M M M M M M
    report.publish              F F F F F y y
    saved_view.keep             F y y y y y y
    saved_view.amend            - M M M M M M
    saved_view.remove           - M M M M M M
    calendar_address.issue      F y y y y y y
    calendar_address.revoke     - M M M M M M
    webhook.register            F F F F F y y
    webhook.amend               - M M M M M M
    webhook.rotate              - M M M M M M
    webhook.end                 - M M M M M M
    webhook.try_out             - M M M M M M
    webhook.resend              - M M M M M M
"""
TABLE = {line.split()[0]: dict(zip(COLUMNS, line.split()[1:], strict=True)) for line in MATRIX.strip().splitlines()}
# What these verbs take is not a person: the register itself, a signed link, or the helpers of other verbs.
OTHERS = {
    "person.found",
    "subscription.unsubscribe",
    "visitor.ask",
    "visitor.confirm",
    "visitor.decline",
    "visitor.amend",
    "capture.record",
    "bounce.record",
    "head.publish",
    "pace.measure",
    "webhook.disable",
    "suppression.suppress",
}
HOOK = webhook.Wish("Theirs", "https://example.org/hook")
TEXT = "Both sides should open a joint office. They must hold a fair. They should also meet each year."


@pytest.fixture
def world(item, owned, alice, dave):
    """T-900, which Alice's ministry leads, and one of everything that a verb can be about."""
    somebody = PersonFactory(role=Role.STEWARD)
    made = SimpleNamespace(item=item, somebody=somebody, piece=EvidenceFactory(recommendation=item, added_by=somebody))
    made.other = RecommendationFactory(reference="T-950")
    made.gone = RecommendationFactory(reference="T-951", withdrawn_at=NOW)
    made.assignment = AssignmentFactory(recommendation=made.other)
    made.source, made.theme, made.body = SourceFactory(), ThemeFactory(), OrganizationFactory()
    definition = indicator.Definition(title_en="Share", unit_en="%", recommendations=("T-900",))
    made.reading = indicator.Reading(dt.date(2018, 1, 1), dt.date(2018, 12, 31), value=49.5)
    indicator.define("share", definition, actor=somebody, now=NOW)
    indicator.observe("share", made.reading, actor=somebody, now=NOW)
    made.definition = definition
    made.token = token.issue("theirs", scope="read", actor=somebody, now=NOW)[0]
    made.subscription = subscription.subscribe(subscription.Wish(), actor=somebody, now=NOW)
    made.saved_view = saved_view.keep("Theirs", "", actor=somebody, now=NOW)
    made.calendar = calendar_address.issue("Theirs", "", "en", actor=somebody, now=NOW)[0]
    made.suppressed = suppression.suppress("gone@example.org", "refused", "", now=NOW)
    made.webhook = webhook.register(HOOK, actor=somebody, now=NOW)[0]
    made.call = webhook.try_out(made.webhook.uuid, actor=somebody, now=NOW)
    made.description = source.description_of(made.source)
    follow_up(made, owned)
    texts(made)
    return made


def follow_up(made, owned):
    """T-940, which Alice's ministry leads too, with what somebody reported, planned, said and did to it."""
    by, said = {"actor": made.somebody, "now": NOW}, followup.Statement(as_of=TODAY)
    made.owned = AssignmentFactory(recommendation__reference="T-940", organization=owned.organization).recommendation
    made.report = followup.assess("T-940", "no_action", kind="self", statement=said, seen=None, **by)
    made.milestone = milestone.plan("T-940", milestone.Plan("Draft law"), **by)
    made.comment = comment.write("T-940", "Well done.", people=[PersonFactory().uuid], **by)
    made.notice = Notice.objects.get()
    made.batch = batch.run("amend", ["T-950"], {"priority": "high"}, **by)
    made.imported = read(importing.take("a.csv", b"reference", "csv", **by), "read")
    made.following = batch.run("follow", ["T-950"], {}, **by)


def texts(made):
    """Read in a source that says three things: one is tracked as T-900, one is not, with a reason, one waits."""
    made.text = SourceFactory()
    read = source.read_in(made.text.slug, TEXT.encode(), actor=made.somebody, now=NOW).snapshot
    made.passage = passage.add("T-900", made.text.slug, chosen("joint office"), actor=made.somebody, now=NOW)
    _tracked, made.disposed, made.waiting = (
        one.sentence.key for one in coverage.of_snapshot(read, person=None).sentences
    )
    disposition.state(made.text.slug, made.disposed, "out_of_scope", actor=made.somebody, now=NOW)


def chosen(words):
    start = TEXT.index(words)
    return selection.Selection(1, start, start + len(words))


@pytest.fixture
def roles(alice, bob, carol, dave, erin):
    stranger = PersonFactory(role=Role.CONTRIBUTOR, organization=OrganizationFactory())
    who = (AnonymousUser(), dave, stranger, alice, bob, carol, erin)
    return dict(zip(COLUMNS, who, strict=True))


def assess(kind):
    said = followup.Statement(as_of=TODAY)
    return lambda w, who: followup.assess("T-900", "no_action", kind=kind, statement=said, seen=None, **who)


def attach(_w, who):
    return evidence.attach("T-900", evidence.Draft("Act", "https://example.org/1", TODAY, "primary"), **who)


def respond(_w, who):
    return response.respond("T-900", response.Draft("ministry", "accepted", TODAY), **who)


def answer(kind):
    """Answer by the link of one's own digest; who has no digests tries that of somebody."""

    def by_link(w, who):
        row = DeliveryFactory(subscription__person=who["actor"] if who["actor"].pk else w.somebody)
        return reply.answer(reply.Link(row.uuid, "T-900", NOW), kind, reply.Said("no_action"), **who)

    return by_link


def at_once(verb, **said):
    return lambda w, who: batch.run(verb, ["T-900"], said, **who)


def take_back(do):
    return lambda w, who: batch.undo(do(w, who).uuid, **who)


def see_own(w, who):
    comment.write("T-900", "For you.", people=[who["actor"].uuid], actor=w.somebody, now=NOW)
    return notice.see(Notice.objects.get(person=who["actor"]).uuid, **who)


def read(made, state):
    Import.objects.filter(pk=made.pk).update(state=state, counts={"create": 1})
    return made


report = at_once("assess", kind="self", value="no_action", as_of=TODAY)
review = at_once("assess", kind="review", value="no_action", as_of=TODAY)


def parts(_w, who):
    return splitting.split("T-900", [splitting.Part("T-910", "A"), splitting.Part("T-911", "B")], **who)


CALLS = {
    "recommendation.register": lambda w, who: recommendation.register("T-960", recommendation.Wording("New", w.source.slug), **who),
    "recommendation.amend": lambda w, who: recommendation.amend("T-900", {"title_en": "Other"}, seen=None, **who),
    "many.register": lambda w, who: many.register([many.Registration("T-960", recommendation.Wording("New", w.source.slug))], **who),
    "many.amend": lambda w, who: many.amend([many.Amendment("T-900", {"title_en": "Other"})], **who),
    "importing.take": lambda w, who: importing.take("a.csv", b"reference", "csv", **who),
    "importing.apply": lambda w, who: importing.apply(w.imported.uuid, **who),
    "importing.apply_own": lambda w, who: importing.apply(read(importing.take("a.csv", b"reference", "csv", **who), "read").uuid, **who),
    "importing.undo": lambda w, who: importing.undo(read(w.imported, "applied").uuid, **who),
    "withdrawal.withdraw": lambda w, who: withdrawal.withdraw("T-900", "Because.", **who),
    "withdrawal.restore": lambda w, who: withdrawal.restore("T-951", "Why not.", **who),
    "splitting.split": parts,
    "merging.merge": lambda w, who: merging.merge("T-900", "T-950", **who),
    "followup.assess_self": assess("self"),
    "followup.assess_review": assess("review"),
    "followup.retract": lambda w, who: followup.retract(w.report.uuid, "Wrong.", **who),
    "followup.retract_own_report": lambda w, who: followup.retract(assess("self")(w, who).uuid, "Wrong.", **who),
    "followup.retract_own_review": lambda w, who: followup.retract(assess("review")(w, who).uuid, "Wrong.", **who),
    "response.respond": respond,
    "milestone.plan": lambda w, who: milestone.plan("T-900", milestone.Plan("Decree"), **who),
    "milestone.amend": lambda w, who: milestone.amend(w.milestone.uuid, {"title": "Law"}, **who),
    "milestone.finish": lambda w, who: milestone.finish(w.milestone.uuid, TODAY, **who),
    "milestone.cancel": lambda w, who: milestone.cancel(w.milestone.uuid, "No need.", **who),
    "evidence.attach": attach,
    "evidence.amend": lambda w, who: evidence.amend(w.piece.uuid, {"title": "Other"}, seen=None, **who),
    "evidence.amend_own": lambda w, who: evidence.amend(attach(w, who).uuid, {"title": "Other"}, seen=None, **who),
    "evidence.retract": lambda w, who: evidence.retract(w.piece.uuid, "Wrong.", **who),
    "evidence.retract_own": lambda w, who: evidence.retract(attach(w, who).uuid, "Wrong.", **who),
    "comment.write": lambda w, who: comment.write("T-900", "Indeed.", **who),
    "comment.retract": lambda w, who: comment.retract(w.comment.uuid, **who),
    "comment.retract_own": lambda w, who: comment.retract(comment.write("T-900", "Indeed.", **who).uuid, **who),
    "follow.follow": lambda w, who: follow.follow("T-900", **who),
    "follow.unfollow": lambda w, who: follow.unfollow("T-900", **who),
    "notice.see": lambda w, who: notice.see(w.notice.uuid, **who),
    "notice.see_own": see_own,
    "notice.see_all": lambda w, who: notice.see_all(**who),
    "batch.run_to_follow": at_once("follow"),
    "batch.run_to_report": report,
    "batch.run_to_review": review,
    "batch.run_to_amend": at_once("amend", priority="high"),
    "batch.run_to_assign": lambda w, who: at_once("assign", organization=w.body.slug, role="supporting", since=TODAY)(w, who),
    "batch.undo": lambda w, who: batch.undo(w.batch.uuid, **who),
    "batch.undo_to_unfollow": lambda w, who: batch.undo(w.following.uuid, **who),
    "batch.undo_own_following": take_back(at_once("follow")),
    "batch.undo_own_report": take_back(report),
    "batch.undo_own_review": take_back(review),
    "assignment.assign": lambda w, who: assignment.assign("T-900", w.body.slug, role="supporting", since=TODAY, **who),
    "assignment.amend": lambda w, who: assignment.amend(w.assignment.uuid, since=TODAY, person=None, **who),
    "assignment.release": lambda w, who: assignment.release(w.assignment.uuid, TODAY, **who),
    "passage.place": lambda w, who: passage.place("T-900", w.source.slug, [passage.Placing("one", "two")], **who),
    "passage.add": lambda w, who: passage.add("T-900", w.text.slug, chosen("hold a fair"), **who),
    "passage.place_anew": lambda w, who: passage.place_anew(w.passage.uuid, chosen("hold a fair"), **who),
    "passage.remove": lambda w, who: passage.remove(w.passage.uuid, **who),
    "tracking.track": lambda w, who: tracking.track("T-960", recommendation.Wording("New", w.text.slug), chosen("hold a fair"), **who),
    "disposition.state": lambda w, who: disposition.state(w.text.slug, w.waiting, "duplicate", **who),
    "disposition.withdraw": lambda w, who: disposition.withdraw(w.text.slug, w.disposed, **who),
    "source.register": lambda w, who: source.register("new", source.Description(title_en="New"), **who),
    "source.amend": lambda w, who: source.amend(w.source.slug, source.Description(title_en="Other"), **who),
    "source.read_in": lambda w, who: source.read_in(w.source.slug, b"Some text.", **who),
    "organization.register": lambda w, who: organization.register("new", organization.Particulars(name_en="New"), **who),
    "organization.amend": lambda w, who: organization.amend(w.body.slug, organization.Particulars(name_en="Other"), **who),
    "theme.register": lambda w, who: theme.register("new", theme.Naming("New"), **who),
    "theme.amend": lambda w, who: theme.amend(w.theme.slug, theme.Naming("Other"), **who),
    "indicator.define": lambda w, who: indicator.define("new", w.definition, **who),
    "indicator.amend": lambda w, who: indicator.amend("share", indicator.Definition(title_en="Other", unit_en="%", recommendations=()), **who),
    "indicator.observe": lambda w, who: indicator.observe("share", indicator.Reading(dt.date(2019, 1, 1), dt.date(2019, 12, 31), value=1), **who),
    "indicator.revise": lambda w, who: indicator.revise("share", indicator.Reading(w.reading.period_start, w.reading.period_end, value=2), **who),
    "catalogue.load": lambda w, who: catalogue.load(Catalogue(themes=(catalogue.Stated("fresh", {"name_en": "Fresh"}),)), **who),
    "person.invite": lambda w, who: person.invite("new@example.org", None, person.Profile("New"), person.Place(Role.READER), **who),
    "person.place": lambda w, who: person.place(w.somebody.uuid, person.Place(Role.READER), **who),
    "person.readdress": lambda w, who: person.readdress("another@example.org", **who),
    "person.introduce": lambda w, who: person.introduce(person.Profile("Another name"), **who),
    "delivery.send_again": lambda w, who: delivery.send_again(w.token.uuid, **who),
    "suppression.add": lambda w, who: suppression.add("other@example.org", "", **who),
    "suppression.lift": lambda w, who: suppression.lift(w.suppressed.uuid, **who),
    "token.issue_to_read": lambda w, who: token.issue("mine", scope="read", **who),
    "token.issue_to_write": lambda w, who: token.issue("mine", scope="write", **who),
    "token.revoke": lambda w, who: token.revoke(w.token.uuid, **who),
    "reply.answer": answer("changed"),
    "reply.answer_not_mine": answer("not_mine"),
    "reply.revoke": lambda w, who: reply.revoke(w.subscription.uuid, **who),
    "subscription.subscribe": lambda w, who: subscription.subscribe(subscription.Wish(), **who),
    "subscription.amend": lambda w, who: subscription.amend(w.subscription.uuid, subscription.Wish(hour=5), **who),
    "report.publish": lambda w, who: publication.publish(uuid.uuid4(), publication.Heading("Yearly"), b"{}", as_of=NOW, **who),
    "saved_view.keep": lambda w, who: saved_view.keep("Mine", "", **who),
    "saved_view.amend": lambda w, who: saved_view.amend(w.saved_view.uuid, "Mine", "", **who),
    "saved_view.remove": lambda w, who: saved_view.remove(w.saved_view.uuid, **who),
    "calendar_address.issue": lambda w, who: calendar_address.issue("Mine", "", "en", **who),
    "calendar_address.revoke": lambda w, who: calendar_address.revoke(w.calendar.uuid, **who),
    "webhook.register": lambda w, who: webhook.register(HOOK, **who),
    "webhook.amend": lambda w, who: webhook.amend(w.webhook.uuid, HOOK, **who),
    "webhook.rotate": lambda w, who: webhook.rotate(w.webhook.uuid, **who),
    "webhook.end": lambda w, who: webhook.end(w.webhook.uuid, **who),
    "webhook.try_out": lambda w, who: webhook.try_out(w.webhook.uuid, **who),
    "webhook.resend": lambda w, who: webhook.resend(w.call.uuid, **who),
    "subscription.pause": lambda w, who: subscription.pause(w.subscription.uuid, **who),
    "subscription.resume": lambda w, who: subscription.resume(w.subscription.uuid, **who),
}  # fmt: skip


def outcome(verb, world, actor):
    try:
        CALLS[verb](world, {"actor": actor, "now": LATER})
    except Forbidden:
        return "F"
    except Missing:
        return "y" if verb == "delivery.send_again" else "M"  # may send again, and there is none
    return "y"


@pytest.mark.parametrize("verb", TABLE)
def test_every_verb_by_every_role(verb, world, roles):
    for column, wanted in TABLE[verb].items():
        if wanted in "-.":
            continue
        before = Event.objects.count()
        sid = transaction.savepoint()
        found = outcome(verb, world, roles[column])
        assert found == wanted, (verb, column)
        if found != "y":
            assert Event.objects.count() == before, (verb, column)
        transaction.savepoint_rollback(sid)


ABOUT_ITEMS = {"recommendation", "withdrawal", "splitting", "merging", "followup", "response", "milestone", "evidence", "comment", "follow", "assignment", "passage"}  # fmt: skip


@pytest.mark.parametrize("verb", [verb for verb, may in TABLE.items() if verb.split(".")[0] in ABOUT_ITEMS and may["visitor"] != "."])  # fmt: skip
def test_what_is_internal_is_missing_for_visitors_whatever_they_try(verb, world):
    Recommendation.objects.update(visibility="internal")
    if verb != "recommendation.register":
        with pytest.raises(Missing):
            CALLS[verb](world, {"actor": AnonymousUser(), "now": LATER})


def verbs():
    """Name every function of the floor that takes an actor and a moment, and begins an act."""
    for module in pkgutil.iter_modules(actions.__path__):
        room = importlib.import_module(f"recommendations.actions.{module.name}")
        for name, function in vars(room).items():
            if inspect.isfunction(function) and function.__module__ == room.__name__ and not name.startswith("_"):
                takes = inspect.signature(function).parameters
                if "now" in takes and "act(now)" in inspect.getsource(function):
                    yield f"{module.name}.{name}"


def test_every_verb_stands_in_the_table():
    """A new verb gets a row in MATRIX and a call in CALLS."""
    rows = {verb.partition("_to_")[0].partition("_own")[0] for verb in TABLE}
    known = {verb.removesuffix("_self").removesuffix("_review") for verb in rows} | OTHERS
    assert set(verbs()) - known == set()
    assert set(TABLE) == set(CALLS)
    assert issubclass(Forbidden, Refused)
