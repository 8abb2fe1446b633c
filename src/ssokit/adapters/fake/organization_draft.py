"""An organization on its way: its lock, and what is taken out of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TypeVar

import attrs

from ssokit.adapters.fake.organization import AccountInstance, Organization
from ssokit.adapters.fake.organization_ids import hex_digits
from ssokit.domain.accounts import parse_account_id

Thing = TypeVar("Thing")


class OrganizationDraft:
    """Takes things out of an organization, and leaves behind what AWS leaves behind.

    It is thread-safe.

    Args:
        organization: What to begin with; an empty organization by default.

    Attributes:
        organization: The organization as it is now.
    """

    def __init__(self, organization: Organization | None = None) -> None:
        self._lock = threading.RLock()
        self.organization = organization or Organization()

    def delete_user(self, user_name: str) -> None:
        """Delete a user; their assignments stay, as they do at AWS, their memberships do not.

        Raises:
            LookupError: There is no such user.
        """
        with self._lock:
            user_id = self._find("user", self.organization.users, user_name).user_id
            groups = {
                name: attrs.evolve(group, member_ids=group.member_ids - {user_id})
                for name, group in self.organization.groups.items()
            }
            self._change(users=_without(self.organization.users, user_name), groups=groups)

    def delete_group(self, name: str) -> None:
        """Delete a group; its assignments stay, as they do at AWS.

        Raises:
            LookupError: There is no such group.
        """
        with self._lock:
            self._find("group", self.organization.groups, name)
            self._change(groups=_without(self.organization.groups, name))

    def remove_account(self, account_id: str | int) -> None:
        """Let an account leave the organization; its assignments are still listed.

        Raises:
            LookupError: There is no such account.
        """
        digits = parse_account_id(account_id)
        with self._lock:
            self._find("account", self.organization.accounts, digits)
            self._change(accounts=_without(self.organization.accounts, digits))

    def delete_permission_set(self, name: str) -> None:
        """Delete a permission set, with its assignments.

        Raises:
            LookupError: There is no such permission set.
        """
        with self._lock:
            organization = self.organization
            self._find("permission set", organization.permission_sets, name)
            rows = tuple(row for row in organization.assignments if row.permission_set != name)
            self._change(
                permission_sets=_without(organization.permission_sets, name),
                assignments=rows,
                provisioned=tuple(pair for pair in organization.provisioned if pair[1] != name),
            )

    def provision(self, *, role: str, account: str | int) -> None:
        """Provision a permission set to an account without assigning it to anybody.

        Raises:
            LookupError: There is no such permission set or account.
        """
        with self._lock:
            organization = self.organization
            digits = parse_account_id(account)
            self._find("account", organization.accounts, digits)
            self._find("permission set", organization.permission_sets, role)
            pairs = dict.fromkeys((*organization.provisioned, (digits, role)))
            self._change(provisioned=tuple(pairs))

    def add_account_instance(
        self, account: str | int, *, status: str = "ACTIVE"
    ) -> AccountInstance:
        """Add an instance of one account, which is listed beside the organization's own.

        Raises:
            LookupError: There is no such account.
        """
        digits = parse_account_id(account)
        with self._lock:
            organization = self.organization
            self._find("account", organization.accounts, digits)
            added = AccountInstance(
                instance_id=f"ssoins-{hex_digits('instance', digits, count=16)}",
                identity_store_id=f"d-{hex_digits('store', digits, count=10)}",
                owner_account_id=digits,
                status=status,
            )
            self._change(account_instances=(*organization.account_instances, added))
        return added

    def _find(self, kind: str, things: Mapping[str, Thing], name: str) -> Thing:
        if name not in things:
            known = ", ".join(sorted(things)[:10]) or "none at all"
            raise LookupError(f"there is no {kind} {name!r}; there is: {known}")
        return things[name]

    def _change(self, **fields: object) -> None:
        self.organization = attrs.evolve(self.organization, **fields)  # type: ignore[arg-type]


def _without(things: Mapping[str, Thing], name: str) -> Mapping[str, Thing]:
    return {key: thing for key, thing in things.items() if key != name}
