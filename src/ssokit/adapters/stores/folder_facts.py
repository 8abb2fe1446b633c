"""Look at a folder of logins, and change nothing."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from ssokit.domain.login_checks import FolderFacts

_OF_OTHERS = 0o077


def folder_facts(folder: Path) -> FolderFacts:
    """Tell what is known about a folder. Modes mean nothing on Windows."""
    try:
        status = folder.stat()
    except OSError as error:
        is_there = os.path.lexists(folder) or not isinstance(error, FileNotFoundError)
        return FolderFacts(path=str(folder), exists=is_there, is_folder=False)
    return FolderFacts(
        path=str(folder),
        is_folder=stat.S_ISDIR(status.st_mode),
        mode=stat.S_IMODE(status.st_mode),
        is_own=status.st_uid == os.getuid() if hasattr(os, "getuid") else True,
        is_writable=os.access(folder, os.W_OK | os.X_OK),
        readable_files=sum(_is_open(path) for path in folder.glob("*.json")),
    )


def _is_open(path: Path) -> bool:
    mode = 0
    # Entries come and go meanwhile.
    with suppress(OSError):
        mode = path.lstat().st_mode
    return bool(mode & _OF_OTHERS) and not stat.S_ISLNK(mode)
