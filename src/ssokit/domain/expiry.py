"""How long something must still be valid to be used."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import attrs

ExpiryWindow: TypeAlias = "float | timedelta | Callable[[], float | timedelta] | None"

DEFAULT_EXPIRY_WINDOW = timedelta(minutes=15)
_LONGEST_JOB = timedelta(days=366)


def parse_expiry_window(window: ExpiryWindow) -> timedelta:
    """Turn an expiry window into a timedelta; call it first if it is callable.

    Args:
        window: The least time a token must remain valid: seconds, a timedelta, or a callable
            that returns either. None stands for the default of 15 minutes, which is the
            AWS CLI's. Zero accepts any token that has not expired yet.

    Raises:
        TypeError: It is none of these.
        ValueError: It is negative or not finite.
    """
    value = window() if callable(window) else window
    if value is None:
        return DEFAULT_EXPIRY_WINDOW
    kinds = "seconds, a timedelta, or a callable that returns either"
    return _parse_seconds(value, "expiry_window", kinds)


def parse_min_ttl(min_ttl: Any) -> timedelta:
    """Turn the time that a job takes into a timedelta.

    Args:
        min_ttl: Seconds, or a timedelta.

    Raises:
        TypeError: It is neither.
        ValueError: It is negative, not finite, or more than a year.
    """
    parsed = _parse_seconds(min_ttl, "min_ttl", "seconds or a timedelta")
    if parsed > _LONGEST_JOB:
        raise ValueError(f"min_ttl must be at most {_LONGEST_JOB.days} days, not {parsed}")
    return parsed


def _parse_seconds(value: Any, name: str, kinds: str) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, (int, float, timedelta)):
        raise TypeError(f"{name} must be {kinds}, not {type(value).__name__}")
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{name} must be zero or more seconds, not {seconds}")
    return timedelta(seconds=min(seconds, timedelta.max.total_seconds() - 1))


def remains_valid(expires_at: datetime, *, now: datetime, window: timedelta) -> bool:
    """Tell whether something is still valid, and stays so for at least a window."""
    remaining = expires_at - now
    return remaining >= window and remaining > timedelta(0)


class Freshness(enum.Enum):
    """What may be done with something that expires."""

    FRESH = "use it"
    STALE = "one may renew it, all may use it"
    DUE = "renew it first; use it if that fails"
    EXPIRED = "renew it; it is of no use"


@attrs.frozen
class RefreshWindows:
    """When role credentials, or tokens, are renewed: botocore's own windows by default.

    Attributes:
        advisory: With less left than this, one caller renews and the others go on.
        mandatory: With less left than this, all callers wait for the renewal.
    """

    advisory: timedelta = timedelta(minutes=15)
    mandatory: timedelta = timedelta(minutes=10)

    def freshness(self, expires_at: datetime, now: datetime) -> Freshness:
        """Tell what may be done with something that expires at a moment."""
        remaining = expires_at - now
        if remaining <= timedelta(0):
            return Freshness.EXPIRED
        if remaining < self.mandatory:
            return Freshness.DUE
        return Freshness.STALE if remaining < self.advisory else Freshness.FRESH
