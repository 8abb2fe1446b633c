"""Whole listings: page after page, paced, tried again, counted, and stopped."""

from __future__ import annotations

import pytest

import ssokit
from ssokit.domain.assignments import USER, Principal
from ssokit.domain.directory import Instance
from ssokit.ports.access_portal import Page
from ssokit.testing import AwsError, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.directory_reader import (
    DirectoryBudgets,
    DirectoryReader,
    ReadingStoppedError,
)
from ssokit.usecases.retries import RateBudget


def _budgets(clock: ManualClock) -> DirectoryBudgets:
    return DirectoryBudgets(
        sso_admin=RateBudget(clock, ceiling=10),
        identitystore=RateBudget(clock),
        organizations=RateBudget(clock),
    )


@pytest.fixture
def reader(center: FakeIdentityCenter, clock: ManualClock) -> DirectoryReader:
    return DirectoryReader(center.assignment_directory(), _budgets(clock))


def test_pages_are_read_to_the_end(reader: DirectoryReader, center: FakeIdentityCenter):
    """Short and empty pages are no end; each page is a call that is counted."""
    center.settings.page_size = 1
    center.settings.empty_first_page = True
    (instance,) = reader.instances()
    arns = reader.permission_sets(instance.arn)
    assert set(arns) == {one.arn for one in center.organization.permission_sets.values()}
    assert reader.calls["sso-admin", "ListPermissionSets"] == len(arns) + 1
    assert reader.management_account() == center.organization.management_account_id


def test_calls_keep_the_rate(reader: DirectoryReader, clock: ManualClock):
    """Calls of one service share its rate; another service's are not held back by it."""
    for _ in range(11):
        reader.instances()
    assert clock.monotonic() == pytest.approx(1)
    for _ in range(11):
        reader.management_account()
    assert clock.monotonic() == pytest.approx(1)


def test_throttles_are_waited_out(
    reader: DirectoryReader, center: FakeIdentityCenter, clock: ManualClock
):
    """A throttled call waits as long as the service says, and counts as a call."""
    throttled = AwsError("ThrottlingException", retry_after=7)
    center.faults.add(Fault("ListInstances", throttled, calls=[1]))
    reader.instances()
    assert clock.monotonic() == pytest.approx(7, abs=0.5)
    assert reader.calls["sso-admin", "ListInstances"] == 2


def test_listing_that_turns_in_circles_ends(clock: ManualClock):
    """A service that gives the same page for ever is an error, and no endless loop."""

    class Circle(FakeIdentityCenter):
        def list_instances(self, **_: object) -> Page[Instance]:
            """Give an empty page, with the same token each time."""
            return Page((), "again")

    reader = DirectoryReader(Circle(), _budgets(clock))  # type: ignore[arg-type]
    with pytest.raises(ssokit.InvalidResponseError, match="same page again and again"):
        reader.instances()


def test_stopped_reader_makes_no_call(reader: DirectoryReader, center: FakeIdentityCenter):
    """After the listing was closed nothing is called, and whoever waits is let go."""
    reader.stop()
    with pytest.raises(ReadingStoppedError):
        reader.instances()
    assert center.requests == ()


def test_stopping_ends_a_long_wait(center: FakeIdentityCenter):
    """Whoever waits after a throttle is let go when the listing is closed."""

    class ClosingClock(ManualClock):
        def sleep(self, seconds: float) -> None:
            """Let the time pass, in which somebody closes the listing."""
            super().sleep(seconds)
            if self.monotonic() > 1:
                reader.stop()

    clock = ClosingClock()
    reader = DirectoryReader(center.assignment_directory(), _budgets(clock))
    center.faults.add(Fault("ListInstances", AwsError("ThrottlingException", retry_after=20)))
    with pytest.raises(ReadingStoppedError):
        reader.instances()
    assert clock.monotonic() < 2


def test_groups_of_nobody(reader: DirectoryReader, center: FakeIdentityCenter):
    """A user who does not exist is told from one without groups."""
    store = center.organization.identity_store_id
    with pytest.raises(ssokit.NotFoundError):
        reader.groups_of_user(store, "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    alice = center.organization.users["alice"]
    assert reader.principal(store, Principal(USER, alice.user_id)).name == "alice"
    assert reader.groups_of_user(store, alice.user_id)
