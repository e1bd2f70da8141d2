"""The history of the whole register, latest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommendations.actions import audit
from recommendations.models import Event, Head, keyset
from recommendations.models.event import TALK, Subject, Verb
from recommendations.models.head import published
from recommendations.models.keyset import Order
from recommendations.models.person import role_of
from recommendations.rules import access, references
from recommendations.rules.errors import Problem, refuse_if
from recommendations.rules.words import not_a_choice
from recommendations.web import asof, stream, talk

if TYPE_CHECKING:
    from django.db.models.enums import TextChoices
    from django.http import HttpRequest, HttpResponse

PAGE: Final = 50
HEADS: Final = 7  # on the page; the file has all
LATEST: Final = Order("-recorded_at", "recorded_at", descending=True)
PARAMETERS: Final[dict[str, type[TextChoices] | None]] = {
    "verb": Verb,
    "subject": Subject,
    "recommendation": None,
    "cursor": None,
    "as_of": None,
}
OF_PEOPLE: Final = frozenset({Subject.PERSON, Subject.SUBSCRIPTION, Subject.TOKEN})
BY_PEOPLE: Final = frozenset(
    {
        Verb.SUBSCRIBED,
        Verb.UNSUBSCRIBED,
        Verb.SENT_AGAIN,
        Verb.ISSUED,
        Verb.REVOKED,
        Verb.FOLLOWED,
        Verb.UNFOLLOWED,
    }
)
NOT_FOR_STRANGERS: Final[frozenset[Verb | Subject]] = TALK | {
    Subject.BATCH,
    Verb.DONE_TO_MANY,
    Verb.UNDONE,
    Subject.IMPORT,
    Verb.IMPORTED,
}


@require_safe
@asof.dated
def history(request: HttpRequest) -> HttpResponse:
    """Show a page of all events that the reader may see, narrowed to a verb, a subject or one recommendation."""
    refuse_if(_check(request))
    asked = {
        name: value for name in PARAMETERS if name not in {"cursor", "as_of"} and (value := request.GET.get(name, ""))
    }
    events = Event.objects.visible_to(request.user).for_reading().filter(**_conditions(asked))
    page = keyset.page(events, LATEST, cursor=request.GET.get("cursor") or None, size=PAGE)
    verbs, subjects = _choices(role_of(request.user))
    context = {
        "page": page,
        "lines": talk.with_comments(stream.lines(page.rows), request.user, longest=talk.IN_PASSING),
        "asked": asked,
        "query": f"{urlencode(asked)}&" if asked else "",
        "verbs": verbs,
        "subjects": subjects,
        "heads": Head.objects.order_by("-day")[:HEADS],
        "audit": audit.latest(),
    }
    return render(request, "history/history.html", context)


def _choices(role: str) -> tuple[list[Verb], list[Subject]]:
    """Return the verbs and subjects that somebody of this role may find anything of."""
    hidden: set[Verb | Subject] = set() if access.may_administer(role) else {*OF_PEOPLE, *BY_PEOPLE}
    hidden |= set() if access.may_take_part(role) else NOT_FOR_STRANGERS
    return [verb for verb in Verb if verb not in hidden], [subject for subject in Subject if subject not in hidden]


@require_safe
@cache_control(public=True, max_age=300)
def heads(request: HttpRequest) -> HttpResponse:
    """Answer all published heads, to be saved where the register's operators cannot reach them."""
    return JsonResponse(published(), json_dumps_params={"indent": 1})


def _conditions(asked: dict[str, str]) -> dict[str, str]:
    names = {"recommendation": "recommendation__reference"}
    return {names.get(name, name): value for name, value in asked.items()}


def _check(request: HttpRequest) -> list[Problem]:
    problems = []
    for name in request.GET:
        if name not in PARAMETERS:
            text = _("There is no parameter “%(name)s”; possible are: %(names)s.")
            said = text % {"name": name[:60], "names": ", ".join(PARAMETERS)}
            problems.append(Problem("unknown_parameter", said, name))
    for name, choices in PARAMETERS.items():
        value = request.GET.get(name, "")
        if value and choices and value not in choices.values:
            problems.append(not_a_choice(value, choices.values, name))
    if reference := request.GET.get("recommendation"):
        problems += references.check_reference(reference)
    return problems


urlpatterns = [path("history/", history, name="history"), path("history/heads.json", heads, name="heads")]
