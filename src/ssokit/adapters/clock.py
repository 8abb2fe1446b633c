"""The machine's own clock."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from ssokit.ports.clock import Clock


class SystemClock(Clock):
    """The wall clock and the monotonic clock of this machine."""

    def now(self) -> datetime:
        """Tell the time of day in UTC, as the operating system believes it to be."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Tell the seconds of the monotonic clock; on Linux they stand still in suspend."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block this thread; an interrupt by the keyboard ends it."""
        time.sleep(seconds)
