"""Leave a service alone that has just failed, and try it again from time to time."""

from __future__ import annotations

from contextlib import AbstractContextManager

from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS
from ssokit.ports.clock import Clock


class CircuitBreaker:
    """Tells whether something may be asked: always, or once in a pause after it failed.

    Args:
        clock: What time it is.
        pause: Seconds between two attempts while it is down.
    """

    def __init__(self, clock: Clock, *, pause: float) -> None:
        self._clock = clock
        self._pause = pause
        self._next_try: float | None = None

    def allows(self) -> bool:
        """Tell whether to ask now. Whoever is told yes while it is down has the one attempt."""
        with self._access():
            now = self._clock.monotonic()
            if self._next_try is None:
                return True
            if now < self._next_try:
                return False
            self._next_try = now + self._pause
            return True

    def failed(self) -> bool:
        """Note that it failed; tell whether that is news."""
        with self._access():
            is_news = self._next_try is None
            self._next_try = self._clock.monotonic() + self._pause
        return is_news

    def succeeded(self) -> bool:
        """Note that it answered; tell whether that is news."""
        with self._access():
            is_news = self._next_try is not None
            self._next_try = None
        return is_news

    def _access(self) -> AbstractContextManager[None]:
        return THREAD_LOCKS.hold(id(self), timeout=LOCK_TIMEOUT, place="a circuit breaker")
