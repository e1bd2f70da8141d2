"""Charts, drawn on the server as SVG, each with its table. There is one way for all of them:

- a module of reports/ lays a chart out by rules/geometry.py (coordinates from 0 to 100, no words),
- a tag here puts it into a template of templates/charts/, with words beside it in the page's own type,
- static/recommendations/charts.css gives it colours, by classes only (no style stands in a page).

What is drawn is hidden from screen readers: the table says the same, and is never left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from recommendations.reports import chart
from recommendations.rules.lifecycle import DESCENDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.models import Indicator, Observation
    from recommendations.reports.columns import Columns
    from recommendations.reports.shares import Share

register = template.Library()


@register.inclusion_tag("charts/_line.html")
def line_chart(indicator: Indicator, observations: Sequence[Observation]) -> dict[str, Any]:
    """Show an indicator over time: `{% line_chart indicator observations %}`, the observations oldest first.

    A line through the values, each in the middle of its period, ranges as bars on it; lines for baseline and target where
    the indicator has them; beneath it the values as a table that opens. The heading above it is the page's. Without any
    value it says so, and shows baseline and target. No query of its own.
    """
    return {"line": chart.line_of(indicator, observations), "indicator": indicator}


@register.inclusion_tag("charts/_legend.html")
def status_legend() -> dict[str, Any]:
    """Show which colour is which status: `{% status_legend %}`, once above all charts of statuses."""
    return {"statuses": [(status.value, status.label) for status in DESCENDING]}


@register.inclusion_tag("charts/_ratings.html")
def rating_bars(ratings: Sequence[Any]) -> dict[str, Any]:
    """Show the two ratings of some recommendations as two bars, each with how many are assessed of how many.

    `{% rating_bars theme.ratings %}` (each with label, parts, assessed, total) stands within `<div class="rating-bars">`, several of them beneath each other.
    """
    return {"ratings": ratings}


@register.inclusion_tag("charts/_columns.html")
def column_chart(columns: Columns, heading: str) -> dict[str, Any]:
    """Show one rating over time as columns, with its table: `{% column_chart columns heading %}`."""
    return {"chart": columns, "heading": heading, "statuses": DESCENDING}


@register.inclusion_tag("charts/_shares.html")
def share_bars(shares: Sequence[Share], caption: str, besides: str = "") -> dict[str, Any]:
    """Show counts of one whole as a table with bars, each leading to its list: `{% share_bars shares caption %}`.

    `besides` is added to the question to the list: "&theme=economy".
    """
    return {"shares": shares, "caption": caption, "besides": besides}
