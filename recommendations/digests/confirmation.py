"""The letter that asks whether an address is its owner's wish. Nothing in it was typed by whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recommendations.digests import links, wording
from recommendations.digests.message import Letter, clean
from recommendations.digests.render import written

if TYPE_CHECKING:
    from recommendations.models import Delivery


def letter(row: Delivery) -> Letter:
    """Write it; who has confirmed before gets the way to change what they have instead. No query."""
    subscription = row.subscription
    with translation.override(subscription.language), timezone.override(subscription.zone):
        said = written("confirmation", _page(row))
    return Letter(
        message_id=links.message_id(row),
        recipient=subscription.address,
        name="",
        subject=clean(said.subject),
        text=said.text,
        html=said.html,
        unsubscribe="",
        language=subscription.language,
        bounces_to=links.bounces_to(row),
    )


def _page(row: Delivery) -> dict[str, Any]:
    subscription = row.subscription
    is_confirmed = subscription.confirmed_at is not None
    asked, had = _("Confirm that you want a digest of the register"), _("You have this digest of the register already")
    return {
        "subject": had if is_confirmed else asked,
        "is_confirmed": is_confirmed,
        "language": subscription.language,
        "about": wording.about(subscription),
        "rhythm": wording.rhythm(subscription),
        "zone": subscription.time_zone.replace("_", " "),
        "until": row.period_end,
        "link": links.manage(subscription) if is_confirmed else links.confirm(row),
        "never": links.never(subscription),
        "home": links.page(),
    }
