"""What memory does for entries of a shared store: answers at once, and while that one is down."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cachetools import LRUCache

from ssokit.adapters.stores.entry_ages import Value, end_of, is_older
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.shared_calls import SharedCalls
from ssokit.adapters.stores.shared_entry import Seen, SharedEntry, Unsettled
from ssokit.adapters.stores.shared_locks import SharedLocks
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS
from ssokit.domain.errors import (
    StoreError,
    StoreKeyError,
    StoreLeaseLostError,
    StoreLockTimeoutError,
)
from ssokit.ports.clock import Clock


class TieredEntries:
    """Entries of a shared store, through memory.

    Args:
        clock: What time it is.
        fresh_for: Seconds for which memory answers alone.
        retry_after: Seconds between two attempts to reach the shared store while it is down.
        maxsize: How many entries memory holds.

    Attributes:
        ask: Asks the shared store.
        locks: Its locks.
    """

    def __init__(self, clock: Clock, *, fresh_for: float, retry_after: float, maxsize: int) -> None:
        self._clock = clock
        self._fresh_for = fresh_for
        self.ask = SharedCalls(clock, retry_after=retry_after, when_back=self._settle_all)
        self.locks = SharedLocks(clock, self.ask)
        self._seen: LRUCache[EntryName, Seen] = LRUCache(maxsize)
        self._unsettled: dict[EntryName, Unsettled] = {}

    def load(self, entry: SharedEntry) -> Any:
        """Give a value: memory's if it is fresh, else the shared one, else memory's after all.

        Raises:
            StoreError: The shared store is down, and memory has no such token.
            StoreKeyError: The key is not the entry's, and memory has no such entry.
        """
        if unsettled := self._unsettled.get(entry.name):
            return self._settled(unsettled)
        with self._access():
            seen = self._seen.get(entry.name)
        if seen and self._is_fresh(seen):
            return copy.deepcopy(seen.value)
        try:
            found = self.ask(entry.load)
            if seen and self._is_lost(entry, seen.value, found):
                return self._settled(self._put_off(entry, seen.value))
        except StoreError as error:
            is_told = entry.name.kind is EntryKind.TOKEN or isinstance(error, StoreKeyError)
            if seen is None and is_told:
                raise
            return copy.deepcopy(seen and seen.value)
        self._see(entry.name, found, instead_of=seen)
        return found

    def save(self, entry: SharedEntry, value: Value, *, kept: Value) -> None:
        """Keep a value there, or, while the shared store is down, here until it is back.

        Args:
            entry: Where.
            value: What to keep.
            kept: The same with what the old value had and it has not.

        Raises:
            StoreLeaseLostError: It is the matter of somebody else now.
        """
        try:
            self.ask(lambda: entry.save(value))
        except (StoreLeaseLostError, StoreLockTimeoutError):
            self._forget(entry.name)
            raise
        except StoreError:
            earlier = self._unsettled.get(entry.name)
            replaced = earlier.replaced if earlier else self.held(entry.name)
            self._put_off(entry, kept, replaced=replaced)
            return
        # It may have kept more of the old value than memory knows: it is asked next time.
        with self._access():
            self._unsettled.pop(entry.name, None)
            self._seen[entry.name] = Seen(copy.deepcopy(kept), float("-inf"))

    def delete(self, entry: SharedEntry) -> None:
        """Remove a value here and there.

        Raises:
            StoreError: It is gone from memory; the rest follows when the store is back.
        """
        with self._access():
            seen = self._seen.get(entry.name)
        unsettled = self._unsettled.get(entry.name)
        self._forget(entry.name)
        try:
            self.ask(entry.delete)
        except StoreLeaseLostError:
            raise
        except StoreError:
            if known := unsettled or seen:
                self._put_off(entry, known.value, deleted=True)
            raise

    def forget(self, chosen: Callable[[EntryName], bool]) -> None:
        """Drop from memory all entries whose names are chosen."""
        with self._access():
            names = [name for name in {*self._seen, *self._unsettled} if chosen(name)]
        for name in names:
            self._forget(name)

    def held(self, name: EntryName) -> Any:
        """Give what memory has, whatever its age; None without anything."""
        unsettled = self._unsettled.get(name)
        with self._access():
            known = unsettled or self._seen.get(name)
        return copy.deepcopy(known and known.value)

    def _is_fresh(self, seen: Seen) -> bool:
        # Whoever had a lock before, or takes it from a holder that is silent, may change anything.
        if self.locks.holds_any() or seen.at <= self.locks.last_taken:
            return False
        is_young = self._clock.monotonic() - seen.at < self._fresh_for
        return is_young and end_of(seen.value) > self._clock.now()

    def _is_lost(self, entry: SharedEntry, known: Value, found: Value | None) -> bool:
        if entry.name.kind is not EntryKind.TOKEN:
            return False
        if found is None:
            return not self.ask(entry.was_deleted)
        return is_older(found, known)

    def _put_off(
        self,
        entry: SharedEntry,
        value: Value,
        *,
        replaced: Value | None = None,
        deleted: bool = False,
    ) -> Unsettled:
        unsettled = Unsettled(entry, copy.deepcopy(value), replaced, deleted)
        self._unsettled[entry.name] = unsettled
        return unsettled

    def _settled(self, unsettled: Unsettled) -> Any:
        due = max(self.locks.last_taken, self._clock.monotonic() - self._fresh_for)
        if unsettled.busy_at <= due:
            self._settle(unsettled)
        if self._unsettled.get(unsettled.entry.name) is unsettled and unsettled.deleted:
            return None
        return self.held(unsettled.entry.name)

    def _settle_all(self) -> None:
        for unsettled in list(self._unsettled.values()):
            self._settle(unsettled)

    def _settle(self, unsettled: Unsettled) -> None:
        try:
            found = self.ask(lambda: self._change(unsettled))
        except (StoreKeyError, StoreLockTimeoutError):
            # Somebody is changing it just now, or has another key: either may take a while.
            unsettled.busy_at = self._clock.monotonic()
            return
        except StoreError:
            return
        self._see(unsettled.entry.name, found, instead_of=unsettled)

    def _change(self, unsettled: Unsettled) -> Value | None:
        entry, value = unsettled.entry, unsettled.value
        with nullcontext() if self.locks.is_mine(entry.name) else entry.lock():
            found: Value | None = entry.load()
            if found is not None and unsettled.yields_to(found):
                return found
            if not unsettled.deleted:
                entry.save(value)
                return value
            if found is not None:
                entry.delete()
        return None

    def _see(
        self, name: EntryName, value: Value | None, *, instead_of: Seen | Unsettled | None
    ) -> None:
        moment = self._clock.monotonic()
        with self._access():
            # Another thread may have saved or deleted since: then that counts.
            if (self._unsettled.get(name) or self._seen.get(name)) is not instead_of:
                return
            self._unsettled.pop(name, None)
            self._seen.pop(name, None)
            if value is not None:
                self._seen[name] = Seen(copy.deepcopy(value), moment)

    def _forget(self, name: EntryName) -> None:
        with self._access():
            self._unsettled.pop(name, None)
            self._seen.pop(name, None)

    def _access(self) -> AbstractContextManager[None]:
        return THREAD_LOCKS.hold(id(self), timeout=LOCK_TIMEOUT, place="the entries in memory")
