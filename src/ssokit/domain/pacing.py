"""When a call may be made, and whether a failed one is made again: pure rules.

Where AWS publishes a rate, calls keep just below it from the first. Elsewhere they go
unhindered until the service throttles one; from then on all of them share one rate. Either
rate is lowered by throttles and rises slowly while there are none (additive increase,
multiplicative decrease).
"""

from __future__ import annotations

import attrs

from ssokit.domain.errors import ServiceError, ThrottledError

# AWS publishes 20 calls a second for the Identity Center APIs, and tools see the portal
# throttle at about the same.
FIRST_RATE = 18.0
SSO_ADMIN_RATE = 19.0
LOWEST_RATE = 1.0
_DECREASE = 0.7
_INCREASE_PER_CALL = 0.02
# Answers to calls that were under way together are one piece of news.
_ONE_EVENT = 1.0

THROTTLE_RETRIES = 9
FAILURE_RETRIES = 2
_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 20.0


@attrs.frozen(kw_only=True)
class Pace:
    """How fast calls may follow each other; seconds are those of a monotonic clock.

    Attributes:
        rate: Calls a second; None as long as nothing was throttled.
        next_slot: When the next call may start.
        throttled_at: When the rate was last lowered.
        ceiling: The highest rate; None if there is none.
    """

    rate: float | None = None
    next_slot: float = 0.0
    throttled_at: float = float("-inf")
    ceiling: float | None = None

    @classmethod
    def below(cls, ceiling: float) -> Pace:
        """Give a pace that keeps a rate from the first call on.

        Raises:
            TypeError: The rate is no number.
            ValueError: It is not positive, or not finite.
        """
        if isinstance(ceiling, bool) or not isinstance(ceiling, (int, float)):
            raise TypeError(f"rate {ceiling!r} is no number: use calls a second, such as 19")
        if not 0 < ceiling < float("inf"):
            raise ValueError(f"rate {ceiling} is no rate: use more than 0 calls a second")
        return cls(rate=float(ceiling), ceiling=float(ceiling))

    def reserve(self, now: float) -> tuple[float, Pace]:
        """Give the seconds that a call has to wait, and the pace for the calls after it."""
        start = max(self.next_slot, now)
        after = start + 1 / self.rate if self.rate else start
        return start - now, attrs.evolve(self, next_slot=after)

    def throttled(self, now: float) -> Pace:
        """Give the pace after a throttled answer."""
        if now - self.throttled_at < _ONE_EVENT:
            return self
        lowest = min(LOWEST_RATE, self.ceiling or LOWEST_RATE)
        rate = max(self.rate * _DECREASE, lowest) if self.rate else FIRST_RATE
        return attrs.evolve(self, rate=rate, throttled_at=now)

    def succeeded(self) -> Pace:
        """Give the pace after a good answer."""
        if self.rate is None or self.rate == self.ceiling:
            return self
        rate = self.rate + _INCREASE_PER_CALL
        return attrs.evolve(self, rate=min(rate, self.ceiling) if self.ceiling else rate)


def retry_wait(error: ServiceError, failures: int) -> float | None:
    """Give the seconds to wait before a failed call is made again; None to give up.

    Args:
        error: What the call ended with.
        failures: How often this call has failed by now, this time included.
    """
    if not error.retryable:
        return None
    retries = THROTTLE_RETRIES if isinstance(error, ThrottledError) else FAILURE_RETRIES
    if failures > retries:
        return None
    backoff = min(_FIRST_BACKOFF * 2.0 ** (failures - 1), _LONGEST_BACKOFF)
    return max(backoff, min(error.retry_after or 0.0, _LONGEST_BACKOFF))
