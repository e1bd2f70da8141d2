"""Parts, wholes and duplicates written by many at once: no deadlock, nothing lost, stored is computed."""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from recommendations.actions import computed, followup, merging, recommendation, splitting, withdrawal
from recommendations.actions.splitting import Part
from recommendations.models import Event, Recommendation
from recommendations.models.verification import verify
from recommendations.rules.errors import Refused, Stale
from tests.actions.test_concurrency import at_once
from tests.factories import NOW, TODAY, RecommendationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def tried(verb, *args, **said):
    """Return what became of a verb: done, refused by the rules, or (never) a deadlock."""
    try:
        verb(*args, now=NOW, **said)
    except Refused:
        return "refused"
    except OperationalError as wrong:
        return str(wrong)
    return "done"


def assess(reference, actor, value, kind="self"):
    said = followup.Statement(as_of=TODAY, narrative="Seen.")
    return tried(followup.assess, reference, value, kind=kind, statement=said, actor=actor, seen=None)


def hold_good():
    for item in Recommendation.objects.all():
        stored = {name: getattr(item, name) for name in computed.columns(item)}
        assert stored == computed.columns(item), item
    assert verify().is_whole


@pytest.fixture
def parts(item, carol):
    said = [Part(f"T-91{n}", f"Part {n}") for n in range(4)]
    splitting.split("T-900", said, actor=carol, now=NOW)
    return [part.reference for part in said]


def test_all_parts_assessed_at_once(parts, carol):
    done = at_once(8, lambda n: assess(parts[n % 4], carol, ("partly", "no_action")[n // 4]))
    assert done == ["done"] * 8
    hold_good()
    assert Event.objects.filter(verb="assessed").count() == 8


def test_parts_change_their_whole_while_others_write(parts, item, carol):
    other = RecommendationFactory(reference="T-950", source=item.source)
    RecommendationFactory(reference="T-951", source=item.source)
    far = RecommendationFactory(reference="T-960")
    who = {"actor": carol}

    def work(number):
        amend, seen = recommendation.amend, {"seen": None}
        return (
            lambda: tried(amend, parts[0], {"parent": "T-950"}, **who, **seen),
            lambda: tried(amend, parts[1], {"parent": "T-950"}, **who, **seen),
            lambda: tried(amend, "T-950", {"parent": "T-951"}, **who, **seen),
            lambda: tried(amend, "T-951", {"parent": "T-950"}, **who, **seen),
            lambda: assess(parts[0], carol, "partly"),
            lambda: tried(merging.merge, parts[2], "T-960", **who),
            lambda: tried(merging.merge, "T-960", parts[3], **who),
            lambda: tried(withdrawal.withdraw, parts[1], "Because.", **who),
            lambda: tried(recommendation.register, "T-970", recommendation.Wording("New", far.source.slug, parent="T-900"), **who),
            lambda: tried(splitting.split, "T-900", [Part("T-971", "A"), Part("T-972", "B")], **who),
        )[number]()  # fmt: skip

    for _ in range(5):
        done = at_once(10, work)
        assert set(done) <= {"done", "refused"}, done
        hold_good()
    assert other.children.filter(reference=parts[0]).exists() or Recommendation.objects.get(reference="T-950").parent


def test_an_item_that_got_another_whole_while_one_waited_is_stale(parts, item, carol):
    other = RecommendationFactory(reference="T-950", source=item.source)
    holds, outcome = threading.Event(), []

    def wait_for_it():
        holds.wait()
        try:
            recommendation.amend(parts[0], {"parent": ""}, actor=carol, now=NOW, seen=None)
        except Stale as refused:
            outcome.append(refused.codes)
        finally:
            connection.close()

    thread = threading.Thread(target=wait_for_it)
    thread.start()
    with transaction.atomic():
        held = Recommendation.objects.select_for_update().filter(reference=parts[0])
        assert held.count() == len(held) == 1
        holds.set()
        for _ in range(100):
            time.sleep(0.05)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
        Recommendation.objects.filter(reference=parts[0]).update(parent=other)
    thread.join()
    assert outcome == [["stale"]]
