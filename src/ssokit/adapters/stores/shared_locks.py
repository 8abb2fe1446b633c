"""Locks of a shared store, or this process's own while that one is down."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from ssokit.adapters.stores.entry_names import EntryName
from ssokit.adapters.stores.shared_calls import SharedCalls
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS
from ssokit.domain.errors import StoreError, StoreLockTimeoutError
from ssokit.ports.clock import Clock

_LOG = logging.getLogger("ssokit.stores")


class SharedLocks:
    """Locks by the names of entries.

    Args:
        clock: What time it is.
        ask: Asks the shared store.

    Attributes:
        last_taken: When one of them was taken, in seconds of the clock.
    """

    def __init__(self, clock: Clock, ask: SharedCalls) -> None:
        self._clock = clock
        self._ask = ask
        self._holders: dict[EntryName, int] = {}
        self.last_taken = float("-inf")

    def is_mine(self, name: EntryName) -> bool:
        """Tell whether this thread holds the shared store's lock."""
        return self._holders.get(name) == threading.get_ident()

    def holds_any(self) -> bool:
        """Tell whether this thread holds any of the shared store's locks."""
        return threading.get_ident() in list(self._holders.values())

    @contextmanager
    def hold(
        self, name: EntryName, take: Callable[..., Any], timeout: float | None
    ) -> Iterator[None]:
        """Hold a lock of this process, and the shared one unless that store is down.

        Args:
            name: What is locked.
            take: Gives the lock of the shared store, for a ``timeout`` in seconds.
            timeout: Seconds to wait; None for each lock's own patience.

        Raises:
            StoreLockTimeoutError: Somebody else kept one of them.
        """
        patience = LOCK_TIMEOUT if timeout is None else timeout
        began = self._clock.monotonic()
        place = f"{name.kind.value} {name.text}"
        with THREAD_LOCKS.hold((id(self), name), timeout=patience, place=place):
            left = timeout and max(0.0, timeout - (self._clock.monotonic() - began))
            with self._hold_shared(name, partial(take, timeout=left)):
                yield

    @contextmanager
    def _hold_shared(self, name: EntryName, take: Callable[[], Any]) -> Iterator[None]:
        shared = ExitStack()
        try:
            self._ask(lambda: shared.enter_context(take()))
            self._holders[name] = threading.get_ident()
        except StoreLockTimeoutError:
            raise
        except StoreError:
            place = f"{name.kind.value} {name.text}"
            _LOG.warning("only this process is excluded, not others, from %s", place)
        self.last_taken = self._clock.monotonic()
        try:
            yield
        finally:
            self._holders.pop(name, None)
            try:
                shared.close()
            except StoreError as error:
                _LOG.warning("a lock of the shared store may be held for longer: %s", error)
