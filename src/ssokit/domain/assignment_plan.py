"""Which way to list assignments takes the fewest calls: a pure rule.

Costs are calls of sso-admin, whose operations share AWS's 20 calls a second; what names and
organizational units cost is the same whichever way is taken. Sizes may be estimates: then
so is the cost, but never the completeness of the way that is chosen.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

_PAGE = 100


class Strategy(enum.Enum):
    """A way to all rows of an answer."""

    DIRECT = "ask each account and permission set that was named"
    BY_ACCOUNT = "find the pairs of each account, then ask each pair"
    BY_PERMISSION_SET = "find the pairs of each permission set, then ask each pair"
    BY_PRINCIPAL = "ask what each principal has"


@attrs.frozen(kw_only=True)
class OrganizationSize:
    """How much there is of everything, counted or estimated.

    Attributes:
        accounts: Accounts.
        permission_sets: Permission sets.
        pairs: Permission sets provisioned to an account, over all accounts.
        rows: Assignments.
        groups: Groups in the identity store.
        users: Users in the identity store.
    """

    accounts: int
    permission_sets: int
    pairs: int
    rows: int
    groups: int
    users: int


@attrs.frozen(kw_only=True)
class Restriction:
    """What a listing is restricted to; None is no restriction, and 0 selects nothing.

    Attributes:
        accounts: How many accounts are named, directly or by their units.
        permission_sets: How many permission sets are named.
        principals: How many principals are named, which are known to exist.
        groups_only: Whether only the rows of groups are wanted.
    """

    accounts: int | None = None
    permission_sets: int | None = None
    principals: int | None = None
    groups_only: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing can match."""
        return 0 in (self.accounts, self.permission_sets, self.principals)


@attrs.frozen
class AssignmentPlan:
    """A way, and what it costs.

    Attributes:
        strategy: The way; None if nothing has to be asked.
        calls: Calls of sso-admin, without the one that finds the instance.
    """

    strategy: Strategy | None
    calls: int


def plan_listing(
    restriction: Restriction,
    size: OrganizationSize,
    *,
    by_principal: bool = True,
    without_deleted: bool = False,
) -> AssignmentPlan:
    """Choose the way with the fewest calls; of equal ones the first in `Strategy`.

    Going by all principals of the identity store misses the rows of deleted ones, so it is
    no way unless the caller says that these are not wanted.

    Args:
        restriction: What is asked for.
        size: How much there is.
        by_principal: Whether ListAccountAssignmentsForPrincipal can be called, which only the
            management account can.
        without_deleted: Whether rows of deleted principals may be missing.
    """
    if restriction.is_empty:
        return AssignmentPlan(None, 0)
    plans = list(_pair_plans(restriction, size))
    if by_principal and (restriction.principals is not None or without_deleted):
        plans.append(_principal_plan(restriction, size))
    return min(plans, key=lambda plan: plan.calls)


def _pair_plans(restriction: Restriction, size: OrganizationSize) -> Iterator[AssignmentPlan]:
    accounts, sets = restriction.accounts, restriction.permission_sets
    asked_sets = size.permission_sets if sets is None else sets
    of_sets = _share(size.pairs, asked_sets, size.permission_sets)
    wanted = of_sets if accounts is None else _share(of_sets, accounts, size.accounts)
    if accounts is not None and sets is not None:
        yield AssignmentPlan(Strategy.DIRECT, accounts * sets)
    if accounts is not None:
        # Without named accounts this is no way: accounts that left the organization, and still
        # have assignments, are found by permission set alone.
        of_accounts = _share(size.pairs, accounts, size.accounts)
        yield AssignmentPlan(Strategy.BY_ACCOUNT, _listings(of_accounts, accounts) + wanted)
    all_sets = _pages(size.permission_sets) if sets is None else 0
    by_set = all_sets + _listings(of_sets, asked_sets) + wanted
    yield AssignmentPlan(Strategy.BY_PERMISSION_SET, by_set)


def _principal_plan(restriction: Restriction, size: OrganizationSize) -> AssignmentPlan:
    known = size.groups if restriction.groups_only else size.groups + size.users
    asked = known if restriction.principals is None else restriction.principals
    rows = _share(size.rows, asked, known)
    return AssignmentPlan(Strategy.BY_PRINCIPAL, _listings(rows, asked))


def _listings(rows: int, listings: int) -> int:
    """Count the pages of so many listings, with the rows spread evenly over them."""
    return listings * _pages(-(-rows // listings)) if listings else 0


def _pages(rows: int) -> int:
    return max(1, -(-rows // _PAGE))


def _share(amount: int, part: int, whole: int) -> int:
    return -(-amount * min(part, whole) // whole) if whole else 0
