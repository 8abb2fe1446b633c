"""The clock that a test moves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from ssokit.testing import ManualClock

_NOON = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))


def test_it_stands_still():
    """Reading the time does not let any pass."""
    clock = ManualClock(_NOON)
    assert clock.now() == clock.now() == _NOON
    assert clock.now().tzinfo is timezone.utc
    assert clock.monotonic() == 0.0


def test_advance_moves_both():
    """Time that passes shows on the wall and on the monotonic clock."""
    clock = ManualClock(_NOON)
    clock.advance(90)
    assert clock.now() == _NOON + timedelta(seconds=90)
    assert clock.monotonic() == 90.0


def test_jump_moves_the_wall_alone():
    """A step of the wall clock is no time that passed."""
    clock = ManualClock(_NOON)
    clock.jump(-3600)
    assert clock.now() == _NOON - timedelta(hours=1)
    assert clock.monotonic() == 0.0


def test_sleep_is_recorded():
    """Sleeping advances the clock, and tells afterwards how long."""
    clock = ManualClock(_NOON)
    clock.sleep(5)
    clock.sleep(0.5)
    assert clock.sleeps == [5, 0.5]
    assert clock.monotonic() == 5.5


def test_time_does_not_run_backwards():
    """A negative sleep is a bug of the caller, as with time.sleep."""
    clock = ManualClock()
    with pytest.raises(ValueError, match="jump"):
        clock.sleep(-1)
    assert clock.sleeps == []


def test_start_must_be_aware():
    """A naive time would be somebody's local time."""
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the mistake


def test_threads_add_up():
    """Sleeps of many threads lose no second."""
    clock = ManualClock()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(clock.sleep, [1] * 200))
    assert (clock.monotonic(), len(clock.sleeps)) == (200.0, 200)
