"""Files that hold the key of an encrypted store, for nobody but their owner."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ssokit.adapters.stores.atomic_files import make_private_folders
from ssokit.domain.errors import StoreKeyError

_LARGEST_BYTES = 4096

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_ROOT = 0
_effective_user = getattr(os, "geteuid", lambda: _ROOT)


def read_key_file(path: Path) -> bytes:
    """Read a key file, after a look at whose it is and who may read it.

    A symlink is followed, and what it leads to is checked.

    Raises:
        StoreKeyError: It cannot be read, is no regular file, belongs to neither this user nor
            root, or its group or others have any right to it.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            _check(path, os.fstat(file.fileno()))
            return file.read(_LARGEST_BYTES)
    except OSError as error:
        raise StoreKeyError(
            f"the key file {path} cannot be read: {error.strerror}; "
            "Key.generate().write_file(path) makes one"
        ) from error


def write_key_file(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600; missing folders are made with mode 0700.

    Raises:
        StoreKeyError: There is something at the path already, or it cannot be written.
    """
    try:
        make_private_folders(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise StoreKeyError(f"the key file {path} was not written: {error.strerror}") from error


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _WITHOUT_WAITING)


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise StoreKeyError(f"the key file {path} is no regular file")
    if status.st_uid not in (_ROOT, _effective_user()):
        raise StoreKeyError(
            f"the key file {path} belongs to user {status.st_uid}, who can read and change it: "
            "make a key file of your own"
        )
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        raise StoreKeyError(
            f"the key file {path} has mode {mode:04o}, and others than its owner can use it: "
            f"make a new key if they may have read it, and run chmod 600 {path}"
        )
