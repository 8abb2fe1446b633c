"""How fast calls may follow each other, and which are made again."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.errors import (
    AccessDeniedError,
    InvalidResponseError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
)
from ssokit.domain.pacing import FIRST_RATE, LOWEST_RATE, Pace, retry_wait


@given(
    rate=st.floats(min_value=LOWEST_RATE, max_value=100),
    pauses=st.lists(st.floats(min_value=0, max_value=3), min_size=2, max_size=50),
)
def test_never_more_than_the_rate(rate: float, pauses: list[float]):
    """However calls come in, each starts a full step after the one before."""
    pace, now, starts = Pace(rate=rate), 0.0, []
    for pause in pauses:
        now += pause
        wait, pace = pace.reserve(now)
        assert wait >= 0
        starts.append(now + wait)
    for earlier, later in itertools.pairwise(starts):
        assert later - earlier >= 1 / rate - 1e-9


@given(st.lists(st.tuples(st.booleans(), st.floats(min_value=0, max_value=5)), max_size=100))
def test_rate_stays_in_bounds(events: list[tuple[bool, float]]):
    """Throttles lower the rate to one call a second at least; good answers raise it slowly."""
    pace, now = Pace(), 0.0
    for throttled, pause in events:
        now += pause
        before = pace.rate
        pace = pace.throttled(now) if throttled else pace.succeeded()
        if pace.rate is None:
            assert before is None
        else:
            assert pace.rate >= LOWEST_RATE
            assert pace.rate <= (before or FIRST_RATE) + 0.02 + 1e-9


def test_nothing_throttled_nothing_waits():
    """Calls go unhindered until the service complains."""
    pace = Pace()
    for _ in range(100):
        wait, pace = pace.reserve(1.0)
        assert wait == 0
    assert pace.succeeded() == pace


def test_throttles_at_once_are_one_piece_of_news():
    """Twenty refusals of calls that ran together lower the rate once."""
    pace = Pace().throttled(10.0)
    assert pace.rate == FIRST_RATE
    assert pace.throttled(10.9) is pace
    lowered = pace.throttled(11.0)
    assert lowered.rate == pytest.approx(FIRST_RATE * 0.7)
    assert lowered.succeeded().rate == pytest.approx(FIRST_RATE * 0.7 + 0.02)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        pytest.param(ServiceUnavailableError("x"), [0.5, 1.0, None], id="no answer"),
        pytest.param(InvalidResponseError("x"), [0.5, 1.0, None], id="garbage"),
        pytest.param(ThrottledError("x"), [0.5, 1, 2, 4, 8, 16, 20, 20, 20, None], id="throttled"),
        pytest.param(ThrottledError("x", retry_after=7), [7, 7, 7, 7, 8], id="retry after"),
        pytest.param(ThrottledError("x", retry_after=9999), [20.0], id="retry after ages"),
        pytest.param(AccessDeniedError("x"), [None], id="denied"),
        pytest.param(ServiceError("x"), [None], id="any other"),
    ],
)
def test_retry_wait(error: ServiceError, waits: list[float | None]):
    """Only what may pass is tried again: throttles patiently, failures twice."""
    assert [retry_wait(error, n) for n in range(1, len(waits) + 1)] == waits
