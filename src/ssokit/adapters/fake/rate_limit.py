"""A token bucket, such as AWS throttles with."""

from __future__ import annotations

from ssokit.ports.clock import Clock


class TokenBucket:
    """Admit a burst of calls, then a steady rate. The caller serializes its use.

    Args:
        calls_per_second: How many calls a second refill.
        burst: How many calls are admitted at once after a pause.
        clock: Whose monotonic seconds count.

    Raises:
        ValueError: A number is out of range.
    """

    def __init__(self, calls_per_second: float, burst: int, clock: Clock) -> None:
        if calls_per_second <= 0 or burst < 1:
            raise ValueError("a rate needs more than 0 calls per second and a burst of 1 or more")
        self._rate = calls_per_second
        self._burst = float(burst)
        self._clock = clock
        self._level = float(burst)
        self._refilled_at = clock.monotonic()

    def admits(self) -> bool:
        """Count a call, and tell whether it is within the rate."""
        now = self._clock.monotonic()
        refill = (now - self._refilled_at) * self._rate
        self._level = min(self._burst, self._level + refill)
        self._refilled_at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
