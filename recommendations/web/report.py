"""Publications: their list, each as a page and as files, and the form by which stewards publish one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recommendations.actions.permission import need_steward
from recommendations.actions.report import Heading
from recommendations.exchange import export
from recommendations.models import Report, keyset
from recommendations.models.keyset import Order
from recommendations.models.person import role_of
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.reports import publication
from recommendations.reports.publication import Wish
from recommendations.rules import access
from recommendations.rules import publication as law
from recommendations.rules.errors import Missing, Problem
from recommendations.rules.publication import USUAL, Column, Entries, Section
from recommendations.web import filters, printed
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpRequest

    from recommendations.models import Person

PAGE: Final = 50
NEWEST: Final = Order("newest", "id", descending=True)
PLAIN: Final = (
    "reference", "title_en", "title_ru", "themes", "status", *(c.value for c in Column if c not in {Column.SOURCE, Column.LEAD}),
    "lead", "source",
)  # fmt: skip
HEADING: Final = ("name", "title_en", "title_ru")


class ReportForm(VerbForm):
    """What to publish."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=law.LONGEST_NAME,
        help_text=gettext_lazy(
            "For example “Half-yearly report”. A newer publication of the same name takes the place of this one; both stay."
        ),
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), required=False, help_text=gettext_lazy("Without one, the name.")
    )
    title_ru = forms.CharField(label=gettext_lazy("Title in Russian"), required=False)
    as_of = forms.CharField(
        label=gettext_lazy("As of"),
        required=False,
        help_text=gettext_lazy(
            "Leave it out for now. Or a day like 2026-03-01, of which the end in UTC is meant, or a time with its offset."
        ),
    )
    since = forms.CharField(
        label=gettext_lazy("Changes since"),
        required=False,
        help_text=gettext_lazy("An earlier day, if the publication is to tell what changed since then."),
    )
    filter = forms.CharField(
        label=gettext_lazy("Filters"),
        required=False,
        help_text=gettext_lazy(
            "What stands after the question mark in the address of a list, such as theme=economy. Without any, all recommendations."
        ),
    )
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Figures and charts"),
        choices=Section.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    entries = forms.ChoiceField(
        label=gettext_lazy("Recommendations"), choices=Entries.choices, widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns of the table"),
        choices=Column.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def publish(self, actor: Person) -> Report | None:
        """Publish it."""
        return self.attempt(lambda said: _published(said, actor))


def _published(said: dict[str, Any], actor: Person) -> Report:
    now = timezone.now()
    said["as_of"] = said["as_of"] or now.date().isoformat()
    heading = Heading(**{name: said[name] for name in HEADING})
    wish: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    wanted = Wish(**{name: value for name, value in wish.items() if name not in HEADING})
    return publication.publish(wanted, heading, actor=actor, now=now)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List them, the newest first."""
    found = Report.objects.listed().with_newest()
    page = keyset.page(found.order_by(), NEWEST, cursor=request.GET.get("cursor") or None, size=PAGE)
    may_publish = access.may_keep_register(role_of(request.user))
    return render(request, "report/list.html", {"page": page, "may_publish": may_publish})


@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """Choose, publish, and go on to what was published."""
    need_steward(person_of(request))
    first = {
        "filter": request.GET.get("filter", ""),
        "sections": Section.values,
        "entries": Entries.TABLE,
        "columns": USUAL,
    }
    form = ReportForm(request.POST or None, initial=first)
    made = form.publish(person_of(request)) if form.is_bound else None
    if made is not None:
        messages.success(request, _("“%(title)s” is published. Nobody can change it any more.") % {"title": made.title})
        return redirect("report", uuid=made.uuid)
    return render(request, "report/new.html", {"form": form}, status=form.status)


@require_safe
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one as it was frozen."""
    found = _at(uuid)
    context = {
        "report": found,
        "shown": printed.Printed(found.said, reader_language()),
        "is_as_published": found.is_as_published(),
        "newer": found.other_of_name(is_newer=True),
        "earlier": found.other_of_name(is_newer=False),
        "filter": filters.in_words([found.said["manifest"]["filter"]])[0],
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "report/detail.html", context)


@require_safe
def foot(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write the address and the hash at the foot of each printed page: a style, since no script or attribute may."""
    found = _at(uuid)
    context = {"address": request.build_absolute_uri(reverse("report", args=[uuid])), "sha256": found.sha256}
    return render(request, "report/foot.css", context, content_type="text/css; charset=utf-8")


@require_safe
def whole(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the very bytes that were hashed."""
    return _file(_at(uuid), "json", lambda found: found.content.encode())


@require_safe
def manifest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the manifest alone."""
    return _file(_at(uuid), "manifest.json", lambda found: law.canonical(found.said["manifest"]))


@require_safe
def table(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out its recommendations as CSV."""
    return _file(_at(uuid), "csv", lambda found: b"".join(export.table(PLAIN, _cells(found.said["parts"]["items"]))))


def _at(uuid: UUID) -> Report:
    found = Report.objects.filter(uuid=uuid).first()
    if found is None:
        raise Missing(Problem("not_found", _("There is no such publication.")))
    return found


def _file(found: Report, form: str, content: Any) -> HttpResponse:
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="report-{found.uuid}.{form}"'}
    return HttpResponse(content(found), content_type=kind, headers=headers)


def _cells(items: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for item in items:
        said = {
            **item,
            **{f"title_{code}": item["title"][code] for code in LANGUAGES},
            "lead": item["lead"] and item["lead"]["slug"],
            "source": item["source"]["slug"],
        }
        yield [said[name] for name in PLAIN]


urlpatterns = [
    path("reports/", reports, name="reports"),
    path("reports/new/", publish, name="report_publish"),
    path("reports/<uuid:uuid>/", report, name="report"),
    path("reports/<uuid:uuid>/foot.css", foot, name="report_foot"),
    path("reports/<uuid:uuid>/report.json", whole, name="report_file"),
    path("reports/<uuid:uuid>/manifest.json", manifest, name="report_manifest"),
    path("reports/<uuid:uuid>/items.csv", table, name="report_table"),
]
