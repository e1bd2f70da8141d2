"""Many recommendations written at once: registered, amended, withdrawn. The verbs for one are these with a list of one.

However many there are, they are locked by one statement in the order of all verbs, and each kind of row is written by
one statement. The doors take them in chunks.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from recommendations.actions import computed, event
from recommendations.actions.holding import advance_all, faster, hold, need_seen, need_standing
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.actions.wording import (
    Names,
    Wording,
    changed,
    check,
    check_parent,
    named,
    wordings_of,
)
from recommendations.models import Recommendation
from recommendations.models.event import Verb
from recommendations.rules import references
from recommendations.rules.errors import Invalid, Missing, Problem, Stale, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from recommendations.models import Person
    from recommendations.models.person import Register

THROUGH = Recommendation.themes.through


class Registration(NamedTuple):
    """An item about to be registered."""

    reference: str
    wording: Wording


class Amendment(NamedTuple):
    """What is new of an item, and the version that its writer saw (None: any)."""

    reference: str
    changed: dict[str, Any]
    seen: int | None = None


class _Write(NamedTuple):
    """An amendment that was found to change something."""

    item: Recommendation
    new: Wording
    before: dict[str, Any]
    after: dict[str, Any]


def register(
    registrations: Sequence[Registration], *, actor: Person | Register, now: dt.datetime
) -> list[Recommendation]:
    """Add recommendations to the register; all or none. Raises what `recommendation.register` raises.

    Of several, problems are named by place and field: `3/title_en`. What one of them is a part of is there already.
    """
    need_steward(actor)
    found = [[*references.check_reference(one.reference), *check(one.wording)] for one in registrations]
    refuse_if(_placed(found))
    with act(now):
        wholes = Recommendation.objects.filter(reference__in={one.wording.parent for one in registrations} - {""})
        held = hold(wholes.values_list("pk", flat=True))
        made = enter(registrations, actor=actor, now=now)
        computed.keep_all(list(held.values()), actor=actor, now=now)
    return made


def enter(
    registrations: Sequence[Registration], *, actor: Person | Register, now: dt.datetime, field: str = "reference"
) -> list[Recommendation]:
    """Write new items with their events, for a verb whose transaction holds the wholes that they become parts of.

    `field` is what a taken reference is said to be wrong in.
    """
    names = named([one.wording for one in registrations])
    refuse_if(_placed([names.unknown(one.wording) for one in registrations]))
    parents = [names.wholes.get(one.wording.parent) for one in registrations]
    refuse_if(_placed([check_parent(whole, None, has_parts=False) for whole in parents]))
    made = [
        Recommendation(reference=one.reference, created_at=now, updated_at=now, **names.columns(one.wording))
        for one in registrations
    ]
    try:
        with transaction.atomic():
            Recommendation.objects.bulk_create(made)
    except IntegrityError:
        raise Unlawful(*_placed(_taken(registrations, field))) from None
    links = [(item.pk, slug) for item, one in zip(made, registrations, strict=True) for slug in one.wording.themes]
    _link(dict.fromkeys(links), names)
    event.about_all(
        [event.About(m, Verb.REGISTERED, {}, asdict(r.wording)) for m, r in zip(made, registrations, strict=True)],
        actor=actor,
        now=now,
    )
    return made


def amend(amendments: Sequence[Amendment], *, actor: Person | Register, now: dt.datetime) -> list[Recommendation]:
    """Change some of the wording of items, each of which stands once in the list; all or none.

    Raises what `recommendation.amend` raises; of several, problems are named by place and field: `3/title_en`. An
    item of which nothing is new gets no event. Returns the items in the order of the list.
    """
    with act(now):
        items = _held(amendments, actor)
        need_steward(actor)
        for item in items:
            need_standing(item)
        writes = _writes(amendments, items)
        names = named([one.new for one in writes])
        refuse_if(_placed([names.unknown(one.new) for one in writes]))
        refuse_if(_placed(_check_parents(writes, names)))
        around = {key for one in writes if "parent" in one.after for key in (one.item.parent_id, _whole(one, names))}
        around |= {one.item.parent_id for one in writes if "visibility" in one.after}
        _write(writes, names, actor=actor, now=now)
        touched = [one.item for one in writes if {"parent", "visibility"} & one.after.keys()]
        _keep(touched, around - {None}, actor=actor, now=now)
    return items


def lay_down(
    items: Sequence[Recommendation], reason: str, *, actor: Person | Register, now: dt.datetime
) -> list[Recommendation]:
    """Withdraw items that a verb holds, and found withdrawable, together with the wholes that they are parts of."""
    advance_all([(item, {"withdrawn_at": now}) for item in items], now=now)
    after = {"reason": reason}
    event.about_all([event.About(item, Verb.WITHDRAWN, {}, after) for item in items], actor=actor, now=now)
    _keep([], {item.parent_id for item in items} - {None}, actor=actor, now=now)
    return list(items)


def _held(amendments: Sequence[Amendment], actor: Person | Register) -> list[Recommendation]:
    """Lock the items, what they are parts of or merged into, and what they are to become parts of.

    Raises `Missing`, and `Stale` also when an item got another whole between looking and locking.
    """
    wanted = {one.reference for one in amendments}
    seen_now = Recommendation.objects.visible_to(actor).filter(reference__in=wanted)
    found = {row[0]: row[1:] for row in seen_now.values_list("reference", "pk", "parent_id", "merged_into_id")}
    if wanted - found.keys():
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    wholes = {one.changed.get("parent", "") for one in amendments} - {""}
    theirs = Recommendation.objects.filter(reference__in=wholes).values_list("pk", flat=True) if wholes else []
    held = hold([*(key for keys in found.values() for key in keys), *theirs])
    items = []
    for one in amendments:
        key, *around = found[one.reference]
        item = held[key]
        need_seen(item, one.seen)
        if [item.parent_id, item.merged_into_id] != around:
            raise Stale(faster(item), seen=item.version, current=item.version)
        items.append(item)
    return items


def _writes(amendments: Sequence[Amendment], items: Sequence[Recommendation]) -> list[_Write]:
    olds, found, problems = wordings_of(items), [], []
    for one, item in zip(amendments, items, strict=True):
        try:
            new = changed(olds[item.pk], one.changed)
        except Invalid as refused:
            problems.append(list(refused.problems))
            continue
        problems.append([])
        before, after = event.changes(asdict(olds[item.pk]), asdict(new))
        if after:
            found.append(_Write(item, new, before, after))
    refuse_if(_placed(problems))
    return found


def _check_parents(writes: Sequence[_Write], names: Names) -> list[list[Problem]]:
    moved = [one.item.pk for one in writes if one.after.get("parent")]
    parted = Recommendation.objects.filter(parent__in=moved).values_list("parent_id", flat=True)
    wholes = {*parted} if moved else set()
    return [
        check_parent(names.wholes[one.new.parent], one.item, has_parts=one.item.pk in wholes)
        if one.after.get("parent")
        else []
        for one in writes
    ]


def _whole(one: _Write, names: Names) -> int | None:
    return names.wholes[one.new.parent].pk if one.new.parent else None


def _write(writes: Sequence[_Write], names: Names, *, actor: Person | Register, now: dt.datetime) -> None:
    """Write columns, themes and events."""
    columns = []
    for one in writes:
        said = names.columns(one.new)
        columns.append((one.item, {name: said[name] for name in one.after if name in said}))
    advance_all(columns, now=now)
    themed = {one.item.pk: one for one in writes if "themes" in one.after}
    if themed:
        wanted = {(key, slug): None for key, one in themed.items() for slug in one.new.themes}
        rows = THROUGH.objects.filter(recommendation__in=themed).values_list("pk", "recommendation_id", "theme__slug")
        there = {(key, slug): pk for pk, key, slug in rows}
        THROUGH.objects.filter(pk__in=[pk for pair, pk in there.items() if pair not in wanted]).delete()
        _link([pair for pair in wanted if pair not in there], names)
    told = [event.About(one.item, Verb.AMENDED, one.before, one.after) for one in writes]
    event.about_all(told, actor=actor, now=now)


def _link(pairs: Iterable[tuple[int, str]], names: Names) -> None:
    THROUGH.objects.bulk_create(THROUGH(recommendation_id=key, theme_id=names.themes[slug].pk) for key, slug in pairs)


def _keep(items: Sequence[Recommendation], around: set[Any], *, actor: Person | Register, now: dt.datetime) -> None:
    """Bring items, then wholes, to what follows from their parts."""
    computed.keep_all([item for item in items if item.pk not in around], actor=actor, now=now)
    computed.keep_all(list(hold(around).values()), actor=actor, now=now)


def _taken(registrations: Sequence[Registration], field: str) -> list[list[Problem]]:
    names = [one.reference for one in registrations]
    known = {*Recommendation.objects.filter(reference__in=names).values_list("reference", flat=True)}
    return [[taken(name, field)] if name in known or name in names[:place] else [] for place, name in enumerate(names)]


def taken(reference: str, field: str) -> Problem:
    """Say that a reference is in use."""
    text = _("The reference %(reference)s is taken; choose another one.")
    return Problem("reference_taken", text % {"reference": reference}, field)


def _placed(found: Sequence[list[Problem]]) -> list[Problem]:
    """Name the problems of several by their place; those of a single one stay as they are."""
    if len(found) == 1:
        return found[0]
    return [replace(p, field=f"{place}/{p.field}") for place, problems in enumerate(found) for p in problems]
