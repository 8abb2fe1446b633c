"""Say what a listing of assignments does, before it does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import Pair
from ssokit.domain.planned_calls import SSO_ADMIN, AssignmentPlan, PlannedCalls
from ssokit.usecases.assignment_run import Way


def plan_of(
    way: Way,
    *,
    made: Mapping[tuple[str, str], int],
    question: AssignmentQuestion,
    rate: float | None,
) -> AssignmentPlan:
    """Give the plan of a way.

    Args:
        way: What will be done.
        made: The calls of each service and operation that were made to find this out.
        question: What was asked for.
        rate: The most calls of sso-admin a second; None if there is no limit.
    """
    calls = Counter(made)
    not_counted = []
    pairs = [part for part in way.parts if isinstance(part, Pair)]
    calls[SSO_ADMIN, "ListAccountAssignments"] += len(pairs)
    calls[SSO_ADMIN, "ListAccountAssignmentsForPrincipal"] += len(way.parts) - len(pairs)
    if question.get_permission_set_names:
        if way.strategy is Strategy.BY_PRINCIPAL:
            not_counted.append("the names of permission sets")
        calls[SSO_ADMIN, "DescribePermissionSet"] += len({p.permission_set_arn for p in pairs})
    if question.get_principal_names:
        not_counted.append("the names of principals")
    return AssignmentPlan(
        strategy=way.strategy,
        calls=tuple(
            PlannedCalls(service, operation, count)
            for (service, operation), count in sorted(calls.items())
            if count
        ),
        rate=rate,
        alternatives=way.alternatives,
        not_counted=tuple(not_counted),
        skips_deleted_principals=question.skip_deleted_principals
        and way.strategy is Strategy.BY_PRINCIPAL,
    )
