"""A store that lives and ends with the process."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime

import attrs
from cachetools import TLRUCache

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.aws_cli_format import Document
from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS, parse_lock_timeout
from ssokit.ports.clock import Clock

_SYSTEM_CLOCK = SystemClock()


@attrs.frozen
class _Entry:
    document: Document = attrs.field(repr=False)
    until: float


def _end(_name: EntryName, entry: _Entry, _now: float) -> float:
    return entry.until


class MemoryStore(DocumentStore):
    """Entries in this process's memory, each until it expires; the least used give way.

    A token with a refresh token stays beyond its expiry. Role credentials of different logins
    are kept apart. Locks exclude the threads that share this object.

    Args:
        maxsize: How many entries it holds at most.
        lock_timeout: Seconds to wait for the holder of a lock, who may be waiting for a person.
        clock: What tells the time of day.

    Raises:
        ValueError: ``maxsize`` is not positive, or ``lock_timeout`` negative or not finite.
    """

    def __init__(
        self,
        *,
        maxsize: int = 4096,
        lock_timeout: float = LOCK_TIMEOUT,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        super().__init__()
        if maxsize < 1:
            raise ValueError(f"maxsize must be 1 or more entries, not {maxsize}")
        self._lock_timeout = parse_lock_timeout(lock_timeout)
        self._entries: TLRUCache[EntryName, _Entry] = TLRUCache(
            maxsize, ttu=_end, timer=lambda: clock.now().timestamp()
        )

    def __repr__(self) -> str:
        """Show how many entries there can be, and nothing that is in them."""
        return f"{type(self).__name__}(maxsize={self._entries.maxsize:g})"

    def _names(self) -> list[EntryName]:
        with self._access():
            return list(self._entries)

    def _read(self, name: EntryName) -> Document | None:
        # Never `in` or get() first: the entry may expire between the two looks.
        with self._access(), suppress(KeyError):
            return self._entries[name].document
        return None

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        with self._access():
            # cachetools 5 ignores an expired value and would leave the older one in place.
            with suppress(KeyError):
                del self._entries[name]
            self._entries[name] = _Entry(document, until.timestamp() if until else math.inf)

    def _remove(self, name: EntryName) -> None:
        with self._access(), suppress(KeyError):
            del self._entries[name]

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        patience = self._lock_timeout if timeout is None else timeout
        # An id is unique among living objects, and whoever holds the lock keeps this one alive.
        with THREAD_LOCKS.hold((id(self), name), timeout=patience, place=self._place(name)):
            yield

    def _access(self) -> AbstractContextManager[None]:
        return THREAD_LOCKS.hold(id(self), timeout=LOCK_TIMEOUT, place=repr(self))
