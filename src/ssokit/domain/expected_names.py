"""How many things a listing will have to name: rules of thumb, for plans.

What stands in rows is known when they are read. Before that, a plan can count on what
organizations of fifty to five thousand accounts have in common.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import attrs

from ssokit.domain.assignments import GROUP, USER, AccountAssignment, Pair

# Of all permission sets in sight, a principal who was named has few.
_SETS_OF_ONE = 3


@attrs.frozen(kw_only=True)
class ExpectedNames:
    """How many distinct things there are to name.

    Attributes:
        accounts: Accounts.
        some_accounts: Some of these.
        permission_sets: Permission sets.
        principals: Users and groups, by type.
    """

    accounts: int = 0
    some_accounts: frozenset[str] = frozenset()
    permission_sets: int = 0
    principals: dict[str, int] = attrs.field(factory=dict)

    @classmethod
    def in_pairs(cls, pairs: Iterable[Pair], named: int | None) -> ExpectedNames:
        """Expect what pairs lead to; their accounts are named when they are found.

        Few users are assigned directly, and many pairs have the same groups.

        Args:
            pairs: The pairs.
            named: How many principals are asked for; None for all.
        """
        arns = [pair.permission_set_arn for pair in pairs]
        sets = len(set(arns))
        return cls(
            permission_sets=sets if named is None else min(sets, _SETS_OF_ONE * named),
            principals={
                USER: math.isqrt(len(arns)),
                GROUP: round(len(arns) ** (2 / 3)),
            },
        )

    @classmethod
    def in_sample(
        cls, sample: Collection[Collection[AccountAssignment]], principals: int
    ) -> ExpectedNames:
        """Expect of all principals what some of them have; they are named when they are asked.

        Args:
            sample: The rows of some principals.
            principals: How many principals there are.
        """
        pairs = {row.pair for rows in sample for row in rows}
        in_all = principals / max(1, len(sample))
        accounts = frozenset(pair.account_id for pair in pairs)
        return cls(
            accounts=round(in_all * len(accounts)),
            some_accounts=accounts,
            permission_sets=round(in_all * len({pair.permission_set_arn for pair in pairs})),
        )
