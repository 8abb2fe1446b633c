"""Which users can use what, against the ground truth of a generated organization."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

import pytest

import ssokit
from ssokit.testing import (
    AwsError,
    FakeIdentityCenter,
    Fault,
    ManualClock,
    Organization,
    access_rows,
    organization_of_size,
)

_ORGANIZATION = organization_of_size(accounts=14, permission_sets=6, users=40, groups=12, seed=9)
_TRUTH = set(access_rows(_ORGANIZATION))
_DELETED = {
    row.principal_id for row in _ORGANIZATION.assignments if row.principal_type == "USER"
} - {user.user_id for user in _ORGANIZATION.users.values()}


@pytest.fixture
def center() -> FakeIdentityCenter:
    """Give an Identity Center with the generated organization."""
    return FakeIdentityCenter(_ORGANIZATION)


def _listed(center: FakeIdentityCenter, **options: Any) -> set[tuple[str, str | None, str, str]]:
    listing = ssokit.list_user_assignments(
        None, directory=center.assignment_directory(), clock=ManualClock(), **options
    )
    rows = list(listing)
    found = {
        (row.user_id, row.group_id, row.assignment.permission_set_arn, row.assignment.target_id)
        for row in rows
    }
    assert len(found) == len(rows)
    assert listing.coverage.finished
    return {row for row in found if row[0] not in _DELETED}


def test_everybody(center: FakeIdentityCenter):
    """Every way of every user is there once, with the group that gives it."""
    assert _listed(center) == _TRUTH


def test_members_are_read_once(center: FakeIdentityCenter):
    """Each list of members takes one call, however often the group is assigned."""
    _listed(center)
    asked = Counter(
        str(request.parameters["GroupId"])
        for request in center.requests
        if request.operation == "ListGroupMemberships"
    )
    assert asked
    assert set(asked.values()) == {1}


@pytest.mark.parametrize("typed", [True, False])
def test_named_users_and_groups(center: FakeIdentityCenter, *, typed: bool):
    """A user stands for their own rows and those of their groups, a group for its members."""
    through = sorted((row[0], row[1]) for row in _TRUTH if row[1])
    user, group = through[0][0], through[-1][1]
    named = [("USER", user), ("GROUP", group)] if typed else [user, group]
    expected = {row for row in _TRUTH if row[0] == user or row[1] == group}
    assert _listed(center, principal=named) == expected


def test_one_user_takes_few_calls(center: FakeIdentityCenter):
    """The access of one user is asked by principal: theirs, and that of their groups."""
    user = min(row[0] for row in _TRUTH if row[1])
    _listed(center, principal=("USER", user))
    groups = {row[1] for row in _TRUTH if row[0] == user and row[1]}
    made = Counter(request.operation for request in center.requests)
    assert made["ListAccountAssignments"] == 0
    assert made["ListAccountAssignmentsForPrincipal"] >= 1 + len(groups)
    assert made["ListGroupMembershipsForMember"] == 1


def test_names_of_members(center: FakeIdentityCenter):
    """Members of groups are named, too, if names of principals are asked for."""
    listing = ssokit.list_user_assignments(
        None,
        directory=center.assignment_directory(),
        clock=ManualClock(),
        get_principal_names=True,
    )
    names = {
        user.user_id: user.user_name or user.display_name or None
        for user in _ORGANIZATION.users.values()
    }
    assert all(row.user_name == names.get(row.user_id) for row in listing)


def test_unreadable_members_are_a_gap(center: FakeIdentityCenter):
    """A group whose members may not be read leaves a gap, and the others are there."""
    group = min(row[1] for row in _TRUTH if row[1])
    center.faults.add(
        Fault("ListGroupMemberships", AwsError("AccessDeniedException"), when={"GroupId": group})
    )
    listing = ssokit.list_user_assignments(
        None, directory=center.assignment_directory(), clock=ManualClock()
    )
    groups = {row.group_id for row in listing if row.user_id not in _DELETED}
    assert groups == {row[1] for row in _TRUTH} - {group}
    assert [gap.subject for gap in listing.coverage.gaps] == [f"the members of group {group}"]


def test_plan_and_checkpoint_are_those_of_the_assignments(center: FakeIdentityCenter):
    """It can be planned, closed in the middle, and gone on with."""
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
    }
    first = ssokit.list_user_assignments(None, **options)
    assert first.plan.sso_admin_calls
    taken = [next(first) for _ in range(30)]
    checkpoint = first.checkpoint
    first.close()
    rest = list(ssokit.list_user_assignments(None, checkpoint=checkpoint, **options))
    everything = list(ssokit.list_user_assignments(None, **options))
    assert set(taken) | set(rest) == set(everything)
    assert len(rest) < len(everything)


@pytest.mark.parametrize("stop", [1, 5, 17, 40, 80])
def test_pieces_make_the_whole(center: FakeIdentityCenter, stop: int):
    """Wherever it is closed, no user is lost to assignments that were read ahead."""
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    everything = set(ssokit.list_user_assignments(None, **options))
    rows: set[ssokit.UserAssignment] = set()
    checkpoint, finished = None, False
    while not finished:
        listing = ssokit.list_user_assignments(None, checkpoint=checkpoint, **options)
        before = len(rows)
        for row in listing:
            assert not listing.coverage.complete
            rows.add(row)
            if len(rows) == before + stop:
                break
        finished = listing.coverage.complete
        checkpoint = listing.checkpoint
        listing.close()
    assert rows == everything


def test_keys_that_expire_lose_nobody(center: FakeIdentityCenter):
    """What was read ahead when an error ended the listing comes when it is gone on with."""
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    everything = set(ssokit.list_user_assignments(None, **options))
    center.faults.add(
        Fault("ListAccountAssignments", AwsError("ExpiredTokenException"), calls=range(25, 10_000))
    )
    first = ssokit.list_user_assignments(None, **options)
    rows: set[ssokit.UserAssignment] = set()
    with pytest.raises(ssokit.CredentialsRejectedError):
        # set.update() would drop what came before the error.
        deque(map(rows.add, first), maxlen=0)
    center.faults.clear()
    second = ssokit.list_user_assignments(None, checkpoint=first.checkpoint, **options)
    assert rows | set(second) == everything
    assert second.coverage.complete


@pytest.mark.parametrize("by_principal", [True, False])
def test_unreadable_members_are_read_on_going_on(center: FakeIdentityCenter, *, by_principal: bool):
    """Groups whose members could not be read are in the checkpoint, by whichever way."""
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    if by_principal:
        options["principal"] = sorted({("GROUP", row[1]) for row in _TRUTH if row[1]})
    everything = set(ssokit.list_user_assignments(None, **options))
    group = min(row[1] for row in _TRUTH if row[1])
    center.faults.add(
        Fault("ListGroupMemberships", AwsError("AccessDeniedException"), when={"GroupId": group})
    )
    first = ssokit.list_user_assignments(None, **options)
    rows = set(first)
    assert rows < everything
    center.faults.clear()
    second = ssokit.list_user_assignments(None, checkpoint=first.checkpoint, **options)
    assert rows | set(second) == everything
    assert second.coverage.complete


def test_unreadable_members_before_the_pairs_are_read_on_going_on(center: FakeIdentityCenter):
    """A group that was asked is not lost where somebody else had to be left to pairs."""
    group = min(row[1] for row in _TRUTH if row[1])
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
        "principal": [("GROUP", group), ("USER", min(_DELETED))],
        "strategy": ssokit.Strategy.BY_PRINCIPAL,
    }
    everything = set(ssokit.list_user_assignments(None, **options))
    center.faults.add(
        Fault("ListGroupMemberships", AwsError("AccessDeniedException"), when={"GroupId": group})
    )
    first = ssokit.list_user_assignments(None, **options)
    rows = set(first)
    assert {row.user_id for row in rows} == {min(_DELETED)}
    center.faults.clear()
    second = ssokit.list_user_assignments(None, checkpoint=first.checkpoint, **options)
    assert rows | set(second) == everything
    assert second.coverage.complete


def test_checkpoint_of_assignments_is_no_checkpoint_of_users(center: FakeIdentityCenter):
    """A listing of assignments, which leaves out the groups of users, cannot be gone on with."""
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
        "principal": ("USER", min(row[0] for row in _TRUTH if row[1])),
    }
    asked = ssokit.list_assignments(None, **options)
    list(asked)
    users = ssokit.list_user_assignments(None, **options)
    list(users)
    with pytest.raises(ValueError, match="another question"):
        ssokit.list_user_assignments(None, checkpoint=asked.checkpoint, **options)
    with pytest.raises(ValueError, match="another question"):
        ssokit.list_assignments(None, checkpoint=users.checkpoint, **options)


def test_closed_listing_still_tells_what_it_knows(center: FakeIdentityCenter):
    """A listing that was closed before it began calls nothing, and says so when asked to."""
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    for listing in (
        ssokit.list_assignments(None, **options),
        ssokit.list_user_assignments(None, **options),
    ):
        listing.close()
        assert not listing.coverage.complete
        assert listing.deleted_principals == frozenset()
        assert "question" in listing.checkpoint
        with pytest.raises(Exception, match="was closed"):
            assert listing.plan
    assert not center.requests


def test_members_of_the_last_group_are_named():
    """Names are looked up after the last row of the listing underneath, too."""
    center = FakeIdentityCenter(Organization())
    center.add_account("111122223333", "Only")
    center.add_permission_set("ReadOnly")
    for number in range(2):
        center.add_user(f"user{number}", display_name=f"Person {number}")
        center.add_group(f"Group {number}", members=[f"user{number}"])
        center.assign(group=f"Group {number}", role="ReadOnly", account="111122223333")
    listing = ssokit.list_user_assignments(
        None, directory=center.assignment_directory(), clock=ManualClock(), get_principal_names=True
    )
    assert len({row.user_name for row in listing} - {None}) == 2
