"""Locks between processes of one host: kernel file locks, which vanish with their holder."""

from __future__ import annotations

import inspect
import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ssokit.domain.errors import StoreLockTimeoutError

_LOG = logging.getLogger("ssokit.stores")
_POLL_SECONDS = 0.02

# A presence file would outlive a killed holder: where filelock can fall back to one, it may not.
_KERNEL_LOCKS_ONLY: dict[str, Any] = {
    option: False
    for option in ("fallback_to_soft",)
    if option in inspect.signature(FileLock.__init__).parameters
}


def acquire_kernel_lock(path: Path, *, timeout: float, announce: bool) -> Callable[[], None]:
    """Lock a file, which is made with mode 0600 and stays there.

    It excludes other processes, and other callers in this process. NFS and other network
    file systems honour it only as far as their servers do. A child that is forked while it
    is held does not hold it and cannot let go of it.

    Args:
        path: The lock file; its folder exists.
        timeout: Seconds to wait for the holder.
        announce: Whether to say in the log that a wait begins, because it may be a long one.

    Returns:
        What lets go of it, to be called once.

    Raises:
        StoreLockTimeoutError: The holder did not let go in time.
        OSError: The file cannot be made or locked.
        NotImplementedError: The same, from some versions of filelock.
    """
    lock = FileLock(path, mode=0o600, thread_local=False, **_KERNEL_LOCKS_ONLY)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if announce:
            _LOG.warning("waiting for another process to finish its login (%s)", path)
        _wait(lock, timeout)
    return partial(_release, lock, os.getpid())


def _wait(lock: FileLock, timeout: float) -> None:
    try:
        lock.acquire(timeout=timeout, poll_interval=_POLL_SECONDS)
    except Timeout:
        raise StoreLockTimeoutError(
            f"another process kept the lock {lock.lock_file} for more than {timeout:g} seconds; "
            "see whether it hangs, or waits for a login that nobody approves"
        ) from None


def _release(lock: FileLock, holder: int) -> None:
    if os.getpid() == holder:
        lock.release()
