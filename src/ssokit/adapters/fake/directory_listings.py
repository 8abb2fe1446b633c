"""How the answers of the administrators' services become values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from ssokit.domain.assignments import GROUP, USER, AccountAssignment, Pair, Principal
from ssokit.domain.directory import (
    Instance,
    NamedPrincipal,
    OrganizationAccount,
    OrganizationalUnit,
)

Row = TypeVar("Row")

SSO_ADMIN = "sso-admin"
IDENTITYSTORE = "identitystore"
ORGANIZATIONS = "organizations"


@attrs.frozen
class Listing(Generic[Row]):
    """An operation that lists something.

    Attributes:
        service: The AWS service.
        operation: The operation.
        member: The member of the answer that holds the rows.
        parse: Makes a value of a row.
    """

    service: str
    operation: str
    member: str
    parse: Callable[[Any], Row]


def instance(row: Mapping[str, Any]) -> Instance:
    """Read a row of ListInstances."""
    return Instance(
        arn=row["InstanceArn"],
        identity_store_id=row["IdentityStoreId"],
        owner_account_id=row["OwnerAccountId"],
        status=row["Status"],
        primary_region=row["PrimaryRegion"],
    )


def assignment(row: Mapping[str, Any]) -> AccountAssignment:
    """Read a row of either listing of assignments."""
    return AccountAssignment(
        Pair(row["AccountId"], row["PermissionSetArn"]),
        Principal(row["PrincipalType"], row["PrincipalId"]),
    )


def member_id(row: Mapping[str, Any]) -> str:
    """Read a row of ListGroupMemberships."""
    return str(row["MemberId"]["UserId"])


def group_id(row: Mapping[str, Any]) -> str:
    """Read a row of ListGroupMembershipsForMember."""
    return str(row["GroupId"])


def root_id(row: Mapping[str, Any]) -> str:
    """Read a row of ListRoots."""
    return str(row["Id"])


def unit(row: Mapping[str, Any]) -> OrganizationalUnit:
    """Read a row of ListOrganizationalUnitsForParent."""
    return OrganizationalUnit(unit_id=row["Id"], name=row["Name"])


def account(row: Mapping[str, Any]) -> OrganizationAccount:
    """Read a row of ListAccounts, or what DescribeAccount gives."""
    return OrganizationAccount(
        account_id=row["Id"],
        name=row["Name"],
        state=row.get("State") or row.get("Status"),
        path=row["Paths"][0] if "Paths" in row else None,
    )


def user(row: Mapping[str, Any]) -> NamedPrincipal:
    """Read a row of ListUsers, or what DescribeUser gives."""
    name = row.get("UserName") or row.get("DisplayName")
    return NamedPrincipal(Principal(USER, row["UserId"]), name)


def group(row: Mapping[str, Any]) -> NamedPrincipal:
    """Read a row of ListGroups, or what DescribeGroup gives."""
    return NamedPrincipal(Principal(GROUP, row["GroupId"]), row.get("DisplayName"))


INSTANCES = Listing(SSO_ADMIN, "ListInstances", "Instances", instance)
PERMISSION_SETS = Listing(SSO_ADMIN, "ListPermissionSets", "PermissionSets", str)
SETS_IN_ACCOUNT = Listing(
    SSO_ADMIN, "ListPermissionSetsProvisionedToAccount", "PermissionSets", str
)
ACCOUNTS_WITH_SET = Listing(SSO_ADMIN, "ListAccountsForProvisionedPermissionSet", "AccountIds", str)
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
