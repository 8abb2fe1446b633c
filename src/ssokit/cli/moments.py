"""Moments as people at a terminal read them."""

from __future__ import annotations

from datetime import datetime

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def moment(when: datetime, *, now: datetime) -> str:
    """Say when something is, in the time zone of this machine, and how far that is."""
    return f"{when.astimezone():%Y-%m-%d %H:%M} ({_distance((when - now).total_seconds())})"


def _distance(seconds: float) -> str:
    away = _rounded(abs(seconds))
    return f"in {away}" if seconds >= 0 else f"{away} ago"


def _rounded(seconds: float) -> str:
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR:.0f} h {seconds % _HOUR // _MINUTE:.0f} min"
    return f"{seconds // _DAY:.0f} days"
