"""A table that came in is applied, and undone: as one, once, and only what nobody else changed."""

# ruff: noqa: F811 - a fixture is imported

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations import tasks
from recommendations.actions import assignment, importing, recommendation
from recommendations.actions.recommendation import Wording
from recommendations.exchange.incoming import claim, comparing, rounds
from recommendations.models import Event, Import, Notice, Recommendation
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Forbidden, Missing, Unlawful
from tests.exchange.round_trip import applied, edited, exported, outcomes, register, row, sent, undone, wrong  # noqa: F401 - a fixture among them
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def test_what_somebody_changed_between_stops_all(register, carol):
    def change(by):
        by["A-1"]["title_en"] = "Mine"
        by["A-3"]["title_en"] = "Mine too"
        by["A-4"] = {**by["A-1"], "reference": "A-4", "version": ""}

    made = sent(edited(change), carol)
    recommendation.amend("A-1", {"title_en": "Theirs"}, actor=REGISTER, now=NOW, seen=None)
    recommendation.register("A-4", Wording("Theirs", "report"), actor=REGISTER, now=NOW)
    made = applied(made, carol)
    assert (made.state, [p["code"] for p in made.problems]) == ("read", ["changed_since"])
    assert outcomes(made) == {"A-1": "conflict", "A-2": "unchanged", "A-3": "update", "A-4": "conflict"}
    assert row(made, "A-1").changes == {"title_en": ["Theirs", "Mine"]}
    assert Recommendation.objects.get(reference="A-3").title_en == "Третье"
    with pytest.raises(Unlawful) as refused:
        applied(made, carol)
    assert refused.value.codes == ["rows_wrong"]
    made = applied(made, carol, only_good=True)
    assert (made.state, Recommendation.objects.get(reference="A-3").title_en) == ("applied", "Mine too")


def test_only_good_leaves_aside_what_changed_between(register, carol):
    def change(by):
        by["A-1"].update(title_en="Mine", status="implemented")
        by["A-2"]["title_en"] = "Mine"
        by["A-3"]["title_en"] = "Mine"

    made = sent(edited(change), carol)
    recommendation.amend("A-2", {"title_en": "Theirs"}, actor=REGISTER, now=NOW, seen=None)
    made = applied(made, carol, only_good=True)
    assert made.state == "applied"
    assert outcomes(made) == {"A-1": "error", "A-2": "conflict", "A-3": "update"}
    assert Event.objects.get(verb="imported").after == {"created": 0, "updated": 1, "left": 2, "sha256": made.sha256}


def test_a_name_that_is_gone_stops_all(register, carol):
    made = sent(edited(lambda by: by["A-3"].update(parent="A-1")), carol)
    Recommendation.objects.filter(reference="A-1").update(withdrawn_at=NOW)
    made = applied(made, carol)
    assert (made.state, outcomes(made)["A-3"]) == ("read", "error")


def test_an_import_is_applied_once_and_by_who_sent_it(register, carol, erin, dave):
    made = sent(edited(lambda by: by["A-3"].update(priority="low")), carol)
    with pytest.raises(Forbidden) as refused:
        applied(made, erin)
    assert refused.value.codes == ["not_yours"]
    with pytest.raises(Missing):
        applied(made, dave)
    applied(made, carol)
    for ask in (applied, lambda *who: undone(undone(*who), carol)):
        with pytest.raises(Unlawful) as refused:
            ask(made, carol)
        assert refused.value.codes == ["wrong_state"]
    with pytest.raises(Unlawful) as refused:
        applied(sent(exported(), carol), carol)
    assert refused.value.codes == ["nothing_to_apply"]


def test_who_lost_their_role_meanwhile_changes_nothing(register, carol):
    made = sent(edited(lambda by: by["A-3"].update(priority="low")), carol)
    importing.apply(made.uuid, actor=carol, now=timezone.now())
    carol.role = "reader"
    carol.save()
    rounds.run(only=made.uuid)
    made.refresh_from_db()
    assert (made.state, [p["code"] for p in made.problems]) == ("read", ["stewards_only"])


def test_each_person_is_told_once(register, carol, alice, owned, ministry):
    for reference in ("A-1", "A-2"):
        assignment.assign(reference, "ministry", role="lead", since=dt.date(2026, 1, 1), actor=REGISTER, now=NOW)
    Notice.objects.all().delete()

    def change(by):
        for reference in ("A-1", "A-2", "A-3"):
            by[reference]["priority"] = "low"

    made = applied(sent(edited(change), carol), carol)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.importing, notice.count) == (alice, "import", made, 2)


def test_only_good_may_leave_everything_aside(register, carol):
    made = sent(edited(lambda by: by["A-1"].update(title_en="Mine")), carol)
    recommendation.amend("A-1", {"title_en": "Theirs"}, actor=REGISTER, now=NOW, seen=None)
    made = applied(made, carol, only_good=True)
    assert (made.state, made.counts) == ("applied", {"unchanged": 2, "conflict": 1})
    assert str(made) == f"table.csv ({made.made_at:%Y-%m-%d})"
    assert str(row(made, "A-1")) == "2 conflict"


