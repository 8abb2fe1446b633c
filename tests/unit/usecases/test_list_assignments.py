"""Listings of assignments where something is refused that they could do without, or could not."""

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

_ORGANIZATION = organization_of_size(accounts=12, permission_sets=5, seed=15)
_ROWS = {
    row._replace(principal_name=None, permission_set_name=None)
    for row in map(Assignment._make, assignment_rows(_ORGANIZATION))
}
_NAMELESS = {row._replace(target_name=None) for row in _ROWS}
_REFUSED = AwsError("AccessDeniedException")
_GROUP = next(row.principal_id for row in sorted(_ROWS, key=str) if row.principal_type == "GROUP")


@pytest.fixture
def organization_center() -> FakeIdentityCenter:
    return FakeIdentityCenter(_ORGANIZATION)


def _listing(center: FakeIdentityCenter, **options: Any) -> ssokit.AssignmentListing:
    return ssokit.list_assignments(
        None, directory=center.assignment_directory(), clock=ManualClock(), **options
    )


def _refuse(center: FakeIdentityCenter, *operations: str) -> None:
    center.faults.add(*(Fault(operation, _REFUSED) for operation in operations))


def test_without_organizations(organization_center: FakeIdentityCenter):
    """Whoever may not read the organization gets all rows, without names of accounts."""
    _refuse(organization_center, "ListAccounts", "DescribeAccount")
    listing = _listing(organization_center)
    assert set(listing) == _NAMELESS
    (gap,) = listing.coverage.gaps
    assert gap.subject.startswith("the name of account ")
    assert _listing(organization_center, get_target_names=None).coverage.gaps == ()


def test_suspended_accounts_are_never_guessed(organization_center: FakeIdentityCenter):
    """Whoever rules suspended accounts out, and may not see which they are, gets an error."""
    _refuse(organization_center, "ListAccounts", "DescribeAccount")
    with pytest.raises(ssokit.AccessDeniedError):
        list(_listing(organization_center, include_suspended=False))


def test_without_the_identity_store(organization_center: FakeIdentityCenter):
    """An id that may be a user's or a group's is asked for as both; everybody is found by pair."""
    operations = ("ListUsers", "ListGroups", "DescribeUser", "DescribeGroup")
    _refuse(organization_center, *operations)
    one = _listing(organization_center, principal=_GROUP)
    assert set(one) == {row for row in _ROWS if row.principal_id == _GROUP}
    everybody = _listing(organization_center, skip_deleted_principals=True)
    assert set(everybody) == _ROWS
    assert everybody.coverage.complete


def test_principal_that_cannot_be_read(organization_center: FakeIdentityCenter):
    """One who cannot be asked is a gap, and the others are there."""
    broken = AwsError("InternalServerException")
    organization_center.faults.add(
        Fault("ListAccountAssignmentsForPrincipal", broken, when={"PrincipalId": _GROUP})
    )
    listing = _listing(
        organization_center,
        principal_type="GROUP",
        skip_deleted_principals=True,
        strategy=ssokit.Strategy.BY_PRINCIPAL,
    )
    known = {group.group_id for group in _ORGANIZATION.groups.values()}
    expected = {row for row in _ROWS if row.principal_id in known - {_GROUP}}
    assert set(listing) == expected
    assert [gap.subject for gap in listing.coverage.gaps] == [f"GROUP {_GROUP}"]
    organization_center.faults.clear()
    rest = _listing(
        organization_center,
        principal_type="GROUP",
        skip_deleted_principals=True,
        checkpoint=listing.checkpoint,
    )
    assert set(rest) == {row for row in _ROWS if row.principal_id == _GROUP}


def test_deleted_principal_that_may_be_skipped(organization_center: FakeIdentityCenter):
    """Nothing is asked about an id that is nobody's, and the coverage does not claim all."""
    known = {group.group_id for group in _ORGANIZATION.groups.values()}
    known |= {user.user_id for user in _ORGANIZATION.users.values()}
    gone = min(row.principal_id for row in _ROWS if row.principal_id not in known)
    skipped = _listing(organization_center, principal=gone, skip_deleted_principals=True)
    assert list(skipped) == []
    assert skipped.coverage.skips_deleted_principals
    assert not skipped.coverage.complete
    found = _listing(organization_center, principal=gone)
    assert set(found) == {row for row in _ROWS if row.principal_id == gone}
    assert found.coverage.complete


@pytest.mark.parametrize("workers", [1, 3, 16])
def test_order_is_the_same_for_any_number_of_workers(
    organization_center: FakeIdentityCenter, workers: int
):
    """Rows are sorted by account, permission set, and type and id of the principal."""
    rows = list(_listing(organization_center, workers=workers))
    assert rows == sorted(
        _ROWS,
        key=lambda row: (
            row.target_id,
            row.permission_set_arn,
            row.principal_type,
            row.principal_id,
        ),
    )


def test_plan_stays_what_it_was(organization_center: FakeIdentityCenter):
    """Asked for before, during or after, the plan is the same, and so is what was called."""
    listing = _listing(organization_center)
    plan = listing.plan
    next(listing)
    assert listing.plan == plan
    list(listing)
    assert listing.plan == plan
    assert len(organization_center.requests) == plan.total_calls


def test_listing_that_is_closed_in_the_middle(organization_center: FakeIdentityCenter):
    """It gives no more rows, is not finished, and says where to go on."""
    listing = _listing(organization_center)
    first = [next(listing) for _ in range(5)]
    listing.close()
    assert list(listing) == []
    assert not listing.coverage.finished
    rest = _listing(organization_center, checkpoint=listing.checkpoint)
    assert set(first) | set(rest) == _ROWS
