"""The way with the fewest calls, for each kind of restriction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.assignment_plan import (
    AssignmentPlan,
    OrganizationSize,
    Restriction,
    Strategy,
    plan_listing,
)

_LARGE = OrganizationSize(
    accounts=5000, permission_sets=200, pairs=60_000, rows=84_000, groups=2500, users=25_000
)


@pytest.mark.parametrize(
    ("restriction", "strategy", "calls"),
    [
        (Restriction(principals=1), Strategy.BY_PRINCIPAL, 1),
        (Restriction(principals=3, accounts=10), Strategy.BY_PRINCIPAL, 3),
        (Restriction(accounts=1, permission_sets=1), Strategy.DIRECT, 1),
        # 200 x (1 listing + 1/200 of 12 pairs each, rounded up) beats 200 x 150 direct calls.
        (Restriction(accounts=200, permission_sets=150), Strategy.BY_ACCOUNT, 2000),
        # 3 pages of 300 accounts, then 300 pairs.
        (Restriction(permission_sets=1), Strategy.BY_PERMISSION_SET, 303),
        # 1 listing, then 12 pairs.
        (Restriction(accounts=1), Strategy.BY_ACCOUNT, 13),
        # 2 pages of sets and 600 of accounts beat 4,000 listings of accounts.
        (Restriction(accounts=4000), Strategy.BY_PERMISSION_SET, 48_602),
        (Restriction(), Strategy.BY_PERMISSION_SET, 60_602),
        (Restriction(groups_only=True), Strategy.BY_PERMISSION_SET, 60_602),
        (Restriction(accounts=0), None, 0),
        (Restriction(principals=0, permission_sets=5), None, 0),
    ],
)
def test_fewest_calls(restriction: Restriction, strategy: Strategy | None, calls: int):
    """Each restriction is pushed down to where it saves most."""
    assert plan_listing(restriction, _LARGE) == AssignmentPlan(strategy, calls)


def test_direct_calls_where_everything_is_provisioned():
    """Named accounts and sets are asked one by one where finding pairs would save nothing."""
    dense = OrganizationSize(
        accounts=50, permission_sets=20, pairs=1000, rows=1000, groups=60, users=400
    )
    restriction = Restriction(principals=40, accounts=2, permission_sets=3)
    assert plan_listing(restriction, dense) == AssignmentPlan(Strategy.DIRECT, 6)


def test_all_accounts_are_never_reached_by_account():
    """More permission sets than accounts do not lead to a way that misses accounts that left."""
    wide = OrganizationSize(accounts=2, permission_sets=300, pairs=600, rows=600, groups=1, users=1)
    assert plan_listing(Restriction(), wide).strategy is Strategy.BY_PERMISSION_SET


def test_deleted_principals_are_given_up_by_name_alone():
    """All principals are a way to nearly all rows, and taken only where that is allowed."""
    groups = plan_listing(Restriction(groups_only=True), _LARGE, without_deleted=True)
    everybody = plan_listing(Restriction(), _LARGE, without_deleted=True)
    assert groups == AssignmentPlan(Strategy.BY_PRINCIPAL, 2500)
    assert everybody == AssignmentPlan(Strategy.BY_PRINCIPAL, 27_500)


def test_refused_listing_by_principal_has_a_substitute():
    """Outside the management account the other restrictions carry the question."""
    restriction = Restriction(principals=1, accounts=1)
    plan = plan_listing(restriction, _LARGE, by_principal=False)
    assert plan == AssignmentPlan(Strategy.BY_ACCOUNT, 13)


def test_nothing_is_an_organization_too():
    """An organization without anything costs next to nothing, and divides by no zero."""
    nothing = OrganizationSize(accounts=0, permission_sets=0, pairs=0, rows=0, groups=0, users=0)
    for restriction in (Restriction(), Restriction(principals=1), Restriction(permission_sets=1)):
        assert plan_listing(restriction, nothing).calls == 1


_counts = st.none() | st.integers(min_value=1, max_value=500)


@given(
    restriction=st.builds(
        Restriction,
        accounts=_counts,
        permission_sets=_counts,
        principals=_counts,
        groups_only=st.booleans(),
    ),
    by_principal=st.booleans(),
    without_deleted=st.booleans(),
)
def test_more_ways_never_cost_more(
    restriction: Restriction, *, by_principal: bool, without_deleted: bool
):
    """A plan is complete unless allowed otherwise, and a further way never makes it dearer."""
    plan = plan_listing(
        restriction, _LARGE, by_principal=by_principal, without_deleted=without_deleted
    )
    complete = plan_listing(restriction, _LARGE, by_principal=False)
    assert plan.calls <= complete.calls
    if restriction.principals is None and not without_deleted:
        assert plan == complete