def test_what_the_verb_refuses_after_all_stops_all(register, carol, monkeypatch):
    made = sent(edited(lambda by: by.update({"B-1": {**by["A-3"], "reference": "B-1", "version": ""}})), carol)
    compare = comparing.compare

    def and_somebody_is_faster(reads, *said, **more):
        compare(reads, *said, **more)
        if not Recommendation.objects.filter(reference="B-1").exists():
            recommendation.register("B-1", Wording("Theirs", "report"), actor=REGISTER, now=NOW)

    monkeypatch.setattr(comparing, "compare", and_somebody_is_faster)
    made = applied(made, carol)
    assert (made.state, [p["code"] for p in made.problems]) == ("read", ["changed_since"])
    assert Event.objects.filter(verb="imported").count() == 0


def test_undo_leaves_what_somebody_changed_since(register, carol, erin):
    def change(by):
        by["A-1"]["priority"] = by["A-3"]["priority"] = "low"
        by["B-1"] = {**by["A-1"], "reference": "B-1", "version": ""}
        by["B-2"] = {**by["A-1"], "reference": "B-2", "version": ""}

    made = applied(sent(edited(change), carol), carol)
    recommendation.amend("A-1", {"title_en": "Theirs"}, actor=REGISTER, now=NOW, seen=None)
    recommendation.register(
        "C-1", Wording("Part", "report", parent="B-1", visibility="internal"), actor=REGISTER, now=NOW
    )
    made = undone(made, erin)
    assert (made.state, made.undone_by, made.counts["undone"], made.counts["not_undone"]) == ("undone", erin, 2, 2)
    assert (wrong(made, "A-1"), wrong(made, "B-1")) == ([("reference", "changed_since")], [("reference", "has_parts")])
    items = {item.reference: item for item in Recommendation.objects.all()}
    assert (items["A-1"].priority, items["A-3"].priority) == ("low", "normal")
    assert items["B-1"].withdrawn_at is None
    assert items["B-2"].withdrawn_at is not None
    event = Event.objects.get(verb="undone")
    assert (event.actor, event.after) == (erin, {"undone": 2, "not_undone": 2})
    reason = Event.objects.get(verb="withdrawn").after["reason"]
    assert reason == "Undone together with the import that registered it."


def test_statements_do_not_grow_with_rows(register, carol, django_assert_max_num_queries):
    def counted(rows):
        header = "reference,title_en,source,themes,parent"
        lines = [f"Q{rows}-{n},New,report,economy,A-1" for n in range(rows)]
        made = importing.take("t.csv", "\n".join([header, *lines]).encode(), "csv", actor=carol, now=timezone.now())
        found = []
        for ask in (None, importing.apply, importing.undo):
            if ask:
                ask(made.uuid, actor=carol, now=timezone.now())
            with CaptureQueriesContext(connection) as queries:
                rounds.run(only=made.uuid)
            found.append(len(queries))
        made.refresh_from_db()
        assert made.state == "undone"
        return found

    assert counted(1) == counted(40)


def test_a_lease_that_ran_out_writes_nothing(register, carol, monkeypatch):
    made = sent(edited(lambda by: by["A-3"].update(priority="low")), carol)
    importing.apply(made.uuid, actor=carol, now=timezone.now())
    mine = claim.claim(made.uuid)
    assert claim.claim(made.uuid) is None
    Import.objects.update(lease_until=timezone.now() - dt.timedelta(days=400))
    theirs = claim.claim(made.uuid)
    assert theirs.attempts == 2
    rounds._do(mine, lambda _done, _total: None)
    assert Recommendation.objects.get(reference="A-3").priority == "normal"
    rounds._do(theirs, lambda _done, _total: None)
    assert Recommendation.objects.get(reference="A-3").priority == "low"
    assert Event.objects.filter(verb="imported").count() == 1


def test_what_is_begun_again_and_again_is_given_up(register, carol):
    made = sent(edited(lambda by: by["A-3"].update(priority="low")), carol)
    importing.apply(made.uuid, actor=carol, now=timezone.now())
    Import.objects.update(attempts=claim.MOST_ATTEMPTS)
    rounds.run(only=made.uuid)
    made.refresh_from_db()
    assert (made.state, [p["code"] for p in made.problems]) == ("read", ["given_up"])


def test_a_mistake_of_ours_is_tried_again_later(register, carol, media):
    made = importing.take("t.csv", exported(), "csv", actor=carol, now=timezone.now())
    Import.objects.update(file="imports/gone")
    assert rounds.run(only=made.uuid) == 1
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("reading", 1)
    assert rounds.run() == 0


def test_another_file_in_the_place_of_the_one_that_was_sent_is_refused(register, carol):
    made = importing.take("t.csv", b"[]", "csv", actor=carol, now=timezone.now())
    rounds.run()
    made.refresh_from_db()
    assert (made.state, [p["code"] for p in made.problems]) == ("refused", ["file_damaged"])


def test_small_files_are_read_at_once_and_others_wait_for_a_worker(register, carol, monkeypatch):
    woken = []
    monkeypatch.setattr("recommendations.exchange.incoming.wake.wake", lambda: woken.append(1))
    small = importing.take("t.csv", exported(), "csv", actor=carol, now=timezone.now())
    rounds.begin(small)
    large = importing.take("t.csv", exported() + b"\r\n" * 60_000, "csv", actor=carol, now=timezone.now())
    rounds.begin(large)
    assert [made.state for made in Import.objects.order_by("pk")] == ["read", "planned"]
    assert woken == [1]
    tasks.run_imports()
    assert [made.state for made in Import.objects.order_by("pk")] == ["read", "read"]
