"""The status vocabulary as SKOS in JSON-LD, with the crosswalk to other bodies' scales, each a scheme of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from recommendations.api import formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.models.translated import LANGUAGES
from recommendations.rules.lifecycle import MEANING, Status
from recommendations.rules.vocabulary import BODIES, CROSSWALK, SCALES, VERSION

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from rest_framework.request import Request
    from rest_framework.response import Response

SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
TITLE: Final = _("Status of implementation")
WORDS: Final = shapes.record(en=shapes.TEXT, ru=shapes.TEXT)
THEIRS: Final = shapes.record(
    id=shapes.ADDRESS,
    type={"const": "Concept"},
    prefLabel=shapes.record(en=shapes.TEXT),
    inScheme=shapes.ADDRESS,
)
CONCEPT: Final = shapes.record(
    id=shapes.ADDRESS,
    type={"const": "Concept"},
    notation=shapes.one_of(Status),
    prefLabel=WORDS,
    definition=WORDS,
    inScheme=shapes.ADDRESS,
    topConceptOf=shapes.ADDRESS,
    closeMatch=shapes.many(THEIRS),
    broadMatch=shapes.many(THEIRS),
)
SCHEME: Final = shapes.record(
    id=shapes.ADDRESS,
    type={"const": "ConceptScheme"},
    notation={"type": "string", "enum": list(SCALES)},
    prefLabel=WORDS,
)
SHAPE: Final = declare(
    "Vocabulary",
    shapes.record(
        **{"@context": shapes.ANYTHING},
        id=shapes.ADDRESS,
        url=shapes.ADDRESS,
        type={"const": "ConceptScheme"},
        version=shapes.about("Of the lists and of the crosswalk.", shapes.TEXT),
        prefLabel=WORDS,
        hasTopConcept=shapes.many(CONCEPT),
        scales=shapes.about("The schemes that concepts are matched with.", shapes.many(SCHEME)),
    ),
    "The status vocabulary as SKOS: a value of another body that stands for one of ours only is a close match, one that "
    "stands for several of ours a broader one.",
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
                "version": VERSION,
                "prefLabel": _in_each(TITLE),
                "hasTopConcept": [_concept(status, here) for status in Status],
                "scales": [_scheme(scale, here) for scale in SCALES],
            }
        )


def _concept(status: Status, here: str) -> dict[str, Any]:
    return {
        "id": f"{here}#{status}",
        "type": "Concept",
        "notation": status,
        "prefLabel": _in_each(status.label),
        "definition": _in_each(MEANING[status]),
        "inScheme": here,
        "topConceptOf": here,
        **_matches(status, here),
    }


def _matches(status: Status, here: str) -> dict[str, list[dict[str, Any]]]:
    """A value that stands for one of ours only is a close match; one that stands for several is a broader one."""
    found: dict[str, list[dict[str, Any]]] = {"closeMatch": [], "broadMatch": []}
    for scale, value in CROSSWALK[status].items():
        same = [other for other in Status if CROSSWALK[other].get(scale) == value]
        found["closeMatch" if len(same) == 1 else "broadMatch"].append(_theirs(scale, value, here))
    return found


def _theirs(scale: str, value: str, here: str) -> dict[str, Any]:
    return {
        "id": f"{here}#{scale}-{slugify(value)}",
        "type": "Concept",
        "prefLabel": {"en": value},
        "inScheme": f"{here}#{scale}",
    }


def _scheme(scale: str, here: str) -> dict[str, Any]:
    return {
        "id": f"{here}#{scale}",
        "type": "ConceptScheme",
        "notation": scale,
        "prefLabel": _in_each(BODIES[scale]),
    }


def _in_each(text: _StrPromise | str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(text)
    return found


def _context() -> dict[str, Any]:
    linked = ("inScheme", "hasTopConcept", "topConceptOf", "closeMatch", "broadMatch")
    return {
        "@version": 1.1,
        "skos": SKOS,
        "id": "@id",
        "type": "@type",
        **{name: f"skos:{name}" for name in ("Concept", "ConceptScheme", "notation")},
        **{name: {"@id": f"skos:{name}", "@type": "@id"} for name in linked},
        **{name: {"@id": f"skos:{name}", "@container": "@language"} for name in ("prefLabel", "definition")},
        "version": f"{OWL}versionInfo",
        "scales": "@included",
        "url": None,
    }
