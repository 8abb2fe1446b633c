"""Listings of many accounts at AWS's 20 calls a second: complete, quick, and hardly throttled."""

from __future__ import annotations

from typing import Any

import pytest

import ssokit
from ssokit import Assignment
from ssokit.testing import (
    AwsError,
    FakeIdentityCenter,
    Fault,
    ManualClock,
    assignment_rows,
    organization_of_size,
)

_WIDE = organization_of_size(accounts=2000, permission_sets=12, pairs=2400, users=200, seed=12)
_TRUTH = {
    row._replace(principal_name=None, permission_set_name=None)
    for row in map(Assignment._make, assignment_rows(_WIDE))
}


def _throttled(center: FakeIdentityCenter) -> int:
    return sum(request.outcome == "ThrottlingException" for request in center.requests)


def _at_20_a_second(**options: Any) -> tuple[ssokit.AssignmentListing, FakeIdentityCenter, float]:
    """List everything, by a clock that both sides share; give the seconds, too.

    One worker: the sleeps of several would add up on such a clock.
    """
    clock = ManualClock()
    center = FakeIdentityCenter(_WIDE, clock=clock)
    center.enforce_rate(20, burst=1, service="sso-admin")
    listing = ssokit.list_assignments(
        None, directory=center.assignment_directory(), clock=clock, workers=1, **options
    )
    assert set(listing) == _TRUTH
    assert listing.coverage.complete
    return listing, center, clock.monotonic()


def test_two_thousand_accounts():
    """At least nine tenths of the allowed rate are used, and next to no call is throttled."""
    listing, center, seconds = _at_20_a_second()
    calls = len([one for one in center.requests if one.service == "sso-admin"])
    assert seconds <= 1.1 * calls / 20
    assert _throttled(center) < calls / 100
    assert listing.plan.seconds == pytest.approx(seconds, rel=0.02)


def test_own_rate_that_is_too_high_comes_down():
    """Whoever asks faster than AWS answers is throttled, slows down, and still gets all."""
    _, center, seconds = _at_20_a_second(rate=40)
    calls = len([one for one in center.requests if one.service == "sso-admin"])
    assert seconds <= 1.3 * calls / 20
    assert _throttled(center) < calls / 4


def test_burst_of_throttles_is_no_storm():
    """After each throttle a worker waits as long as it is told, and none gives up."""
    clock = ManualClock()
    center = FakeIdentityCenter(_WIDE, clock=clock)
    throttled = AwsError("ThrottlingException", retry_after=5)
    bursts = [*range(100, 109), *range(300, 309)]
    center.faults.add(Fault("ListAccountAssignments", throttled, calls=bursts))
    listing = ssokit.list_assignments(
        None, directory=center.assignment_directory(), clock=clock, workers=4
    )
    assert set(listing) == _TRUTH
    assert listing.coverage.complete
    assert _throttled(center) == 18
    assert clock.monotonic() > 5 * 18 / 4
