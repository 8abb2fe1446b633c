"""What complete answers about an organization are, read from its values alone.

Listings can be compared with these: nothing of the services, their paging or their indexes
takes part. All rows are plain tuples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ssokit.adapters.fake.organization import Organization

AssignmentRow: TypeAlias = "tuple[str, str, str, str | None, str, str, str, str, str | None]"


def assignment_rows(organization: Organization) -> Iterator[AssignmentRow]:
    """Give every assignment once, with all names, in the order of the fields of `Assignment`.

    Rows of principals that were deleted, and of accounts that left, are among them, with
    None for the name. The order of rows means nothing.
    """
    names = {
        user.user_id: user.user_name or user.display_name for user in organization.users.values()
    }
    names |= {group.group_id: group.display_name for group in organization.groups.values()}
    for row in organization.assignments:
        account = organization.accounts.get(row.account_id)
        yield (
            organization.instance_arn,
            row.principal_type,
            row.principal_id,
            names.get(row.principal_id) or None,
            organization.permission_sets[row.permission_set].arn,
            row.permission_set,
            "AWS_ACCOUNT",
            row.account_id,
            account.name if account else None,
        )


def access_rows(organization: Organization) -> Iterator[tuple[str, str | None, str, str]]:
    """Give who can use what, once for each way: user id, group id, ARN and account id.

    The group is None where the user is assigned directly. Only users that exist have access;
    whether the account is active is not looked at.
    """
    members = {group.group_id: group.member_ids for group in organization.groups.values()}
    known = {user.user_id for user in organization.users.values()}
    for row in organization.assignments:
        arn = organization.permission_sets[row.permission_set].arn
        if row.principal_type == "GROUP":
            for user_id in members.get(row.principal_id, ()):
                yield user_id, row.principal_id, arn, row.account_id
        elif row.principal_id in known:
            yield row.principal_id, None, arn, row.account_id


def account_ids_below(
    organization: Organization, parent_id: str, *, recursive: bool = False
) -> frozenset[str]:
    """Give the ids of the accounts right below a root or a unit.

    Args:
        organization: The organization.
        parent_id: The id of the root or the unit.
        recursive: Whether accounts in units further down count, too.
    """
    parents = {parent_id}
    if recursive:
        pending = [parent_id]
        while pending:
            above = pending.pop()
            below = {
                unit.unit_id for unit in organization.units.values() if unit.parent_id == above
            }
            pending += sorted(below - parents)
            parents |= below
    accounts = organization.accounts.values()
    return frozenset(account.account_id for account in accounts if account.parent_id in parents)
