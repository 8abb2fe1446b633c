"""Questions to a store that may be down: asked while it answers, and seldom while it does not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakMethod

from ssokit.adapters.stores.circuit_breaker import CircuitBreaker
from ssokit.domain.errors import (
    StoreError,
    StoreKeyError,
    StoreLeaseLostError,
    StoreLockTimeoutError,
    StoreUnavailableError,
)
from ssokit.ports.clock import Clock

_LOG = logging.getLogger("ssokit.stores")
_Answer = TypeVar("_Answer")

# Each is about one entry, and an answer: the store is there.
_OF_ONE_ENTRY = (StoreKeyError, StoreLeaseLostError, StoreLockTimeoutError)


class SharedCalls:
    """Asks a shared store, and leaves it alone for a while after it failed.

    Args:
        clock: What time it is.
        retry_after: Seconds between two attempts while it is down.
        when_back: A method to call when it answers again, while its object lives.
    """

    def __init__(self, clock: Clock, *, retry_after: float, when_back: Callable[[], None]) -> None:
        self._breaker = CircuitBreaker(clock, pause=retry_after)
        # No cycle: what is dropped is closed at once, connections included.
        self._when_back = WeakMethod(when_back)
        self._failure = "it failed"

    def __call__(self, question: Callable[[], _Answer]) -> _Answer:
        """Ask, unless it is known to be down.

        Raises:
            StoreUnavailableError: It was not asked, because it failed a moment ago.
            StoreError: It failed.
        """
        if not self._breaker.allows():
            raise StoreUnavailableError(
                f"the shared store was not asked: {self._failure}; it is tried again soon"
            )
        try:
            answer = question()
        except _OF_ONE_ENTRY:
            self._answered()
            raise
        except StoreError as error:
            self._failure = str(error)
            if self._breaker.failed():
                _LOG.warning("going on with what is in memory: %s", error)
            raise
        self._answered()
        return answer

    def _answered(self) -> None:
        if self._breaker.succeeded():
            _LOG.warning("the shared store is back")
            if when_back := self._when_back():
                when_back()
