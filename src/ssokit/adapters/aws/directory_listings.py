"""How the answers of the administrators' services are asked for, checked and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from ssokit.adapters.aws.answers import member
from ssokit.domain.assignments import GROUP, USER, AccountAssignment, Pair, Principal
from ssokit.domain.directory import (
    Instance,
    NamedPrincipal,
    OrganizationAccount,
    OrganizationalUnit,
)
from ssokit.domain.service_errors import invalid_response

Row = TypeVar("Row")
Members: TypeAlias = Mapping[str, Any]

SSO_ADMIN = "sso-admin"
IDENTITYSTORE = "identitystore"
ORGANIZATIONS = "organizations"
_MOST_ROWS = {SSO_ADMIN: 100, IDENTITYSTORE: 100, ORGANIZATIONS: 20}


@attrs.frozen
class Listing(Generic[Row]):
    """An operation that lists something.

    Attributes:
        service: The AWS service.
        operation: The operation.
        member: The member of the answer that holds the rows; AWS always sends it.
        parse: Makes a value of a row; its second argument is the operation.
    """

    service: str
    operation: str
    member: str
    parse: Callable[[Any, str], Row]

    @property
    def most_rows(self) -> int:
        """The largest page that AWS allows; its default size is not documented."""
        return _MOST_ROWS[self.service]

    def rows(self, answer: Members) -> tuple[Row, ...]:
        """Read the rows of an answer.

        Raises:
            InvalidResponseError: Something is missing that AWS always sends.
        """
        listed = member(answer, self.member, list, operation=self.operation)
        return tuple(self.parse(row, self.operation) for row in listed)


def text(row: object, operation: str) -> str:
    """Read a row that is an id or an ARN and nothing else."""
    if not isinstance(row, str) or not row:
        raise invalid_response(operation, "usable rows")
    return row


def instance(row: Members, operation: str) -> Instance:
    """Read a row of ListInstances."""
    return Instance(
        arn=member(row, "InstanceArn", str, operation=operation),
        identity_store_id=member(row, "IdentityStoreId", str, operation=operation),
        owner_account_id=row.get("OwnerAccountId"),
        status=row.get("Status"),
        primary_region=row.get("PrimaryRegion"),
    )


def assignment(row: Members, operation: str) -> AccountAssignment:
    """Read a row of either listing of assignments."""
    account_id, arn, kind, principal_id = (
        member(row, name, str, operation=operation)
        for name in ("AccountId", "PermissionSetArn", "PrincipalType", "PrincipalId")
    )
    return AccountAssignment(Pair(account_id, arn), Principal(kind, principal_id))


def user(row: Members, operation: str) -> NamedPrincipal:
    """Read a row of ListUsers, or what DescribeUser gives; both names are optional there."""
    user_id = member(row, "UserId", str, operation=operation)
    name = row.get("UserName") or row.get("DisplayName") or None
    return NamedPrincipal(Principal(USER, user_id), name)


def group(row: Members, operation: str) -> NamedPrincipal:
    """Read a row of ListGroups, or what DescribeGroup gives; the name is optional there."""
    group_id = member(row, "GroupId", str, operation=operation)
    return NamedPrincipal(Principal(GROUP, group_id), row.get("DisplayName") or None)


def member_id(row: Members, operation: str) -> str:
    """Read a row of ListGroupMemberships: members are users, for groups do not nest."""
    who = member(row, "MemberId", dict, operation=operation)
    return member(who, "UserId", str, operation=operation)


def group_id(row: Members, operation: str) -> str:
    """Read a row of ListGroupMembershipsForMember."""
    return member(row, "GroupId", str, operation=operation)


def account(row: Members, operation: str) -> OrganizationAccount:
    """Read a row of ListAccounts, or what DescribeAccount gives.

    ``State`` is what AWS has announced to replace ``Status``; older boto3 knows only the one.
    """
    return OrganizationAccount(
        account_id=member(row, "Id", str, operation=operation),
        name=row.get("Name") or None,
        state=row.get("State") or row.get("Status") or None,
        path=next(iter(row.get("Paths") or ()), None),
    )


def unit(row: Members, operation: str) -> OrganizationalUnit:
    """Read a row of ListOrganizationalUnitsForParent."""
    unit_id = member(row, "Id", str, operation=operation)
    return OrganizationalUnit(unit_id=unit_id, name=row.get("Name") or None)


def root_id(row: Members, operation: str) -> str:
    """Read a row of ListRoots."""
    return member(row, "Id", str, operation=operation)


INSTANCES = Listing(SSO_ADMIN, "ListInstances", "Instances", instance)
PERMISSION_SETS = Listing(SSO_ADMIN, "ListPermissionSets", "PermissionSets", text)
SETS_IN_ACCOUNT = Listing(
    SSO_ADMIN, "ListPermissionSetsProvisionedToAccount", "PermissionSets", text
)
ACCOUNTS_WITH_SET = Listing(
    SSO_ADMIN, "ListAccountsForProvisionedPermissionSet", "AccountIds", text
)
ASSIGNMENTS_OF_PAIR = Listing(SSO_ADMIN, "ListAccountAssignments", "AccountAssignments", assignment)
ASSIGNMENTS_OF_PRINCIPAL = Listing(
    SSO_ADMIN, "ListAccountAssignmentsForPrincipal", "AccountAssignments", assignment
)
USERS = Listing(IDENTITYSTORE, "ListUsers", "Users", user)
GROUPS = Listing(IDENTITYSTORE, "ListGroups", "Groups", group)
GROUP_MEMBERS = Listing(IDENTITYSTORE, "ListGroupMemberships", "GroupMemberships", member_id)
GROUPS_OF_USER = Listing(
    IDENTITYSTORE, "ListGroupMembershipsForMember", "GroupMemberships", group_id
)
ACCOUNTS = Listing(ORGANIZATIONS, "ListAccounts", "Accounts", account)
ACCOUNTS_FOR_PARENT = Listing(ORGANIZATIONS, "ListAccountsForParent", "Accounts", account)
UNITS_FOR_PARENT = Listing(
    ORGANIZATIONS, "ListOrganizationalUnitsForParent", "OrganizationalUnits", unit
)
ROOTS = Listing(ORGANIZATIONS, "ListRoots", "Roots", root_id)
