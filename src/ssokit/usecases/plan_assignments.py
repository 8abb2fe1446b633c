"""Say what a listing of assignments does, before it does it."""

from __future__ import annotations

from collections import Counter

from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.planned_calls import SSO_ADMIN, AssignmentPlan, PlannedCalls
from ssokit.usecases.choose_way import Way


def plan_of(way: Way, *, question: AssignmentQuestion, rate: float | None) -> AssignmentPlan:
    """Give the plan of a way.

    Args:
        way: What will be done.
        question: What was asked for.
        rate: The most calls of sso-admin a second; None if there is no limit.
    """
    by_principal = way.strategy is Strategy.BY_PRINCIPAL
    operation = "ListAccountAssignmentsForPrincipal" if by_principal else "ListAccountAssignments"
    calls = Counter(way.made) + Counter(way.names)
    calls[SSO_ADMIN, operation] += len(way.parts) - way.asked
    return AssignmentPlan(
        strategy=way.strategy,
        calls=tuple(
            PlannedCalls(service, operation, count)
            for (service, operation), count in sorted(calls.items())
            if count
        ),
        rate=rate,
        alternatives=way.alternatives,
        estimated=tuple(sorted(operation for (_, operation), count in way.names.items() if count)),
        skips_deleted_principals=question.skip_deleted_principals and by_principal,
    )
