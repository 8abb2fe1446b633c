"""The plan of a listing, as people read it."""

from __future__ import annotations

import attrs

from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.planned_calls import AssignmentPlan, PlannedCalls

_PLAN = AssignmentPlan(
    strategy=Strategy.BY_PRINCIPAL,
    calls=(
        PlannedCalls("identitystore", "DescribeUser", 4),
        PlannedCalls("sso-admin", "ListAccountAssignmentsForPrincipal", 1900),
    ),
    rate=19.0,
    estimated=("DescribeUser",),
    skips_deleted_principals=True,
)


def test_table():
    """The way, a line for each operation, what is a guess or left out, and the time."""
    assert str(_PLAN).splitlines() == [
        "ask what each principal has",
        "        4  identitystore DescribeUser (estimated)",
        "    1,900  sso-admin ListAccountAssignmentsForPrincipal",
        "rows of principals that no longer exist are left out",
        "at least 100 s at 19 calls of sso-admin a second",
    ]


def test_sums():
    """Calls are counted in all, by service, and by operation."""
    assert (_PLAN.total_calls, _PLAN.sso_admin_calls, _PLAN.seconds) == (1904, 1900, 100.0)
    assert _PLAN.calls_of("DescribeUser") == 4
    assert _PLAN.calls_of("DescribeGroup") == 0


def test_nothing_to_do():
    """A plan without calls, or without a rate, says so."""
    plan = AssignmentPlan(strategy=None, rate=None)
    assert str(plan) == "nothing to ask"
    assert plan.seconds == 0
    assert attrs.evolve(_PLAN, rate=None).seconds == 0
