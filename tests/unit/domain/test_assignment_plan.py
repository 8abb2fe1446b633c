"""The way with the fewest calls, for each kind of restriction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

_UNKNOWN = OrganizationSize()
_LARGE = OrganizationSize(permission_sets=200, accounts_per_set=300)


@pytest.mark.parametrize(
    ("restriction", "size", "best"),
    [
        (Restriction(principals=1), _UNKNOWN, Cost(Strategy.BY_PRINCIPAL, 1)),
        (Restriction(principals=3, accounts=10), _UNKNOWN, Cost(Strategy.BY_PRINCIPAL, 3)),
        (Restriction(accounts=1, permission_sets=1), _UNKNOWN, Cost(Strategy.DIRECT, 1)),
        (
            Restriction(principals=40, accounts=1, permission_sets=2),
            _UNKNOWN,
            Cost(Strategy.DIRECT, 2),
        ),
        # A third of the named pairs is taken to be there.
        (
            Restriction(accounts=200, permission_sets=150),
            _LARGE,
            Cost(Strategy.BY_ACCOUNT, 200 + 10_000),
        ),
        # 3 pages of 300 accounts, then 300 pairs.
        (Restriction(permission_sets=1), _LARGE, Cost(Strategy.BY_PERMISSION_SET, 303)),
        (Restriction(accounts=1), _UNKNOWN, Cost(Strategy.BY_ACCOUNT, 11)),
        # 2 pages of sets and 600 of accounts beat 4,000 listings of accounts.
        (Restriction(accounts=4000), _LARGE, Cost(Strategy.BY_PERMISSION_SET, 602 + 40_000)),
        (Restriction(), _LARGE, Cost(Strategy.BY_PERMISSION_SET, 2 + 600 + 60_000)),
    ],
)
def test_fewest_calls(restriction: Restriction, size: OrganizationSize, best: Cost):
    """Each restriction is pushed down to where it saves most."""
    assert cheapest(costs(restriction, size)) == best


@pytest.mark.parametrize(
    "restriction", [Restriction(accounts=0), Restriction(principals=0, permission_sets=5)]
)
def test_nothing_to_ask(restriction: Restriction):
    """What selects nothing has no cost, and is worth no count."""
    assert costs(restriction, _UNKNOWN) == ()
    assert what_to_count(restriction, _UNKNOWN) is None


def test_all_accounts_are_never_reached_by_account():
    """Accounts that left the organization are found by permission set alone, so that is taken."""
    wide = OrganizationSize(permission_sets=300, accounts_per_set=2)
    assert [way.strategy for way in costs(Restriction(), wide)] == [Strategy.BY_PERMISSION_SET]


def test_deleted_principals_are_given_up_by_name_alone():
    """All principals are a way to nearly all rows, and taken only where that is allowed."""
    size = OrganizationSize(permission_sets=200, accounts_per_set=300, principals=2500)
    allowed = costs(Restriction(without_deleted=True), size)
    assert cheapest(allowed) == Cost(Strategy.BY_PRINCIPAL, 2500)
    assert Strategy.BY_PRINCIPAL not in [way.strategy for way in costs(Restriction(), size)]


@pytest.mark.parametrize(
    ("restriction", "size", "count"),
    [
        (Restriction(without_deleted=True), _UNKNOWN, Count.PRINCIPALS),
        (Restriction(), _UNKNOWN, Count.PERMISSION_SETS),
        (Restriction(), OrganizationSize(permission_sets=20), None),
        (Restriction(principals=3), _UNKNOWN, None),
        (Restriction(principals=300), _UNKNOWN, Count.PERMISSION_SETS),
        (Restriction(accounts=3), _UNKNOWN, None),
        (Restriction(accounts=300), _UNKNOWN, Count.PERMISSION_SETS),
        (
            Restriction(accounts=300),
            OrganizationSize(permission_sets=20),
            Count.ACCOUNTS_OF_SOME_SETS,
        ),
        (Restriction(permission_sets=3), _UNKNOWN, None),
        (Restriction(principals=300, permission_sets=3), _UNKNOWN, Count.ACCOUNTS_OF_SOME_SETS),
        (Restriction(principals=300), _LARGE, None),
    ],
)
def test_counts_that_pay(restriction: Restriction, size: OrganizationSize, count: Count | None):
    """Something is counted only where the choice between two ways may save much more."""
    assert what_to_count(restriction, size) is count


def test_samples_are_small():
    """At most one permission set is looked at for forty calls that the look may save."""
    size = OrganizationSize(permission_sets=30)
    assert sample_size(Restriction(accounts=200), size) == 5
    assert sample_size(Restriction(accounts=200, principals=80), size) == 2
    assert sample_size(Restriction(accounts=20_000), size) == 30


def test_nothing_is_an_organization_too():
    """An organization without anything costs next to nothing, and divides by no zero."""
    nothing = OrganizationSize(permission_sets=0, accounts_per_set=0, principals=0)
    for restriction in (Restriction(), Restriction(principals=1), Restriction(permission_sets=1)):
        assert cheapest(costs(restriction, nothing)).calls <= 1


_counts = st.none() | st.integers(min_value=1, max_value=500)


@given(accounts=_counts, permission_sets=_counts, principals=_counts)
def test_more_ways_never_cost_more(
    accounts: int | None, permission_sets: int | None, principals: int | None
):
    """Naming principals adds a way and takes none away."""
    asked = Restriction(accounts=accounts, permission_sets=permission_sets, principals=principals)
    others = Restriction(accounts=accounts, permission_sets=permission_sets)
    assert set(costs(others, _LARGE)) <= set(costs(asked, _LARGE))
    assert cheapest(costs(asked, _LARGE)).calls <= cheapest(costs(others, _LARGE)).calls
