"""A catalogue file: strict YAML to what `actions.catalogue.load` takes. The format is described in docs/sources.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from recommendations.actions.catalogue import Catalogue, Stated
from recommendations.actions.indicator import Reading
from recommendations.actions.passage import Placing
from recommendations.exchange import fields, lines
from recommendations.exchange.fields import Fields
from recommendations.exchange.lines import Wrong
from recommendations.models.indicator import Direction
from recommendations.models.person import Language
from recommendations.rules import references
from recommendations.rules.calendar import Precision
from recommendations.rules.vocabulary import Instrument, Priority

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from recommendations.exchange.lines import Node

FORMAT: Final = "1"
_KINDS: Final = {"context": True, "outcome": False}


def read(content: bytes, *, themes: Collection[str] = ()) -> Catalogue:
    """Read a catalogue; `themes` are those the register knows already. Raise `lines.Wrong` for the first thing wrong."""
    top = Fields(lines.parse(content), _("The file"))
    if (version := top.text("format")) != FORMAT:
        detail = _("Format “%(version)s” is not known; this program reads format %(known)s.")
        raise Wrong(top.line, detail % {"version": version[:60], "known": FORMAT})
    nodes = top.items("themes")
    found = _unique(nodes, [_theme(node, place) for place, node in enumerate(nodes, 1)])
    document, proposals, measures = top.take("source"), top.items("recommendations"), top.items("indicators")
    top.done()
    sources = (_source(document),) if document is not None else ()
    if not sources and (proposals or measures):
        raise Wrong(
            top.line, _("The file lacks the key “source”, which recommendations and indicators refer to. Add it.")
        )
    slug = sources[0].key if sources else ""
    known = {*themes, *(stated.key for stated in found)}
    items = _unique(proposals, [_recommendation(node, slug, known) for node in proposals])
    named = {stated.key for stated in items}
    counted = _unique(measures, [_indicator(node, slug, named, place) for place, node in enumerate(measures, 1)])
    return Catalogue(themes=found, sources=sources, recommendations=items, indicators=counted)


def _unique(nodes: Sequence[Node], stated: Sequence[Stated]) -> tuple[Stated, ...]:
    first: dict[str, int] = {}
    for node, one in zip(nodes, stated, strict=True):
        if one.key in first:
            detail = _("“%(key)s” stands here a second time (first in line %(first)d). Remove one of them.")
            raise Wrong(node.line, detail % {"key": one.key, "first": first[one.key]})
        first[one.key] = node.line
    return tuple(stated)


def _theme(node: Node, place: int) -> Stated:
    entry = Fields(node, _("A theme"))
    stated = Stated(entry.name("slug", references.check_slug), entry.both("name") | {"position": place})
    entry.done()
    return stated


def _source(node: Node) -> Stated:
    entry = Fields(node, _("The source"))
    slug, rights = entry.name("slug", references.check_slug), entry.both("rights", is_optional=True)
    published = entry.take("published")
    first, precision = fields.partial(published, "published") if published else (None, Precision.DAY)
    columns = entry.both("title") | {
        "authors": entry.text("authors", default=""),
        "publisher": entry.text("publisher", default=""),
        "published_on": first,
        "published_precision": precision.value,
        "language": entry.choice("language", Language.values, default=Language.ENGLISH.value),
        "url": entry.text("address", default=""),
        "rights_note_en": rights["rights_en"],
        "rights_note_ru": rights["rights_ru"],
    }
    entry.done()
    return Stated(slug, columns)


def _recommendation(node: Node, source: str, themes: Collection[str]) -> Stated:
    entry = Fields(node, _("A recommendation"))
    reference = entry.name("reference", references.check_reference)
    columns: dict[str, Any] = (
        entry.both("title")
        | entry.both("description")
        | {
            "source": source,
            "instrument": entry.choice("instrument", Instrument.values),
            "themes": tuple(fields.one_of(name, "themes", themes) for name in entry.items("themes")),
        }
    )
    if priority := entry.choice("priority", Priority.values, default=""):
        columns["priority"] = priority
    placings = tuple(_placing(one) for one in entry.items("passages"))
    entry.done()
    return Stated(reference, columns, placings=placings)


def _placing(node: Node) -> Placing:
    entry = Fields(node, _("A passage"))
    paragraph = entry.take("paragraph")
    placing = Placing(
        first_words=entry.text("first"),
        last_words=entry.text("last"),
        paragraph=fields.count(paragraph, "paragraph") if paragraph else None,
        section=entry.text("section", default=""),
        **entry.both("label", is_optional=True),
    )
    entry.done()
    return placing


def _indicator(node: Node, source: str, items: Collection[str], place: int) -> Stated:
    entry = Fields(node, _("An indicator"))
    columns = (
        entry.both("title")
        | entry.both("unit", is_optional=True)
        | {
            "is_context": _KINDS[entry.choice("kind", _KINDS)],
            "direction": entry.choice("direction", Direction.values, default=Direction.NEITHER.value),
            "recommendations": tuple(
                fields.one_of(name, "recommendations", items) for name in entry.items("recommendations")
            ),
            "position": place,
        }
    )
    for name in ("baseline", "target"):
        if (quantity := entry.take(name)) is not None:
            columns[name] = fields.decimal(quantity, name)
    slug = entry.name("slug", references.check_slug)
    observations = tuple(_observation(one, source) for one in entry.items("observations"))
    entry.done()
    return Stated(slug, columns, observations=observations)


def _observation(node: Node, source: str) -> Reading:
    entry = Fields(node, _("An observation"))
    start, end = fields.period(entry.need("period"), "period")
    high = entry.take("value_high")
    reading = Reading(
        period_start=start,
        period_end=end,
        value=fields.decimal(entry.need("value"), "value"),
        value_high=fields.decimal(high, "value_high") if high else None,
        source=source,
        **entry.both("note", is_optional=True),
    )
    entry.done()
    return reading
