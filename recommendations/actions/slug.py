"""Names in addresses: given once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Problem, Unlawful

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def unless_taken(slug: str) -> Iterator[None]:
    """Write the row that takes a slug; raise `Unlawful` when another one has it, however shortly before."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        text = _("The short name “%(slug)s” is taken; choose another one.")
        raise Unlawful(Problem("slug_taken", text % {"slug": slug}, "slug")) from None
