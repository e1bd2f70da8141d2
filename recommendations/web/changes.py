"""What changed between two days: a page, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.exchange import export
from recommendations.models import keyset, past
from recommendations.models.assignment import AssignmentRole
from recommendations.models.change import ChangeKind
from recommendations.models.person import role_of
from recommendations.models.recommendation import Recommendation
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.reports import changes
from recommendations.rules import access, moments
from recommendations.rules.errors import Problem, refuse_if
from recommendations.rules.vocabulary import Answer
from recommendations.rules.words import not_a_choice
from recommendations.web import asof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person
    from recommendations.rules.moments import Between

PAGE: Final = 50
PARAMETERS: Final = ("since", "until", "kind", "cursor")
COLUMNS: Final = (
    "reference", "title_en", "title_ru", "kinds", "status_before", "status_after", "verified_before",
    "verified_after", "verified_on", "verified_by", "reported_before", "reported_after", "reported_on", "reported_by",
    "response_before", "response_after", "owners_added", "owners_removed", "target_before", "target_after", "wording",
    "evidence_added", "evidence_retracted", "milestones_done",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A recommendation that is not as it was. `ratings` are (label, before, after, day, author), the last two or None."""

    row: dict[str, Any]
    title: str
    is_new: bool
    marks: tuple[str, ...]
    ratings: tuple[tuple[Any, ...], ...]
    response: tuple[str, str] | None
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    wording: tuple[str, ...]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show a page of what changed, with how many of how many."""
    between, kinds = _asked(request)
    with past.as_of(between.until.moment, since=between.since.moment):
        found = changes.rows(request.user, kinds)
        some = keyset.page(found, changes.BY_KEY, cursor=request.GET.get("cursor") or None, size=PAGE)
        names = changes.names_of_owners(some.rows)
        tally = changes.tally(request.user)
    shows_names = access.may_read_internal(role_of(request.user))
    pairs = [("since", between.since.text), ("until", between.until.text)]
    context = {
        "between": between,
        "tally": tally,
        "page": some,
        "entries": [_entry(row, names, shows_names=shows_names) for row in some.rows],
        "kinds": [(kind, count, kind in kinds) for kind, count in tally.row],
        "chosen": kinds,
        "days": urlencode(pairs),
        "query": urlencode([*pairs, *(("kind", kind) for kind in kinds)]),
    }
    return render(request, "changes/changes.html", context)


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Hand all of it out as CSV."""
    between, kinds = _asked(request)
    name = f"changes-{between.since.day.isoformat()}-{between.until.day.isoformat()}.csv"
    return StreamingHttpResponse(
        _lines(request.user, between, kinds),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(request: HttpRequest) -> tuple[Between, list[ChangeKind]]:
    given = {name: [value for value in request.GET.getlist(name) if value] for name in request.GET}
    text = _("There is no parameter “%(name)s”; possible are: %(names)s.")
    refuse_if(
        [
            Problem("unknown_parameter", text % {"name": name[:60], "names": ", ".join(PARAMETERS)}, name)
            for name in given
            if name not in PARAMETERS
        ]
    )
    kinds = list(chain.from_iterable(value.split(",") for value in given.get("kind", [])))
    refuse_if([not_a_choice(kind, ChangeKind.values, "kind") for kind in kinds if kind not in ChangeKind.values])
    between = moments.between(
        given.get("since", []), given.get("until", []), now=timezone.now(), zone=asof.zone(request)
    )
    return between, [ChangeKind(kind) for kind in kinds]


def _entry(row: dict[str, Any], names: dict[str, str], *, shows_names: bool) -> Entry:
    added, removed = (
        tuple((names[one["slug"]], str(AssignmentRole(one["role"]).label)) for one in some)
        for some in changes.owners(row)
    )
    return Entry(
        row=row,
        title=_title(row),
        is_new=row["is_new"],
        marks=tuple(
            str(kind.label)
            for kind in changes.kinds_of(row)
            if kind in {ChangeKind.NEW, ChangeKind.WITHDRAWN, ChangeKind.RESTORED}
        ),
        ratings=tuple(_ratings(row, shows_names=shows_names)),
        response=_response(row),
        added=added,
        removed=removed,
        wording=tuple(_label(name) for name in row["wording"]),
    )


def _label(column: str) -> str:
    field = Recommendation._meta.get_field(column)  # noqa: SLF001 - Django's public name for it
    return str(getattr(field, "verbose_name", column))


def _title(row: dict[str, Any]) -> str:
    languages = sorted(LANGUAGES, key=lambda code: code != reader_language())
    return next((row[f"title_{code}"] for code in languages if row[f"title_{code}"]), "")


def _ratings(row: dict[str, Any], *, shows_names: bool) -> Iterator[tuple[Any, ...]]:
    for kind, of in ((ChangeKind.REVIEWED, "verified"), (ChangeKind.REPORTED, "reported")):
        if kind in changes.kinds_of(row):
            author = row[f"{of}_name"] if shows_names else None
            yield kind.label, row[f"{of}_before"], row[f"{of}_after"], row[f"{of}_on"], author


def _response(row: dict[str, Any]) -> tuple[str, str] | None:
    if row["answer_before"] == row["answer_after"]:
        return None
    before, after = (
        Answer(code).label if code else _("No response recorded")
        for code in (row["answer_before"], row["answer_after"])
    )
    return str(before), str(after)


def _lines(person: Person | AnonymousUser, between: Between, kinds: list[ChangeKind]) -> Iterator[bytes]:
    shows_names = access.may_read_internal(role_of(person))
    with past.as_of(between.until.moment, since=between.since.moment):
        found = changes.rows(person, kinds).order_by("sort_key", "id").iterator(chunk_size=export.BATCH)
        yield from export.table(COLUMNS, (_cells(row, shows_names=shows_names) for row in found))


def _cells(row: dict[str, Any], *, shows_names: bool) -> list[Any]:
    added, removed = changes.owners(row)
    said = {
        **row,
        "kinds": [kind.value for kind in changes.kinds_of(row)],
        "response_before": row["answer_before"],
        "response_after": row["answer_after"],
        "owners_added": [f"{one['slug']} ({one['role']})" for one in added],
        "owners_removed": [f"{one['slug']} ({one['role']})" for one in removed],
        **{f"{of}_by": row[f"{of}_name"] if shows_names else None for of in ("verified", "reported")},
        **{name: [one["title"] for one in row[name]] for name in COLUMNS[-3:]},
    }
    return [said[name] for name in COLUMNS]


urlpatterns = [
    path("changes/", page, name="changes"),
    path("changes/changes.csv", table, name="changes_table"),
]
