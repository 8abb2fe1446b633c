"""Find the pairs of account and permission set that a listing has to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import product

from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignments import Pair
from ssokit.domain.errors import AccessDeniedError, ServiceError
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.read_ahead import read_ahead

Read = Callable[[str], tuple[str, ...]]
Unread = Callable[[str, ServiceError], None]


class FindPairs:
    """Finds which permission sets are provisioned to which accounts, each asked once.

    Args:
        reader: Reads the pairs.
        names: Tells which accounts and permission sets are wanted.
        instance_arn: The instance.
        unread: Is told of an account or a permission set whose pairs could not be read.
        workers: How many are read at once.
    """

    def __init__(
        self,
        *,
        reader: DirectoryReader,
        names: AssignmentNames,
        instance_arn: str,
        unread: Unread,
        workers: int,
    ) -> None:
        self._names = names
        self._accounts_with = partial(reader.accounts_with_set, instance_arn)
        self._sets_in = partial(reader.sets_in_account, instance_arn)
        self._unread = unread
        self._workers = workers
        self._accounts_of: dict[str, tuple[str, ...]] = {}

    def sample(self, arns: list[str], size: int) -> float:
        """Give the average number of accounts of some permission sets, spread over all.

        What fails now is tried again, and told, if it comes to reading all of them.
        """
        looked_at = arns[:: max(1, len(arns) // size)][:size]
        found = [account_ids for _, account_ids in self._of_sets(looked_at, _untold)]
        return sum(map(len, found)) / max(1, len(found))

    def __call__(
        self, strategy: Strategy, accounts: Iterable[str] | None, sets: Iterable[str] | None
    ) -> list[Pair]:
        """Give the pairs that are wanted, sorted by account, then by permission set.

        Args:
            strategy: The way to find them.
            accounts: The accounts that are wanted; None for all, unless going by account.
            sets: The permission sets that are wanted; None for all, unless going by set.

        Raises:
            AccessDeniedError: The listing of the accounts of a permission set is refused.
        """
        if strategy is Strategy.DIRECT:
            pairs = set(product(accounts or (), sets or ()))
        elif strategy is Strategy.BY_ACCOUNT:
            pairs = set(self._by_account(accounts or (), None if sets is None else set(sets)))
        else:
            pairs = set(self._by_set(sets or (), None if accounts is None else set(accounts)))
        return [Pair(account_id, arn) for account_id, arn in sorted(pairs)]

    def _by_account(
        self, accounts: Iterable[str], sets: set[str] | None
    ) -> Iterator[tuple[str, str]]:
        found = dict(self._read(sorted(accounts), self._sets_in, self._unread))
        arns = {arn for listed in found.values() for arn in listed if sets is None or arn in sets}
        wanted = self._names.passing_sets(arns)
        for account_id, listed in found.items():
            yield from ((account_id, arn) for arn in listed if arn in wanted)

    def _by_set(self, sets: Iterable[str], accounts: set[str] | None) -> Iterator[tuple[str, str]]:
        found = dict(self._of_sets(sorted(sets), self._unread))
        ids = {account_id for listed in found.values() for account_id in listed}
        wanted = self._names.passing_accounts(ids if accounts is None else ids & accounts)
        for arn, listed in found.items():
            yield from ((account_id, arn) for account_id in listed if account_id in wanted)

    def _of_sets(self, arns: list[str], unread: Unread) -> Iterator[tuple[str, tuple[str, ...]]]:
        unknown = [arn for arn in arns if arn not in self._accounts_of]
        if unknown and not self._accounts_of:
            self._ask_alone(unknown.pop(0), unread)
        self._accounts_of.update(self._read(unknown, self._accounts_with, unread))
        return ((arn, self._accounts_of[arn]) for arn in arns if arn in self._accounts_of)

    def _ask_alone(self, arn: str, unread: Unread) -> None:
        try:
            self._accounts_of[arn] = self._accounts_with(arn)
        except AccessDeniedError:
            # A refusal of the first is one of all.
            raise
        except ServiceError as error:
            unread(arn, error)

    def _read(
        self, what: list[str], read: Read, unread: Unread
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        with closing(read_ahead(what, read, workers=self._workers)) as answers:
            for item, answer in answers:
                found = self._result(item, answer.result, unread)
                if found is not None:
                    yield item, found

    @staticmethod
    def _result(
        item: str, result: Callable[[], tuple[str, ...]], unread: Unread
    ) -> tuple[str, ...] | None:
        try:
            return result()
        except ServiceError as error:
            unread(item, error)
            return None


def _untold(_item: str, _error: ServiceError) -> None:
    """Leave an error to a later call."""
