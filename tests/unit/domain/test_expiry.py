"""Expiry windows, and what may be done with something that expires."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.expiry import (
    DEFAULT_EXPIRY_WINDOW,
    ExpiryWindow,
    Freshness,
    RefreshWindows,
    parse_expiry_window,
    remains_valid,
)

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("window", "parsed"),
    [
        pytest.param(None, DEFAULT_EXPIRY_WINDOW, id="default"),
        pytest.param(0, timedelta(0), id="zero"),
        pytest.param(90, timedelta(seconds=90), id="seconds"),
        pytest.param(0.5, timedelta(milliseconds=500), id="half a second"),
        pytest.param(timedelta(hours=1), timedelta(hours=1), id="timedelta"),
        pytest.param(timedelta(0), timedelta(0), id="zero timedelta"),
        pytest.param(lambda: 30, timedelta(seconds=30), id="callable of seconds"),
        pytest.param(lambda: timedelta(days=1), timedelta(days=1), id="callable of timedelta"),
        pytest.param(lambda: None, DEFAULT_EXPIRY_WINDOW, id="callable of None"),
    ],
)
def test_expiry_window(window: ExpiryWindow, parsed: timedelta):
    """Seconds, a timedelta and a callable of either mean the same thing."""
    assert parse_expiry_window(window) == parsed


@pytest.mark.parametrize("window", [timedelta.max, 1e300, 10**400], ids=["max", "float", "int"])
def test_endless_expiry_window(window: ExpiryWindow):
    """A window beyond all calendars is a long window, and no overflow."""
    parsed = parse_expiry_window(window)
    assert parsed > timedelta(days=365_000)
    assert not remains_valid(_NOW + timedelta(days=365), now=_NOW, window=parsed)


@pytest.mark.parametrize(
    "window",
    [-1, -0.001, math.nan, math.inf, -math.inf, timedelta(seconds=-1), lambda: -1],
    ids=["-1", "-0.001", "nan", "inf", "-inf", "timedelta", "callable"],
)
def test_impossible_expiry_window(window: ExpiryWindow):
    """A negative or endless window is refused."""
    with pytest.raises(ValueError, match="zero or more seconds"):
        parse_expiry_window(window)


@pytest.mark.parametrize(
    "window", ["900", True, [], b"1", lambda: "900", lambda: lambda: 1, lambda: False]
)
def test_expiry_window_of_a_wrong_type(window: object):
    """Text, bools and callables of callables are no windows."""
    with pytest.raises(TypeError, match="expiry_window must be seconds"):
        parse_expiry_window(window)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "window", "valid"),
    [
        (timedelta(minutes=15), timedelta(minutes=15), True),
        (timedelta(minutes=14, seconds=59), timedelta(minutes=15), False),
        (timedelta(microseconds=1), timedelta(0), True),
        (timedelta(0), timedelta(0), False),
        (timedelta(seconds=-1), timedelta(0), False),
    ],
)
def test_remains_valid(left: timedelta, window: timedelta, *, valid: bool):
    """A window of zero accepts what has not expired, and nothing accepts what has."""
    assert remains_valid(_NOW + left, now=_NOW, window=window) is valid


@pytest.mark.parametrize(
    ("minutes", "freshness"),
    [
        (15, Freshness.FRESH),
        (14.9, Freshness.STALE),
        (10, Freshness.STALE),
        (9.9, Freshness.DUE),
        (0.1, Freshness.DUE),
        (0, Freshness.EXPIRED),
        (-5, Freshness.EXPIRED),
    ],
)
def test_freshness(minutes: float, freshness: Freshness):
    """As in botocore: 15 minutes before the end one renews, 10 minutes before it all wait."""
    assert RefreshWindows().freshness(_NOW + timedelta(minutes=minutes), _NOW) is freshness


@given(st.integers(-3600, 7200), st.integers(0, 3600))
def test_freshness_never_improves_with_time(left: int, passed: int):
    """What was stale is never fresh later."""
    order = list(Freshness)
    rule: Callable[[int], int] = lambda seconds: order.index(  # noqa: E731
        RefreshWindows().freshness(_NOW + timedelta(seconds=seconds), _NOW)
    )
    assert rule(left - passed) >= rule(left)
