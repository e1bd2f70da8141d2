"""Withdraw, restore, split, merge, and the status of what is split."""

import datetime as dt
import random

import pytest

from recommendations.actions import computed, followup, merging, recommendation, splitting, withdrawal
from recommendations.actions.recommendation import Wording
from recommendations.actions.splitting import Part
from recommendations.models import Event, Recommendation
from recommendations.models.verification import verify
from recommendations.rules.errors import Forbidden, Invalid, Missing, Refused, Stale, Unlawful
from tests.factories import (
    NOW,
    TODAY,
    AssignmentFactory,
    EvidenceFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
PARTS = (Part("T-910", "The first half", "Первая половина"), Part("T-911", "The second half", description_en="Of it."))


def assess(reference, actor, value="in_preparation", *, kind="self", **said):
    said.setdefault("narrative", "Seen on site.")
    statement = followup.Statement(as_of=said.pop("as_of", TODAY), **said)
    return followup.assess(reference, value, kind=kind, statement=statement, actor=actor, now=NOW, seen=None)


def get(reference):
    return Recommendation.objects.get(reference=reference)


def told(reference):
    return list(Event.objects.about("recommendation", reference).values_list("verb", flat=True))


def shown(reference):
    item = get(reference)
    return item.status, item.reported_status, item.verified_status, item.elements


@pytest.fixture
def whole(item, owned, carol):
    """T-900, which Alice's ministry leads, split in two."""
    return splitting.split("T-900", PARTS, actor=carol, now=NOW)


@pytest.fixture
def double(db):
    """T-950, which another source recommends."""
    return RecommendationFactory(reference="T-950")


# Withdrawing and restoring


def test_withdraw_and_restore_are_an_event_each_with_the_reason(item, carol):
    made = withdrawal.withdraw("T-900", "It was no recommendation.", actor=carol, now=NOW, seen=1)
    assert (made.withdrawn_at, made.version) == (NOW, 2)
    later = NOW + dt.timedelta(hours=1)
    made = withdrawal.restore("T-900", "It is one.", actor=carol, now=later, seen=2)
    assert (get("T-900").withdrawn_at, made.version) == (None, 3)
    events = list(Event.objects.order_by("sequence"))
    assert [(e.verb, e.after) for e in events] == [
        ("withdrawn", {"reason": "It was no recommendation."}),
        ("restored", {"reason": "It is one."}),
    ]
    assert events[1].before == {"withdrawn_at": NOW.isoformat()}


@pytest.mark.parametrize("verb", [withdrawal.withdraw, withdrawal.restore])
def test_withdraw_and_restore_need_a_reason(item, carol, verb):
    with pytest.raises(Invalid) as refused:
        verb("T-900", " ", actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [("reason", "required")]


def test_withdraw_and_restore_refuse_what_is_so_already(item, carol):
    with pytest.raises(Unlawful) as refused:
        withdrawal.restore("T-900", "Why not.", actor=carol, now=NOW)
    assert refused.value.codes == ["not_withdrawn"]
    withdrawal.withdraw("T-900", "Because.", actor=carol, now=NOW)
    with pytest.raises(Unlawful) as refused:
        withdrawal.withdraw("T-900", "Because.", actor=carol, now=NOW)
    assert refused.value.codes == ["already_withdrawn"]
    assert told("T-900") == ["withdrawn"]


def test_withdraw_the_parts_before_the_whole_and_restore_the_whole_first(whole, carol):
    with pytest.raises(Unlawful) as refused:
        withdrawal.withdraw("T-900", "Because.", actor=carol, now=NOW)
    assert refused.value.codes == ["has_parts"]
    assert "T-910, T-911" in str(refused.value)
    for reference in ("T-910", "T-911", "T-900"):
        withdrawal.withdraw(reference, "Because.", actor=carol, now=NOW)
    assert get("T-900").elements == 0
    with pytest.raises(Unlawful) as refused:
        withdrawal.restore("T-910", "Why not.", actor=carol, now=NOW)
    assert refused.value.codes == ["parent_withdrawn"]
    for reference in ("T-900", "T-910"):
        withdrawal.restore(reference, "Why not.", actor=carol, now=NOW)
    assert get("T-900").elements == 1


# Splitting


def test_split_gives_each_part_what_the_whole_is_and_its_owners(item, owned, alice, carol):
    economy = ThemeFactory(slug="economy")
    item.themes.set([economy])
    Recommendation.objects.update(
        description_en="Both halves.", target_on=TODAY, priority="high", visibility="internal"
    )
    owned.person = alice
    owned.save()
    AssignmentFactory(recommendation=item, role="supporting")
    AssignmentFactory(recommendation=item, role="validating", until=TODAY)
    splitting.split("T-900", PARTS, actor=carol, now=NOW, seen=1)
    first, second = get("T-910"), get("T-911")
    assert (first.parent, first.source, first.target_on, first.priority) == (item, item.source, TODAY, "high")
    assert (first.visibility, first.instrument, list(first.themes.all())) == ("internal", "dialogue", [economy])
    assert (first.description_en, second.description_en, second.description_ru) == ("Both halves.", "Of it.", "")
    owners = [(a.role, a.organization, a.person) for a in first.assignments.all()]
    assert owners == [(a.role, a.organization, a.person) for a in item.assignments.standing()]
    assert owners[0] == ("lead", alice.organization, alice)
    assert told("T-910") == ["registered", "assigned", "assigned"]
    assert told("T-900") == ["split", "computed"]
    assert Event.objects.get(verb="split").after == {"parts": ["T-910", "T-911"]}
    assert Event.objects.filter(verb="registered").first().after["parent"] == "T-900"


def test_split_names_all_that_is_wrong_by_part_and_changes_nothing(item, double, carol):
    parts = [Part("t", ""), Part("T-950", "A" * 301), Part("T-951", "Good"), Part("T-951", "Twice")]
    with pytest.raises(Invalid) as refused:
        splitting.split("T-900", parts, actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("parts/0/reference", "bad_reference"),
        ("parts/0/title_en", "required"),
        ("parts/1/title_en", "too_long"),
        ("parts/1/reference", "reference_taken"),
        ("parts/3/reference", "reference_taken"),
    ]
    with pytest.raises(Unlawful) as refused:
        splitting.split("T-900", [PARTS[0], Part("T-950", "Taken")], actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [("parts/1/reference", "reference_taken")]
    assert Recommendation.objects.count() == 2
    assert not Event.objects.exists()


@pytest.mark.parametrize("count", [0, 1, 51])
def test_split_takes_from_two_to_fifty_parts(item, carol, count):
    with pytest.raises(Invalid) as refused:
        splitting.split("T-900", [Part(f"T-{n}", "A") for n in range(count)], actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [("parts", "number_of_parts")]


def test_split_again_adds_parts(whole, carol):
    splitting.split("T-900", [Part("T-912", "Third"), Part("T-913", "Fourth")], actor=carol, now=NOW)
    assert get("T-900").elements == 4


def test_split_refuses_a_part_and_what_was_withdrawn(whole, double, carol):
    parts = [Part("T-920", "A"), Part("T-921", "B")]
    with pytest.raises(Unlawful) as refused:
        splitting.split("T-910", parts, actor=carol, now=NOW)
    assert refused.value.codes == ["one_level"]
    withdrawal.withdraw("T-950", "Because.", actor=carol, now=NOW)
    with pytest.raises(Unlawful) as refused:
        splitting.split("T-950", parts, actor=carol, now=NOW)
    assert refused.value.codes == ["withdrawn"]


# What follows for the whole


def test_a_whole_has_no_assessment_of_its_own_and_says_where_to_go(whole, alice, bob):
    for actor, kind in ((alice, "self"), (bob, "review")):
        with pytest.raises(Unlawful) as refused:
            assess("T-900", actor, kind=kind)
        assert refused.value.codes == ["has_parts"]
        assert "T-910, T-911" in str(refused.value)


def test_a_whole_follows_its_parts_in_either_rating_and_tells_it(whole, alice, bob):
    assert shown("T-900") == ("not_assessed", "not_assessed", "not_assessed", 2)
    assess("T-910", alice, "partly", as_of=TODAY - dt.timedelta(days=9))
    assert shown("T-900") == ("partly", "partly", "not_assessed", 2)
    assert get("T-900").is_self_reported
    assert get("T-900").assessed_on == TODAY - dt.timedelta(days=9)
    assess("T-911", bob, "in_preparation", kind="review")
    assert shown("T-900") == ("in_preparation", "partly", "in_preparation", 2)
    assert (get("T-900").disagrees, get("T-900").assessed_on) == (True, TODAY)
    last = Event.objects.about("recommendation", "T-900").last()
    assert (last.verb, last.actor) == ("computed", bob)
    assert last.before == {
        "verified_status": "not_assessed", "status": "partly", "assessed_on": (TODAY - dt.timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert last.after == {
        "verified_status": "in_preparation", "status": "in_preparation", "assessed_on": TODAY.isoformat(),
    }  # fmt: skip


def test_a_whole_that_does_not_change_is_not_told_of(whole, alice):
    assess("T-910", alice)
    version = get("T-900").version
    assess("T-910", alice)
    assert get("T-900").version == version
    assert told("T-900").count("computed") == 2


def test_a_whole_gets_its_own_assessments_back_when_no_part_is_left(item, owned, alice, carol):
    made = assess("T-900", alice, "partly")
    splitting.split("T-900", PARTS, actor=carol, now=NOW)
    assert shown("T-900") == ("not_assessed", "not_assessed", "not_assessed", 2)
    assert get("T-900").reported is None
    withdrawal.withdraw("T-910", "Because.", actor=carol, now=NOW)
    recommendation.amend("T-911", {"parent": ""}, actor=carol, now=NOW, seen=None)
    assert shown("T-900") == ("partly", "partly", "not_assessed", 0)
    assert get("T-900").reported == made


def test_register_and_amend_tell_both_wholes(whole, double, alice, carol):
    assess("T-910", alice, "partly")
    recommendation.amend("T-910", {"parent": "T-950"}, actor=carol, now=NOW, seen=None)
    assert shown("T-900") == ("not_assessed", "not_assessed", "not_assessed", 1)
    assert shown("T-950") == ("partly", "partly", "not_assessed", 1)
    wording = Wording("A third part", double.source.slug, parent="T-950")
    recommendation.register("T-912", wording, actor=carol, now=NOW)
    assert get("T-950").elements == 2


def test_an_internal_part_says_nothing_in_the_figures_of_a_public_whole(whole, alice, carol):
    assess("T-910", alice, "partly")
    recommendation.amend("T-910", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    assert shown("T-900") == ("not_assessed", "not_assessed", "not_assessed", 1)
    recommendation.amend("T-900", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    assert shown("T-900") == ("partly", "partly", "not_assessed", 2)


def test_parts_have_no_parts_and_a_withdrawn_whole_gets_none(whole, double, carol):
    wording = Wording("A part of a part", whole.source.slug)
    withdrawal.withdraw("T-950", "Because.", actor=carol, now=NOW)
    for parent, code in (("T-910", "one_level"), ("T-950", "withdrawn")):
        with pytest.raises(Invalid) as refused:
            recommendation.register("T-912", Wording("A", wording.source, parent=parent), actor=carol, now=NOW)
        assert [(p.field, p.code) for p in refused.value.problems] == [("parent", code)]
    withdrawal.restore("T-950", "Why not.", actor=carol, now=NOW)
    with pytest.raises(Invalid) as refused:
        recommendation.amend("T-900", {"parent": "T-950"}, actor=carol, now=NOW, seen=None)
    assert refused.value.codes == ["one_level"]


# Merging


def test_merge_leaves_everything_in_its_place_and_stands_on_both_chains(item, double, owned, carol):
    EvidenceFactory(recommendation=item)
    made = merging.merge("T-900", "T-950", actor=carol, now=NOW, seen=1)
    assert (made.merged_into, made.withdrawn_at) == (double, NOW)
    assert (item.evidence.count(), item.assignments.count(), double.evidence.count()) == (1, 1, 0)
    assert [(e.subject_key, e.after) for e in Event.objects.filter(verb="merged").order_by("id")] == [
        ("T-900", {"merged_into": "T-950"}),
        ("T-950", {"duplicates": ["T-900"]}),
    ]
    assert (get("T-900").version, get("T-950").version) == (2, 2)


def test_restore_undoes_a_merge_on_both_chains(item, double, carol):
    merging.merge("T-900", "T-950", actor=carol, now=NOW)
    withdrawal.restore("T-900", "They differ.", actor=carol, now=NOW)
    assert (get("T-900").merged_into, get("T-900").withdrawn_at) == (None, None)
    assert (told("T-900"), told("T-950")) == (["merged", "restored"], ["merged", "amended"])
    assert Event.objects.get(verb="restored").before["merged_into"] == "T-950"
    assert Event.objects.get(verb="amended").before == {"duplicates": ["T-900"]}


def test_merge_a_part_and_its_whole_follows(whole, double, alice, carol):
    assess("T-910", alice, "partly")
    merging.merge("T-910", "T-950", actor=carol, now=NOW)
    assert shown("T-900") == ("not_assessed", "not_assessed", "not_assessed", 1)


def test_merge_refusals(whole, double, carol):
    twin = RecommendationFactory(reference="T-951", source=double.source)
    RecommendationFactory(reference="T-952", withdrawn_at=NOW)
    RecommendationFactory(reference="T-953")
    merging.merge("T-953", "T-951", actor=carol, now=NOW)
    RecommendationFactory(reference="T-954", parent=double)
    RecommendationFactory(reference="T-955", source=double.source)
    for reference, into, codes in (
        ("T-911", "T-911", ["same_item"]),
        ("T-955", "T-951", ["same_source"]),
        ("T-911", "T-952", ["withdrawn"]),
        ("T-910", "T-953", ["withdrawn"]),
        ("T-952", "T-910", ["withdrawn"]),
        ("T-900", "T-951", ["has_parts"]),
        ("T-951", "T-910", ["has_duplicates"]),
        ("T-954", "T-950", ["is_part"]),
    ):
        with pytest.raises(Unlawful) as refused:
            merging.merge(reference, into, actor=carol, now=NOW)
        assert refused.value.codes == codes, reference
    with pytest.raises(Invalid) as refused:
        merging.merge("T-951", "T-999", actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [("into", "unknown_name")]
    merged = {one.reference: one.merged_into for one in Recommendation.objects.filter(merged_into__isnull=False)}
    assert merged == {"T-953": twin}


# Who may, and what was seen

VERBS = {
    "withdraw": lambda reference, **said: withdrawal.withdraw(reference, "Because.", **said),
    "restore": lambda reference, **said: withdrawal.restore(reference, "Why not.", **said),
    "split": lambda reference, **said: splitting.split(reference, PARTS, **said),
    "merge": lambda reference, **said: merging.merge(reference, "T-950", **said),
}


@pytest.mark.parametrize("name", VERBS)
def test_structure_verbs_hold_to_version_and_sight(item, double, carol, dave, name):
    if name == "restore":
        Recommendation.objects.filter(reference="T-900").update(withdrawn_at=NOW)
    with pytest.raises(Missing):
        VERBS[name]("T-999", actor=carol, now=NOW)
    with pytest.raises(Stale):
        VERBS[name]("T-900", actor=carol, now=NOW, seen=7)
    with pytest.raises(Forbidden) as refused:
        VERBS[name]("T-900", actor=dave, now=NOW)
    assert refused.value.codes == ["stewards_only"]
    assert not Event.objects.exists()
    VERBS[name]("T-900", actor=carol, now=NOW, seen=1)
    assert Event.objects.exists()


# Strangers


def test_strangers_hear_nothing_of_internal_parts_and_duplicates(whole, double, carol):
    merging.merge("T-910", "T-950", actor=carol, now=NOW)
    withdrawal.restore("T-910", "They differ.", actor=carol, now=NOW)

    def open_events(reference):
        return list(
            Event.objects.visible_to(None).filter(subject_key=reference).order_by("id").values_list("verb", flat=True)
        )

    assert {"split", "computed"} == set(open_events("T-900"))
    assert open_events("T-950") == ["merged", "amended"]
    Recommendation.objects.filter(reference="T-910").update(visibility="internal")
    assert set(open_events("T-900")) == {"computed"}
    assert open_events("T-950") == []
    assert open_events("T-911") == ["registered", "assigned"]
    Recommendation.objects.filter(reference="T-910").update(visibility="public")
    Recommendation.objects.filter(reference="T-950").update(visibility="internal")
    assert not {"merged", "restored"} & set(open_events("T-910"))


# What is stored is what is computed, whatever was done in whatever order


def chance(seed, people):
    """Do something at random; what the rules refuse is nothing."""
    dice = random.Random(seed)
    numbers = iter(range(1000, 2000))
    sources = [SourceFactory(slug=f"random-{n}").slug for n in range(2)]
    who = {"actor": people["steward"], "now": NOW}

    def new(**said):
        wording = Wording("New", dice.choice(sources), **said)
        return recommendation.register(f"R-{next(numbers)}", wording, **who)

    def one():
        return dice.choice(Recommendation.objects.order_by("id").values_list("reference", flat=True))

    def rate():
        value = dice.choice(["no_action", "in_preparation", "partly", "reversed", "overtaken"])
        return assess(
            one(), people[dice.choice(["steward", "administrator"])], value, kind=dice.choice(["self", "review"])
        )

    def divide():
        parts = [Part(f"R-{next(numbers)}", "Part") for _ in range(dice.randint(2, 4))]
        return splitting.split(one(), parts, **who)

    def amend(**said):
        return recommendation.amend(one(), said, seen=None, **who)

    acts = [
        *[rate] * 6,
        new,
        divide,
        lambda: withdrawal.withdraw(one(), "Because.", **who),
        lambda: withdrawal.restore(one(), "Why not.", **who),
        lambda: merging.merge(one(), one(), **who),
        lambda: new(parent=one()),
        lambda: amend(parent=dice.choice([one(), ""])),
        lambda: amend(visibility=dice.choice(["public", "internal"])),
    ]
    for _ in range(3):
        new()
    for _ in range(60):
        try:
            dice.choice(acts)()
            yield True
        except Refused:
            yield False


@pytest.mark.uncounted
@pytest.mark.parametrize("seed", range(8))
def test_stored_is_what_is_computed_after_any_sequence(people, seed):
    done = list(chance(seed, people))
    assert sum(done) > 10
    for item in Recommendation.objects.all():
        assert {name: getattr(item, name) for name in computed.columns(item)} == computed.columns(item), item
        assert not (item.parent and item.parent.parent)
        assert item.withdrawn_at or not item.parent or not item.parent.withdrawn_at
        assert not (item.merged_into and item.merged_into.merged_into)
    assert Event.objects.filter(verb="computed").count() > 3
    assert verify().is_whole
