"""Moments as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ssokit.cli.moments import moment

_NOW = datetime(2030, 1, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(minutes=59, seconds=59), "in 59 min"),
        (timedelta(hours=7, minutes=59), "in 7 h 59 min"),
        (timedelta(days=90), "in 90 days"),
        (timedelta(minutes=-5), "5 min ago"),
    ],
)
def test_how_far_away(away: timedelta, said: str) -> None:
    """Distances are in the two units that matter, rounded down."""
    shown = moment(_NOW + away, now=_NOW)
    assert shown.endswith(f" ({said})")
    assert shown.startswith(f"{(_NOW + away).astimezone():%Y-%m-%d %H:%M}")
