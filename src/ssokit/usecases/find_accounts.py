"""Find the accounts that targets stand for, in few calls."""

from __future__ import annotations

import attrs

from ssokit.domain.assignments import AWS_OU, Target
from ssokit.domain.directory import OrganizationAccount
from ssokit.domain.errors import NotFoundError
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.look_ups import LookUps


@attrs.frozen
class FoundAccounts:
    """What targets stand for.

    Attributes:
        wanted: The ids of all accounts.
        in_units: Those of them that are in a unit or a root that was asked for.
    """

    wanted: frozenset[str]
    in_units: frozenset[str]


@attrs.frozen(kw_only=True)
class FindAccounts:
    """Turn accounts, units and roots into account ids.

    Attributes:
        reader: Reads units.
        accounts: The accounts of the organization: what is found on the way stays there.
    """

    reader: DirectoryReader
    accounts: LookUps[str, OrganizationAccount]

    def __call__(self, targets: tuple[Target, ...], *, recursive: bool) -> FoundAccounts:
        """Give the accounts, each once.

        Args:
            targets: What was asked for.
            recursive: Whether units stand for the accounts in units below, too.

        Raises:
            NotFoundError: A unit or a root does not exist.
            ServiceError: The service failed.
        """
        named = {target.id for target in targets if target.type != AWS_OU}
        units = (target.id for target in targets if target.type == AWS_OU)
        found: set[str] = set().union(*(self._below(unit, recursive=recursive) for unit in units))
        return FoundAccounts(frozenset(named | found), frozenset(found))

    def _below(self, parent_id: str, *, recursive: bool) -> set[str]:
        if not recursive:
            return self._right_below(parent_id)
        if parent_id.startswith("r-"):
            return self._in_root(parent_id)
        return self._in_unit(parent_id)

    def _in_root(self, root_id: str) -> set[str]:
        self.accounts.read_all()
        found = self._listed_below(root_id)
        if not found:
            raise NotFoundError(f"There is no account in {root_id}: no such root")
        return found

    def _in_unit(self, unit_id: str) -> set[str]:
        """Walk down, or read all accounts if they come with their paths.

        Nobody knows the length of either: the listing goes on while it has taken fewer calls
        than the walk takes at least, so that both take at most twice the calls of the better.
        """
        found: set[str] = set()
        units = [unit_id]
        for visited in units:
            found |= self._right_below(visited)
            units += [unit.unit_id for unit in self.reader.units_for_parent(visited)]
            while visited != units[-1] and self._is_worth_reading(2 * len(units)):
                self.accounts.try_page()
            if self.accounts.is_complete and self._has_paths:
                return self._listed_below(unit_id)
        return found

    def _is_worth_reading(self, calls: int) -> bool:
        accounts = self.accounts
        return self._has_paths and accounts.has_more_pages and accounts.pages_read < calls

    @property
    def _has_paths(self) -> bool:
        return all(account.path for account in self.accounts.found.values())

    def _right_below(self, parent_id: str) -> set[str]:
        found = self.reader.accounts_for_parent(parent_id)
        self.accounts.found |= {account.account_id: account for account in found}
        return {account.account_id for account in found}

    def _listed_below(self, parent_id: str) -> set[str]:
        return {
            account_id
            for account_id, account in self.accounts.found.items()
            if account.path is None or f"/{parent_id}/" in account.path
        }
