"""The questions that the contract of `AssignmentDirectory` asks, and the model's answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from ssokit.domain.assignments import AccountAssignment, Pair, Principal
from ssokit.ports.access_portal import Page
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import Organization

MANAGEMENT = "111122223333"


class ListsPages(Protocol):
    """A listing whose arguments are chosen."""

    def __call__(self, *, next_token: str | None = None) -> Page[Any]:
        """Give a page."""


Listing: TypeAlias = "Callable[[AssignmentDirectory, Organization], ListsPages]"


def _bind(method: str, *names: str) -> Listing:
    """Make the listing that a method gives for what an organization has by these names."""

    def bound(directory: AssignmentDirectory, organization: Organization) -> ListsPages:
        known = known_of(organization)

        def pages(*, next_token: str | None = None) -> Page[Any]:
            page: Page[Any] = getattr(directory, method)(
                *(known[name] for name in names), next_token=next_token
            )
            return page

        return pages

    return bound


def known_of(organization: Organization) -> dict[str, Any]:
    """Give ids and ARNs of the example organization by short names."""
    read_only = organization.permission_sets["ReadOnly"].arn
    return {
        "instance": organization.instance_arn,
        "store": organization.identity_store_id,
        "set": read_only,
        "account": MANAGEMENT,
        "pair": Pair(MANAGEMENT, read_only),
        "bob": Principal("USER", organization.users["bob"].user_id),
        "bob_id": organization.users["bob"].user_id,
        "auditors": Principal("GROUP", organization.groups["Auditors"].group_id),
        "group": organization.groups["Auditors"].group_id,
        "root": organization.root_id,
        "unit": organization.units["Workloads"].unit_id,
        "development": organization.units["Development"].unit_id,
    }


LISTINGS: dict[str, tuple[Listing, int]] = {
    "ListInstances": (_bind("list_instances"), 1),
    "ListPermissionSets": (_bind("list_permission_sets", "instance"), 4),
    "ListPermissionSetsProvisionedToAccount": (
        _bind("list_permission_sets_in_account", "instance", "account"),
        3,
    ),
    "ListAccountsForProvisionedPermissionSet": (
        _bind("list_accounts_with_permission_set", "instance", "set"),
        6,
    ),
    "ListAccountAssignments": (_bind("list_assignments_of_pair", "instance", "pair"), 1),
    "ListAccountAssignmentsForPrincipal": (
        _bind("list_assignments_of_principal", "instance", "auditors"),
        6,
    ),
    "ListUsers": (_bind("list_users", "store"), 3),
    "ListGroups": (_bind("list_groups", "store"), 3),
    "ListGroupMemberships": (_bind("list_group_members", "store", "group"), 1),
    "ListGroupMembershipsForMember": (_bind("list_groups_of_user", "store", "bob_id"), 1),
    "ListAccounts": (_bind("list_accounts"), 6),
    "ListAccountsForParent": (_bind("list_accounts_for_parent", "development"), 2),
    "ListOrganizationalUnitsForParent": (_bind("list_units_for_parent", "root"), 3),
    "ListRoots": (_bind("list_roots"), 1),
}
"""Listings by operation, with how many rows they have in the example organization."""

DESCRIPTIONS: dict[str, Callable[[AssignmentDirectory, Organization], object]] = {
    "DescribePermissionSet": lambda directory, organization: directory.describe_permission_set(
        organization.instance_arn, organization.permission_sets["ReadOnly"].arn
    ),
    "DescribeUser": lambda directory, organization: directory.describe_user(
        organization.identity_store_id, organization.users["bob"].user_id
    ),
    "DescribeGroup": lambda directory, organization: directory.describe_group(
        organization.identity_store_id, organization.groups["Auditors"].group_id
    ),
    "DescribeAccount": lambda directory, _: directory.describe_account(MANAGEMENT),
    "DescribeOrganization": lambda directory, _: directory.describe_organization(),
}


def every_row(pages: ListsPages) -> list[Any]:
    """Follow the next tokens, and give the rows of all pages."""
    page = pages()
    rows = list(page.rows)
    while page.next_token is not None:
        page = pages(next_token=page.next_token)
        rows += page.rows
    return rows


def truth_of(organization: Organization) -> set[AccountAssignment]:
    """Give the rows that a complete listing has."""
    return {
        AccountAssignment(
            Pair(row.account_id, organization.permission_sets[row.permission_set].arn),
            Principal(row.principal_type, row.principal_id),
        )
        for row in organization.assignments
    }


def by_account(
    directory: AssignmentDirectory, organization: Organization
) -> set[AccountAssignment]:
    """Read all rows by way of the accounts and what is provisioned there."""
    instance = organization.instance_arn
    return {
        row
        for account in directory.list_accounts().rows
        for arn in directory.list_permission_sets_in_account(instance, account.account_id).rows
        for row in directory.list_assignments_of_pair(instance, Pair(account.account_id, arn)).rows
    }


def by_permission_set(
    directory: AssignmentDirectory, organization: Organization
) -> set[AccountAssignment]:
    """Read all rows by way of the permission sets and where they are provisioned."""
    instance = organization.instance_arn
    return {
        row
        for arn in directory.list_permission_sets(instance).rows
        for account_id in directory.list_accounts_with_permission_set(instance, arn).rows
        for row in directory.list_assignments_of_pair(instance, Pair(account_id, arn)).rows
    }


def by_principal(
    directory: AssignmentDirectory, organization: Organization
) -> set[AccountAssignment]:
    """Read all rows by way of the users and groups that exist."""
    store = organization.identity_store_id
    known = (*directory.list_users(store).rows, *directory.list_groups(store).rows)
    return {
        row
        for named in known
        for row in directory.list_assignments_of_principal(
            organization.instance_arn, named.principal
        ).rows
    }
