"""The list of recommendations as it is answered: which parts of a row are needed, highlights, and spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommendations.api import shapes
from recommendations.api.components import SHAPES, declare
from recommendations.models import finding, search
from recommendations.models.translated import reader_language
from recommendations.texts import marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.response import Response

    from recommendations.api.door import Door, type_of_row
    from recommendations.models.finding import Found
    from recommendations.rules.selection import Selection

SAYS: Final = (
    "With `q` they are sorted by relevance unless `ordering` says otherwise, each has `highlights`, and when nothing "
    "holds a word, the nearest spelling that finds something is used and told in `spelling`; when nothing has all words, "
    "any of them is enough, which `spelling` tells too."
)
SPELLING: Final = shapes.about(
    "Only with `q`: null, or what was looked for instead of words that nothing holds, or holds together. Words in quotes are not corrected.",
    shapes.maybe(shapes.record(asked=shapes.TEXT, used=shapes.TEXT)),
)
HIGHLIGHTS: Final = shapes.about(
    "Only with `q`, else null: the title, and fragments of the description (null when nothing in it was found), in "
    "the reader's language; HTML, with what was found in `<mark>`.",
    shapes.maybe(shapes.record(title=shapes.TEXT, description=shapes.maybe(shapes.TEXT))),
)
# What a field of a result needs of a row; a part that no wanted field needs is not asked of the database.
NEEDS: Final = {
    "theme_slugs": {"themes"},
    "lead": {"lead"},
    "has_lost_evidence": {"has_lost_evidence"},
    "pace": {"stalled"},
    "parent_reference": {"parent"},
    "merged_reference": {"merged_into"},
}


def declare_listed() -> None:
    """Name the shape of a result; the shape of a recommendation has to be known by then."""
    listed = shapes.extended(SHAPES["Recommendation"], highlights=HIGHLIGHTS)
    declare("ListedRecommendation", listed, "A recommendation as the list has it.")


def answer(door: Door, wanted: Selection, present: Callable[[type_of_row], type_of_row]) -> Response:
    """Answer a page of what is wanted."""
    fields = door.fields("ListedRecommendation")
    without = frozenset(part for part, needed in NEEDS.items() if fields and not needed & {*fields})
    found = finding.find(
        wanted, person=door.person, today=door.today, cursor=door.cursor, size=door.page_size, without=without
    )
    results = [present({**dict.fromkeys(without), **row}) for row in found.page.rows]
    for result, one in zip(results, _highlights(found, wanted, fields), strict=True):
        result["highlights"] = one
    used = {"q": found.spelling.used} if found.spelling else {}
    return door.paged(found.page, results, fields, found.count, used, **_said(found, wanted))


def _highlights(found: Found, wanted: Selection, fields: list[str]) -> list[type_of_row | None]:
    keys = [row["id"] for row in found.page.rows]
    if not wanted.q or not keys or (fields and "highlights" not in fields):
        return [None] * len(keys)
    words = found.spelling.used if found.spelling else wanted.q
    marked = search.highlights(keys, words, reader_language())
    made = {key: {"title": marks.as_html(t), "description": marks.as_html(d) or None} for key, (t, d) in marked.items()}
    return [made[key] for key in keys]


def _said(found: Found, wanted: Selection) -> dict[str, type_of_row | None]:
    said = {"asked": found.spelling.asked, "used": found.spelling.used} if found.spelling else None
    return {"spelling": said} if wanted.q else {}
