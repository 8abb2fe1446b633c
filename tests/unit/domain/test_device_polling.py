"""The rules of RFC 8628, as a state machine that nobody has to wait for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.device_authorization import (
    LONGEST_BACKOFF,
    AuthorizationPending,
    DevicePolling,
    SlowDown,
    TransientFailure,
)
from ssokit.domain.errors import PendingAuthorizationExpiredError, ServiceUnavailableError

_FAILURE = TransientFailure(ServiceUnavailableError("no answer"))
_OUTCOMES = st.lists(
    st.sampled_from([AuthorizationPending(), SlowDown(), _FAILURE]), min_size=1, max_size=60
)
_INTERVALS = st.floats(min_value=0, max_value=30)
_LIFETIMES = st.floats(min_value=-10, max_value=2000)


@given(outcomes=_OUTCOMES, interval=_INTERVALS)
def test_interval_never_shrinks(
    outcomes: list[AuthorizationPending | SlowDown | TransientFailure], interval: float
):
    """Whatever is answered, the interval stays or grows: it is never forgotten again."""
    polling = DevicePolling(deadline=1e9, interval=interval)
    for outcome in outcomes:
        following = polling.after(outcome)
        assert following.interval >= polling.interval
        polling = following


@given(outcomes=_OUTCOMES, interval=_INTERVALS, lifetime=_LIFETIMES, start=st.floats(0, 1e6))
def test_no_poll_and_no_wait_beyond_the_deadline(
    outcomes: list[AuthorizationPending | SlowDown | TransientFailure],
    interval: float,
    lifetime: float,
    start: float,
):
    """Every wait ends before the codes do, and is never shorter than the interval."""
    polling = DevicePolling(deadline=start + lifetime, interval=interval)
    now = start
    for outcome in outcomes:
        try:
            wait = polling.next_wait(now)
        except PendingAuthorizationExpiredError:
            assert polling.deadline - now <= polling.interval
            return
        assert wait >= polling.interval
        assert now < polling.deadline
        assert now + wait <= polling.deadline + 1e-6
        now += wait
        polling = polling.after(outcome)


def test_first_poll_comes_after_the_interval():
    """The service's interval is kept from the first poll on."""
    assert DevicePolling(deadline=600, interval=5).next_wait(0) == 5


@pytest.mark.parametrize(
    ("outcomes", "wait"),
    [
        pytest.param([SlowDown()], 10, id="slow down once"),
        pytest.param([SlowDown(), SlowDown()], 15, id="slow down twice"),
        pytest.param([SlowDown(), AuthorizationPending()], 10, id="slow down is kept"),
        pytest.param([_FAILURE], 10, id="a failure doubles"),
        pytest.param([_FAILURE, _FAILURE], 20, id="two failures double twice"),
        pytest.param([_FAILURE] * 9, LONGEST_BACKOFF, id="up to a minute"),
        pytest.param([_FAILURE, AuthorizationPending()], 5, id="an answer ends the back-off"),
        pytest.param([_FAILURE, SlowDown()], 10, id="slow down ends the back-off"),
    ],
)
def test_waits(outcomes: list[AuthorizationPending | SlowDown | TransientFailure], wait: float):
    """RFC 8628 section 3.5: five seconds more for good, and double after no answer."""
    polling = DevicePolling(deadline=600, interval=5)
    for outcome in outcomes:
        polling = polling.after(outcome)
    assert polling.next_wait(0) == wait


def test_interval_zero_polls_at_once_then_calmly():
    """A service that wants no interval is polled at once, but not hammered."""
    polling = DevicePolling(deadline=600, interval=0)
    assert polling.next_wait(0) == 0
    assert polling.after(AuthorizationPending()).next_wait(0) == 0.25
    assert polling.after(SlowDown()).next_wait(0) == 5.25


def test_last_poll_is_just_before_the_end():
    """A back-off that would miss the deadline is cut short, so that one poll is left."""
    polling = DevicePolling(deadline=12, interval=5).after(_FAILURE).after(_FAILURE)
    assert polling.next_wait(0) == 12


def test_expiry_tells_the_latest_failure():
    """A login that never got an answer names the reason as the cause."""
    polling = DevicePolling(deadline=1, interval=5).after(_FAILURE)
    with pytest.raises(PendingAuthorizationExpiredError) as expired:
        polling.next_wait(0)
    assert expired.value.__cause__ is _FAILURE.error
