"""Replace a file so that readers, and a crash at any moment, see the old or the new one."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

# No writer is between making its temporary file and renaming it for that long.
_STALE_SECONDS = 600
_PRIVATE = 0o600  # what tempfile.mkstemp makes

# What mkstemp makes of an entry's name.
_TEMPORARY = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}\.tmp")

# Where there are no users by number, there is one.
_effective_user = getattr(os, "geteuid", lambda: 0)

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def write_atomically(
    path: Path,
    content: bytes,
    *,
    mode: int = _PRIVATE,
    owner: tuple[int, int] | None = None,
) -> None:
    """Put content at a path; missing folders are made with mode 0700.

    The content is on the disk before it takes the place of the old one. A symlink at the
    path is replaced, not followed. What killed writers of the folder's files with the same
    suffix left behind is removed, once it is ten minutes old.

    Args:
        path: Where.
        content: What.
        mode: The mode of the file.
        owner: The user and the group whose it is to be, as far as the system allows it; by
            default those who write.

    Raises:
        OSError: It could not be written; the old file is as it was.
    """
    make_private_folders(path.parent)
    descriptor, name = tempfile.mkstemp(
        prefix=_temporary_prefix(path), suffix=".tmp", dir=path.parent
    )
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            _hand_over(descriptor, mode, owner)
            os.fsync(descriptor)
            made_at = os.fstat(descriptor).st_mtime
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    # Some file systems cannot sync a folder; the file itself is in place.
    with suppress(OSError):
        _sync_folder(path.parent)
        _sweep(path, before=made_at - _STALE_SECONDS)


def _hand_over(descriptor: int, mode: int, owner: tuple[int, int] | None) -> None:
    if owner is not None:
        with suppress(OSError):
            os.fchown(descriptor, *owner)
    if mode != _PRIVATE:
        os.fchmod(descriptor, mode)


def make_private_folders(folder: Path) -> None:
    """Make a folder and its missing parents with mode 0700; those that exist stay as they are.

    Raises:
        OSError: One of them could not be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)


def set_aside(path: Path) -> None:
    """Rename a regular file to the same with ``.corrupt`` behind it, mode 0600, if possible.

    An older one of that name is replaced. Anything that is no regular file stays.
    """
    with suppress(OSError):
        if stat.S_ISREG(path.lstat().st_mode):
            _make_private(path)
            path.replace(path.with_name(f"{path.name}.corrupt"))


def _make_private(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW)
        try:
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(path: Path, *, before: float) -> None:
    # Both times are the file system's, so no clock of this machine matters.
    for leftover in path.parent.glob(".*.tmp"):
        found = _TEMPORARY.fullmatch(leftover.name)
        if found and Path(found["name"]).suffix == path.suffix:
            with suppress(FileNotFoundError):
                _remove_if_stale(leftover, before)


def _remove_if_stale(leftover: Path, before: float) -> None:
    status = leftover.lstat()
    ours = stat.S_ISREG(status.st_mode) and status.st_uid == _effective_user()
    if ours and status.st_mtime < before:
        leftover.unlink()


def _temporary_prefix(path: Path) -> str:
    return f".{path.name}."
