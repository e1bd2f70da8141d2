"""`manage.py seed_demo`: people, organizations, statuses and evidence to look around with, all marked as such."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import recommendations
from recommendations.actions import (
    assignment,
    comment,
    evidence,
    follow,
    followup,
    milestone,
    organization,
    pace,
    person,
    recommendation,
    response,
    subscription,
)
from recommendations.models import Event, Evidence, Milestone, Organization, Person, Recommendation, Subscription
from recommendations.models.person import REGISTER
from recommendations.rules.access import Role
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.management.base import CommandParser

CONTENT: Final = Path(recommendations.__file__).parent / "catalogue" / "demonstration" / "demonstration.yaml"
AT: Final = "@demo.example"
_REPORTS: Final = {"report": "self", "review": "review"}


def password() -> str:
    """Return the password of all demonstration people: the same at every run, and not to be guessed elsewhere."""
    digits = salted_hmac("recommendations.demonstration", "password", algorithm="sha256").hexdigest()
    return "-".join(("demo", digits[:4], digits[4:8], digits[8:12], digits[12:16]))


class Command(BaseCommand):
    """Prints who can sign in; exit status 0 when all of it is there. A second time changes nothing."""

    help = (
        "Load demonstration people, organizations, assignments, statuses, reviews, evidence and subscriptions."
        " Everything is marked “Demonstration”. For a register of its own, not for one that people use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--yes", action="store_true", help="also when real people are registered here")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print who can sign in")

    def handle(self, *, yes: bool, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Load all of it, or nothing."""
        content = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
        if not yes:
            _refuse_among_real_people()
        try:
            with transaction.atomic():
                now = timezone.now()
                Demonstration(content, now).load()
                pace.measure(now)
        except Refused as refused:
            problems = "\n".join(f"{problem.field}: {problem.detail}" for problem in refused.problems)
            text = _("The demonstration does not fit what is registered here; nothing was loaded.\n%(problems)s")
            raise CommandError(text % {"problems": problems}) from None
        people = Person.objects.filter(email__endswith=AT).select_related("organization").order_by("id")
        if format == "json":
            said = [{"email": one.email, "name": one.name, "role": one.role} for one in people]
            self.stdout.write(json.dumps({"password": password(), "people": said}, ensure_ascii=False))
        else:
            self._tell(people)

    def _tell(self, people: Iterable[Person]) -> None:
        self.stdout.write(_("Demonstration people, none of them real (password of each: %s)") % password())
        for someone in people:
            where = someone.organization.name_en if someone.organization else ""
            self.stdout.write(f"  {someone.email:<28} {Role(someone.role).label:<14} {where}".rstrip())


def _refuse_among_real_people() -> None:
    real = Person.objects.exclude(email__endswith=AT).count()
    if real and not Person.objects.filter(email__endswith=AT).exists():
        text = ngettext(
            "%(count)s real person is registered here, and the demonstration would stand among what they wrote."
            " Nothing was loaded. Use a register of its own (RELATIONS_HOME=/another/folder), or add --yes.",
            "%(count)s real people are registered here, and the demonstration would stand among what they wrote."
            " Nothing was loaded. Use a register of its own (RELATIONS_HOME=/another/folder), or add --yes.",
            real,
        )
        raise CommandError(text % {"count": real})


class When(NamedTuple):
    """The day on which something happened, and the moment at which the register is told."""

    day: dt.date
    told: dt.datetime


