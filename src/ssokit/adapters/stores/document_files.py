"""Read one JSON document from a file that others may be writing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError

LARGEST_BYTES = 1024 * 1024

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class TornEntryError(ForeignEntryError):
    """A file holds no JSON, perhaps only because somebody is writing it in place.

    Attributes:
        version: What tells this state of the file from others.
    """

    def __init__(self, version: tuple[int, ...]) -> None:
        super().__init__("it is empty, torn or no JSON")
        self.version = version


def read_document(path: Path) -> Document | None:
    """Read a JSON object of at most 1 MiB from a regular file; a symlink is followed.

    A FIFO or device is not waited for.

    Returns:
        The object; None if there is no file.

    Raises:
        TornEntryError: The file holds no JSON in UTF-8.
        ForeignEntryError: It is no regular file, cannot be read, is larger, or holds other JSON.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ForeignEntryError("it is no regular file")
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ForeignEntryError(f"it cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_BYTES:
        raise ForeignEntryError(f"it is larger than {LARGEST_BYTES} bytes")
    return _decode(content, version=(status.st_ino, status.st_size, status.st_mtime_ns))


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _WITHOUT_WAITING)


def _decode(content: bytes, *, version: tuple[int, ...]) -> Document:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        # Not chained: JSONDecodeError and UnicodeDecodeError carry the whole document.
        raise TornEntryError(version) from None
    if not isinstance(document, dict):
        raise ForeignEntryError("it is no JSON object")
    return document
