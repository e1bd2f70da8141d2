"""Split a recommendation into parts, as many rows as one asks for. For stewards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations.actions import splitting
from recommendations.actions.permission import need_steward
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import LinesField, SeenForm
from recommendations.web.registration import next_free

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person, Recommendation

ROWS: Final = 4
MORE: Final = 2
LABELS: Final = {
    "reference": gettext_lazy("Reference"),
    "title_en": gettext_lazy("Title in English"),
    "title_ru": gettext_lazy("Title in Russian"),
    "description_en": gettext_lazy("Description in English"),
    "description_ru": gettext_lazy("Description in Russian"),
}


class SplitForm(SeenForm):
    """Rows of parts; those without anything are no parts."""

    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=splitting.FEWEST, max_value=splitting.MOST)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        """Have so many rows."""
        super().__init__(*args, **kwargs)
        self.count = count
        for number in range(count):
            for name, label in LABELS.items():
                kind = LinesField(rows=2, required=False) if "description" in name else forms.CharField(required=False)
                kind.label = _("Part %(number)s: %(label)s") % {"number": number + 1, "label": label}
                self.fields[f"{name}_{number}"] = kind

    @property
    def parts(self) -> list[dict[str, BoundField]]:
        """The rows, each with its fields by name."""
        return [{name: self[f"{name}_{number}"] for name in LABELS} for number in range(self.count)]

    def split(self, reference: str, *, actor: Person) -> Recommendation | None:
        """Call the verb with the rows that say something; what it refuses is shown in their fields."""
        if not self.is_valid():
            return None
        said = [{name: self.cleaned_data[f"{name}_{n}"] for name in LABELS} for n in range(self.count)]
        used = [number for number, row in enumerate(said) if any(row.values())]
        self.aliases = {f"parts/{place}/{name}": f"{name}_{n}" for place, n in enumerate(used) for name in LABELS}  # type: ignore[misc]
        parts = [splitting.Part(**said[number]) for number in used]
        seen = self.cleaned_data["seen"]
        return self.attempt(lambda _said: splitting.split(reference, parts, actor=actor, now=timezone.now(), seen=seen))


@login_required
def split(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the parts; add more rows, or split."""
    item, actor = item_at(request, reference), person_of(request)
    need_steward(actor)
    splitting.need_divisible(item)
    form = _form(request, item)
    if form.is_bound and (made := form.split(reference, actor=actor)):
        text = ngettext(
            "%(reference)s has %(count)s part now; its status is computed.",
            "%(reference)s has %(count)s parts now; its status is computed from theirs.",
            made.elements,
        )
        messages.success(request, text % {"reference": reference, "count": made.elements})
        return redirect("recommendation", reference=reference)
    owners = item.assignments.standing().select_related("organization")
    said = {"item": item, "form": form, "owners": owners, "next_free": next_free(reference), "most": splitting.MOST}
    return render(request, "recommendation/split.html", said, status=form.status)


def _form(request: HttpRequest, item: Recommendation) -> SplitForm:
    """Return the form that was sent; with more rows, and not looked at yet, when these were asked for."""
    said = request.POST.get("rows", "")
    count = min(max(int(said), splitting.FEWEST), splitting.MOST) if re.fullmatch("[0-9]{1,3}", said) else ROWS
    if "more" in request.POST:
        count = min(count + MORE, splitting.MOST)
        first = {**request.POST.dict(), "rows": count}
        return SplitForm(initial=first, count=count)
    return SplitForm(request.POST or None, initial={"seen": item.version, "rows": count}, count=count)


urlpatterns = [path("recommendations/<str:reference>/split/", split, name="split")]
