"""What administrators see of an organization, arranged as they ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ssokit.adapters.fake.organization import (
    AccountAssignment,
    MemberAccount,
    Organization,
    OrganizationalUnit,
)


class DirectoryIndex:
    """Answer the administrators' questions about one state of an organization.

    Args:
        organization: The organization; later changes need a new index.

    Attributes:
        permission_sets: Permission sets by ARN.
        users: Users by user id.
        groups: Groups by group id.
        accounts_below: Accounts by the id of the unit or root that holds them.
        units_below: Units by the id of the unit or root that holds them.
        sets_in: ARNs of provisioned permission sets by account id.
        accounts_with: Account ids by the ARN of a permission set that is provisioned there.
        rows_of_pair: Assignments by account id and ARN of the permission set.
        rows_of_principal: Assignments by type and id of the principal.
    """

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self.permission_sets = {s.arn: s for s in organization.permission_sets.values()}
        self.users = {user.user_id: user for user in organization.users.values()}
        self.groups = {group.group_id: group for group in organization.groups.values()}
        self._groups_of: defaultdict[str, list[str]] = defaultdict(list)
        for group in self.groups.values():
            for user_id in group.member_ids:
                self._groups_of[user_id].append(group.group_id)
        self._parents = {u.unit_id: u.parent_id for u in organization.units.values()}
        self.accounts_below: defaultdict[str, list[MemberAccount]] = defaultdict(list)
        for account in organization.accounts.values():
            self.accounts_below[account.parent_id].append(account)
        self.units_below: defaultdict[str, list[OrganizationalUnit]] = defaultdict(list)
        for unit in organization.units.values():
            self.units_below[unit.parent_id].append(unit)
        self._arrange_assignments()

    def is_parent(self, parent_id: str) -> bool:
        """Tell whether a root or a unit has an id."""
        return parent_id == self._organization.root_id or parent_id in self._parents

    def path_of(self, parent_id: str) -> str:
        """Give the ids from the organization down to a root or a unit, each with a slash."""
        if parent_id not in self._parents:
            return f"{self._organization.organization_id}/{parent_id}/"
        return f"{self.path_of(self._parents[parent_id])}{parent_id}/"

    def groups_of(self, user_id: str) -> tuple[str, ...]:
        """Give the ids of a user's groups."""
        return tuple(self._groups_of.get(user_id, ()))

    def arn_of(self, row: AccountAssignment) -> str:
        """Give the ARN of an assignment's permission set."""
        return self._organization.permission_sets[row.permission_set].arn

    def _arrange_assignments(self) -> None:
        self.rows_of_pair: dict[tuple[str, str], list[AccountAssignment]] = {}
        self.rows_of_principal: dict[tuple[str, str], list[AccountAssignment]] = {}
        for row in self._organization.assignments:
            pair, who = (row.account_id, self.arn_of(row)), (row.principal_type, row.principal_id)
            self.rows_of_pair.setdefault(pair, []).append(row)
            self.rows_of_principal.setdefault(who, []).append(row)
        sets = self._organization.permission_sets
        bare = [(account_id, sets[name].arn) for account_id, name in self._organization.provisioned]
        sets_in: defaultdict[str, list[str]] = defaultdict(list)
        accounts_with: defaultdict[str, list[str]] = defaultdict(list)
        for account_id, arn in dict.fromkeys((*self.rows_of_pair, *bare)):
            sets_in[account_id].append(arn)
            accounts_with[arn].append(account_id)
        self.sets_in: Mapping[str, list[str]] = sets_in
        self.accounts_with: Mapping[str, list[str]] = accounts_with
