"""What was meant by words that nothing holds: the nearest words of the register, or else any of them instead of all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommendations.models import prepared
from recommendations.models.person import role_of
from recommendations.rules import access, references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register

_PIECE: Final = re.compile(r'-?"[^"]*"?|\S+')
_WORD: Final = re.compile(r"[^\W\d_]{4,60}")
_HOLDS: Final = """
EXISTS (SELECT FROM recommendations_recommendation r WHERE r.search @@ plainto_tsquery('relations', {word})
    AND r.withdrawn_at IS NULL AND (%(all)s OR r.visibility = 'public'))
"""
_SQL: Final = f"""
SELECT asked.said, (
    SELECT near.word FROM relations_near(asked.word, %(all)s) WITH ORDINALITY AS near (word, place)
    WHERE {_HOLDS.format(word="near.word")} ORDER BY near.place LIMIT 1)
FROM (SELECT said, lower(relations_folded(said)) AS word FROM unnest(%(words)s::text[]) said) asked
WHERE numnode(plainto_tsquery('relations', asked.word)) > 0 AND NOT {_HOLDS.format(word="asked.word")}
"""  # noqa: S608 - constants

_REFERENCE: Final = """
SELECT reference FROM recommendations_recommendation WHERE sort_key = %(key)s AND (%(all)s OR visibility = 'public')
"""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A query as it was asked, and as it was used."""

    asked: str
    used: str

    @property
    def is_wider(self) -> bool:
        """Whether any of the words is enough, since nothing has all of them."""
        return "OR" in self.used.split() and "OR" not in self.asked.split()

    @property
    def words(self) -> str:
        """The words that were used, as people write them."""
        return ", ".join(self.used.split(" OR ")) if self.is_wider else self.used

    @property
    def literal(self) -> str:
        """The query as it was asked, with its words in quotes: they are meant as they are."""
        return _PIECE.sub(
            lambda piece: piece[0] if _is_meant(piece[0]) or piece[0] == "OR" else f'"{piece[0]}"', self.asked
        )


def instead(words: str, reader: Person | Register | AnonymousUser | None) -> Iterator[Spelling]:
    """Give the queries to try when nothing is found: a reference like it, what was misspelt put right, any of the words."""
    yield from _referred(words, reader)
    right = corrected(words, reader)
    if right is not None:
        yield right
    pieces = (right.used if right else words).split()
    if len(pieces) > 1 and "OR" not in pieces and not any(piece.startswith("-") or '"' in piece for piece in pieces):
        yield Spelling(words, " OR ".join(pieces))


def _referred(words: str, reader: Person | Register | AnonymousUser | None) -> Iterator[Spelling]:
    key = references.key_meant(words)
    values = {"key": key, "all": access.may_read_internal(role_of(reader))}
    yield from (Spelling(words, reference) for (reference,) in (prepared.run(_REFERENCE, values) if key else ()))


def corrected(words: str, reader: Person | Register | AnonymousUser | None) -> Spelling | None:
    """Return a query with each word that nothing holds put right; None when there is none such, or nothing is near it.

    What stands in quotes or after a hyphen is meant as it is.
    """
    known = [word for piece in _PIECE.findall(words) if not _is_meant(piece) for word in _WORD.findall(piece)]
    values = {"words": known, "all": access.may_read_internal(role_of(reader))}
    near = {word: other for word, other in prepared.run(_SQL, values) if other} if known else {}
    if not near:
        return None

    def put_right(piece: re.Match[str]) -> str:
        return piece[0] if _is_meant(piece[0]) else _WORD.sub(lambda word: near.get(word[0], word[0]), piece[0])

    return Spelling(words, _PIECE.sub(put_right, words))


def _is_meant(piece: str) -> bool:
    return piece.startswith(('"', "-"))
