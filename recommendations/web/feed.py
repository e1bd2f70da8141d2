"""Atom: what changed in the public register, and with one recommendation. Everybody reads it with a stranger's eyes."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommendations.models import Event, Recommendation, keyset
from recommendations.models.event import Subject
from recommendations.models.keyset import Order
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.rules import query, selection
from recommendations.rules.errors import Invalid, Missing, Problem
from recommendations.rules.selection import Selection
from recommendations.rules.words import not_a_choice
from recommendations.web import stream

if TYPE_CHECKING:
    from django.http import HttpRequest

    from recommendations.models.event import EventQuerySet
    from recommendations.web.stream import Line

PAGE: Final = 50
LATEST: Final = Order("-recorded_at", "recorded_at", descending=True)
OTHERS: Final = ("lang", "cursor")  # what a feed takes besides filters
_SPACE: Final = uuid.UUID("6f0c2f0e-5a3c-4c55-9b0f-0d4f3c1f7a52")  # of the names of entries
_BEGINNING: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # of a feed in which nothing has happened yet


class Feed(Atom1Feed):
    """RFC 4287, with pages as in RFC 5005."""

    def add_root_elements(self, handler: Any) -> None:
        """Add where the next page is."""
        super().add_root_elements(handler)
        if self.feed["next"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next"]})

    def latest_post_date(self) -> dt.datetime:
        """Say when the newest entry was made; never the time of asking."""
        return max((item["updateddate"] for item in self.items), default=_BEGINNING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a feed is asked for: of what it tells, at which address, from which place on, in which language."""

    title: str
    page: str
    address: str
    events: EventQuerySet
    pairs: tuple[tuple[str, str], ...]
    cursor: str | None


@require_safe
@cache_control(public=True, max_age=300)
def register(request: HttpRequest) -> HttpResponse:
    """Tell what changed in the register, or in what the filters of the list keep."""
    with translation.override(_language(request)):
        wanted = selection.parse(dict(request.GET.lists()), others=OTHERS, blank_ok=True)
        if "ordering" in request.GET:
            raise Invalid(Problem("bad_parameter", _("A feed has one order: the latest first."), "ordering"))
        pairs = query.asked(wanted)
        said = _asked(
            request,
            title=_("Changes in the register of recommendations"),
            page=_with(reverse("recommendations"), pairs),
            address=reverse("feed"),
            events=_narrowed(wanted),
            pairs=tuple(pairs),
        )
        return _answer(request, said)


@require_safe
@cache_control(public=True, max_age=300)
def item(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell what changed with one recommendation."""
    with translation.override(_language(request)):
        found = Recommendation.objects.visible_to(None).filter(reference=reference).first()
        if found is None:
            raise Missing(Problem("not_found", _("There is no such recommendation.")))
        selection.parse({name: values for name, values in request.GET.lists() if name not in OTHERS})
        said = _asked(
            request,
            title=f"{found.reference} {found.title}",
            page=reverse("recommendation", args=[reference]),
            address=reverse("feed_of_one", args=[reference]),
            events=_open().filter(recommendation=found),
            pairs=(),
        )
        return _answer(request, said)


def _language(request: HttpRequest) -> str:
    """Return the language that `lang` names, or the reader's. Raises `Invalid`."""
    language = request.GET.get("lang") or reader_language()
    if language not in LANGUAGES:
        raise Invalid(not_a_choice(language, LANGUAGES, "lang"))
    return language


def _asked(request: HttpRequest, **said: Any) -> Wanted:
    spoken = request.GET.get("lang")
    pairs = (*said.pop("pairs"), *((("lang", spoken),) if spoken else ()))
    return Wanted(**said, pairs=pairs, cursor=request.GET.get("cursor") or None)


def _open() -> EventQuerySet:
    """Return what strangers may know of that was done to recommendations."""
    return Event.objects.open_to_strangers().filter(subject=Subject.RECOMMENDATION).of_changes()


def _narrowed(wanted: Selection) -> EventQuerySet:
    """Keep events of what is selected; that one of these was withdrawn is told too, unless only such are asked for."""
    if wanted == Selection():
        return _open()
    today = dt.datetime.now(dt.UTC).date()
    known = Recommendation.objects.visible_to(None)
    kept = Q(recommendation__in=known.selected(wanted, person=None, today=today).values("pk"))
    if not wanted.withdrawn:
        gone = known.selected(replace(wanted, withdrawn=True), person=None, today=today)
        kept |= Q(recommendation__in=gone.values("pk"))
    return _open().filter(kept)


def _answer(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    found = keyset.page(wanted.events.for_reading(), LATEST, cursor=wanted.cursor, size=PAGE)
    pairs = list(wanted.pairs)
    here = _with(wanted.address, [*pairs, *([("cursor", wanted.cursor)] if wanted.cursor else [])])
    feed = Feed(
        title=wanted.title,
        link=_absolute(wanted.page),
        description=None,
        language=reader_language(),
        author_name=_("Relations"),
        feed_url=_absolute(here),
        feed_guid=_absolute(_with(wanted.address, pairs)),
        next=_absolute(_with(wanted.address, [*pairs, ("cursor", found.next)])) if found.next else "",
    )
    for line in stream.lines(found.rows):
        _tell(feed, line)
    return _sent(request, feed)


def _tell(feed: Feed, line: Line) -> None:
    """Add an entry. It is named by the event's hash: the same one in every feed, at whatever address."""
    what = line.event.get_verb_display()
    feed.add_item(
        title=f"{line.subject}: {line.said.kind + ': ' if line.said.kind else ''}{what}",
        link=_absolute(line.address),
        description=render_to_string("feed/_entry.html", {"line": line, "what": capfirst(what)}),
        unique_id=f"urn:uuid:{uuid.uuid5(_SPACE, line.event.hash)}",
        pubdate=line.event.recorded_at,
        updateddate=line.event.recorded_at,
    )


def _sent(request: HttpRequest, feed: Feed) -> HttpResponse:
    content = feed.writeString("utf-8").encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    changed = int(feed.latest_post_date().timestamp())
    answer = HttpResponse(content, content_type=Feed.content_type)
    answer.headers["Content-Language"] = reader_language()
    answer.headers["ETag"] = tag
    answer.headers["Last-Modified"] = dt.datetime.fromtimestamp(changed, dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    patch_vary_headers(answer, ["Accept-Language"])
    return get_conditional_response(request, tag, changed, answer) or answer


def _absolute(address: str) -> str:
    return f"{settings.PUBLIC_URL}{address}"


def _with(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address


urlpatterns = [
    path("feeds/recommendations.atom", register, name="feed"),
    path("feeds/recommendations/<str:reference>.atom", item, name="feed_of_one"),
]
