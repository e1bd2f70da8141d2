"""Handing out what others wrote: always as a download, never as a page of ours."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Final

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from recommendations.models import Capture

_ENDINGS: Final = {"application/xhtml+xml": ".html", "text/plain": ".txt", "text/html": ".html"}
UNKNOWN: Final = "application/octet-stream"


def name_of(made: Capture) -> str:
    """Return the name of a stored copy: when it was made, and what it was said to be."""
    ending = _ENDINGS.get(made.media_type) or mimetypes.guess_extension(made.media_type) or ".bin"
    return f"capture-{made.captured_at:%Y-%m-%d}{ending}"


def download(content: FieldFile, name: str, media_type: str = UNKNOWN) -> FileResponse:
    """Answer a stored file. Raises `Missing` when there is none. Nothing in it runs, whatever a browser makes of it."""
    try:
        file = content.open("rb")
    except (FileNotFoundError, ValueError):  # not there any more, or never was
        raise Missing(Problem("not_found", _("There is no such file."))) from None
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
