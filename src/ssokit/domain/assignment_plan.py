"""Which way to list assignments takes the fewest calls: pure rules.

Ways are compared by their calls of sso-admin, whose operations share AWS's 20 calls a second;
what names and organizational units cost is the same whichever way is taken. Sizes may be
estimates: then so is the cost, but never the completeness of the way that is chosen.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

_PAGE = 100
# Where nothing was counted: sets in an organization, sets in an account, accounts of a set,
# and how many of the pairs that were named are there.
_SETS = 50
_SETS_PER_ACCOUNT = 10
_ACCOUNTS_PER_SET = 50
_NAMED_PAIRS_THERE = 1 / 3
# Counting may cost one call in so many that it may save.
_WORTH = 40
_FEW_ACCOUNTS = 10


class Strategy(enum.Enum):
    """A way to all rows of an answer."""

    DIRECT = "ask each account and permission set that was named"
    BY_ACCOUNT = "find the pairs of each account, then ask each pair"
    BY_PERMISSION_SET = "find the pairs of each permission set, then ask each pair"
    BY_PRINCIPAL = "ask what each principal has"


@attrs.frozen(kw_only=True)
class Restriction:
    """What a listing is restricted to; None is no restriction, and 0 selects nothing.

    Attributes:
        accounts: How many accounts are named, directly or by their units.
        permission_sets: How many permission sets are named.
        principals: How many principals are named.
        without_deleted: Whether rows of deleted principals may be missing.
    """

    accounts: int | None = None
    permission_sets: int | None = None
    principals: int | None = None
    without_deleted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing can match."""
        return 0 in (self.accounts, self.permission_sets, self.principals)

    @property
    def by_principal(self) -> bool:
        """Whether going by principal can give the answer.

        Going by all principals of the identity store misses the rows of deleted ones, so it
        is no way unless the caller says that these are not wanted.
        """
        return self.principals is not None or self.without_deleted


@attrs.frozen(kw_only=True)
class OrganizationSize:
    """How much there is, as far as it is known; None where it was not counted.

    Attributes:
        permission_sets: Permission sets.
        accounts_per_set: To how many accounts a permission set is provisioned, on average.
        principals: Principals in the identity store, of the types that are wanted.
    """

    permission_sets: int | None = None
    accounts_per_set: float | None = None
    principals: int | None = None


class Count(enum.Enum):
    """What is worth counting before a way is chosen."""

    PERMISSION_SETS = "list the permission sets"
    PRINCIPALS = "list the principals"
    ACCOUNTS_OF_SOME_SETS = "list the accounts of some permission sets"


@attrs.frozen
class Cost:
    """A way, and what it costs.

    Attributes:
        strategy: The way.
        calls: Calls of sso-admin, without the one that finds the instance.
    """

    strategy: Strategy
    calls: int


def what_to_count(restriction: Restriction, size: OrganizationSize) -> Count | None:
    """Tell what to count next; None if no count would save more than it costs."""
    if restriction.is_empty:
        return None
    if restriction.without_deleted and _asked_one_by_one(restriction, size) is None:
        return Count.PRINCIPALS
    if restriction.permission_sets is None and size.permission_sets is None:
        return Count.PERMISSION_SETS if _sets_are_worth_a_count(restriction, size) else None
    if size.accounts_per_set is None and sample_size(restriction, size):
        return Count.ACCOUNTS_OF_SOME_SETS
    return None


def sample_size(restriction: Restriction, size: OrganizationSize) -> int:
    """Tell how many permission sets are worth a look before a way is chosen."""
    sets = restriction.permission_sets
    open_questions = []
    if restriction.by_principal:
        open_questions.append(_asked_one_by_one(restriction, size) or 0)
    if restriction.accounts is not None and sets is None:
        open_questions.append(restriction.accounts)
    known = size.permission_sets if sets is None else sets
    return min(min(open_questions, default=0) // _WORTH, known or 0)


def _sets_are_worth_a_count(restriction: Restriction, size: OrganizationSize) -> bool:
    if restriction.accounts is not None and restriction.accounts <= _FEW_ACCOUNTS:
        return False
    asked = _asked_one_by_one(restriction, size) or 0
    return not restriction.by_principal or asked >= _WORTH


def _asked_one_by_one(restriction: Restriction, size: OrganizationSize) -> int | None:
    return size.principals if restriction.principals is None else restriction.principals


def costs(restriction: Restriction, size: OrganizationSize) -> tuple[Cost, ...]:
    """Give every way that leads to the whole answer, in the order of `Strategy`."""
    if restriction.is_empty:
        return ()
    ways = [Cost(strategy, round(calls)) for strategy, calls in _ways(restriction, size)]
    return tuple(sorted(ways, key=lambda cost: list(Strategy).index(cost.strategy)))


def cheapest(ways: tuple[Cost, ...]) -> Cost:
    """Choose the way with the fewest calls; of equal ones the first."""
    return min(ways, key=lambda cost: cost.calls)


def pages(rows: float) -> int:
    """Count the pages of 100 rows that a listing takes; an empty one takes one, too."""
    return max(1, -(-int(rows) // _PAGE))


def _ways(restriction: Restriction, size: OrganizationSize) -> Iterator[tuple[Strategy, float]]:
    accounts, sets = restriction.accounts, restriction.permission_sets
    asked_sets = _either(sets, size.permission_sets, _SETS)
    per_set = _either(None, size.accounts_per_set, _ACCOUNTS_PER_SET)
    pairs = _pairs(restriction, asked_sets * per_set)
    if accounts is not None and sets is not None:
        yield Strategy.DIRECT, accounts * sets
    if accounts is not None:
        # Without named accounts this is no way: accounts that left the organization, and still
        # have assignments, are found by permission set alone.
        yield Strategy.BY_ACCOUNT, accounts + pairs
    listed = pages(asked_sets) if sets is None else 0
    yield Strategy.BY_PERMISSION_SET, listed + asked_sets * pages(per_set) + pairs
    if restriction.principals is not None:
        yield Strategy.BY_PRINCIPAL, restriction.principals
    elif restriction.without_deleted and size.principals is not None:
        yield Strategy.BY_PRINCIPAL, size.principals


def _pairs(restriction: Restriction, provisioned: float) -> float:
    if restriction.accounts is None:
        return provisioned
    if restriction.permission_sets is None:
        return restriction.accounts * _SETS_PER_ACCOUNT
    return restriction.accounts * restriction.permission_sets * _NAMED_PAIRS_THERE


def _either(named: float | None, counted: float | None, guess: float) -> float:
    if named is not None:
        return named
    return guess if counted is None else counted
