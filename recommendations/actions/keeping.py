"""Keeping bytes beside the tables: under names of our own, and gone again when the act fails."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT: Final[ContextVar[list[str] | None]] = ContextVar("kept", default=None)


def keep(folder: str, content: bytes) -> str:
    """Store bytes within an act; return their name in the storage. Nothing of it comes from outside."""
    name: str = default_storage.save(f"{folder}/{uuid4()}", ContentFile(content))
    kept = _KEPT.get()
    assert kept is not None, "files are kept within an act"  # noqa: S101 - a mistake of ours, not of an input
    kept.append(name)
    return name


@contextmanager
def undone_together() -> Iterator[None]:
    """Delete what was kept within when it fails; the outermost of several decides.

    When the database did not answer nobody knows whether the act was written: then the files stay, since a file too
    many harms nobody.
    """
    if _KEPT.get() is not None:
        yield
        return
    kept: list[str] = []
    before = _KEPT.set(kept)
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        for name in kept:
            default_storage.delete(name)
        raise
    finally:
        _KEPT.reset(before)
