"""Words of a text as the W3C's selectors say them: https://www.w3.org/TR/annotation-model/#selectors."""

from __future__ import annotations

from typing import Any, Final

from django.db.models.enums import TextChoices

from recommendations.actions import selection
from recommendations.api import bodies, fields
from recommendations.models import Snapshot
from recommendations.texts.selectors import LONGEST_CONTEXT

FAR: Final = 2**31 - 1


class SelectorType(TextChoices):
    """The selectors that are understood."""

    POSITION = "TextPositionSelector"
    QUOTE = "TextQuoteSelector"


class PositionSelector(bodies.Body):
    """A place in characters of the text."""

    type = fields.Choice(SelectorType, but=(SelectorType.QUOTE,))
    start = fields.Whole(least=0, most=FAR)
    end = fields.Whole(least=1, most=FAR)


class QuoteSelector(bodies.Body):
    """Words of the text, with as much of what stands around them as tells them from their copies."""

    type = fields.Choice(SelectorType, but=(SelectorType.POSITION,))
    exact = fields.Text(longest=selection.LONGEST, shortest=1)
    prefix = fields.Text(longest=LONGEST_CONTEXT, required=False)
    suffix = fields.Text(longest=LONGEST_CONTEXT, required=False)


class Words(bodies.Body):
    """Words of a source's text, as the W3C's selectors say it."""

    selector = bodies.Variant({SelectorType.POSITION: PositionSelector, SelectorType.QUOTE: QuoteSelector})
    snapshot = fields.Whole(least=1, most=FAR, required=False, help_text="In which text; the newest when left out.")


def chosen(slug: str, said: dict[str, Any]) -> selection.Selection:
    """Return the words that a body names in a source's text. Raises `Invalid`."""
    wanted, number = said["selector"], said.get("snapshot")
    if wanted["type"] == SelectorType.QUOTE:
        around = {name: wanted.get(name, "") for name in ("prefix", "suffix")}
        return selection.quoted(slug, wanted["exact"], **around, number=number)
    if number is None:
        newest = Snapshot.objects.filter(source__slug=slug).newest_first().values_list("number", flat=True)
        number = newest.first() or 0
    return selection.Selection(number, wanted["start"], wanted["end"])
