"""A recommendation as linked data: JSON-LD in the terms of schema.org, PROV and SKOS, with its meaning in itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from recommendations.models.translated import LANGUAGES
from recommendations.rules.access import Visibility
from recommendations.rules.lifecycle import Status

if TYPE_CHECKING:
    from django.http import HttpRequest

    from recommendations.models import Assessment, Evidence, Organization, Recommendation, Source, Theme

MEDIA_TYPE: Final = "application/ld+json"
_DATE: Final = "xsd:date"
_TIME: Final = "xsd:dateTime"
_WORDS: Final = {"@container": "@language"}


def _schema(name: str, **more: str) -> dict[str, str]:
    return {"@id": f"schema:{name}", **more}


CONTEXT: Final[dict[str, Any]] = {
    "@version": 1.1,
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    **{
        name: _schema(name)
        for name in (
            *("CreativeWork", "Review", "Rating", "Action", "Organization", "DefinedTerm", "identifier", "version"),
            *("about", "creativeWorkStatus", "review", "reviewAspect", "reviewBody", "reviewRating", "ratingValue"),
            *("citation", "potentialAction", "agent", "termCode", "hasPart"),
        )
    },
    **{name: _schema(name, **_WORDS) for name in ("name", "description")},
    **{name: _schema(name, **{"@type": _TIME}) for name in ("dateCreated", "dateModified")},
    **{name: _schema(name, **{"@type": _DATE}) for name in ("datePublished", "endTime")},
    **{
        name: _schema(name, **{"@type": "@id"})
        for name in ("url", "isPartOf", "itemReviewed", "inDefinedTermSet", "actionStatus", "mainEntityOfPage")
    },
    "title": _schema("name"),  # in whatever language it was written
    "Entity": "prov:Entity",
    "wasDerivedFrom": "prov:wasDerivedFrom",
    "Concept": "skos:Concept",
    "prefLabel": {"@id": "skos:prefLabel", **_WORDS},
    "notation": "skos:notation",
}
# What is proposed, as an action. What is overtaken by events is none of these.
_ACTION: Final = {
    **dict.fromkeys((Status.NOT_ASSESSED, Status.NO_ACTION), "PotentialActionStatus"),
    **dict.fromkeys((Status.IN_PREPARATION, Status.PARTLY, Status.MOSTLY), "ActiveActionStatus"),
    Status.IMPLEMENTED: "CompletedActionStatus",
    Status.REVERSED: "FailedActionStatus",
}


def is_wanted(request: HttpRequest) -> bool:
    """Tell whether a program asks for data at the address of a page."""
    return request.get_preferred_type(["text/html", MEDIA_TYPE]) == MEDIA_TYPE


def answer(item: Recommendation, parent: Recommendation | None) -> HttpResponse:
    """Answer an item that was fetched in full, as data; `parent` is what the reader may know that it is a part of."""
    return HttpResponse(orjson.dumps(document(item, parent), option=orjson.OPT_UTC_Z), content_type=MEDIA_TYPE)


def document(item: Recommendation, parent: Recommendation | None) -> dict[str, Any]:
    """Say what a recommendation is, and how far it has come. No person is named."""
    here = _page("recommendation", item.reference)
    said = {
        "@context": CONTEXT,
        "id": here,
        "type": ["CreativeWork", "Entity"],
        "mainEntityOfPage": here,
        "identifier": item.reference,
        "name": _in_each(item, "title"),
        "description": _in_each(item, "description"),
        "version": item.version,
        "dateCreated": item.created_at,
        "dateModified": item.updated_at,
        "wasDerivedFrom": _source(item.source),
        "about": [_theme(theme) for theme in item.themes.all()],
        **_progress(item, here),
        "isPartOf": _page("recommendation", parent.reference) if parent else None,
        "hasPart": [{"id": _page("recommendation", part.reference)} for part in _parts(item)],
    }
    return _filled(said)


def _progress(item: Recommendation, here: str) -> dict[str, Any]:
    ratings = [rating for rating in (item.verified, item.reported) if rating is not None]
    return {
        "creativeWorkStatus": _status(item.status),
        "review": [_review(rating, here) for rating in ratings],
        "potentialAction": _action(item),
    }


def _parts(item: Recommendation) -> list[Recommendation]:
    shown: list[Recommendation] = item.shown_children  # type: ignore[attr-defined]
    return [part for part in shown if item.visibility == Visibility.INTERNAL or part.visibility == Visibility.PUBLIC]


def _source(source: Source) -> dict[str, Any]:
    return _filled(
        {
            "id": _page("source", source.slug),
            "type": ["CreativeWork", "Entity"],
            "name": _in_each(source, "title"),
            "url": source.url or None,
        }
    )


def _theme(theme: Theme) -> dict[str, Any]:
    address = f"{settings.PUBLIC_URL}{reverse('api_theme', args=[theme.slug])}"
    return {"id": address, "type": "Concept", "notation": theme.slug, "prefLabel": _in_each(theme, "name")}


def _status(value: str) -> dict[str, Any]:
    scheme = f"{settings.PUBLIC_URL}{reverse('api_vocabulary')}"
    return {"id": f"{scheme}#{value}", "type": "DefinedTerm", "termCode": value, "inDefinedTermSet": scheme}


def _review(rating: Assessment, item: str) -> dict[str, Any]:
    return _filled(
        {
            "id": f"{settings.PUBLIC_URL}{reverse('api_assessment', args=[rating.uuid])}",
            "type": "Review",
            "itemReviewed": item,
            "reviewAspect": rating.kind,
            "reviewRating": {"type": "Rating", "ratingValue": rating.value},
            "reviewBody": rating.narrative,
            "datePublished": rating.as_of.isoformat(),
            "citation": [_evidence(piece) for piece in rating.evidence.all() if piece.is_standing],
        }
    )


def _evidence(piece: Evidence) -> dict[str, Any]:
    return _filled(
        {
            "id": f"{settings.PUBLIC_URL}{reverse('api_one_evidence', args=[piece.uuid])}",
            "type": ["CreativeWork", "Entity"],
            "title": piece.title,
            "url": piece.url or None,
            "datePublished": piece.dated_on.isoformat(),
        }
    )


def _action(item: Recommendation) -> dict[str, Any]:
    state = _ACTION.get(Status(item.status))
    owners = [assignment.organization for assignment in item.assignments.all() if assignment.until is None]
    return _filled(
        {
            "type": "Action",
            "actionStatus": f"schema:{state}" if state else None,
            "agent": [_body(body) for body in owners],
            "endTime": item.target_on.isoformat() if item.target_on else None,
        }
    )


def _body(body: Organization) -> dict[str, Any]:
    return {"id": _page("organization", body.slug), "type": "Organization", "name": _in_each(body, "name")}


def _in_each(row: object, column: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := getattr(row, f"{column}_{code}"))}


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def _page(name: str, key: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=[key])}"
