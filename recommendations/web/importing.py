"""Tables that come in: send one, see what it would do row by row, apply it, undo it. For stewards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recommendations.actions import importing as verbs
from recommendations.actions.permission import need_steward
from recommendations.actions.wording import CHOICES
from recommendations.exchange.incoming import headings, intake, rounds, template
from recommendations.models import Import, ImportRow, keyset
from recommendations.models.importing import ImportState, RowOutcome
from recommendations.models.keyset import Order
from recommendations.rules.errors import Missing, Problem
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.http import HttpRequest

    from recommendations.models import Person

PAGE: Final = 50
AGAIN: Final = 3  # seconds until a page that waits is asked for again
LATEST: Final = Order("-id", "id", descending=True)
BY_NUMBER: Final = Order("number", "number")
WORKING: Final = frozenset({*ImportState} - {ImportState.READ, ImportState.REFUSED, ImportState.APPLIED, ImportState.UNDONE})  # fmt: skip
BAD: Final = (RowOutcome.CONFLICT, RowOutcome.ERROR)
GOOD: Final = (RowOutcome.CREATE, RowOutcome.UPDATE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs: its column, what the register says and what the row says ("" for nothing)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file, its cells that differ, and what is wrong, each with the column's name."""

    row: ImportRow
    cells: list[Cell]
    problems: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows have an outcome, and whether only those are shown."""

    value: str
    label: str
    count: int
    is_chosen: bool


class UploadForm(VerbForm):
    """A file about to be read."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx,.ods,.json,.ndjson"}),
        help_text=gettext_lazy("An edited export, or the template, as CSV (UTF-8), XLSX, ODS or JSON; at most 10 MB and 50,000 rows."),
    )  # fmt: skip

    def take(self, person: Person, now: dt.datetime) -> Import | None:
        """Keep what was sent, and read it when it is small."""

        def taken(said: dict[str, Any]) -> Import:
            content = said["file"].read()
            return verbs.take(said["file"].name, content, intake.tell(content), actor=person, now=now)

        made = self.attempt(taken)
        if made is not None:
            rounds.begin(made)
        return made


@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Offer to send a table, and list those that came."""
    person = person_of(request)
    need_steward(person)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and (made := form.take(person, timezone.now())):
        return redirect("import", uuid=made.uuid)
    found = Import.objects.visible_to(person).select_related("person")
    page = keyset.page(found, LATEST, cursor=request.GET.get("cursor") or None, size=PAGE)
    said = {"form": form, "page": page, "imports": page.rows, "columns": template.explained()}
    return render(request, "import/list.html", said, status=form.status)


@login_required
@require_safe
def one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show where an import is, and what each row would do or did; ask again by itself while something goes on."""
    made = _import_at(request, uuid)
    wanted = request.GET.get("outcome") or ""
    rows = ImportRow.objects.filter(importing=made)
    rows = rows.filter(outcome=wanted) if wanted in RowOutcome.values else rows.exclude(outcome=RowOutcome.UNCHANGED)
    page = keyset.page(rows, BY_NUMBER, cursor=request.GET.get("cursor") or None, size=PAGE)
    is_working = made.state in WORKING
    said = {
        "import": made,
        "is_working": is_working,
        "page": page,
        "lines": [_line(row) for row in page.rows],
        "counts": _counts(made, wanted),
        "query": f"outcome={wanted}&" if wanted in RowOutcome.values else "",
        **_steps(made, person_of(request)),
    }
    answer = render(request, "import/detail.html", said)
    if is_working:
        answer.headers["Refresh"] = str(AGAIN)
    return answer


@login_required
@require_POST
def apply(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Apply it, or have it applied."""
    only_good = request.POST.get("only_good") == "1"
    rounds.begin(verbs.apply(uuid, only_good=only_good, actor=person_of(request), now=timezone.now()))
    return _told(request, uuid)


@login_required
@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take it back, or have it taken back."""
    rounds.begin(verbs.undo(uuid, actor=person_of(request), now=timezone.now()))
    return _told(request, uuid)


@login_required
@require_safe
def empty(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the template."""
    need_steward(person_of(request))
    if form not in template.MEDIA_TYPES:
        raise Missing(Problem("not_found", _("There is no such template.")))
    name = f'attachment; filename="recommendations-template.{form}"'
    content = template.template(form)
    return HttpResponse(content, content_type=template.MEDIA_TYPES[form], headers={"Content-Disposition": name})


def _import_at(request: HttpRequest, uuid: UUID) -> Import:
    found = Import.objects.visible_to(person_of(request)).select_related("person", "undone_by").filter(uuid=uuid)
    made = found.first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such import.")))
    need_steward(person_of(request))
    return made


def _told(request: HttpRequest, uuid: UUID) -> HttpResponse:
    made = _import_at(request, uuid)
    if made.state in {ImportState.APPLIED, ImportState.UNDONE}:
        text = _("The import is applied.") if made.state == ImportState.APPLIED else _("The import is undone.")
        messages.success(request, text)
    return redirect("import", uuid=uuid)


def _counts(made: Import, wanted: str) -> list[Count]:
    found = [(one.value, str(one.label), made.counts.get(one.value, 0)) for one in RowOutcome]
    return [Count(value, label, count, value == wanted) for value, label, count in found]


def _steps(made: Import, person: Person) -> dict[str, Any]:
    """Return what can be done now, and to how many rows."""
    good, bad = (sum(made.counts.get(outcome, 0) for outcome in some) for some in (GOOD, BAD))
    can_apply = made.state == ImportState.READ and made.person_id == person.pk and good > 0
    return {"can_apply": can_apply, "can_undo": made.state == ImportState.APPLIED, "good": good, "bad": bad}


def _line(row: ImportRow) -> Line:
    names = [name for name in headings.WRITTEN if name in row.changes]
    cells = [Cell(headings.label(name), *(_shown(name, value) for value in row.changes[name])) for name in names]
    return Line(row, cells, [(headings.label(one["column"]), one["detail"]) for one in row.problems])


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if value and name in CHOICES:
        return str(CHOICES[name](value).label)
    if value and name == "target_on":
        return date_format(headings.day(value))
    return Truncator(value or "").chars(300)


urlpatterns = [
    path("import/", imports, name="imports"),
    path("import/template.<slug:form>", empty, name="import_template"),
    path("import/<uuid:uuid>/", one, name="import"),
    path("import/<uuid:uuid>/apply/", apply, name="import_apply"),
    path("import/<uuid:uuid>/undo/", undo, name="import_undo"),
]
