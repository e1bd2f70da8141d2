"""From claimed rows to letters: everything for a whole batch, so that statements do not grow with its size."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from recommendations.digests import links
from recommendations.digests.audience import Reader
from recommendations.digests.compose import compose
from recommendations.digests.message import Letter, clean
from recommendations.digests.render import render
from recommendations.models import Delivery

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from recommendations.digests.claim import Claim
    from recommendations.digests.compose import Content

logger = logging.getLogger(__name__)


class Written(NamedTuple):
    """What became of a batch: letters to send, rows with nothing to say, rows that could not be written and why."""

    letters: list[tuple[Claim, Letter]]
    empty: list[Claim]
    broken: list[tuple[Claim, str]]


def write(claims: Sequence[Claim], *, now: dt.datetime) -> Written:
    """Compose and render a batch as of `now`. A row that cannot be written spoils no other."""
    rows = Delivery.objects.select_related(
        "subscription__person__organization",
        "subscription__theme",
        "subscription__source",
        "subscription__organization",
    ).in_bulk([claim.delivery for claim in claims])
    readers = [Reader.of(rows[claim.delivery], now) for claim in claims]
    written = Written([], [], [])
    for claim, reader, content in zip(claims, readers, compose(readers), strict=True):
        if content.is_empty:
            written.empty.append(claim)
            continue
        try:
            written.letters.append((claim, _letter(rows[claim.delivery], reader, content)))
        except Exception as error:  # whatever is wrong with this one, the others are to be sent
            logger.exception("digest cannot be written", extra={"delivery": str(rows[claim.delivery].uuid)})
            written.broken.append((claim, clean(f"cannot be written: {type(error).__name__}: {error}")))
    return written


def preview(reader: Reader) -> Letter | None:
    """Write a digest that is not (yet) a row; None when it has nothing to say."""
    content = compose([reader])[0]
    return None if content.is_empty else _letter(Delivery(subscription=reader.subscription), reader, content)


def sent(row: Delivery) -> Letter:
    """Return the letter that a row keeps."""
    return Letter(
        message_id=row.message_id,
        recipient=row.recipient,
        name=row.subscription.person.name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        unsubscribe=links.unsubscribe(row.subscription),
        language=row.subscription.language,
    )


def _letter(row: Delivery, reader: Reader, content: Content) -> Letter:
    said = render(reader, content)
    return Letter(
        message_id=links.message_id(row),
        recipient=reader.person.email,
        name=reader.person.name,
        subject=clean(said.subject),
        text=said.text,
        html=said.html,
        unsubscribe=links.unsubscribe(reader.subscription),
        language=reader.subscription.language,
    )
