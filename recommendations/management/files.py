"""Reading a file that a person names to a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from pathlib import Path


def content_of(path: Path, *, largest: int) -> bytes:
    """Return the bytes of a file; raise `CommandError` when it cannot be read or has more than `largest` bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except FileNotFoundError:
        raise CommandError(_("There is no file %(path)s. Check the path.") % {"path": path}) from None
    except IsADirectoryError:
        raise CommandError(_("%(path)s is a folder. Name a file in it.") % {"path": path}) from None
    except (OSError, ValueError) as wrong:
        reason = getattr(wrong, "strerror", None) or wrong
        raise CommandError(_("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason}) from None
    if len(content) > largest:
        text = _("%(path)s has more than %(limit)d bytes. Give a smaller file, or a part of it.")
        raise CommandError(text % {"path": path, "limit": largest})
    return content