class Demonstration:
    """Tells the verbs what the file says, and leaves alone what is there already.

    A register that has no history yet is told each thing when it happened, so that it has a past to look back to; any
    other one is told all of it `now`, since history never goes back.
    """

    def __init__(self, content: dict[str, Any], now: dt.datetime) -> None:
        """Take the file, and the moment from which its days are counted back."""
        self.content, self.now, self.has_past = content, now, not Event.objects.exists()
        self.begin = self._when(content["begins"]).told

    def load(self) -> None:
        """Go through the file: people, what they wish for, what they do, one after the other."""
        _need_catalogue(self.content, self.begin)
        for body in self.content["organizations"]:
            self._organization(**body)
        for someone in self.content["people"]:
            self._person(**someone)
        for wish in self.content["subscriptions"]:  # before anybody is responsible, and gets what they owe unasked
            self._subscribe(**wish)
        for act in sorted(self.content["acts"], key=lambda act: -act["days"]):
            verb = next(iter(act))
            item = Recommendation.objects.get(reference=act[verb])
            rest = {key: value for key, value in act.items() if key not in {verb, "days"}}
            getattr(self, f"_{verb}")(item, self._when(act["days"]), **rest)
        if self.has_past:
            self._begin_digests()

    def _begin_digests(self) -> None:
        """Let digests tell what comes from now on: nobody gets mail about a past that is told at once."""
        for made in Subscription.objects.active().order_by("id"):
            for verb in (subscription.pause, subscription.resume):
                verb(made.uuid, actor=made.person, now=self.now)

    def _day(self, days: int) -> dt.date:
        return self.now.date() - dt.timedelta(days=days)

    def _when(self, days: int) -> When:
        return When(self._day(days), self.now - dt.timedelta(days=days) if self.has_past else self.now)

    def _organization(self, slug: str, name: dict[str, str], short: dict[str, str], kind: str) -> None:
        if not Organization.objects.filter(slug=slug).exists():
            said = organization.Particulars(
                name_en=name["en"], name_ru=name["ru"], short_name_en=short["en"], short_name_ru=short["ru"], kind=kind
            )
            organization.register(slug, said, actor=REGISTER, now=self.begin)

    def _person(self, who: str, name: str, role: str, organization: str = "", language: str = "en") -> None:
        if not Person.objects.filter(email=who + AT).exists():
            profile = person.Profile(name, language, "Europe/Minsk")
            where = person.Place(role, organization)
            person.invite(who + AT, password(), profile, where, actor=REGISTER, now=self.begin)

    def _assign(self, item: Recommendation, when: When, organization: str, role: str, person: str = "") -> None:
        if not item.assignments.standing().filter(organization__slug=organization, role=role).exists():
            assignment.assign(
                item.reference,
                organization,
                role=role,
                since=when.day,
                person=_who(person).uuid if person else None,
                actor=_who("steward"),
                now=when.told,
            )

    def _target(self, item: Recommendation, when: When, due: int) -> None:
        if item.target_on is None:
            changed = {"target_on": self._day(due)}
            recommendation.amend(item.reference, changed, actor=_who("steward"), now=when.told, seen=None)

    def _report(self, item: Recommendation, when: When, *, kind: str = "report", **said: Any) -> None:
        author, value, narrative = _who(said.pop("who")), said.pop("value"), said.pop("narrative")
        if item.assessments.filter(author=author, narrative=narrative).exists():
            return
        links, cited = said.pop("links", ()), said.pop("cites", ())
        statement = followup.Statement(
            as_of=when.day,
            narrative=narrative,
            blockers=tuple(said.pop("blockers", ())),
            evidence=tuple(item.evidence.filter(title__in=cited).values_list("uuid", flat=True)),
            **said,
        )
        followup.assess(
            item.reference,
            value,
            kind=_REPORTS[kind],
            statement=statement,
            attachments=[self._draft(**link) for link in links],
            actor=author,
            now=when.told,
            seen=None,
        )

    def _review(self, item: Recommendation, when: When, **said: Any) -> None:
        self._report(item, when, kind="review", **said)

    def _draft(self, days: int, **said: Any) -> evidence.Draft:
        return evidence.Draft(dated_on=self._day(days), **said)

    def _retract(self, item: Recommendation, when: When, who: str, title: str, reason: str) -> None:
        piece = Evidence.objects.get(recommendation=item, title=title)
        if piece.is_standing:
            evidence.retract(piece.uuid, reason, actor=_who(who), now=when.told)

    def _take_back(self, item: Recommendation, when: When, who: str, narrative: str, reason: str) -> None:
        for made in item.assessments.standing().filter(author=_who(who), narrative=narrative):
            followup.retract(made.uuid, reason, actor=_who(who), now=when.told)

    def _respond(
        self, item: Recommendation, when: When, *, who: str, organization: str, answer: str, statement: str
    ) -> None:
        if not item.responses.filter(statement=statement).exists():
            draft = response.Draft(organization, answer, when.day, statement)
            response.respond(item.reference, draft, actor=_who(who), now=when.told)

    def _milestone(self, item: Recommendation, when: When, who: str, title: str, due: int) -> None:
        if not item.milestones.filter(title=title).exists():
            milestone.plan(item.reference, milestone.Plan(title, self._day(due)), actor=_who(who), now=when.told)

    def _finish(self, item: Recommendation, when: When, who: str, title: str) -> None:
        made = Milestone.objects.get(recommendation=item, title=title)
        if made.is_open:
            milestone.finish(made.uuid, when.day, actor=_who(who), now=when.told)

    def _cancel(self, item: Recommendation, when: When, who: str, title: str, reason: str) -> None:
        made = Milestone.objects.get(recommendation=item, title=title)
        if made.is_open:
            milestone.cancel(made.uuid, reason, actor=_who(who), now=when.told)

    def _comment(self, item: Recommendation, when: When, who: str, body: str) -> None:
        if not item.comments.filter(author=_who(who), body=body).exists():
            comment.write(item.reference, body, actor=_who(who), now=when.told)

    def _follow(self, item: Recommendation, when: When, who: str) -> None:
        follow.follow(item.reference, actor=_who(who), now=when.told)

    def _subscribe(self, who: str, scope: str, **wish: Any) -> None:
        if not Subscription.objects.filter(person=_who(who), scope=scope).exists():
            subscription.subscribe(subscription.Wish(scope=scope, **wish), actor=_who(who), now=self.begin)


def _need_catalogue(content: dict[str, Any], begin: dt.datetime) -> None:
    wanted = {act[verb] for act in content["acts"] for verb in ("assign", *_REPORTS) if verb in act}
    if Recommendation.objects.filter(reference__in=wanted).count() < len(wanted):
        call_command("load_catalogue", stdout=StringIO(), now=begin)


def _who(name: str) -> Person:
    return Person.objects.get(email=name + AT)
