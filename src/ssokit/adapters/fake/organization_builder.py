"""Change an organization one step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import attrs

from ssokit.adapters.fake.organization import (
    AccountAssignment,
    AccountState,
    Group,
    MemberAccount,
    OrganizationalUnit,
    PermissionSet,
    User,
)
from ssokit.adapters.fake.organization_draft import OrganizationDraft
from ssokit.adapters.fake.organization_ids import permission_set_arn, principal_id, unit_id
from ssokit.domain.accounts import parse_account_id, parse_role_name


class OrganizationBuilder(OrganizationDraft):
    """Builds or changes an organization. Names must exist before they are used.

    It is thread-safe. Adding under an existing id or name replaces what was there.

    Args:
        organization: What to begin with; an empty organization by default.

    Attributes:
        organization: The organization as it is now; assign another to replace all of it.
    """

    def add_unit(self, name: str, *, parent: str | None = None) -> OrganizationalUnit:
        """Add an organizational unit below another, or below the root.

        Raises:
            LookupError: There is no such parent.
        """
        with self._lock:
            unit = OrganizationalUnit(
                unit_id=unit_id(self.organization.root_id, name),
                name=name,
                parent_id=self._parent_id(parent),
            )
            self._change(units={**self.organization.units, name: unit})
        return unit

    def add_account(
        self,
        account_id: str | int,
        name: str,
        *,
        email: str | None = None,
        unit: str | None = None,
        state: AccountState = AccountState.ACTIVE,
    ) -> MemberAccount:
        """Add an account to a unit, or to the root.

        Args:
            account_id: Up to twelve digits.
            name: Its name.
            email: The address of its root user; made up if it is not given.
            unit: The name of the organizational unit that holds it.
            state: Nobody sees a suspended account.

        Raises:
            LookupError: There is no such unit.
            ValueError: The account id is malformed.
        """
        digits = parse_account_id(account_id)
        with self._lock:
            account = MemberAccount(
                account_id=digits,
                name=name,
                email=email or f"aws+{digits}@example.com",
                parent_id=self._parent_id(unit),
                state=state,
            )
            self._change(accounts={**self.organization.accounts, digits: account})
        return account

    def suspend_account(self, account_id: str | int) -> None:
        """Suspend an account: from now on nobody sees it.

        Raises:
            LookupError: There is no such account.
        """
        with self._lock:
            account = self._find(
                "account", self.organization.accounts, parse_account_id(account_id)
            )
            suspended = attrs.evolve(account, state=AccountState.SUSPENDED)
            accounts = {**self.organization.accounts, account.account_id: suspended}
            self._change(accounts=accounts)

    def add_user(
        self, user_name: str, *, display_name: str | None = None, groups: Iterable[str] = ()
    ) -> User:
        """Add a user, and make them a member of groups.

        Raises:
            LookupError: There is no such group.
        """
        with self._lock:
            user = User(
                user_id=principal_id("user", user_name),
                user_name=user_name,
                display_name=display_name or user_name.title(),
            )
            joined = {}
            for name in groups:
                group = self._find("group", self.organization.groups, name)
                joined[name] = attrs.evolve(group, member_ids=group.member_ids | {user.user_id})
            self._change(
                users={**self.organization.users, user_name: user},
                groups={**self.organization.groups, **joined},
            )
        return user

    def add_group(self, name: str, *, members: Iterable[str] = ()) -> Group:
        """Add a group of users.

        Raises:
            LookupError: There is no user of such a name.
        """
        with self._lock:
            users = [self._find("user", self.organization.users, member) for member in members]
            group = Group(
                group_id=principal_id("group", name),
                display_name=name,
                member_ids=frozenset(user.user_id for user in users),
            )
            self._change(groups={**self.organization.groups, name: group})
        return group

    def add_permission_set(
        self, name: str, *, session_duration: timedelta = timedelta(hours=1)
    ) -> PermissionSet:
        """Add a permission set.

        Args:
            name: Its name, which becomes the role's name.
            session_duration: How long role credentials live. It is not held to AWS's 1 to 12
                hours, so that tests can see keys expire early.

        Raises:
            ValueError: The name is malformed.
        """
        with self._lock:
            permission_set = PermissionSet(
                name=parse_role_name(name),
                arn=permission_set_arn(
                    self.organization.partition, self.organization.instance_id, name
                ),
                session_duration=session_duration,
            )
            sets = {**self.organization.permission_sets, name: permission_set}
            self._change(permission_sets=sets)
        return permission_set

    def assign(
        self,
        *,
        role: str,
        account: str | int,
        user: str | None = None,
        group: str | None = None,
    ) -> AccountAssignment:
        """Grant a role in an account to a user or to a group.

        Raises:
            LookupError: One of the names does not exist.
            ValueError: Neither or both of ``user`` and ``group`` are given.
        """
        with self._lock:
            row = self._row(role, account, user, group)
            rows = dict.fromkeys((*self.organization.assignments, row))
            self._change(assignments=tuple(rows))
        return row

    def unassign(
        self,
        *,
        role: str,
        account: str | int,
        user: str | None = None,
        group: str | None = None,
    ) -> None:
        """Withdraw a role in an account from a user or from a group.

        Keys that were issued already stay valid to their end, as they do at AWS.

        Raises:
            LookupError: One of the names, or the assignment, does not exist.
            ValueError: Neither or both of ``user`` and ``group`` are given.
        """
        with self._lock:
            row = self._row(role, account, user, group)
            if row not in self.organization.assignments:
                raise LookupError(f"{user or group!r} has no role {role!r} in account {account}")
            rows = tuple(kept for kept in self.organization.assignments if kept != row)
            self._change(assignments=rows)

    def _row(
        self, role: str, account: str | int, user: str | None, group: str | None
    ) -> AccountAssignment:
        if (user is None) == (group is None):
            raise ValueError("give either user= or group=")
        organization = self.organization
        if user is not None:
            principal = self._find("user", organization.users, user).user_id
        else:
            principal = self._find("group", organization.groups, group or "").group_id
        found = self._find("account", organization.accounts, parse_account_id(account))
        return AccountAssignment(
            account_id=found.account_id,
            permission_set=self._find("permission set", organization.permission_sets, role).name,
            principal_type="GROUP" if user is None else "USER",
            principal_id=principal,
        )

    def _parent_id(self, unit: str | None) -> str:
        if unit is None:
            return self.organization.root_id
        return self._find("unit", self.organization.units, unit).unit_id
