"""Uploads end at a size: what is longer is refused while it comes, before it fills a disk."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class Limited(FileUploadHandler):
    """Stands before the handlers that keep a file, and counts."""

    def __init__(self, request: object = None) -> None:
        super().__init__(request)  # type: ignore[arg-type]
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Let a piece of a file through; all files of a request count together. Raises what becomes 413."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_SIZE:
            raise RequestDataTooBig(f"The files are longer than {settings.UPLOAD_MAX_SIZE} bytes.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
