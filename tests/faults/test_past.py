"""What the register said at any moment is what it says of that moment afterwards: after thousands of random acts.

After each act the answers are written down; in the end `as_of` has to give each again, byte for byte, but for the moment
that the address of a next page repeats. Some dozens of acts run with the suite; `make faults` does ten thousand
(STEPS=…, SEED=…). Clocks go on, stand still and stand behind: a moment is the latest that any act bore, and what was
said at it is what was said last.
"""

import os
import random
import re
import time
from collections import Counter

import pytest
import time_machine
from django.db import connection
from django.test import Client

from recommendations.actions import token
from recommendations.models import Event, Recommendation, Token, past
from recommendations.models.event import Subject, Verb
from recommendations.models.verification import verify
from tests import sample
from tests.api.contract import whole
from tests.factories import OrganizationFactory, PersonFactory
from tests.faults.acts import ACTS, BEGINNING, World, furnish

pytestmark = [pytest.mark.slow, pytest.mark.uncounted, pytest.mark.django_db(transaction=True)]

STEPS = int(os.environ.get("STEPS", "15" if sample.SHORT else "30"))
SEED = int(os.environ.get("SEED", "20261124"))
EVERY = 1 if STEPS <= 100 else 8  # after each act of a long run one in eight of the addresses is asked, in turn
ADDRESSES = (
    "recommendations/",
    "recommendations/?withdrawn=true",
    "recommendations/?status=partly,no_action&ordering=-updated_at&q=bridge",
    "recommendations/{item}/",
    "recommendations/{item}/assessments/",
    "recommendations/{item}/evidence/",
    "recommendations/{item}/assignments/",
    "recommendations/{item}/responses/",
    "recommendations/{item}/milestones/",
    "recommendations/{item}/history/",
    "recommendations/{item}/indicators/",
    "statistics/",
    "sources/",
    "sources/paper-1/passages/",
    "organizations/",
    "themes/",
    "events/?page_size=20",
    "exports/recommendations.ndjson",
    "exports/recommendations.csv",
)
REPEATED = re.compile(rb'as_of=[^&"]*&|cursor=[^&"]*')  # a cursor is sealed with what it is of


class Witness:
    """Asks, writes down, and asks again; a stranger and a reader in turn."""

    def __init__(self, reader):
        key = token.issue("witness", scope="read", actor=reader, now=BEGINNING)[1]
        Token.objects.update(expires_at=BEGINNING.replace(year=2999))  # for as long as the acts may take
        self.clients = (Client(), Client(headers={"Authorization": f"Bearer {key}"}))
        self.heard = {}

    def ask(self, who, address):
        answer = self.clients[who].get(f"/api/v1/{address}")
        assert answer.status_code in {200, 404}, (address, answer.status_code)
        return REPEATED.sub(b"", whole(answer))

    def write_down(self, moment, item, step):
        asked = [address.format(item=item) for place, address in enumerate(ADDRESSES) if (step + place) % EVERY == 0]
        with time_machine.travel(moment, tick=False):
            self.heard[moment] = {(step % 2, address): self.ask(step % 2, address) for address in asked}

    def ask_again(self):
        for moment, heard in self.heard.items():
            as_of = f"as_of={moment:%Y-%m-%dT%H:%M:%S.%f}Z"
            for (who, address), said in heard.items():
                again = self.ask(who, f"{address}{'&' if '?' in address else '?'}{as_of}")
                assert again == said, differing(again, said, f"{address} of {moment.isoformat()} to {who}")


def differing(again, said, what):
    """Show where two answers part."""
    place = next((n for n, (a, b) in enumerate(zip(again, said, strict=False)) if a != b), min(len(again), len(said)))
    around = slice(max(place - 200, 0), place + 200)
    return f"{what}\nthen: {said[around].decode(errors='replace')}\nnow:  {again[around].decode(errors='replace')}"


@pytest.fixture
def world(settings):
    settings.API_REQUESTS_A_MINUTE = settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = 10**9
    steward = PersonFactory(name="Steward", role="steward", joined_at=BEGINNING)
    furnish(steward)
    body = OrganizationFactory._meta.model.objects.get(slug="body-1")
    owner = PersonFactory(name="Owner", role="contributor", organization=body, joined_at=BEGINNING)
    people = [steward, owner, *(PersonFactory(name=role, role=role) for role in ("reviewer", "reader"))]
    return World(people, random.Random(SEED))


