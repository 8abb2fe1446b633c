"""The administrators' services behind boto3: sso-admin, identitystore and organizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from ssokit.adapters.aws import directory_listings as listings
from ssokit.adapters.aws.answers import member
from ssokit.adapters.aws.directory_listings import Listing
from ssokit.adapters.aws.errors import translated
from ssokit.adapters.aws.signed_clients import SignedClients
from ssokit.domain.assignments import AccountAssignment, Pair, PermissionSet, Principal
from ssokit.domain.directory import (
    Instance,
    NamedPrincipal,
    OrganizationAccount,
    OrganizationalUnit,
)
from ssokit.domain.service_errors import directory_error
from ssokit.ports.access_portal import Page
from ssokit.ports.assignment_directory import AssignmentDirectory

if TYPE_CHECKING:
    import boto3

Row = TypeVar("Row")


@attrs.frozen
class BotoAssignmentDirectory(AssignmentDirectory):
    """`AssignmentDirectory` over the clients of a boto3 session. It makes each call once.

    It is thread-safe.

    Attributes:
        session: Whose keys, region and settings are used.
        region: Another region than the session's; None for that one.
    """

    session: boto3.Session
    region: str | None = None
    _clients: SignedClients = attrs.field(init=False, repr=False, eq=False)

    @_clients.default
    def _make_clients(self) -> SignedClients:
        return SignedClients(self.session, self.region)

    def in_region(self, region: str) -> BotoAssignmentDirectory:
        """Give the services in another region, or these if they are there already."""
        here = self.region or self.session.region_name
        return self if here == region else BotoAssignmentDirectory(self.session, region)

    def list_instances(self, *, next_token: str | None = None) -> Page[Instance]:
        """Give one page of the instances in the region."""
        return self._page(listings.INSTANCES, next_token)

    def list_permission_sets(
        self, instance_arn: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the ARNs of all permission sets."""
        return self._page(listings.PERMISSION_SETS, next_token, InstanceArn=instance_arn)

    def list_permission_sets_in_account(
        self, instance_arn: str, account_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the ARNs that are provisioned to an account."""
        return self._page(
            listings.SETS_IN_ACCOUNT, next_token, InstanceArn=instance_arn, AccountId=account_id
        )

    def list_accounts_with_permission_set(
        self, instance_arn: str, permission_set_arn: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the account ids that a set is provisioned to."""
        return self._page(
            listings.ACCOUNTS_WITH_SET,
            next_token,
            InstanceArn=instance_arn,
            PermissionSetArn=permission_set_arn,
        )

    def list_assignments_of_pair(
        self, instance_arn: str, pair: Pair, *, next_token: str | None = None
    ) -> Page[AccountAssignment]:
        """Give one page of who has a permission set in an account."""
        return self._page(
            listings.ASSIGNMENTS_OF_PAIR,
            next_token,
            InstanceArn=instance_arn,
            AccountId=pair.account_id,
            PermissionSetArn=pair.permission_set_arn,
        )

    def list_assignments_of_principal(
        self,
        instance_arn: str,
        principal: Principal,
        *,
        account_id: str | None = None,
        next_token: str | None = None,
    ) -> Page[AccountAssignment]:
        """Give one page of what a principal has."""
        return self._page(
            listings.ASSIGNMENTS_OF_PRINCIPAL,
            next_token,
            InstanceArn=instance_arn,
            PrincipalType=principal.type,
            PrincipalId=principal.id,
            Filter=None if account_id is None else {"AccountId": account_id},
        )

    def describe_permission_set(self, instance_arn: str, permission_set_arn: str) -> PermissionSet:
        """Give a permission set with its name."""
        operation = "DescribePermissionSet"
        answer = self._call(
            listings.SSO_ADMIN,
            operation,
            InstanceArn=instance_arn,
            PermissionSetArn=permission_set_arn,
        )
        described = member(answer, "PermissionSet", dict, operation=operation)
        return PermissionSet(
            permission_set_arn, member(described, "Name", str, operation=operation)
        )

    def list_users(
        self, identity_store_id: str, *, next_token: str | None = None
    ) -> Page[NamedPrincipal]:
        """Give one page of all users."""
        return self._page(listings.USERS, next_token, IdentityStoreId=identity_store_id)

    def list_groups(
        self, identity_store_id: str, *, next_token: str | None = None
    ) -> Page[NamedPrincipal]:
        """Give one page of all groups."""
        return self._page(listings.GROUPS, next_token, IdentityStoreId=identity_store_id)

    def list_group_members(
        self, identity_store_id: str, group_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the user ids of a group."""
        return self._page(
            listings.GROUP_MEMBERS, next_token, IdentityStoreId=identity_store_id, GroupId=group_id
        )

    def list_groups_of_user(
        self, identity_store_id: str, user_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the ids of a user's groups."""
        store, who = identity_store_id, {"UserId": user_id}
        return self._page(listings.GROUPS_OF_USER, next_token, IdentityStoreId=store, MemberId=who)

    def describe_user(self, identity_store_id: str, user_id: str) -> NamedPrincipal:
        """Give a user."""
        operation, store = "DescribeUser", identity_store_id
        answer = self._call(
            listings.IDENTITYSTORE, operation, IdentityStoreId=store, UserId=user_id
        )
        return listings.user(answer, operation)

    def describe_group(self, identity_store_id: str, group_id: str) -> NamedPrincipal:
        """Give a group."""
        operation, store = "DescribeGroup", identity_store_id
        answer = self._call(
            listings.IDENTITYSTORE, operation, IdentityStoreId=store, GroupId=group_id
        )
        return listings.group(answer, operation)

    def list_accounts(self, *, next_token: str | None = None) -> Page[OrganizationAccount]:
        """Give one page of all accounts."""
        return self._page(listings.ACCOUNTS, next_token)

    def list_accounts_for_parent(
        self, parent_id: str, *, next_token: str | None = None
    ) -> Page[OrganizationAccount]:
        """Give one page of the accounts right below a root or a unit."""
        return self._page(listings.ACCOUNTS_FOR_PARENT, next_token, ParentId=parent_id)

    def list_units_for_parent(
        self, parent_id: str, *, next_token: str | None = None
    ) -> Page[OrganizationalUnit]:
        """Give one page of the units right below a root or a unit."""
        return self._page(listings.UNITS_FOR_PARENT, next_token, ParentId=parent_id)

    def list_roots(self, *, next_token: str | None = None) -> Page[str]:
        """Give one page of the ids of roots."""
        return self._page(listings.ROOTS, next_token)

    def describe_organization(self) -> str:
        """Give the id of the management account."""
        operation = "DescribeOrganization"
        answer = self._call(listings.ORGANIZATIONS, operation)
        described = member(answer, "Organization", dict, operation=operation)
        return member(described, "MasterAccountId", str, operation=operation)

    def describe_account(self, account_id: str) -> OrganizationAccount:
        """Give an account."""
        operation = "DescribeAccount"
        answer = self._call(listings.ORGANIZATIONS, operation, AccountId=account_id)
        return listings.account(member(answer, "Account", dict, operation=operation), operation)

    def _page(
        self, listing: Listing[Row], next_token: str | None, **parameters: object
    ) -> Page[Row]:
        answer = self._call(
            listing.service,
            listing.operation,
            MaxResults=listing.most_rows,
            NextToken=next_token,
            **parameters,
        )
        return Page(listing.rows(answer), answer.get("NextToken") or None)

    def _call(self, service: str, operation: str, **parameters: object) -> Mapping[str, Any]:
        sent = {name: value for name, value in parameters.items() if value is not None}
        with translated(operation, directory_error):
            answer: Mapping[str, Any] = self._clients.call(service, operation, sent)
            return answer
