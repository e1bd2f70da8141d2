"""Taking hold of items for a verb's transaction, and writing them: locks in one order, versions that only grow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import F, Model
from django.utils.translation import gettext_lazy as _

from recommendations.models import Event, Recommendation
from recommendations.rules.errors import Missing, Problem, Stale, Unlawful

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from recommendations.models import Person
    from recommendations.models.person import Register


def locked(reference: str, actor: Person | Register, *, seen: int | None = None) -> Recommendation:
    """Lock and return the item for a verb's transaction.

    Raises `Missing` for what the actor may not see and `Stale` when the version seen is not the current one.
    """
    found = Recommendation.objects.visible_to(actor).select_related("source").select_for_update(of=("self",))
    item = found.filter(reference=reference).first()
    if item is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    need_seen(item, seen)
    return item


def locked_with(
    reference: str, actor: Person | Register, *others: Recommendation | None, seen: int | None = None
) -> Recommendation:
    """Lock and return the item, and with it others, the whole that it is a part of and what it was merged into.

    Raises `Missing`, and `Stale` also when the item got another whole between looking and locking.
    """
    seen_now = Recommendation.objects.visible_to(actor).filter(reference=reference).first()
    if seen_now is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    around = (seen_now.parent_id, seen_now.merged_into_id)
    item = hold([seen_now.pk, *around, *(other.pk for other in others if other)])[seen_now.pk]
    need_seen(item, seen)
    if (item.parent_id, item.merged_into_id) != around:
        raise Stale(faster(item), seen=seen_now.version, current=item.version)
    return item


def hold(keys: Iterable[int | None]) -> dict[int, Recommendation]:
    """Lock items by their keys, parts before wholes and then by key: the one order in which verbs take several."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    found = Recommendation.objects.filter(pk__in=wanted).select_related("source").select_for_update(of=("self",))
    return {item.pk: item for item in found.order_by(F("parent_id").asc(nulls_last=True), "pk")}


def hold_many(references: Iterable[str]) -> None:
    """Lock items by reference, and what they are parts of or merged into, without reading them: for very many.

    In the same order; what a verb holds of them afterwards is its own already.
    """
    named = Recommendation.objects.filter(reference__in=list(references))
    keys = {key for row in named.values_list("pk", "parent_id", "merged_into_id") for key in row if key is not None}
    found = Recommendation.objects.filter(pk__in=keys).select_for_update(of=("self",))
    list(found.order_by(F("parent_id").asc(nulls_last=True), "pk").values_list("pk", flat=True))


def need_seen(item: Recommendation, seen: int | None) -> None:
    """Raise `Stale` when the writer saw another version than the current one (None: the writer claims none)."""
    if seen is not None and item.version != seen:
        raise Stale(faster(item), seen=seen, current=item.version)


def need_standing(item: Recommendation) -> None:
    """Raise `Unlawful` for an item that was withdrawn: it can be read, not followed up."""
    if item.withdrawn_at is not None:
        text = _("%(reference)s was withdrawn; it can be read, and no longer changed.")
        raise Unlawful(Problem("withdrawn", text % {"reference": item.reference}))


def advance(item: Recommendation, *, now: dt.datetime, **columns: object) -> None:
    """Write columns and the next version, only if the version is still the one that was locked."""
    changed = Recommendation.objects.filter(pk=item.pk, version=item.version)
    if changed.update(version=F("version") + 1, updated_at=now, **columns) != 1:
        raise Stale(faster(item), seen=item.version, current=item.version + 1)
    for column, value in columns.items():
        setattr(item, column, value)
    item.version, item.updated_at = item.version + 1, now


def advance_all(changed: Sequence[tuple[Recommendation, dict[str, Any]]], *, now: dt.datetime) -> None:
    """Write columns and the next version of each item by one statement, if all have the version that was locked."""
    if not changed:
        return
    names = {name for _item, columns in changed for name in columns}
    fields = [f for f in Recommendation._meta.concrete_fields if f.name in names]  # noqa: SLF001 - Django's public name for it
    rows = []
    for item, columns in changed:
        kept = [columns[f.name] if f.name in columns else getattr(item, f.attname) for f in fields]
        rows.append(
            {"id": item.pk, "version": item.version}
            | dict(zip((f.name for f in fields), map(_stored, kept), strict=True))
        )
    kinds = "".join(f', "{f.name}" {f.db_type(connection)}' for f in fields)
    sets = "".join(f', "{f.column}" = v."{f.name}"' for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE recommendations_recommendation r SET version = r.version + 1, updated_at = %s{sets}"  # noqa: S608 - names of our columns
            f" FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, version integer{kinds})"
            " WHERE r.id = v.id AND r.version = v.version",
            [now, json.dumps(rows, cls=DjangoJSONEncoder)],
        )
        if cursor.rowcount != len(changed):
            item = changed[0][0]
            raise Stale(faster(item), seen=item.version, current=item.version + 1)
    for item, columns in changed:
        for column, value in columns.items():
            setattr(item, column, value)
        item.version, item.updated_at = item.version + 1, now


def _stored(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def faster(item: Recommendation) -> Problem:
    """Say who was faster, and with what."""
    changes = Event.objects.filter(recommendation=item).of_changes()
    last = changes.select_related("actor").order_by("-sequence").first()
    who = last.actor.name if last and last.actor else "Relations"
    what = last.get_verb_display() if last else ""
    text = _("Somebody was faster: %(who)s (%(what)s). Look at the current version and send yours again.")
    return Problem("stale", text % {"who": who, "what": what}, "version")
