"""Find the accounts that targets stand for, in few calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import attrs

from ssokit.domain.assignments import AWS_OU, Target
from ssokit.domain.directory import OrganizationAccount
from ssokit.domain.errors import NotFoundError
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.look_ups import LookUps
from ssokit.usecases.read_ahead import read_ahead


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
        workers: How many units are read at once.
    """

    reader: DirectoryReader
    accounts: LookUps[str, OrganizationAccount]
    workers: int

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
        units = [target.id for target in targets if target.type == AWS_OU]
        roots = [unit for unit in units if recursive and unit.startswith("r-")]
        found = self._in_root(roots[0]) if roots else self._in_units(units, recursive=recursive)
        return FoundAccounts(frozenset(named | found), frozenset(found))

    def _in_root(self, root_id: str) -> set[str]:
        self.accounts.read_all()
        if not self._has_paths:
            # Nothing else would tell that there is no such root.
            self.reader.units_for_parent(root_id)
        return self._listed_in([root_id], recursive=True)

    def _in_units(self, units: list[str], *, recursive: bool) -> set[str]:
        """Walk down level by level, or read all accounts if they come with their paths.

        Nobody knows the length of either: the listing goes on while it has taken fewer calls
        than the walk takes at least, so that both take at most twice the calls of the better.
        A single unit is looked at first: most have none below them.
        """
        found: set[str] = set()
        known, level, walked = set(units), units, 0
        while level:
            walked += len(level) * (2 if recursive else 1)
            if known != {*units[:1]}:
                self._read_listing(walked)
            if self.accounts.is_complete and self._has_paths:
                return found | self._listed_in(units, recursive=recursive)
            below: dict[str, None] = {}
            for account_ids, unit_ids in self._right_below(level, units, recursive=recursive):
                found |= account_ids
                below |= dict.fromkeys(unit_ids)
            level = [unit for unit in below if unit not in known]
            known |= below.keys()
        return found

    def _read_listing(self, most_pages: int) -> None:
        accounts = self.accounts
        while self._has_paths and accounts.has_more_pages and accounts.pages_read < most_pages:
            accounts.try_page()

    @property
    def _has_paths(self) -> bool:
        return all(account.path for account in self.accounts.found.values())

    def _right_below(
        self, units: list[str], asked: list[str], *, recursive: bool
    ) -> Iterator[tuple[set[str], list[str]]]:
        def read(unit_id: str) -> tuple[tuple[OrganizationAccount, ...], list[str]]:
            accounts = self.reader.accounts_for_parent(unit_id)
            units = self.reader.units_for_parent(unit_id) if recursive else ()
            return accounts, [unit.unit_id for unit in units]

        with closing(read_ahead(units, read, workers=self.workers)) as answers:
            for unit, answer in answers:
                try:
                    accounts, below = answer.result()
                except NotFoundError:
                    if unit in asked:
                        raise
                    # It was deleted meanwhile, which only empty ones can be.
                    continue
                self.accounts.found |= {account.account_id: account for account in accounts}
                yield {account.account_id for account in accounts}, below

    def _listed_in(self, units: list[str], *, recursive: bool) -> set[str]:
        """Look units up in the paths of all accounts; a unit that holds none is asked for."""
        found: set[str] = set()
        for unit in units:
            inside = {
                account_id
                for account_id, account in self.accounts.found.items()
                if _is_in(account.path, unit, recursive=recursive)
            }
            if not inside:
                self.reader.accounts_for_parent(unit)
            found |= inside
        return found


def _is_in(path: str | None, unit: str, *, recursive: bool) -> bool:
    if path is None:
        return True
    above = path.strip("/").split("/")[:-1]
    return unit in above if recursive else unit == above[-1]
