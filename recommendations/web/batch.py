"""Do the same to many recommendations: choose, say what, see what came of it, undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from recommendations.actions import batch as verbs
from recommendations.models import Batch, Recommendation, keyset
from recommendations.models.batch import BatchVerb
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.rules.errors import Missing, Problem, refuse_if
from recommendations.rules.references import check_reference
from recommendations.web import bulk
from recommendations.web.arrival import person_of, today

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person

PAGE: Final = 50
LATEST: Final = Order("-id", "id", descending=True)
WHAT_HAPPENS: Final = {
    BatchVerb.ASSESS: gettext_lazy("Each of these gets the same status update, by the rules that hold for one by one."),
    BatchVerb.AMEND: gettext_lazy("Of each of these, what you fill in below is changed; all the rest stays as it is."),
    BatchVerb.ASSIGN: gettext_lazy("For each of these, the same organization becomes responsible."),
    BatchVerb.WITHDRAW: gettext_lazy("Each of these is withdrawn for the same reason; it stays readable."),
    BatchVerb.FOLLOW: gettext_lazy("You follow each of these. Nobody else learns of it."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What to do to which items, as the list's form or the act's own form has sent it."""

    verb: BatchVerb
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """An item that was left alone, and why; `item` is None for what does not exist."""

    reference: str
    item: Recommendation | None
    detail: str


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Show which items are chosen and ask what the verb needs; run it."""
    asked, person, now = _asked(request), person_of(request), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = bulk.FORMS[asked.verb](data, person=person, latest=today(request))
    made = form.attempt(lambda _said: verbs.run(asked.verb, asked.references, form.said(), actor=person, now=now))
    if made:
        messages.success(request, _told(made))
        return redirect("batch", uuid=made.uuid)
    items = _items(person, asked.references)
    said = {
        "asked": asked,
        "form": form,
        "items": [items[reference] for reference in asked.references if reference in items],
        "missing": [reference for reference in asked.references if reference not in items],
        "what_happens": WHAT_HAPPENS[asked.verb],
    }
    return render(request, "batch/new.html", said, status=form.status)


@login_required
@require_safe
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what was done, what was refused and why, and what undoing left."""
    person = person_of(request)
    made = Batch.objects.visible_to(person).select_related("actor", "undone_by").filter(uuid=uuid).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such batch.")))
    done = [row["reference"] for row in made.done]
    items = _items(person, [*done, *(row["reference"] for row in made.refused)])
    said = {
        "batch": made,
        "said": bulk.in_words(made),
        "done": [items[reference] for reference in done],
        "refused": _reasons(made.refused, items),
        "not_undone": _reasons(made.not_undone, items),
        "can_undo": verbs.can_undo(made, person),
    }
    return render(request, "batch/detail.html", said)


@login_required
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """List what was done to many at once, the latest first."""
    found = Batch.objects.visible_to(person_of(request)).select_related("actor", "undone_by")
    page = keyset.page(found, LATEST, cursor=request.GET.get("cursor") or None, size=PAGE)
    return render(request, "batch/list.html", {"page": page, "batches": page.rows})


@login_required
@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take it back."""
    made = verbs.undo(uuid, actor=person_of(request), now=timezone.now())
    left = len({row["reference"] for row in made.not_undone})
    if left:
        text = ngettext("Undone, but for %(count)s item.", "Undone, but for %(count)s items.", left)
        messages.warning(request, text % {"count": left})
    else:
        messages.success(request, _("All of it is undone."))
    return redirect("batch", uuid=uuid)


def _asked(request: HttpRequest) -> Asked:
    """Read what is asked for. Raises `Invalid`; the way out is the list."""
    said = request.POST if request.method == "POST" else request.GET
    chosen = said.getlist("listed") if said.get("all") else said.getlist("reference")
    verb, references = said.get("verb", ""), tuple(dict.fromkeys(chosen))
    problems = [] if verb in bulk.FORMS else [words.not_a_choice(verb, bulk.FORMS, "verb")]
    problems += [problem for reference in references[: verbs.MOST] for problem in check_reference(reference)][:1]
    if not references:
        text = _("Choose at least one recommendation: go back to the list and tick it.")
        problems.append(Problem("required", text))
    refuse_if(problems)
    return Asked(BatchVerb(verb), references)


def _items(person: Person, references: list[str] | tuple[str, ...]) -> dict[str, Recommendation]:
    found = Recommendation.objects.visible_to(person).filter(reference__in=references)
    return {item.reference: item for item in found}


def _reasons(rows: list[dict[str, Any]], items: dict[str, Recommendation]) -> list[Reason]:
    return [Reason(row["reference"], items.get(row["reference"]), row["detail"]) for row in rows]


def _told(made: Batch) -> str:
    left, count = len({row["reference"] for row in made.refused}), len(made.done)
    text = ngettext("Done to %(count)s recommendation.", "Done to %(count)s recommendations.", count) % {"count": count}
    if left:
        refused = ngettext("%(count)s was refused, see below.", "%(count)s were refused, see below.", left)
        text = f"{text} {refused % {'count': left}}"
    return text


urlpatterns = [
    path("batches/", batches, name="batches"),
    path("batches/new/", new, name="batch_new"),
    path("batches/<uuid:uuid>/", batch, name="batch"),
    path("batches/<uuid:uuid>/undo/", undo, name="batch_undo"),
]
