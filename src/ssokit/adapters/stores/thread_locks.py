"""Locks between the threads of this process, by name."""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

import attrs

from ssokit.domain.errors import StoreLockTimeoutError

LOCK_TIMEOUT = 900.0


@attrs.define(eq=False)
class _NamedLock:
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    owner: int | None = None


class ThreadLocks:
    """Any number of locks, each there only while somebody holds it or waits for it.

    A child process that was forked while a thread held one starts with all of them free.
    """

    def __init__(self) -> None:
        self._start_afresh()
        register_at_fork = getattr(os, "register_at_fork", lambda **_: None)
        register_at_fork(after_in_child=self._start_afresh)

    def _start_afresh(self) -> None:
        self._guard = threading.Lock()
        self._named: WeakValueDictionary[Hashable, _NamedLock] = WeakValueDictionary()

    @contextmanager
    def hold(self, name: Hashable, *, timeout: float, place: str) -> Iterator[None]:
        """Exclude the other threads that hold the same name.

        Args:
            name: What is locked.
            timeout: Seconds to wait for another thread.
            place: What the error calls it.

        Raises:
            StoreLockTimeoutError: Another thread did not let go in time, or this very thread
                holds it, which is found at once.
        """
        with self._guard:
            named = self._named.setdefault(name, _NamedLock())
        if named.owner == threading.get_ident():
            raise StoreLockTimeoutError(
                f"the lock on {place} is held by this very thread, and it is not reentrant"
            )
        if not named.lock.acquire(timeout=timeout):
            raise StoreLockTimeoutError(
                f"another thread kept the lock on {place} for more than {timeout:g} seconds; "
                "see whether it hangs, or waits for a login that nobody approves"
            )
        named.owner = threading.get_ident()
        try:
            yield
        finally:
            named.owner = None
            named.lock.release()


THREAD_LOCKS = ThreadLocks()


def parse_lock_timeout(seconds: float) -> float:
    """Check how long to wait for a lock.

    Raises:
        ValueError: It is negative, not a number, or more than the platform can wait.
    """
    if not 0 <= seconds <= threading.TIMEOUT_MAX:
        raise ValueError(f"lock_timeout must be zero or more seconds, not {seconds}")
    return float(seconds)
