"""Checking a publication that somebody kept: against itself, against what is published, against history."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from recommendations.models import Head, Report
from recommendations.reports import publication as publications
from recommendations.rules import publication
from recommendations.rules.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = 100
"""Differences of one kind that are told."""


class NotAReport(ValueError):
    """The file is no publication and no manifest of one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it has to be: a code, where, and a sentence."""

    code: str
    where: str
    detail: str


def check(content: bytes) -> tuple[str, list[Fault]]:
    """Return the id that a file bears and all that is wrong with it. Raises `NotAReport`."""
    manifest, parts = _read(content)
    try:
        uuid, question = publications.id_of(manifest), publications.asked(manifest)
        found = [] if parts is None else list(_inner(manifest, parts))
        row = Report.objects.filter(uuid=uuid).first()
        found += _published(row, content, manifest, is_whole=parts is not None)
        found += _again(question, parts or (row.said["parts"] if row else {}), manifest)
        found += _head(manifest["head"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAReport(_("This is no publication of a register, nor a manifest of one.")) from None
    return str(uuid), found


def _read(content: bytes) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the manifest and the parts of a file; a manifest alone has none."""
    try:
        said = json.loads(content)
        is_whole = "manifest" in said
        manifest, parts = (said["manifest"], said["parts"]) if is_whole else (said, None)
        is_known = manifest["format"] == publication.FORMAT
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise NotAReport(_("This is no publication of a register, nor a manifest of one.")) from None
    if not is_known:
        raise NotAReport(_("This publication was written in another form than this version of the program knows."))
    return manifest, parts


def _inner(manifest: dict[str, Any], parts: dict[str, Any]) -> Iterator[Fault]:
    """Hold a file against its own manifest."""
    for name, found in publications.hashes(parts).items():
        if manifest["parts"].get(name) != found:
            text = _("The hash in the manifest is not that of this part: one of them was changed.")
            yield Fault("part", name, text)
    if manifest["rows"] != len(parts["items"]):
        yield Fault("rows", "items", _("The manifest names another number of recommendations."))


def _published(row: Report | None, content: bytes, manifest: dict[str, Any], *, is_whole: bool) -> Iterator[Fault]:
    """Hold a file against what the register publishes under its id, and that against the event of its publication."""
    if row is None:
        yield Fault("not_published", manifest["id"], _("The register publishes nothing under this id."))
        return
    if is_whole and publication.digest(content) != row.sha256:
        yield Fault("file", row.sha256, _("The bytes of the file are not those that the register publishes."))
    if not is_whole and manifest != row.said["manifest"]:
        yield Fault("manifest", str(row.uuid), _("The register publishes another manifest."))
    if not row.is_as_published():
        text = _("What the register publishes is not what history says was published: it was changed behind its back.")
        yield Fault("event", str(row.uuid), text)


def _again(question: publications.Question, parts: dict[str, Any], manifest: dict[str, Any]) -> Iterator[Fault]:
    """Ask history again, and tell what it says otherwise."""
    try:
        now, places = publications.compose(question)
    except Invalid as refused:
        yield Fault("history", "filter", str(refused.problems[0].detail))
        return
    pairs = [(name, parts.get(name), now[name]) for name in publications.COMPARED] if parts else []
    for name, before, after in [*pairs, ("manifest/items", manifest["items"], places)]:
        for where, said, says in list(_different(name, before, after))[:MOST]:
            text = _("The publication says %(before)s; by its history the register said %(after)s then.")
            yield Fault("history", where, text % {"before": _short(said), "after": _short(says)})


def _different(where: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield where two values differ, as deep as they have the same form; lists of items by their references."""
    if isinstance(before, list) and isinstance(after, list):
        before, after = _by_name(before), _by_name(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _different(f"{where}/{key}", before.get(key), after.get(key))
        if list(before) != list(after) and before == after and where in {"items", "manifest/items"}:
            yield where, list(before), list(after)
    elif before != after:
        yield where, before, after


def _by_name(members: list[Any]) -> dict[str, Any]:
    names = ("reference", "slug", "id")
    said = [next((m[n] for n in names if n in m), None) if isinstance(m, dict) else None for m in members]
    return {str(name or number): member for number, (name, member) in enumerate(zip(said, members, strict=True))}


def _short(value: Any) -> str:
    if value is None:
        return _("nothing")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{text[:80]}…" if len(text) > 80 else text  # noqa: PLR2004 - more is no use in a line


def _head(said: dict[str, Any] | None) -> Iterator[Fault]:
    """Hold the head that a manifest names against the published one."""
    if said is None:
        return
    head = Head.objects.filter(day=dt.date.fromisoformat(said["day"])).first()
    if head is None or {"day": head.day.isoformat(), "events": head.events, "root": head.root} != said:
        text = _("The head of history of this day is not published as the manifest says.")
        yield Fault("head", str(said["day"]), text)