def test_past_is_what_was_said(world, capsys):
    witness, begin = Witness(world.people[-1]), time.perf_counter()
    for step in range(STEPS):
        world.step()
        witness.write_down(world.moment, world.item, step)
    acted = time.perf_counter() - begin
    witness.ask_again()
    for moment in world.dice.sample(sorted(witness.heard), min(200, len(witness.heard))):
        fold_agrees(moment)
    assert verify().is_whole
    assert STEPS < 1000 or set(world.done) == {name for name, *_rest in ACTS}
    with capsys.disabled():
        if STEPS >= 1000:
            late = connection.cursor().execute("SELECT count(*) FROM history.late").fetchone()[0]
            answers = sum(map(len, witness.heard.values()))
            print(
                f"\n{STEPS} acts ({dict(Counter(world.done))}), {len(witness.heard)} moments, {late} late events;"
                f" {answers} answers the same; {acted:.0f} s to act, {time.perf_counter() - begin:.0f} s in all"
            )


def fold_agrees(moment):
    """Hold the versions of a moment against what the events up to it add up to."""
    with past.as_of(moment):
        items = Recommendation.objects.select_related("source", "parent").prefetch_related("themes")
        for item in items:
            chain = list(Event.objects.about(Subject.RECOMMENDATION, item.reference))
            assert [event.sequence for event in chain] == list(range(1, len(chain) + 1))
            assert told_by(item) == folded(chain), f"{item.reference} as of {moment.isoformat()}"


def told_by(item):
    plain = ("title_en", "title_ru", "description_en", "description_ru", "instrument", "priority", "visibility")
    return {
        **{name: getattr(item, name) for name in plain},
        "target_on": item.target_on and item.target_on.isoformat(),
        "source": item.source.slug,
        "parent": item.parent.reference if item.parent else "",
        "themes": sorted(theme.slug for theme in item.themes.all()),
        "owners": sorted(item.assignments.standing().values_list("organization__slug", "role")),
        "evidence": sorted(str(uuid) for uuid in item.evidence.standing().values_list("uuid", flat=True)),
        "self": item.reported_status,
        "review": item.verified_status,
    }


BESIDES = {"passages", "duplicates"}  # what is said of others, for those who read the history of this one
COLUMNS = {"self": "reported_status", "review": "verified_status"}


def folded(chain):
    said, owners, pieces = {}, {}, set()
    for event in chain:
        after = event.after
        if event.verb in {Verb.REGISTERED, Verb.AMENDED}:
            said |= after
        elif event.verb == Verb.ASSIGNED:
            owners[after["assignment"]] = (after["organization"], after["role"])
        elif event.verb == Verb.RELEASED:
            del owners[after["assignment"]]
        elif event.verb == Verb.EVIDENCE_ATTACHED:
            pieces.add(after["evidence"])
        elif event.verb == Verb.EVIDENCE_RETRACTED:
            pieces.remove(after["evidence"])
    return {
        **{name: value for name, value in said.items() if name not in BESIDES},
        "themes": sorted(said["themes"]),
        "owners": sorted(owners.values()),
        "evidence": sorted(pieces),
        **rated(chain),
    }


def rated(chain):
    """Return both ratings: of its own assessments that stand, or, while it has parts, what these add up to."""
    own, shown, elements = {"self": {}, "review": {}}, {"self": "not_assessed", "review": "not_assessed"}, 0
    for event in chain:
        after = event.after
        if event.verb == Verb.ASSESSED:
            own[after["kind"]][after["assessment"]] = (after["as_of"], event.sequence, after["value"])
        elif event.verb == Verb.ASSESSMENT_RETRACTED:
            del own[after["kind"]][after["assessment"]]
        elif event.verb == Verb.COMPUTED:
            elements = after.get("elements", elements)
            shown |= {kind: after[column] for kind, column in COLUMNS.items() if column in after}
            continue
        if not elements:
            shown = {kind: max(values.values())[2] if values else "not_assessed" for kind, values in own.items()}
    return shown
