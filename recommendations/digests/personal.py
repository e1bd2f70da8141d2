"""What concerns one person, in words: the notices of one mail, gathered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.digests import links, plain, wording
from recommendations.digests.message import clean
from recommendations.digests.render import Rendered, written
from recommendations.models.notice import NoticeKind
from recommendations.models.translated import translated

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from recommendations.digests.audience import Reader
    from recommendations.models import Notice

MOST: Final = 40  # of one mail; the page that is linked below them has all


@dataclass(frozen=True, slots=True)
class Word:
    """A notice: the item that it is about (if it is about one), what happened, more about it, where to go, when it was."""

    reference: str
    title: str
    sentence: str
    note: str
    url: str
    at: dt.datetime

    @property
    def text(self) -> str:
        """The same as text."""
        return plain.notice(self)


def render(reader: Reader, notices: Sequence[Notice]) -> Rendered:
    """Write one mail of at least one notice. No query: all that is needed is in `reader` and `notices`."""
    subscription = reader.subscription
    with translation.override(subscription.language), timezone.override(reader.zone):
        words = [_word(notice) for notice in notices[:MOST]]
        return written("notices", _page(reader, words, len(notices)))


def _page(reader: Reader, words: Sequence[Word], count: int) -> dict[str, Any]:
    subscription = reader.subscription
    return {
        "subject": _subject(words, count),
        "language": subscription.language,
        "email": clean(subscription.address),
        "words": words,
        "gist": [word.sentence for word in words[:3]],
        "has_more": count > len(words),
        "rule": plain.RULE,
        "all": links.page("my/"),
        "home": links.page(),
        "settings": links.manage(subscription),
        "unsubscribe": links.unsubscribe(subscription),
    }


def _subject(words: Sequence[Word], count: int) -> str:
    if count > 1:
        said = ngettext("%(count)s notice for you in the register", "%(count)s notices for you in the register", count)
        return said % {"count": count}
    one = words[0]
    return f"{one.reference}: {one.sentence}" if one.reference else one.sentence


def _word(notice: Notice) -> Word:
    sentence, note, path = _TELLERS[NoticeKind(notice.kind)](notice)
    item = notice.recommendation
    return Word(
        reference=item.reference if item else "",
        title=clean(translated(item, "title")) if item else "",
        sentence=sentence,
        note=clean(note),
        url=links.page(f"recommendations/{item.reference}/{path}" if item else path),
        at=notice.made_at,
    )


def _mentioned(notice: Notice) -> tuple[str, str, str]:
    comment = notice.comment
    assert comment is not None  # noqa: S101 - as the verb writes it
    sentence = _("%(name)s mentioned you in a comment") % {"name": clean(comment.author.name)}
    return sentence, "", f"#comment-{comment.uuid}"


def _assigned(_notice: Notice) -> tuple[str, str, str]:
    return _("You, or your organization, were made responsible"), "", ""


def _disowned(notice: Notice) -> tuple[str, str, str]:
    reply = notice.reply
    assert reply is not None  # noqa: S101 - as the verb writes it
    sentence = _("%(name)s answered a digest that it is not theirs: is somebody else responsible?")
    return sentence % {"name": clean(reply.person.name)}, reply.note, ""


def _batch(notice: Notice) -> tuple[str, str, str]:
    batch = notice.batch
    assert batch is not None  # noqa: S101 - a constraint of the table
    sentence = ngettext(
        "%(count)s of your recommendations was changed by a bulk act",
        "%(count)s of your recommendations were changed by one bulk act",
        notice.count,
    )
    note = f"{batch.get_verb_display()}, {batch.actor.name}"
    return sentence % {"count": notice.count}, note, f"batches/{batch.uuid}/"


def _import(notice: Notice) -> tuple[str, str, str]:
    importing = notice.importing
    assert importing is not None  # noqa: S101 - a constraint of the table
    sentence = ngettext(
        "%(count)s of your recommendations was changed by an import",
        "%(count)s of your recommendations were changed by an import",
        notice.count,
    )
    return sentence % {"count": notice.count}, importing.person.name, "recommendations/?owner=me&ordering=-updated_at"


def _webhook(notice: Notice) -> tuple[str, str, str]:
    webhook = notice.webhook
    assert webhook is not None  # noqa: S101 - a constraint of the table
    text = _(
        "Your webhook “%(name)s” is not called any more: its server wants no calls, or has not taken one for five days"
    )
    note = _("Set it going again by the API once the server is well; what was missed is in its list of calls.")
    return text % {"name": clean(webhook.name)}, note, "my/"


def _digest(notice: Notice) -> tuple[str, str, str]:
    digest = notice.subscription
    assert digest is not None  # noqa: S101 - a constraint of the table
    sentence = _("You are responsible for recommendations, so you get a digest of what you owe from now on")
    note = _("%(rhythm)s. You can change, pause or end it.") % {"rhythm": wording.rhythm(digest)}
    return sentence, note, "digests/"


_TELLERS: Final[dict[NoticeKind, Callable[[Notice], tuple[str, str, str]]]] = {
    NoticeKind.MENTIONED: _mentioned,
    NoticeKind.ASSIGNED: _assigned,
    NoticeKind.DISOWNED: _disowned,
    NoticeKind.BATCH: _batch,
    NoticeKind.IMPORT: _import,
    NoticeKind.WEBHOOK: _webhook,
    NoticeKind.DIGEST: _digest,
}
