"""Foresee the calls that look up the names of a listing of assignments."""

from __future__ import annotations

import attrs

from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import GROUP, USER
from ssokit.domain.expected_names import ExpectedNames
from ssokit.domain.planned_calls import SSO_ADMIN
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.assignment_survey import AssignmentSurvey
from ssokit.usecases.directory_reader import IDENTITYSTORE, ORGANIZATIONS

_DESCRIBE = {USER: "DescribeUser", GROUP: "DescribeGroup"}


@attrs.frozen(kw_only=True)
class ForeseeNames:
    """Tells how many names are still to be looked up, and reads listings that will pay.

    Attributes:
        question: Which names are asked for.
        names: Those that are known.
        survey: Knows how many there can be.
    """

    question: AssignmentQuestion
    names: AssignmentNames
    survey: AssignmentSurvey

    def __call__(self, expected: ExpectedNames) -> dict[tuple[str, str], int]:
        """Give the calls of each service and operation that are still to come.

        Args:
            expected: How many things there will be to name, as far as can be guessed.
        """
        calls = {}
        if self.question.names_accounts:
            calls[ORGANIZATIONS, "DescribeAccount"] = self._of_accounts(expected)
        if self.question.get_permission_set_names:
            calls[SSO_ADMIN, "DescribePermissionSet"] = self._of_sets(expected.permission_sets)
        if self.question.get_principal_names:
            for kind, count in expected.principals.items():
                calls[IDENTITYSTORE, _DESCRIBE[kind]] = self._of_principals(kind, count)
        return calls

    def _of_accounts(self, expected: ExpectedNames) -> int:
        accounts, count = self.survey.accounts, expected.accounts
        if accounts is not None:
            count = min(count, len(accounts))
        return self.names.accounts.expect(count, expected.some_accounts)

    def _of_sets(self, expected: int) -> int:
        most = self.survey.most_permission_sets
        most = expected if most is None else most
        return max(0, min(expected, most) - len(self.names.permission_sets.found))

    def _of_principals(self, kind: str, expected: int) -> int:
        question = self.question
        if question.principal_type not in (None, kind):
            return 0
        if question.principals is not None:
            expected = min(expected, sum(who.type in (None, kind) for who in question.principals))
        return self.names.principals[kind].expect(expected)
