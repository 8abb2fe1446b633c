"""The names and the filters of a listing: each thing is asked about once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ssokit.domain.assignment_checkpoint import Key, part_key
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import (
    AWS_ACCOUNT,
    GROUP,
    USER,
    AccountAssignment,
    Assignment,
    PermissionSet,
    Principal,
)
from ssokit.domain.directory import NamedPrincipal, OrganizationAccount
from ssokit.domain.errors import ServiceError
from ssokit.ports.access_portal import Page
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.look_ups import LookUps

_ACTIVE = (None, "ACTIVE")


class AssignmentNames:
    """Who and what ids stand for, and whether the caller's filters let them pass.

    Filters are called in the thread that iterates the listing, once for each distinct thing,
    with its name where names of its kind were asked for.

    Args:
        question: What is asked for.
        reader: Reads names.
        instance_arn: The instance.
        identity_store_id: Gives the identity store; called where it is needed.
        report: Is told what could not be named, and why.
        undecided: Is told what a filter turned down without its name, which is unreadable.
        workers: How many things are looked up at once.

    Attributes:
        accounts: The accounts that are known.
        permission_sets: The permission sets that are known.
        principals: The users and the groups that are known, by type.
    """

    def __init__(
        self,
        question: AssignmentQuestion,
        reader: DirectoryReader,
        *,
        instance_arn: str,
        identity_store_id: Callable[[], str],
        report: Callable[[str, ServiceError], None],
        undecided: Callable[[Key], None],
        workers: int,
    ) -> None:
        self._question = question
        self._instance_arn = instance_arn
        self._tell_undecided = undecided
        self._undecided: set[Key] = set()
        self._passed: dict[Key, bool] = {}
        self._in_units: frozenset[str] = frozenset()

        def principal_pages(kind: str) -> Iterator[Page[NamedPrincipal]]:
            yield from reader.principal_pages(identity_store_id(), kind)

        def account_unknown(account_id: str, error: ServiceError) -> None:
            if not question.include_suspended:
                # Rows of an account that may be suspended are not for those who ruled it out.
                raise error
            report(f"the name of account {account_id}", error)

        self.accounts: LookUps[str, OrganizationAccount] = LookUps(
            describe=reader.account,
            key=lambda account: account.account_id,
            pages=reader.account_pages(),
            report=account_unknown,
            workers=workers,
        )
        self.permission_sets: LookUps[str, PermissionSet] = LookUps(
            describe=lambda arn: reader.permission_set(instance_arn, arn),
            key=lambda permission_set: permission_set.arn,
            report=lambda arn, error: report(f"the name of {arn}", error),
            workers=workers,
        )
        self.principals: dict[str, LookUps[Principal, NamedPrincipal]] = {
            kind: LookUps(
                describe=lambda principal: reader.principal(identity_store_id(), principal),
                key=lambda found: found.principal,
                pages=principal_pages(kind),
                report=lambda who, error: report(f"the name of {who.type} {who.id}", error),
                workers=workers,
            )
            for kind in (USER, GROUP)
        }

    @property
    def deleted_principals(self) -> frozenset[Principal]:
        """Principals that were looked up, and no longer exist."""
        return frozenset().union(*(looked_up.gone for looked_up in self.principals.values()))

    def show_accounts(self, account_ids: frozenset[str]) -> None:
        """Name these accounts in any case: they came with their names."""
        self._in_units |= account_ids

    def look_up_accounts(self, account_ids: Iterable[str]) -> None:
        """Find the names of those accounts that are to be named."""
        self.accounts(account_id for account_id in account_ids if self._shows(account_id))

    def look_up_sets(self, arns: Iterable[str]) -> None:
        """Find the names of permission sets, if they are to be named."""
        if self._question.get_permission_set_names:
            self.permission_sets(arns)

    def passing_accounts(self, account_ids: Iterable[str]) -> frozenset[str]:
        """Give those accounts whose rows are wanted."""
        ordered = sorted(account_ids)
        if self._question.target_filter:
            self.look_up_accounts(ordered)
        if not self._question.include_suspended:
            self.accounts(ordered)
        return frozenset(filter(self._passes_account, ordered))

    def passing_sets(self, arns: Iterable[str]) -> frozenset[str]:
        """Give those permission sets whose rows are wanted."""
        ordered = sorted(arns)
        if self._question.permission_set_filter:
            self.look_up_sets(ordered)
        return frozenset(filter(self._passes_set, ordered))

    def passing_rows(self, rows: Iterable[AccountAssignment]) -> tuple[AccountAssignment, ...]:
        """Find all names for rows, and give those rows that are wanted."""
        rows = tuple(row for row in rows if self._question.wants(row.principal))
        accounts = self.passing_accounts({row.pair.account_id for row in rows})
        sets = self.passing_sets({row.pair.permission_set_arn for row in rows})
        rows = tuple(
            row
            for row in rows
            if row.pair.account_id in accounts and row.pair.permission_set_arn in sets
        )
        self._look_up_principals([row.principal for row in rows])
        rows = tuple(row for row in rows if self._passes_principal(row.principal))
        self.look_up_accounts(row.pair.account_id for row in rows)
        self.look_up_sets(row.pair.permission_set_arn for row in rows)
        return rows

    def passing_principals(self, principals: Iterable[Principal]) -> frozenset[Principal]:
        """Give those principals whose rows are wanted, before they are asked."""
        ordered = sorted(principals, key=lambda principal: (principal.type, principal.id))
        self._look_up_principals(ordered)
        return frozenset(filter(self._passes_principal, ordered))

    def deleted_among(self, principals: Iterable[Principal]) -> frozenset[Principal]:
        """Give those who are known, or are found now, not to exist any more."""
        principals = tuple(principals)
        for kind, looked_up in self.principals.items():
            looked_up(who for who in principals if who.type == kind)
        return self.deleted_principals.intersection(principals)

    def _look_up_principals(self, principals: list[Principal]) -> None:
        if self._question.get_principal_names:
            for kind, looked_up in self.principals.items():
                looked_up(who for who in principals if who.type == kind)

    def is_undecided(self, row: AccountAssignment) -> bool:
        """Tell whether a filter turned a row down for want of a name that is unreadable."""
        pair, who = row.pair, row.principal
        keys = {(pair.account_id, ""), (pair.permission_set_arn, ""), part_key(who)}
        return not self._undecided.isdisjoint(keys)

    def _passes_account(self, account_id: str) -> bool:
        if not self._question.include_suspended and self._is_suspended(account_id):
            return False
        lacks = self._shows(account_id) and self.accounts.lacks(account_id)
        told = AWS_ACCOUNT, account_id, self._account_name(account_id)
        return self._once((account_id, ""), self._question.target_filter, *told, lacks=lacks)

    def _passes_set(self, arn: str) -> bool:
        question = self._question
        lacks = question.get_permission_set_names and self.permission_sets.lacks(arn)
        told = arn, self._set_name(arn)
        return self._once((arn, ""), question.permission_set_filter, *told, lacks=lacks)

    def _passes_principal(self, who: Principal) -> bool:
        question, looked_up = self._question, self.principals.get(who.type)
        lacks = question.get_principal_names and looked_up is not None and looked_up.lacks(who)
        told = who.type, who.id, self._principal_name(who)
        return self._once(part_key(who), question.principal_filter, *told, lacks=lacks)

    def of_users(self, user_ids: Iterable[str]) -> dict[str, str | None]:
        """Give the names of users, if principals are to be named."""
        users = [Principal(USER, user_id) for user_id in sorted(user_ids)]
        if self._question.get_principal_names:
            self.principals[USER](users)
        return {user.id: self._principal_name(user) for user in users}

    def named(self, row: AccountAssignment) -> Assignment:
        """Give a row with the names that were asked for."""
        return Assignment(
            instance_arn=self._instance_arn,
            principal_type=row.principal.type,
            principal_id=row.principal.id,
            principal_name=self._principal_name(row.principal),
            permission_set_arn=row.pair.permission_set_arn,
            permission_set_name=self._set_name(row.pair.permission_set_arn),
            target_type=AWS_ACCOUNT,
            target_id=row.pair.account_id,
            target_name=self._account_name(row.pair.account_id),
        )

    def _once(
        self, key: Key, passes: Callable[..., object] | None, *told: str | None, lacks: bool
    ) -> bool:
        if passes is None:
            return True
        if key not in self._passed:
            self._passed[key] = bool(passes(*told))
            if lacks and not self._passed[key]:
                self._undecided.add(key)
                self._tell_undecided(key)
        return self._passed[key]

    def _shows(self, account_id: str) -> bool:
        question = self._question
        if question.get_target_names is None:
            return False
        listed = question.targets is None or account_id in self._in_units
        return question.get_target_names or listed

    def _is_suspended(self, account_id: str) -> bool:
        known = self.accounts.found.get(account_id)
        return known is not None and known.state not in _ACTIVE

    def _account_name(self, account_id: str) -> str | None:
        known = self.accounts.found.get(account_id)
        return known.name if known and self._shows(account_id) else None

    def _set_name(self, arn: str) -> str | None:
        known = self.permission_sets.found.get(arn)
        return known.name if known else None

    def _principal_name(self, principal: Principal) -> str | None:
        if not self._question.get_principal_names:
            return None
        looked_up = self.principals.get(principal.type)
        known = looked_up.found.get(principal) if looked_up else None
        return known.name if known else None
