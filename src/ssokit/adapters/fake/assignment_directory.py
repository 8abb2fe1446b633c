"""The in-process face of the administrators' services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from ssokit.adapters.fake import directory_listings as listings
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.directory_listings import Listing
from ssokit.adapters.fake.in_process import Handler, members_of
from ssokit.domain.assignments import (
    AccountAssignment,
    Pair,
    PermissionSet,
    Principal,
)
from ssokit.domain.directory import (
    Instance,
    NamedPrincipal,
    OrganizationAccount,
    OrganizationalUnit,
)
from ssokit.domain.service_errors import directory_error
from ssokit.ports.access_portal import Page
from ssokit.ports.assignment_directory import AssignmentDirectory

Row = TypeVar("Row")


@attrs.frozen
class FakeAssignmentDirectory(AssignmentDirectory):
    """`AssignmentDirectory` over a `FakeIdentityCenter`, without any HTTP.

    Attributes:
        handle: Takes the calls: the model.
        region: The region whose endpoint this is.
    """

    handle: Handler
    region: str = attrs.field(kw_only=True)

    def in_region(self, region: str) -> FakeAssignmentDirectory:
        """Give the face of another region."""
        return attrs.evolve(self, region=region)

    def list_instances(self, *, next_token: str | None = None) -> Page[Instance]:
        """Give the one instance, in its own region."""
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
        answer = self._call(
            listings.SSO_ADMIN,
            "DescribePermissionSet",
            InstanceArn=instance_arn,
            PermissionSetArn=permission_set_arn,
        )
        return PermissionSet(permission_set_arn, answer["PermissionSet"]["Name"])

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
        return listings.user(
            self._call(
                listings.IDENTITYSTORE,
                "DescribeUser",
                IdentityStoreId=identity_store_id,
                UserId=user_id,
            )
        )

    def describe_group(self, identity_store_id: str, group_id: str) -> NamedPrincipal:
        """Give a group."""
        return listings.group(
            self._call(
                listings.IDENTITYSTORE,
                "DescribeGroup",
                IdentityStoreId=identity_store_id,
                GroupId=group_id,
            )
        )

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
        """Give the id of the one root."""
        return self._page(listings.ROOTS, next_token)

    def describe_organization(self) -> str:
        """Give the id of the management account."""
        answer = self._call(listings.ORGANIZATIONS, "DescribeOrganization")
        return str(answer["Organization"]["MasterAccountId"])

    def describe_account(self, account_id: str) -> OrganizationAccount:
        """Give an account."""
        answer = self._call(listings.ORGANIZATIONS, "DescribeAccount", AccountId=account_id)
        return listings.account(answer["Account"])

    def _page(
        self, listing: Listing[Row], next_token: str | None, **parameters: object
    ) -> Page[Row]:
        answer = self._call(listing.service, listing.operation, NextToken=next_token, **parameters)
        return Page(tuple(map(listing.parse, answer[listing.member])), answer.get("NextToken"))

    def _call(self, service: str, operation: str, **parameters: object) -> Mapping[str, Any]:
        sent = {name: value for name, value in parameters.items() if value is not None}
        call = Call(operation=operation, parameters=sent, region=self.region, service=service)
        return members_of(call, self.handle(call), directory_error)
