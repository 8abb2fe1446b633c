"""A clock for tests, on which no time passes by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from ssokit.ports.clock import Clock


class SteppingClock(Clock):
    """Time passes only by sleeping; what happens meanwhile can be given."""

    def __init__(self) -> None:
        self.time = datetime(2030, 1, 1, tzinfo=timezone.utc)
        self.slept: list[float] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        """Tell the time of day."""
        return self.time

    def monotonic(self) -> float:
        """Tell the seconds since 1970."""
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        self.meanwhile()
