"""One rate budget for all calls, and second tries where they help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ssokit.domain.errors import (
    AccessDeniedError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
)
from ssokit.testing import AwsError, FakeIdentityCenter, Fault, HttpError, ManualClock
from ssokit.usecases.retries import PacedAccessPortal, RateBudget, call_with_retries


@pytest.fixture
def budget(clock: ManualClock) -> RateBudget:
    return RateBudget(clock)


@pytest.fixture
def paced(center: FakeIdentityCenter, budget: RateBudget) -> PacedAccessPortal:
    return PacedAccessPortal(center.access_portal(), budget)


def _failing(*errors: ServiceError) -> Callable[[], str]:
    left = list(errors)

    def call() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return call


@pytest.mark.parametrize(
    ("errors", "sleeps"),
    [
        pytest.param((), [], id="no failure"),
        pytest.param((ServiceUnavailableError("x"),) * 2, [0.5, 1.0], id="two failures"),
        pytest.param((ThrottledError("x", retry_after=3),), [3], id="retry after"),
    ],
)
def test_failures_in_passing(
    clock: ManualClock, errors: tuple[ServiceError, ...], sleeps: list[float]
):
    """What may pass is tried again after a growing wait."""
    assert call_with_retries(_failing(*errors), clock=clock) == "answer"
    assert clock.sleeps == sleeps


@pytest.mark.parametrize(
    "errors",
    [(AccessDeniedError("x"),), (ServiceUnavailableError("x"),) * 3, (ThrottledError("x"),) * 10],
    ids=["for good", "three failures", "ten throttles"],
)
@pytest.mark.parametrize("budgeted", [True, False])
def test_failures_for_good(
    clock: ManualClock, budget: RateBudget, errors: tuple[ServiceError, ...], *, budgeted: bool
):
    """What does not pass is raised as it came."""
    with pytest.raises(type(errors[-1])) as failure:
        call_with_retries(_failing(*errors), clock=clock, budget=budget if budgeted else None)
    assert failure.value is errors[-1]


def test_unthrottled_calls_do_not_wait(
    paced: PacedAccessPortal, center: FakeIdentityCenter, clock: ManualClock
):
    """As long as nothing was throttled, no call waits for another."""
    token = center.sign_in("alice")
    for _ in range(100):
        paced.list_accounts(token)
    assert clock.sleeps == []


def test_throttled_calls_find_the_rate(
    paced: PacedAccessPortal, center: FakeIdentityCenter, clock: ManualClock
):
    """After the first throttles, calls fit in the enforced rate, and all of them succeed."""
    token = center.sign_in("alice")
    center.enforce_rate(20, burst=20)
    for _ in range(400):
        paced.list_roles(token, "444455556666")
    throttled = [r for r in center.requests if r.outcome == "TooManyRequestsException"]
    assert len(throttled) <= 8
    assert clock.monotonic() < 40


def test_all_calls_share_the_budget(
    center: FakeIdentityCenter, budget: RateBudget, clock: ManualClock
):
    """A throttle that one portal object met slows down the others, of whatever operation."""
    token = center.sign_in("alice")
    first, second = (PacedAccessPortal(center.access_portal(), budget) for _ in range(2))
    center.faults.add(Fault("ListAccounts", AwsError("TooManyRequestsException"), calls={1}))
    first.list_accounts(token)
    before = len(clock.sleeps)
    second.list_roles(token, "444455556666")
    second.get_role_credentials(token, "444455556666", "ReadOnly")
    second.logout(token)
    assert len(clock.sleeps) == before + 3
    assert all(sleep <= 1 / 18 + 1e-9 for sleep in clock.sleeps[before:])


def test_other_failures_do_not_change_the_rate(
    paced: PacedAccessPortal, center: FakeIdentityCenter, clock: ManualClock
):
    """A failing service is tried again, but not taken for a throttling one."""
    token = center.sign_in("alice")
    center.faults.add(Fault("ListAccounts", HttpError(503), calls={1}))
    paced.list_accounts(token)
    paced.list_accounts(token)
    assert clock.sleeps == [0.5]


def test_http_429_of_a_proxy_is_a_throttle(
    paced: PacedAccessPortal, center: FakeIdentityCenter, clock: ManualClock
):
    """A 429 without AWS's error code is waited out like one with it."""
    center.faults.add(Fault("ListAccounts", HttpError(429, retry_after=4), times=5))
    assert paced.list_accounts(center.sign_in("alice")).rows
    assert clock.monotonic() >= 20
