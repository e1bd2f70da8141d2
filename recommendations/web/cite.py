"""How to cite a recommendation as it stood on a day: in words, as BibTeX and as CSL-JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.models.translated import reader_language
from recommendations.rules import moments
from recommendations.texts import bibtex
from recommendations.web import asof
from recommendations.web.arrival import item_at

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reader cites: the state of a moment at an address that shows it to everybody and always, and when it was read."""

    reference: str
    title: str
    origin: str
    version: int
    as_of: dt.date
    accessed: dt.date
    page: str
    query: str

    @property
    def address(self) -> str:
        """The address that shows this state, today and later."""
        return f"{self.page}?{self.query}"

    @property
    def register(self) -> str:
        """What the register is called."""
        return _("Relations: public register of recommendations")

    @property
    def note(self) -> str:
        """What is not a field of its own in other people's formats."""
        said = {"reference": self.reference, "version": self.version, "origin": self.origin}
        return _("%(reference)s, version %(version)s. Recommended in: %(origin)s") % said

    def as_bibtex(self) -> str:
        """Return an entry for BibTeX and biblatex."""
        fields = {
            "title": self.title,
            "howpublished": self.register,
            "year": str(self.as_of.year),
            "month": bibtex.MONTHS[self.as_of.month - 1],
            "version": str(self.version),
            "url": self.address,
            "urldate": self.accessed.isoformat(),
            "langid": {"ru": "russian"}.get(reader_language(), "english"),
            "note": self.note,
        }
        return bibtex.entry("misc", f"{self.reference}-{self.as_of.isoformat()}", fields)

    def as_csl(self) -> list[dict[str, Any]]:
        """Return CSL-JSON: https://github.com/citation-style-language/schema, schemas/input/csl-data.json."""
        said = {
            "id": f"{self.reference}-{self.as_of.isoformat()}",
            "type": "entry",
            "title": self.title,
            "container-title": self.register,
            "number": self.reference,
            "version": str(self.version),
            "issued": {"date-parts": [[self.as_of.year, self.as_of.month, self.as_of.day]]},
            "accessed": {"date-parts": [[self.accessed.year, self.accessed.month, self.accessed.day]]},
            "URL": self.address,
            "language": reader_language(),
            "note": self.note,
        }
        return [said]


def citation(request: HttpRequest, item: Recommendation) -> Citation:
    """Return how to cite an item that was fetched with its source, as the request sees it."""
    seen, source = asof.as_of(request), item.source
    origin = ", ".join(part for part in (source.authors, source.title, source.published_in_words, source.url) if part)
    return Citation(
        reference=item.reference,
        title=item.title,
        origin=origin,
        version=item.version,
        as_of=asof.today(request),
        accessed=timezone.localdate(),
        page=f"{settings.PUBLIC_URL}{reverse('recommendation', args=[item.reference])}",
        query=urlencode({asof.NAME: moments.written(seen.moment if seen else _present(item))}, safe=":"),
    )


def _present(item: Recommendation) -> dt.datetime:
    """Return the moment of what is shown now: to the second, unless it became so within this very second."""
    now = timezone.now()
    second = now.replace(microsecond=0)
    return now if item.updated_at > second else second


@require_safe
@asof.dated
def as_bibtex(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand the reference out for BibTeX."""
    said = citation(request, item_at(request, reference)).as_bibtex()
    return _file(said.encode(), "application/x-bibtex; charset=utf-8", f"{reference}.bib")


@require_safe
@asof.dated
def as_csl(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand the reference out for programs that keep references."""
    said = citation(request, item_at(request, reference)).as_csl()
    media_type = "application/vnd.citationstyles.csl+json"
    return _file(orjson.dumps(said, option=orjson.OPT_INDENT_2), media_type, f"{reference}.json")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


urlpatterns = [
    path("recommendations/<str:reference>/cite.bib", as_bibtex, name="cite_bibtex"),
    path("recommendations/<str:reference>/cite.json", as_csl, name="cite_csl"),
]
