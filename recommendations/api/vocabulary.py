"""The status vocabulary as SKOS in JSON-LD, with the crosswalk to other bodies' scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import translation

from recommendations.api import formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.models.translated import LANGUAGES
from recommendations.rules.lifecycle import MEANING, Status
from recommendations.rules.vocabulary import CROSSWALK, SCALES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from rest_framework.request import Request
    from rest_framework.response import Response

SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
WORDS: Final = shapes.record(en=shapes.TEXT, ru=shapes.TEXT)
MATCHES: Final = {"type": "array", "items": shapes.record(scale=shapes.TEXT, value=shapes.TEXT)}
CONCEPT: Final = shapes.record(
    id=shapes.ADDRESS,
    type={"const": "Concept"},
    notation=shapes.one_of(Status),
    prefLabel=WORDS,
    definition=WORDS,
    inScheme=shapes.ADDRESS,
    exactMatch=MATCHES,
    closeMatch=MATCHES,
    broadMatch=MATCHES,
)
SHAPE: Final = declare(
    "Vocabulary",
    shapes.record(
        **{"@context": shapes.ANYTHING},
        id=shapes.ADDRESS,
        url=shapes.ADDRESS,
        type={"const": "ConceptScheme"},
        hasTopConcept=shapes.many(CONCEPT),
    ),
    "The status vocabulary as SKOS.",
)


class Vocabulary(Door):
    """The status vocabulary."""

    renderer_classes = (formats.JSONLD, formats.JSON)

    @operation(
        "Read the status vocabulary",
        "Vocabulary",
        has_etag=True,
        media_types=("application/ld+json", "application/json"),
    )
    def get(self, request: Request) -> Response:
        """Answer it, or 304."""
        here = to("vocabulary")
        return self.shown(
            {
                "@context": _context(),
                "id": here,
                "url": here,
                "type": "ConceptScheme",
                "hasTopConcept": [_concept(status, here) for status in Status],
            }
        )


def _concept(status: Status, scheme: str) -> dict[str, Any]:
    matches = _matches(status)
    return {
        "id": f"{scheme}#{status}",
        "type": "Concept",
        "notation": status,
        "prefLabel": _in_each(status.label),
        "definition": _in_each(MEANING[status]),
        "inScheme": scheme,
        **_by_kind(matches),
    }


def _matches(status: Status) -> list[dict[str, str]]:
    """A value that stands for one of ours only is a close match; one that stands for several is a broader one."""
    found = []
    for scale in SCALES:
        value = CROSSWALK[status].get(scale)
        if value:
            same = [other for other in Status if CROSSWALK[other].get(scale) == value]
            found.append({"kind": "close" if len(same) == 1 else "broad", "scale": scale, "value": value})
    return found


def _by_kind(matches: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    return {
        f"{kind}Match": [{"scale": m["scale"], "value": m["value"]} for m in matches if m["kind"] == kind]
        for kind in ("exact", "close", "broad")
    }


def _in_each(text: _StrPromise | str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(text)
    return found


def _context() -> dict[str, Any]:
    own = to("vocabulary")
    names = ("Concept", "ConceptScheme", "notation", "inScheme", "hasTopConcept", "exactMatch", "closeMatch", "broadMatch")  # fmt: skip
    return {
        "skos": SKOS,
        "id": "@id",
        "type": "@type",
        **{name: f"skos:{name}" for name in names},
        "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
        "definition": {"@id": "skos:definition", "@container": "@language"},
        "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
        "scale": f"{own}#scale",
        "value": "skos:notation",
        "url": f"{own}#url",
    }
