"""The port to the administrators' services: sso-admin, identitystore and organizations."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from ssokit.domain.assignments import AccountAssignment, Pair, PermissionSet, Principal
from ssokit.domain.directory import (
    Instance,
    NamedPrincipal,
    OrganizationAccount,
    OrganizationalUnit,
)
from ssokit.ports.access_portal import Page


class AssignmentDirectory(Protocol):
    """Who may use what, one page per call, with the keys of an administrator.

    Nothing is retried, paced or remembered here. Pages of one listing are no snapshot: rows
    may be missed or doubled by changes meanwhile, and an empty page may have a successor.

    Every method may raise `ssokit.ServiceError` or one of its children: `AccessDeniedError`
    where the caller's keys do not allow the call, `ThrottledError`, `ServiceUnavailableError`
    and `InvalidResponseError` where a later try may help, and `NotFoundError` where what is
    asked about does not exist, or no more.
    """

    @abstractmethod
    def in_region(self, region: str) -> AssignmentDirectory:
        """Give the same services in another region; nothing is called.

        Permission sets and assignments can be read in an instance's primary region alone.
        """

    @abstractmethod
    def list_instances(self, *, next_token: str | None = None) -> Page[Instance]:
        """Give one page of the instances in the region (sso-admin ListInstances)."""

    @abstractmethod
    def list_permission_sets(
        self, instance_arn: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page, of at most 100, of ARNs (sso-admin ListPermissionSets)."""

    @abstractmethod
    def list_permission_sets_in_account(
        self, instance_arn: str, account_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page, of at most 100, of the ARNs that are provisioned to an account.

        Provisioned is not assigned: a set may have no assignment in the account
        (sso-admin ListPermissionSetsProvisionedToAccount).
        """

    @abstractmethod
    def list_accounts_with_permission_set(
        self, instance_arn: str, permission_set_arn: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page, of at most 100, of the account ids that a set is provisioned to.

        Accounts that are suspended, or have left the organization, are among them
        (sso-admin ListAccountsForProvisionedPermissionSet).
        """

    @abstractmethod
    def list_assignments_of_pair(
        self, instance_arn: str, pair: Pair, *, next_token: str | None = None
    ) -> Page[AccountAssignment]:
        """Give one page, of at most 100, of who has a permission set in an account.

        Principals that were deleted are among them (sso-admin ListAccountAssignments).
        """

    @abstractmethod
    def list_assignments_of_principal(
        self,
        instance_arn: str,
        principal: Principal,
        *,
        account_id: str | None = None,
        next_token: str | None = None,
    ) -> Page[AccountAssignment]:
        """Give one page, of at most 100, of what a principal has.

        Rows may name another principal than the one that was asked for: whether AWS lists
        what a user has through groups is not documented. Rows of deleted principals are not
        promised (sso-admin ListAccountAssignmentsForPrincipal).

        Args:
            instance_arn: The instance.
            principal: Whose rows.
            account_id: Only the rows in this account.
            next_token: What the page before said.

        Raises:
            AccessDeniedError: The keys are not of the management account.
        """

    @abstractmethod
    def describe_permission_set(self, instance_arn: str, permission_set_arn: str) -> PermissionSet:
        """Give a permission set with its name (sso-admin DescribePermissionSet)."""

    @abstractmethod
    def list_users(
        self, identity_store_id: str, *, next_token: str | None = None
    ) -> Page[NamedPrincipal]:
        """Give one page, of at most 100, of all users (identitystore ListUsers)."""

    @abstractmethod
    def list_groups(
        self, identity_store_id: str, *, next_token: str | None = None
    ) -> Page[NamedPrincipal]:
        """Give one page, of at most 100, of all groups (identitystore ListGroups)."""

    @abstractmethod
    def list_group_members(
        self, identity_store_id: str, group_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page, of at most 100, of user ids (identitystore ListGroupMemberships)."""

    @abstractmethod
    def list_groups_of_user(
        self, identity_store_id: str, user_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page, of at most 100, of the ids of the groups that a user is in.

        Operation: identitystore ListGroupMembershipsForMember.

        Raises:
            NotFoundError: The user was deleted. A wrong identity store is another error.
        """

    @abstractmethod
    def describe_user(self, identity_store_id: str, user_id: str) -> NamedPrincipal:
        """Give a user with their name (identitystore DescribeUser).

        Raises:
            NotFoundError: The user was deleted. A wrong identity store is another error.
        """

    @abstractmethod
    def describe_group(self, identity_store_id: str, group_id: str) -> NamedPrincipal:
        """Give a group with its name (identitystore DescribeGroup).

        Raises:
            NotFoundError: The group was deleted. A wrong identity store is another error.
        """

    @abstractmethod
    def list_accounts(self, *, next_token: str | None = None) -> Page[OrganizationAccount]:
        """Give one page, of at most 20, of all accounts (organizations ListAccounts)."""

    @abstractmethod
    def list_accounts_for_parent(
        self, parent_id: str, *, next_token: str | None = None
    ) -> Page[OrganizationAccount]:
        """Give one page, of at most 20, of the accounts right below a root or a unit.

        Those in units further down are not among them (organizations ListAccountsForParent).
        """

    @abstractmethod
    def list_units_for_parent(
        self, parent_id: str, *, next_token: str | None = None
    ) -> Page[OrganizationalUnit]:
        """Give one page, of at most 20, of the units right below a root or a unit.

        Operation: organizations ListOrganizationalUnitsForParent.
        """

    @abstractmethod
    def list_roots(self, *, next_token: str | None = None) -> Page[str]:
        """Give one page of the ids of roots; there is one (organizations ListRoots)."""

    @abstractmethod
    def describe_organization(self) -> str:
        """Give the id of the management account (organizations DescribeOrganization).

        Every account of the organization may ask this.
        """

    @abstractmethod
    def describe_account(self, account_id: str) -> OrganizationAccount:
        """Give an account with its name (organizations DescribeAccount).

        Raises:
            NotFoundError: The account is not, or no more, in the organization.
        """
