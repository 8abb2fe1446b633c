"""A clock that stands still until a test moves it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

from ssokit.ports.clock import Clock

_START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class ManualClock(Clock):
    """A clock for tests: nobody waits, and sleeping is what lets time pass.

    It is thread-safe. Threads that sleep at the same time each advance it by their own
    seconds: their sleeps add up, they do not overlap.

    Args:
        start: The first time of day, aware; 2026-01-01 00:00 UTC by default.

    Attributes:
        sleeps: The seconds of each `sleep` so far.
    """

    def __init__(self, start: datetime = _START) -> None:
        if start.tzinfo is None:
            raise ValueError("start must be aware: give it a time zone")
        self._lock = threading.Lock()
        self._now = start.astimezone(timezone.utc)
        self._monotonic = 0.0
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """Tell the time of day in UTC."""
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        """Tell the seconds since the clock was made; a `jump` does not count."""
        with self._lock:
            return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Return at once, with the time advanced and the sleep recorded.

        Raises:
            ValueError: The seconds are negative.
        """
        self.advance(seconds)
        with self._lock:
            self.sleeps.append(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass: the time of day and the monotonic clock move together.

        Raises:
            ValueError: The seconds are negative; see `jump`.
        """
        if seconds < 0:
            raise ValueError(f"time cannot pass backwards: {seconds} seconds; see jump()")
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Step the time of day alone, in either direction, as NTP or a person may do."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
