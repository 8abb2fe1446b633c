"""Read one entry from a file that others may be writing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import attrs

from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError

LARGEST_BYTES = 1024 * 1024

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


@attrs.frozen
class FileContent:
    """What was in a file at one moment.

    Attributes:
        content: Its bytes.
        version: What tells this state of the file from others.
    """

    content: bytes = attrs.field(repr=False)
    version: tuple[int, ...]


class TornEntryError(ForeignEntryError):
    """A file holds no JSON, perhaps only because somebody is writing it in place.

    Attributes:
        version: What tells this state of the file from others.
    """

    def __init__(self, version: tuple[int, ...]) -> None:
        super().__init__("it is empty, torn or no JSON")
        self.version = version


def read_content(path: Path) -> FileContent | None:
    """Read a regular file of at most 1 MiB; a symlink is followed.

    A FIFO or device is not waited for.

    Returns:
        What is in it; None if there is no file.

    Raises:
        ForeignEntryError: It is no regular file, cannot be read, or is larger.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ForeignEntryError("it is no regular file")
            content = file.read(LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ForeignEntryError(f"it cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_BYTES:
        raise ForeignEntryError(f"it is larger than {LARGEST_BYTES} bytes")
    return FileContent(content, version=_version(status))


def version_of(path: Path) -> tuple[int, ...] | None:
    """Tell the state of a file from its other states; None if there is no file to be read."""
    try:
        return _version(path.stat())
    except OSError:
        return None


def read_document(path: Path) -> Document | None:
    """Read a JSON object from a file, as `read_content` does.

    Returns:
        The object; None if there is no file.

    Raises:
        TornEntryError: The file holds no JSON in UTF-8.
        ForeignEntryError: The file is not fit to be read, or holds other JSON.
    """
    found = read_content(path)
    return None if found is None else _decode(found)


def _version(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _WITHOUT_WAITING)


def _decode(found: FileContent) -> Document:
    try:
        document = json.loads(found.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        # Not chained: JSONDecodeError and UnicodeDecodeError carry the whole document.
        raise TornEntryError(found.version) from None
    if not isinstance(document, dict):
        raise ForeignEntryError("it is no JSON object")
    return document
