"""Who sees what, derived from the assignments of an organization."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from ssokit.adapters.fake.directory_index import DirectoryIndex
from ssokit.adapters.fake.organization import AccountState, MemberAccount, Organization


class AccessIndex:
    """Answer the access portal's questions about one state of an organization.

    A person's roles are those assigned to them and to their groups, in active accounts.

    Args:
        organization: The organization; later changes need a new index.

    Attributes:
        organization: The same.
    """

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self._rows_of: dict[str, dict[str, dict[str, None]]] = {}
        for row in organization.assignments:
            accounts = self._rows_of.setdefault(row.principal_id, {})
            accounts.setdefault(row.account_id, {})[row.permission_set] = None
        self._cache: dict[str, Mapping[str, tuple[str, ...]]] = {}

    @functools.cached_property
    def directory(self) -> DirectoryIndex:
        """The administrators' view of the same state, made when it is first asked for."""
        return DirectoryIndex(self.organization)

    def accounts_of(self, user_name: str) -> tuple[MemberAccount, ...]:
        """List the active accounts in which a user has a role, in the organization's order."""
        usable = self._roles_by_account(user_name)
        return tuple(self.organization.accounts[account_id] for account_id in usable)

    def roles_of(self, user_name: str, account_id: str) -> tuple[str, ...]:
        """List the names of a user's roles in an account; none without access."""
        return self._roles_by_account(user_name).get(account_id, ())

    def _roles_by_account(self, user_name: str) -> Mapping[str, tuple[str, ...]]:
        if user_name not in self._cache:
            self._cache[user_name] = self._derive(user_name)
        return self._cache[user_name]

    def _derive(self, user_name: str) -> Mapping[str, tuple[str, ...]]:
        user_id = self.organization.users[user_name].user_id
        groups = self.organization.groups.values()
        principals = [user_id, *(g.group_id for g in groups if user_id in g.member_ids)]
        found = {}
        for account_id, account in self.organization.accounts.items():
            roles = {
                role
                for principal in principals
                for role in self._rows_of.get(principal, {}).get(account_id, ())
            }
            if roles and account.state is AccountState.ACTIVE:
                found[account_id] = tuple(sorted(roles))
        return found
