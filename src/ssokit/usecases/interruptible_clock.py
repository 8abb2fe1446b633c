"""A clock for a wait that may be given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ssokit.ports.clock import Clock

_NAP = 0.2


class InterruptibleClock(Clock):
    """A clock whose sleepers wake up soon when they are not needed any more.

    Args:
        clock: What time it is.
        stop_if_cancelled: Raises if nobody waits any more.
    """

    def __init__(self, clock: Clock, stop_if_cancelled: Callable[[], None]) -> None:
        self._clock = clock
        self._stop_if_cancelled = stop_if_cancelled
        self._until = clock.monotonic()

    def now(self) -> datetime:
        """Tell the time of day."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Tell the seconds of a clock that never jumps."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep in short naps; whatever ``stop_if_cancelled`` raises ends it."""
        self._until = self.monotonic() + seconds
        self._stop_if_cancelled()
        while (left := self._until - self.monotonic()) > 0:
            self._clock.sleep(min(left, _NAP))
            self._stop_if_cancelled()

    def seconds_left(self) -> float:
        """Give the seconds until the present sleep ends, or a short while."""
        return max(_NAP, self._until - self.monotonic())
