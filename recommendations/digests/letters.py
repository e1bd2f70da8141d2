"""From claimed rows to letters: everything for a whole batch, so that statements do not grow with its size."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from recommendations.digests import confirmation, links, personal, waiting
from recommendations.digests.audience import Reader
from recommendations.digests.compose import compose
from recommendations.digests.message import Letter, clean
from recommendations.digests.render import render
from recommendations.models import Delivery
from recommendations.models.delivery import DeliveryKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from recommendations.digests.claim import Claim
    from recommendations.digests.compose import Content, Desk
    from recommendations.digests.render import Rendered
    from recommendations.models import Notice

    type_of_said = Callable[[], Rendered] | None

logger = logging.getLogger(__name__)


class Written(NamedTuple):
    """What became of a batch: letters to send, rows with nothing to say, rows that could not be written and why."""

    letters: list[tuple[Claim, Letter]]
    empty: list[Claim]
    broken: list[tuple[Claim, str]]


def write(claims: Sequence[Claim], *, now: dt.datetime, desk: Desk | None = None) -> Written:
    """Compose and render a batch as of `now`. A row that cannot be written spoils no other. What many get may be on the `desk`."""
    rows = Delivery.objects.for_reading().in_bulk([claim.delivery for claim in claims])
    if desk:
        desk.clear(now)
    written = Written([], [], [])
    readers = {c: Reader.of(rows[c.delivery], now) for c in claims if rows[c.delivery].kind == DeliveryKind.DIGEST}
    for claim, said in {**_digests(readers, desk), **_notices(readers, rows)}.items():
        if said is None:
            written.empty.append(claim)
        else:
            _write(written, claim, rows[claim.delivery], partial(_letter, reader=readers[claim], render=said))
    for claim in claims:
        if rows[claim.delivery].kind == DeliveryKind.CONFIRMATION:
            _write(written, claim, rows[claim.delivery], confirmation.letter)
    return written


def _digests(readers: dict[Claim, Reader], desk: Desk | None) -> dict[Claim, type_of_said]:
    """Compose digests of the register: how each is said, None where there is nothing to say."""
    some = {claim: reader for claim, reader in readers.items() if not reader.is_of_notices}
    contents = compose(list(some.values()), desk)
    return {claim: _said(reader, content) for (claim, reader), content in zip(some.items(), contents, strict=True)}


def _notices(readers: dict[Claim, Reader], rows: dict[int, Delivery]) -> dict[Claim, type_of_said]:
    """Fetch what people were told and have not seen; one statement for all, none where nobody was told anything."""
    some = {claim: reader for claim, reader in readers.items() if reader.is_of_notices}
    found = waiting.of(rows[claim.delivery] for claim in some) if some else {}
    return {claim: _told(reader, found.get(claim.delivery, [])) for claim, reader in some.items()}


def _said(reader: Reader, content: Content) -> type_of_said:
    return None if content.is_empty else partial(render, reader, content)


def _told(reader: Reader, notices: list[Notice]) -> type_of_said:
    return partial(personal.render, reader, notices) if notices else None


def _write(written: Written, claim: Claim, row: Delivery, make: Callable[[Delivery], Letter]) -> None:
    try:
        written.letters.append((claim, make(row)))
    except Exception as error:  # whatever is wrong with this one, the others are to be sent
        logger.exception("digest cannot be written", extra={"delivery": str(row.uuid)})
        written.broken.append((claim, clean(f"cannot be written: {type(error).__name__}: {error}")))


def preview(reader: Reader) -> Letter | None:
    """Write a digest that is not (yet) a row; None when it has nothing to say."""
    s = reader.subscription
    said = _told(reader, waiting.for_next(s)) if reader.is_of_notices else _said(reader, compose([reader])[0])
    return _letter(Delivery(subscription=s), reader, said) if said else None


def sent(row: Delivery) -> Letter:
    """Return the letter that a row keeps."""
    return Letter(
        message_id=row.message_id,
        recipient=row.recipient,
        name=row.subscription.name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        unsubscribe=links.unsubscribe(row.subscription) if row.kind == DeliveryKind.DIGEST else "",
        language=row.subscription.language,
    )


def _letter(row: Delivery, reader: Reader, render: Callable[[], Rendered]) -> Letter:
    said = render()
    return Letter(
        message_id=links.message_id(row),
        recipient=reader.subscription.address,
        name=reader.subscription.name,
        subject=clean(said.subject),
        text=said.text,
        html=said.html,
        unsubscribe=links.unsubscribe(reader.subscription),
        language=reader.subscription.language,
        bounces_to=links.bounces_to(row),
    )
