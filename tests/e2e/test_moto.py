"""The boto3 adapter against moto's server, an implementation of the services by others.

moto does otherwise than AWS, so these are left out:

- ListPermissionSetsProvisionedToAccount ignores its account, and knows nothing of sets that
  are provisioned by an assignment; ListAccountsForProvisionedPermissionSet gives one account.
  Pairs are not found by these two, but asked for one by one.
- ListInstances, ListRoots and both listings of what is provisioned give everything on one page.
- Accounts and organizational units have no path.
- ListGroupMembershipsForMember of a user that was deleted is empty, not an error.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from moto_organization import MotoOrganization, moto_session

from ssokit.adapters.aws.assignment_directory import BotoAssignmentDirectory
from ssokit.adapters.fake.ground_truth import AssignmentRow
from ssokit.domain.assignments import AccountAssignment, Pair, Principal
from ssokit.domain.errors import NotFoundError
from ssokit.ports.access_portal import Page
from ssokit.testing.directory_questions import every_row


@pytest.fixture
def directory(moto_organization: MotoOrganization) -> BotoAssignmentDirectory:
    assert moto_organization
    return BotoAssignmentDirectory(moto_session())


def _all(method: Any, *arguments: object) -> list[Any]:
    def pages(*, next_token: str | None = None) -> Page[Any]:
        page: Page[Any] = method(*arguments, next_token=next_token)
        return page

    return every_row(pages)


def _found(row: AssignmentRow) -> AccountAssignment:
    return AccountAssignment(Pair(row[7], row[4]), Principal(row[1], row[2]))


def test_instance_is_found(directory: BotoAssignmentDirectory, moto_organization: MotoOrganization):
    """The instance of the management account, with its identity store."""
    (instance,) = directory.list_instances().rows
    assert instance.arn == moto_organization.instance_arn
    assert instance.identity_store_id == moto_organization.identity_store_id
    assert instance.owner_account_id == moto_organization.management_account_id
    assert directory.describe_organization() == moto_organization.management_account_id


def test_all_rows_by_pair(directory: BotoAssignmentDirectory, moto_organization: MotoOrganization):
    """Asked pair by pair, the rows are those that were put in, of accounts that left, too."""
    instance = moto_organization.instance_arn
    account_ids = {
        *moto_organization.accounts.values(),
        *(row[7] for row in moto_organization.rows),
    }
    found = [
        row
        for arn in _all(directory.list_permission_sets, instance)
        for account_id in account_ids
        for row in _all(directory.list_assignments_of_pair, instance, Pair(account_id, arn))
    ]
    assert len(found) == len(moto_organization.rows)
    assert set(found) == {_found(row) for row in moto_organization.rows}


def test_all_rows_by_principal(
    directory: BotoAssignmentDirectory, moto_organization: MotoOrganization
):
    """Asked by principal, the rows are those of all who exist; the deleted are not found."""
    store, instance = moto_organization.identity_store_id, moto_organization.instance_arn
    known = [*_all(directory.list_users, store), *_all(directory.list_groups, store)]
    assert {named.principal.id: named.name for named in known} == dict(moto_organization.names)
    found = [
        row
        for named in known
        for row in _all(directory.list_assignments_of_principal, instance, named.principal)
    ]
    truth = {_found(row) for row in moto_organization.rows if row[2] in moto_organization.names}
    assert (set(found), len(found)) == (truth, len(truth))


def test_principal_in_one_account(
    directory: BotoAssignmentDirectory, moto_organization: MotoOrganization
):
    """The filter by account gives the rows of that account alone."""
    ((kind, who), _) = Counter(row[1:3] for row in moto_organization.rows).most_common(1)[0]
    own = {_found(row) for row in moto_organization.rows if row[1:3] == (kind, who)}
    account_id = min(row.pair.account_id for row in own)
    page = directory.list_assignments_of_principal(
        moto_organization.instance_arn, Principal(kind, who), account_id=account_id
    )
    assert set(page.rows) == {row for row in own if row.pair.account_id == account_id}


def test_names_are_described(
    directory: BotoAssignmentDirectory, moto_organization: MotoOrganization
):
    """Describing gives the names that were put in, and tells who is gone or has left."""
    store, instance = moto_organization.identity_store_id, moto_organization.instance_arn
    rows = moto_organization.rows
    for arn, role in {row[4:6] for row in rows}:
        assert directory.describe_permission_set(instance, arn).name == role
    gone = set()
    for kind, who, name in {row[1:4] for row in rows}:
        describe = directory.describe_user if kind == "USER" else directory.describe_group
        if who in moto_organization.names:
            assert describe(store, who).name == name
        else:
            gone.add((describe, who))
    assert len(gone) == 3
    for describe, who in gone:
        with pytest.raises(NotFoundError):
            describe(store, who)
    names = {row[7]: row[8] for row in rows}
    left = names.keys() - {*moto_organization.accounts.values()}
    assert len(left) == 1
    for account_id in names.keys() - left:
        assert directory.describe_account(account_id).name == names[account_id]
    with pytest.raises(NotFoundError):
        directory.describe_account(left.pop())


def test_accounts_and_units(
    directory: BotoAssignmentDirectory, moto_organization: MotoOrganization
):
    """Walked from the root down, every account is met once, with its state."""
    accounts = _all(directory.list_accounts)
    assert {a.account_id for a in accounts} == {*moto_organization.accounts.values()}
    assert {a.account_id for a in accounts if a.state != "ACTIVE"} == moto_organization.inactive
    pending, met, units = [*directory.list_roots().rows], [], {}
    while pending:
        parent = pending.pop()
        met += _all(directory.list_accounts_for_parent, parent)
        below = _all(directory.list_units_for_parent, parent)
        units |= {unit.name: unit.unit_id for unit in below}
        pending += [unit.unit_id for unit in below]
    assert Counter(met) == Counter(accounts)
    assert units == moto_organization.units


def test_memberships_read_both_ways(
    directory: BotoAssignmentDirectory, moto_organization: MotoOrganization
):
    """Members of groups, and groups of members, are two readings of the same."""
    store = moto_organization.identity_store_id
    groups_of: dict[str, set[str]] = {}
    for group_id, members in moto_organization.members.items():
        assert set(_all(directory.list_group_members, store, group_id)) == members
        for user_id in members:
            groups_of.setdefault(user_id, set()).add(group_id)
    for user_id, group_ids in groups_of.items():
        assert set(_all(directory.list_groups_of_user, store, user_id)) == group_ids
