"""Do anything that people do with a recommendation, from the command line: one door for every verb."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.management import inputs, verbs
from recommendations.management.files import content_of
from recommendations.models import Event, Person
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.management.verbs import Act


SHOWN: Final = ("subject", "subject_key", "sequence", "verb", "before", "after", "hash")


class Command(BaseCommand):
    """`act VERB [REFERENCE|ID] --as EMAIL [--set name=value …] [--json FILE|-] [--dry-run]`, or `act --list`."""

    help = (
        "Does what a person may do by page or API, with that person's rights: `act assess RB-01 --as alice@example.org"
        " --set kind=self --set value=partly --set as_of=2026-11-24`. `act --list` names all verbs and what they ask for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare verb, target and options."""
        parser.add_argument("verb", nargs="?", help="like evidence.attach, or only attach when there is no other")
        parser.add_argument("target", nargs="?", metavar="REFERENCE|ID", help="what it is done to")
        parser.add_argument("--as", dest="email", help="the e-mail address of whoever acts")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="an input; lists: again")
        parser.add_argument("--json", metavar="FILE", help="inputs as a JSON object; - reads standard input")
        parser.add_argument("--dry-run", action="store_true", help="try it, say what would be recorded, write nothing")
        parser.add_argument("--list", action="store_true", help="list the verbs and what they ask for")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, verb: str | None, target: str | None, email: str | None, **options: Any) -> None:
        """List, or do it and say what was recorded, or why not."""
        is_json, known = options["format"] == "json", verbs.all_of_them()
        if options["list"] or verb is None or email is None:
            if not options["list"]:
                raise CommandError(
                    _("Say what to do and as whom: act VERB … --as EMAIL. `act --list` names the verbs.")
                )
            self.stdout.write(
                json.dumps([_described(act) for act in known.values()], indent=1) if is_json else _listed(known)
            )
            return
        act, actor = _found(verb, known), _person(email)
        try:
            said = inputs.together(options["set"], _sent(options["json"]), act)
            events = _do(act, inputs.arguments(act, target, said), actor, dry_run=options["dry_run"])
        except Refused as refused:
            self._refuse(refused, is_json=is_json)
        else:
            self._tell(act, events, is_json=is_json, dry_run=options["dry_run"])

    def _tell(self, act: Act, events: list[dict[str, Any]], *, is_json: bool, dry_run: bool) -> None:
        if is_json:
            said = {"verb": act.name, "dry_run": dry_run, "events": events}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
            return
        for event in events:
            after = json.dumps(event["after"], ensure_ascii=False)
            self.stdout.write(f"{event['subject']}/{event['subject_key']} #{event['sequence']} {event['verb']} {after}")
        if dry_run:
            self.stdout.write(_("This was a trial: nothing was written."))
        elif not events:
            self.stdout.write(_("Nothing changed."))

    def _refuse(self, refused: Refused, *, is_json: bool) -> None:
        problems = [{"field": p.field, "code": p.code, "detail": str(p.detail)} for p in refused.problems]
        if is_json:
            self.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False, indent=1))
        lines = [": ".join(part for part in (p["field"], p["detail"]) if part) + f" ({p['code']})" for p in problems]
        raise CommandError("\n".join(lines), returncode=1)


def _do(act: Act, arguments: dict[str, Any], actor: Person, *, dry_run: bool) -> list[dict[str, Any]]:
    """Call the verb; return what it recorded."""
    with transaction.atomic():
        last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        act.function(**arguments, actor=actor, now=timezone.now())
        made = Event.objects.filter(pk__gt=last, actor_key=str(actor.uuid)).order_by("pk")
        events: list[dict[str, Any]] = [dict(row) for row in made.values(*SHOWN)]
        transaction.set_rollback(dry_run)
    return events


def _found(verb: str, known: dict[str, Act]) -> Act:
    found = [act for name, act in known.items() if verb in {name, name.rpartition(".")[2]}]
    if len(found) != 1:
        names = ", ".join(act.name for act in found or known.values())
        raise CommandError(_("“%(verb)s” is not one verb: say one of %(names)s.") % {"verb": verb, "names": names})
    return found[0]


def _person(email: str) -> Person:
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(_("Nobody with the e-mail address %(email)s may sign in.") % {"email": email})
    return person


def _sent(file: str | None) -> Any:
    if file is None:
        return {}
    content = sys.stdin.read() if file == "-" else content_of(Path(file), largest=inputs.LARGEST)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise CommandError(_("%(path)s is not JSON: %(reason)s.") % {"path": file, "reason": wrong}) from None


def _described(act: Act) -> dict[str, Any]:
    asked = [{"name": one.name, "kind": inputs.describe(one.hint), "is_needed": one.is_needed} for one in act.inputs]
    return {"verb": act.name, "says": act.says, "target": act.target and act.target.name, "inputs": asked}


def _listed(known: dict[str, Act]) -> str:
    lines = []
    for act in known.values():
        lines.append(f"{act.name} {act.target.name.upper() if act.target else ''}".rstrip() + f"\n  {act.says}")
        lines += [f"    {one.name}{' *' if one.is_needed else ''}: {inputs.describe(one.hint)}" for one in act.inputs]
    return "\n".join([*lines, _("* is needed")])
