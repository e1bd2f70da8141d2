"""A source's passages as W3C Web Annotations (https://www.w3.org/TR/annotation-model/), for the API and for exports."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from recommendations.models.passage import Passage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.models.source import Snapshot, Source

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"


def of_source(source: Source, *, person: Person | Register | AnonymousUser | None, base: str) -> list[dict[str, Any]]:
    """Return the passages that the person may know of, in the order of the register.

    `base` is where the site stands, without a slash at its end; addresses in the answer begin with it. A passage that is
    lost, or whose source has no text yet, has no selectors. Needs the same two queries for any number of passages.
    """
    passages = Passage.objects.of_source(source).visible_to(person).with_place()
    return [annotate(passage, source, base=base) for passage in passages]


def annotate(passage: Passage, source: Source, *, base: str) -> dict[str, Any]:
    """Return one passage, fetched with its recommendation and its place; see `of_source`."""
    place = passage.place
    selectors = place.selectors if place is not None else None
    target: dict[str, Any] = {"type": "SpecificResource", "source": f"{base}/sources/{source.slug}/"}
    if selectors is not None and place is not None:
        target["selector"] = selectors.as_w3c()
        target["state"] = [state(place.snapshot, source, base=base)]
    return {
        "@context": CONTEXT,
        "id": f"urn:uuid:{passage.uuid}",
        "type": "Annotation",
        "motivation": "linking",
        "body": f"{base}/recommendations/{passage.recommendation.reference}/",
        "target": target,
        # Not of the standard: what the register knows besides.
        "recommendation": passage.recommendation.reference,
        "label": {"en": passage.label_en, "ru": passage.label_ru},
        "section": passage.section,
        "paragraph": place.paragraph if place is not None else passage.paragraph,
        "anchor_state": place.state if place is not None else None,
        "similarity": place.similarity if place is not None else None,
    }


def state(snapshot: Snapshot, source: Source, *, base: str) -> dict[str, Any]:
    """Return in which state of the document the selectors hold: the snapshot, and that its bytes are those of a hash.

    https://www.w3.org/TR/annotation-model/#time-state; the number and the hash are not of the standard.
    """
    return {
        "type": "TimeState",
        "sourceDate": snapshot.read_at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "cached": f"{base}/api/v1/sources/{source.slug}/snapshots/{snapshot.number}/",
        "snapshot": snapshot.number,
        "sha256": snapshot.sha256,
    }
