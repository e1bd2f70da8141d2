"""Comment on a recommendation; take a comment back."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recommendations.actions import comment as verbs
from recommendations.models import Person
from recommendations.models.translated import reader_language
from recommendations.rules import words
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import LinesField, VerbForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class RemarkForm(VerbForm):
    """What to say. On the page of a recommendation; names can be typed in."""

    body = LinesField(
        label=gettext_lazy("Comment"),
        max_length=words.TEXT,
        help_text=gettext_lazy(
            "@ and somebody's full name tells them. **bold**, _italic_, lists, quotes and [links](https://…) are"
            " possible. Only people who sign in read it."
        ),
    )


class CommentForm(RemarkForm):
    """What to say, and whom to tell: from a list for those who do not want to type names."""

    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tell these people too"),
        coerce=UUID,
        required=False,
        widget=forms.SelectMultiple({"size": 10}),
        help_text=gettext_lazy("To choose several, hold Ctrl (on a Mac: Command)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer everybody who may sign in, by organization."""
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = _people()  # type: ignore[attr-defined]


def _people() -> list[tuple[str, list[tuple[str, str]]]]:
    sort = f"organization__sort_{reader_language()}"
    active = Person.objects.filter(is_active=True).select_related("organization")
    grouped = groupby(active.order_by(sort, "organization_id", "name", "id"), key=lambda person: person.organization)
    nowhere = _("Without an organization")
    return [(str(body or nowhere), [(str(person.uuid), person.name) for person in those]) for body, those in grouped]


@login_required
def comment(request: HttpRequest, reference: str) -> HttpResponse:
    """Say something about a recommendation."""
    item, actor = item_at(request, reference), person_of(request)
    form = CommentForm(request.POST or None)
    if made := form.attempt(lambda said: verbs.write(reference, **said, actor=actor, now=timezone.now())):
        told = made.mentioned.exclude(pk=actor.pk).values_list("name", flat=True)
        names = ", ".join(sorted(told))
        text = _("Your comment is written; told: %(names)s.") if names else _("Your comment is written.")
        messages.success(request, text % {"names": names}, extra_tags=f"{reference}.comment")  # see drafts.js
        return redirect(f"{reverse('recommendation', args=[reference])}#comment-{made.uuid}")
    return render(request, "comment/write.html", {"item": item, "form": form}, status=form.status)


@login_required
@require_POST
def retract(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a comment back."""
    made = verbs.retract(uuid, actor=person_of(request), now=timezone.now())
    messages.success(request, _("The comment is taken back; what it said is no longer shown."))
    return redirect("recommendation", reference=made.recommendation.reference)


urlpatterns = [
    path("recommendations/<str:reference>/comment/", comment, name="comment"),
    path("comments/<uuid:uuid>/retract/", retract, name="comment_retract"),
]
