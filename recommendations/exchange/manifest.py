"""What a file of the register is: of which moment, asked how and by whom, with how many rows and which hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from recommendations.exchange import columns, export
from recommendations.exchange.export import Tally
from recommendations.models import Recommendation
from recommendations.models.person import role_of
from recommendations.rules import access, moments, query, vocabulary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models import Person
    from recommendations.models.person import Register
    from recommendations.rules.selection import Selection

FORMS: Final = ("csv", "xlsx", "json", "ndjson")
HASHED: Final = {"xlsx": "csv"}  # a workbook holds when it was made: its hash is that of the same rows as CSV


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a file. `now` is the moment that it is read at, `moment` the one that it looks back to, if any;
    `today` is the day there for the reader.
    """

    wanted: Selection
    reader: Person | Register | AnonymousUser | None
    today: dt.date
    now: dt.datetime
    moment: dt.datetime | None = None
    scale: str | None = None

    def pieces(self, form: str, tally: Tally) -> Iterator[bytes]:
        """Yield the file as CSV, JSON or NDJSON, counted."""
        items = Recommendation.objects.visible_to(self.reader).selected(
            self.wanted, person=self.reader, today=self.today
        )
        return export.export(
            items,
            form,
            ordering=self.wanted.ordering,
            reader=self.reader,
            today=self.today,
            moment=self.moment,
            scale=self.scale,
            tally=tally,
        )

    @property
    def as_of(self) -> str:
        """The moment that the file tells of: asked as of it again, the register answers the same."""
        return moments.written(self.moment or self.now)

    @property
    def query(self) -> str:
        """The filters as parameters of an address, always written the same; with the scale, without the moment."""
        return urlencode([*query.asked(self.wanted), *([("scale", self.scale)] if self.scale else [])])

    @property
    def again(self) -> str:
        """The parameters that ask for the same file at any later time."""
        return "&".join(filter(None, (self.query, urlencode({"as_of": self.as_of}))))


def manifest(asked: Asked, form: str, tally: Tally) -> dict[str, Any]:
    """Tell what a file is that was counted."""
    return {
        "format": form,
        "as_of": asked.as_of,
        "day": asked.today.isoformat(),
        "query": asked.query,
        "standing": standing(asked.reader),
        "scale": asked.scale,
        "vocabulary_version": vocabulary.VERSION,
        "columns": list(columns.names(asked.scale)),
        "rows": tally.rows,
        "bytes": tally.size,
        "sha256": tally.sha256,
        "sha256_of": HASHED.get(form, form),
    }


def standing(reader: Person | Register | AnonymousUser | None) -> str:
    """Tell whose eyes a file was made for: everybody's, or those of people who also see what is internal."""
    return "internal" if access.may_read_internal(role_of(reader)) else "public"


def count(asked: Asked, form: str) -> Tally:
    """Make the file for its figures only."""
    tally = Tally()
    for _piece in asked.pieces(HASHED.get(form, form), tally):
        pass
    return tally
