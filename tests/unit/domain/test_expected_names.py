"""How many names a plan counts on."""

from __future__ import annotations

from ssokit.domain.assignments import GROUP, USER, AccountAssignment, Pair, Principal
from ssokit.domain.expected_names import ExpectedNames

_WHO = Principal(GROUP, "g")


def test_pairs_are_many_principals_few():
    """Pairs of many accounts lead to fewer groups, and far fewer users."""
    pairs = [Pair(str(account), f"arn{number}") for account in range(100) for number in range(10)]
    expected = ExpectedNames.in_pairs(pairs, None)
    assert expected.permission_sets == 10
    assert expected.principals == {GROUP: 100, USER: 31}
    assert expected.accounts == 0


def test_named_principals_have_few_sets():
    """Rows of one principal name a few permission sets of all that are in sight."""
    pairs = [Pair("1", f"arn{number}") for number in range(10)]
    assert ExpectedNames.in_pairs(pairs, 1).permission_sets == 3
    assert ExpectedNames.in_pairs(pairs, 9).permission_sets == 10


def test_sample_stands_for_all():
    """What some principals have is expected of all others, too."""
    rows = [AccountAssignment(Pair(str(account), "arn"), _WHO) for account in range(4)]
    expected = ExpectedNames.in_sample([rows, rows[:1]], 20)
    assert (expected.accounts, expected.permission_sets) == (40, 10)
    assert expected.some_accounts == {"0", "1", "2", "3"}
    assert ExpectedNames.in_sample([rows], 1).accounts == 4


def test_no_sample_is_no_expectation():
    """Nothing is expected of nothing."""
    assert ExpectedNames.in_sample([], 7) == ExpectedNames()
    assert ExpectedNames.in_pairs([], None).principals == {USER: 0, GROUP: 0}
