"""Find out what a listing of assignments has to ask, and which way takes the fewest calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import attrs

from ssokit.domain.assignment_checkpoint import LEFT_ACCOUNTS, Key
from ssokit.domain.assignment_plan import (
    Cost,
    Count,
    OrganizationSize,
    Restriction,
    Strategy,
    cheapest,
    costs,
    sample_size,
    what_to_count,
)
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignment_specs import PrincipalSpec
from ssokit.domain.assignments import GROUP, PRINCIPAL_TYPES, USER, Pair, Principal
from ssokit.domain.errors import AccessDeniedError, NotFoundError, ServiceError
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.find_accounts import FindAccounts
from ssokit.usecases.find_pairs import FindPairs


class AssignmentSurvey:
    """What is asked for, in terms of accounts, permission sets, principals and pairs.

    Everything is found out when it is needed, and once.

    Args:
        question: What is asked for.
        reader: Reads it.
        names: Names and filters.
        find_pairs: Finds pairs.
        instance_arn: The instance.
        identity_store_id: Gives the identity store; called where it is needed.
        report: Is told what cannot be read, why, and which part of the answer it is.
        workers: How many things are read at once.

    Attributes:
        knows_all_principals: Whether nobody who was named turned out not to exist.
    """

    def __init__(
        self,
        question: AssignmentQuestion,
        *,
        reader: DirectoryReader,
        names: AssignmentNames,
        find_pairs: FindPairs,
        instance_arn: str,
        identity_store_id: Callable[[], str],
        report: Callable[[str, ServiceError, Key], None],
        workers: int,
    ) -> None:
        self._question = question
        self._reader = reader
        self._names = names
        self._find_pairs = find_pairs
        self._instance_arn = instance_arn
        self._identity_store_id = identity_store_id
        self._report = report
        self._workers = workers
        self._refused: AccessDeniedError | None = None
        self.knows_all_principals = True

    @cached_property
    def accounts(self) -> frozenset[str] | None:
        """The accounts that are asked for; None for all."""
        targets = self._question.targets
        if targets is None:
            return None
        find = FindAccounts(
            reader=self._reader, accounts=self._names.accounts, workers=self._workers
        )
        found = find(targets, recursive=self._question.ou_recursive)
        self._names.show_accounts(found.in_units)
        return self._names.passing_accounts(found.wanted)

    @cached_property
    def permission_sets(self) -> frozenset[str] | None:
        """The ARNs of the permission sets that are asked for; None for all."""
        specs = self._question.permission_sets
        if specs is None:
            return None
        return self._names.passing_sets({spec.arn(self._instance_arn) for spec in specs})

    @cached_property
    def principals(self) -> frozenset[Principal] | None:
        """Those who can be asked one by one; None if their rows are found by pair alone.

        That is so if nobody is named, and if somebody is named who does not exist.
        """
        named = self._question.principals
        if named is None:
            return self._everybody() if self._question.skip_deleted_principals else None
        found: set[Principal] = set()
        for spec in named:
            who = set(self._existing(spec))
            if not who and not self._question.skip_deleted_principals:
                return None
            self.knows_all_principals &= bool(who)
            found |= who
        wanted = frozenset(filter(self._question.wants, found))
        # Names take calls, and are looked up if it comes to asking principals.
        named_later = self._question.get_principal_names
        return wanted if named_later else self._names.passing_principals(wanted)

    @property
    def most_permission_sets(self) -> int | None:
        """How many permission sets can be in rows; None if that was not counted."""
        if self.permission_sets is None and "_all_permission_sets" in vars(self):
            return len(self._all_permission_sets)
        return None if self.permission_sets is None else len(self.permission_sets)

    @cached_property
    def organization_accounts(self) -> frozenset[str]:
        """All accounts of the organization.

        Raises:
            ServiceError: They cannot be listed.
        """
        self._names.accounts.read_all()
        return frozenset(self._names.accounts.found)

    def choose(self, *, by_principal: bool = True) -> tuple[Strategy | None, tuple[Cost, ...]]:
        """Choose the way with the fewest calls; None if nothing has to be asked.

        Args:
            by_principal: Whether principals may be asked one by one.

        Returns:
            The way, and what all ways were expected to cost.

        Raises:
            ValueError: The way that the caller wants does not lead to the whole answer.
        """
        restriction, size = self._restriction(by_principal=by_principal), OrganizationSize()
        try:
            while count := what_to_count(restriction, size):
                size = self._counted(count, restriction, size)
        except AccessDeniedError as error:
            self._refused = error
            return Strategy.BY_ACCOUNT, ()
        ways = costs(restriction, size)
        wanted = self._question.strategy
        if not ways:
            return None, ()
        if wanted is None or not by_principal:
            return cheapest(ways).strategy, ways
        if wanted not in (way.strategy for way in ways):
            possible = ", ".join(way.strategy.name for way in ways)
            raise ValueError(f"strategy {wanted.name} may miss rows of this; use one of {possible}")
        return wanted, ways

    def pairs(self, strategy: Strategy) -> list[Pair]:
        """Find the pairs to ask, sorted by account and permission set; name their accounts."""
        pairs = self._by_account(self._refused) if self._refused else self._found(strategy)
        self._names.look_up_accounts(pair.account_id for pair in pairs)
        return pairs

    def includes(self, pair: Pair) -> bool:
        """Tell whether a pair is in the accounts and permission sets that are asked for."""
        if self.accounts is not None and pair.account_id not in self.accounts:
            return False
        return self.permission_sets is None or pair.permission_set_arn in self.permission_sets

    def _found(self, strategy: Strategy) -> list[Pair]:
        sets = self.permission_sets
        try:
            if sets is None and strategy is Strategy.BY_PERMISSION_SET:
                sets = self._all_permission_sets
            return self._find_pairs(strategy, self.accounts, sets)
        except AccessDeniedError as error:
            return self._by_account(error)

    def _by_account(self, refused: AccessDeniedError) -> list[Pair]:
        """Find pairs without the listings that go by permission set, which are refused.

        Policies that were written for other tools may allow the listings of accounts alone.
        """
        accounts = self.accounts
        if accounts is None:
            self._report("accounts that have left the organization", refused, LEFT_ACCOUNTS)
            accounts = self._names.passing_accounts(self.organization_accounts)
        return self._find_pairs(Strategy.BY_ACCOUNT, accounts, self.permission_sets)

    @cached_property
    def _all_permission_sets(self) -> frozenset[str]:
        return self._names.passing_sets(self._reader.permission_sets(self._instance_arn))

    def _restriction(self, *, by_principal: bool) -> Restriction:
        named = self._question.principals is not None
        asked = self.principals if by_principal else None
        return Restriction(
            accounts=None if self.accounts is None else len(self.accounts),
            permission_sets=None if self.permission_sets is None else len(self.permission_sets),
            principals=len(asked) if named and asked is not None else None,
            without_deleted=not named and asked is not None,
        )

    def _counted(
        self, count: Count, restriction: Restriction, size: OrganizationSize
    ) -> OrganizationSize:
        if count is Count.PRINCIPALS:
            return attrs.evolve(size, principals=len(self.principals or ()))
        sets = self.permission_sets
        if sets is None:
            sets = self._all_permission_sets
        if count is Count.PERMISSION_SETS:
            return attrs.evolve(size, permission_sets=len(sets))
        average = self._find_pairs.sample(sorted(sets), sample_size(restriction, size))
        return attrs.evolve(size, accounts_per_set=average)

    def _existing(self, spec: PrincipalSpec) -> Iterator[Principal]:
        """Find out whether an id without a type is a group's or a user's."""
        kind = spec.type or self._question.principal_type
        if kind:
            yield Principal(kind, spec.id)
            return
        for principal in (Principal(GROUP, spec.id), Principal(USER, spec.id)):
            try:
                found = self._reader.principal(self._identity_store_id(), principal)
            except NotFoundError:
                continue
            except ServiceError:
                yield principal
                continue
            self._names.principals[principal.type].found[principal] = found
            yield principal
            return

    def _everybody(self) -> frozenset[Principal] | None:
        wanted = self._question.principal_type
        kinds = (wanted,) if wanted else PRINCIPAL_TYPES
        try:
            for kind in kinds:
                self._names.principals[kind].read_all()
        except ServiceError:
            # Without the identity store, pairs lead to the same rows and more.
            return None
        found = (who for kind in kinds for who in self._names.principals[kind].found)
        return self._names.passing_principals(found)
