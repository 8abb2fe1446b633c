"""Read whole listings of the administrators' services, at the pace that they bear."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import attrs

from ssokit.domain.assignments import USER, AccountAssignment, Pair, PermissionSet, Principal
from ssokit.domain.directory import (
    Instance,
    NamedPrincipal,
    OrganizationAccount,
    OrganizationalUnit,
)
from ssokit.domain.errors import InvalidResponseError
from ssokit.domain.planned_calls import SSO_ADMIN
from ssokit.ports.access_portal import Page
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.usecases.interruptible_clock import InterruptibleClock
from ssokit.usecases.retries import RateBudget, call_with_retries

IDENTITYSTORE = "identitystore"
ORGANIZATIONS = "organizations"

Answer = TypeVar("Answer")
Row = TypeVar("Row")


class ReadingStoppedError(Exception):
    """The listing was closed; nobody waits for this answer."""


@attrs.frozen(kw_only=True)
class DirectoryBudgets:
    """The rates of the three services, each shared by all who call it.

    Attributes:
        sso_admin: AWS's rate for all operations of Identity Center together.
        identitystore: AWS publishes no rate.
        organizations: AWS publishes no rate.
    """

    sso_admin: RateBudget
    identitystore: RateBudget
    organizations: RateBudget


class DirectoryReader:
    """Makes the calls of one listing: paced, made again if they fail, counted.

    It is thread-safe.

    Args:
        directory: The services.
        budgets: Their rates.

    Attributes:
        calls: How often each (service, operation) was called, failed calls included.
    """

    def __init__(self, directory: AssignmentDirectory, budgets: DirectoryBudgets) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self._directory = directory
        self._budgets = {
            SSO_ADMIN: budgets.sso_admin,
            IDENTITYSTORE: budgets.identitystore,
            ORGANIZATIONS: budgets.organizations,
        }
        self._guard = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Make no more calls; those that wait for their turn end with `ReadingStoppedError`."""
        self._stopped.set()

    def move_to(self, region: str) -> None:
        """Make the calls from now on in a region."""
        self._directory = self._directory.in_region(region)

    def instances(self) -> tuple[Instance, ...]:
        """Read all instances in the region."""
        return self._all(SSO_ADMIN, "ListInstances", self._directory.list_instances)

    def management_account(self) -> str:
        """Read which account owns the organization."""
        return self._call(
            ORGANIZATIONS, "DescribeOrganization", self._directory.describe_organization
        )

    def permission_sets(self, instance_arn: str) -> tuple[str, ...]:
        """Read the ARNs of all permission sets."""
        listing = partial(self._directory.list_permission_sets, instance_arn)
        return self._all(SSO_ADMIN, "ListPermissionSets", listing)

    def sets_in_account(self, instance_arn: str, account_id: str) -> tuple[str, ...]:
        """Read the ARNs of the permission sets that are provisioned to an account."""
        listing = partial(self._directory.list_permission_sets_in_account, instance_arn, account_id)
        return self._all(SSO_ADMIN, "ListPermissionSetsProvisionedToAccount", listing)

    def accounts_with_set(self, instance_arn: str, permission_set_arn: str) -> tuple[str, ...]:
        """Read the ids of the accounts that a permission set is provisioned to."""
        listing = partial(
            self._directory.list_accounts_with_permission_set, instance_arn, permission_set_arn
        )
        return self._all(SSO_ADMIN, "ListAccountsForProvisionedPermissionSet", listing)

    def assignments_of_pair(self, instance_arn: str, pair: Pair) -> tuple[AccountAssignment, ...]:
        """Read who has a permission set in an account."""
        listing = partial(self._directory.list_assignments_of_pair, instance_arn, pair)
        return self._all(SSO_ADMIN, "ListAccountAssignments", listing)

    def assignments_of_principal(
        self, instance_arn: str, principal: Principal, account_id: str | None
    ) -> tuple[AccountAssignment, ...]:
        """Read what a principal has, in one account or in all."""
        listing = partial(
            self._directory.list_assignments_of_principal,
            instance_arn,
            principal,
            account_id=account_id,
        )
        return self._all(SSO_ADMIN, "ListAccountAssignmentsForPrincipal", listing)

    def permission_set(self, instance_arn: str, permission_set_arn: str) -> PermissionSet:
        """Read a permission set with its name."""
        describe = partial(
            self._directory.describe_permission_set, instance_arn, permission_set_arn
        )
        return self._call(SSO_ADMIN, "DescribePermissionSet", describe)

    def principal_pages(
        self, identity_store_id: str, principal_type: str
    ) -> Iterator[Page[NamedPrincipal]]:
        """Read all users, or all groups, a page when it is needed."""
        users = principal_type == USER
        listing = self._directory.list_users if users else self._directory.list_groups
        operation = "ListUsers" if users else "ListGroups"
        return self._pages(IDENTITYSTORE, operation, partial(listing, identity_store_id))

    def principal(self, identity_store_id: str, principal: Principal) -> NamedPrincipal:
        """Read one user or group.

        Raises:
            NotFoundError: It was deleted, or never existed.
        """
        user = principal.type == USER
        describe = self._directory.describe_user if user else self._directory.describe_group
        operation = "DescribeUser" if user else "DescribeGroup"
        return self._call(
            IDENTITYSTORE, operation, partial(describe, identity_store_id, principal.id)
        )

    def group_members(self, identity_store_id: str, group_id: str) -> tuple[str, ...]:
        """Read the user ids of a group."""
        listing = partial(self._directory.list_group_members, identity_store_id, group_id)
        return self._all(IDENTITYSTORE, "ListGroupMemberships", listing)

    def groups_of_user(self, identity_store_id: str, user_id: str) -> tuple[str, ...]:
        """Read the group ids of a user.

        Raises:
            NotFoundError: The user does not exist.
        """
        listing = partial(self._directory.list_groups_of_user, identity_store_id, user_id)
        return self._all(IDENTITYSTORE, "ListGroupMembershipsForMember", listing)

    def account_pages(self) -> Iterator[Page[OrganizationAccount]]:
        """Read all accounts of the organization, a page when it is needed."""
        return self._pages(ORGANIZATIONS, "ListAccounts", self._directory.list_accounts)

    def accounts_for_parent(self, parent_id: str) -> tuple[OrganizationAccount, ...]:
        """Read the accounts right below a root or a unit."""
        listing = partial(self._directory.list_accounts_for_parent, parent_id)
        return self._all(ORGANIZATIONS, "ListAccountsForParent", listing)

    def units_for_parent(self, parent_id: str) -> tuple[OrganizationalUnit, ...]:
        """Read the units right below a root or a unit."""
        listing = partial(self._directory.list_units_for_parent, parent_id)
        return self._all(ORGANIZATIONS, "ListOrganizationalUnitsForParent", listing)

    def account(self, account_id: str) -> OrganizationAccount:
        """Read one account.

        Raises:
            NotFoundError: It is not in the organization.
        """
        describe = partial(self._directory.describe_account, account_id)
        return self._call(ORGANIZATIONS, "DescribeAccount", describe)

    def _all(
        self, service: str, operation: str, listing: Callable[..., Page[Row]]
    ) -> tuple[Row, ...]:
        pages = self._pages(service, operation, listing)
        return tuple(row for page in pages for row in page.rows)

    def _pages(
        self, service: str, operation: str, listing: Callable[..., Page[Row]]
    ) -> Iterator[Page[Row]]:
        seen: set[str] = set()
        next_token: str | None = None
        while True:
            page = self._call(service, operation, partial(listing, next_token=next_token))
            yield page
            next_token = page.next_token
            if not next_token:
                return
            if next_token in seen:
                raise InvalidResponseError(
                    f"{operation} gives the same page again and again; try later",
                    operation=operation,
                )
            seen.add(next_token)

    def _call(self, service: str, operation: str, call: Callable[[], Answer]) -> Answer:
        def counted() -> Answer:
            self._refuse_if_stopped()
            with self._guard:
                self.calls[service, operation] += 1
            return call()

        budget = self._budgets[service]
        clock = InterruptibleClock(budget.clock, self._refuse_if_stopped)
        return call_with_retries(counted, clock=clock, budget=budget)

    def _refuse_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise ReadingStoppedError("the listing was closed: make another one to ask more")
