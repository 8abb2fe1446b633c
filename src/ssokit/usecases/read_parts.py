"""Read the parts of a listing of assignments: pairs, or principals."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

from ssokit.domain.assignment_checkpoint import part_key
from ssokit.domain.assignments import AccountAssignment, Pair, Principal
from ssokit.domain.errors import AccessDeniedError
from ssokit.usecases.directory_reader import DirectoryReader

Rows: TypeAlias = "tuple[AccountAssignment, ...]"


class ReadParts:
    """Reads one part at a time; it is thread-safe.

    Args:
        reader: Reads it.
        instance_arn: The instance.
        accounts: Gives the accounts that are asked for; None for all.

    Attributes:
        left: The only principals whose rows are wanted from pairs; empty for all.
        refusal: Why principals cannot be asked, once that was found out: the service answers
            the management account alone.
    """

    def __init__(
        self,
        reader: DirectoryReader,
        *,
        instance_arn: str,
        accounts: Callable[[], Collection[str] | None],
    ) -> None:
        self._reader = reader
        self._instance_arn = instance_arn
        self._accounts = accounts
        self._sampled: dict[Principal, Rows] = {}
        self.left: frozenset[Principal] = frozenset()
        self.refusal: AccessDeniedError | None = None

    def of_pair(self, pair: Pair) -> Rows:
        """Read who has a permission set in an account."""
        rows = self._reader.assignments_of_pair(self._instance_arn, pair)
        kept = {row for row in rows if row.pair == pair and self._is_left(row.principal)}
        return tuple(sorted(kept, key=lambda row: part_key(row.principal)))

    def of_principal(self, principal: Principal) -> Rows:
        """Read what a principal has, unless that was read as a sample.

        Raises:
            AccessDeniedError: Principals cannot be asked.
        """
        if principal in self._sampled:
            return self._sampled.pop(principal)
        if self.refusal:
            raise self.refusal
        accounts = self._accounts() or ()
        only = next(iter(accounts)) if len(accounts) == 1 else None
        try:
            rows = self._reader.assignments_of_principal(self._instance_arn, principal, only)
        except AccessDeniedError as error:
            self.refusal = error
            raise
        # A user's rows may include those of their groups: AWS does not document which.
        kept = {row for row in rows if row.principal == principal}
        return tuple(sorted(kept, key=lambda row: part_key(row.pair)))

    def sample(self, principal: Principal) -> Rows:
        """Read what a principal has ahead of time, and keep it.

        Raises:
            AccessDeniedError: Principals cannot be asked.
        """
        rows = self._sampled[principal] = self.of_principal(principal)
        return rows

    def _is_left(self, principal: Principal) -> bool:
        return not self.left or principal in self.left
