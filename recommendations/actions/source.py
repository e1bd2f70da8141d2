"""Register and amend sources; read their texts in."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from recommendations.actions import anchor, event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.actions.slug import unless_taken
from recommendations.models import Snapshot, Source
from recommendations.models.event import Subject, Verb
from recommendations.models.person import Language, Person
from recommendations.rules import links, references, words
from recommendations.rules.calendar import Precision
from recommendations.rules.errors import Invalid, Missing, Problem, Stale, refuse_if
from recommendations.texts import decoding, reading

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models.person import Register
    from recommendations.texts.reading import Reading


@dataclass(frozen=True, slots=True)
class Description:
    """What a steward may write about a source. `published_on` is the first day that its precision leaves possible."""

    title_en: str
    title_ru: str = ""
    authors: str = ""
    publisher: str = ""
    published_on: dt.date | None = None
    published_precision: str = Precision.DAY
    language: str = Language.ENGLISH
    url: str = ""
    rights_note_en: str = ""
    rights_note_ru: str = ""


@dataclass(frozen=True, slots=True)
class ReadIn:
    """What reading a text in came to. `is_new` is False when these very bytes are the newest text already."""

    snapshot: Snapshot
    is_new: bool
    anchored: tuple[anchor.Anchored, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every passage has its place in the text."""
        return all(found.anchor.start is not None for found in self.anchored)


def register(slug: str, said: Description, *, actor: Person | Register, now: dt.datetime) -> Source:
    """Add a source. Raises `Forbidden`, `Invalid`, `Unlawful` (slug taken)."""
    need_steward(actor)
    refuse_if([*references.check_slug(slug), *_check(said)])
    with act(now):
        with unless_taken(slug):
            made = Source.objects.create(slug=slug, **asdict(said))
        event.record(Verb.REGISTERED, Subject.SOURCE, slug, actor=actor, now=now, after=asdict(said))
    return made


def amend(
    slug: str, said: Description, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Source:
    """Rewrite what is known of a source. Raises `Missing`, `Forbidden`, `Invalid`, `Stale`. Nothing new is no event."""
    need_steward(actor)
    refuse_if(_check(said))
    with act(now):
        made = _locked(slug)
        if seen is not None and made.version != seen:
            text = _("Somebody was faster and amended this source. Look at the current version and send yours again.")
            raise Stale(Problem("stale", text, "version"), seen=seen, current=made.version)
        before, after = event.changes(asdict(description_of(made)), asdict(said))
        if after:
            Source.objects.filter(pk=made.pk).update(version=made.version + 1, **after)
            event.record(Verb.AMENDED, Subject.SOURCE, slug, actor=actor, now=now, before=before, after=after)
    made.refresh_from_db()
    return made


def read_in(slug: str, content: bytes, *, actor: Person | Register, now: dt.datetime) -> ReadIn:
    """Keep `content` as the newest text of a source and find all its passages in it.

    Passages that are lost do not undo the reading: the text is what it is, and a steward has to look at them. The bytes
    of the newest snapshot again are no new one; those of an earlier one are: a source may go back to a former text. Raises `Forbidden`, `Missing`, `Invalid` (a document that cannot be read).
    """
    need_steward(actor)
    sha256 = hashlib.sha256(content).hexdigest()
    with act(now):
        source = _locked(slug)
        known = source.snapshots.newest_first().first()
        if known is not None and known.sha256 == sha256:
            return ReadIn(known, is_new=False, anchored=anchor.standing(known))
        text = read(content)
        snapshot = _keep(source, content, sha256, text, actor=actor, now=now)
        anchored = anchor.everything(snapshot, text)
        after = {
            "snapshot": snapshot.number,
            "sha256": sha256,
            "media_type": text.media_type,
            "paragraphs": len(text.paragraphs),
            # A source's history is public: what is internal is not even counted.
            "passages": dict(Counter(found.anchor.state for found in anchored if found.is_public)),
        }
        event.record(Verb.READ_IN, Subject.SOURCE, slug, actor=actor, now=now, after=after)
    return ReadIn(snapshot, is_new=True, anchored=anchored)


def read(content: bytes) -> Reading:
    """Read a document; raise `Invalid` with what is wrong with it and what to do."""
    try:
        return reading.read(content)
    except decoding.Unreadable as wrong:
        raise Invalid(Problem(f"document_{wrong.code}", wrong.detail, "content")) from None


def description_of(made: Source) -> Description:
    """Return what is written of a source now."""
    return Description(**{name: getattr(made, name) for name in Description.__slots__})


def _locked(slug: str) -> Source:
    made = Source.objects.select_for_update().filter(slug=slug).first()
    if made is None:
        text = _("There is no source “%(slug)s”. Register it first, or choose one that is on the list of sources.")
        raise Missing(Problem("not_found", text % {"slug": slug[:80]}, "slug"))
    return made


def _keep(
    source: Source, content: bytes, sha256: str, text: Reading, *, actor: Person | Register, now: dt.datetime
) -> Snapshot:
    newest = source.snapshots.aggregate(number=Max("number"))["number"] or 0
    return Snapshot.objects.create(
        source=source,
        number=newest + 1,
        content=content,
        sha256=sha256,
        media_type=text.media_type,
        text=text.text,
        paragraphs=[paragraph.as_plain() for paragraph in text.paragraphs],
        read_at=now,
        read_by=actor if isinstance(actor, Person) else None,
    )


def _check(said: Description) -> list[Problem]:
    problems = words.check_text(said.title_en, "title_en", longest=words.TITLE, required=True)
    for name in ("title_ru", "authors", "publisher"):
        problems += words.check_text(getattr(said, name), name, longest=words.LINE)
    for name in ("rights_note_en", "rights_note_ru"):
        problems += words.check_text(getattr(said, name), name, longest=600)
    if said.published_precision not in Precision.values:
        problems.append(words.not_a_choice(said.published_precision, Precision.values, "published_precision"))
    if said.language not in Language.values:
        problems.append(words.not_a_choice(said.language, Language.values, "language"))
    return problems + (links.check_link(said.url, "url") if said.url else [])
