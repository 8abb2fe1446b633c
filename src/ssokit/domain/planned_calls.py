"""What a listing of assignments will do, for people to read before it does."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ssokit.domain.assignment_plan import Cost, Strategy

SSO_ADMIN = "sso-admin"


@attrs.frozen
class PlannedCalls:
    """How often an operation is called.

    Attributes:
        service: The AWS service, such as ``sso-admin``.
        operation: The AWS operation.
        calls: How often, those included that were already made to find this out.
    """

    service: str
    operation: str
    calls: int


@attrs.frozen(kw_only=True)
class AssignmentPlan:
    """A way to list assignments, and what it costs. Its `str` is a table for people.

    Second pages of more than 100 rows on one pair or principal are not foreseen, and neither
    is what repeats a failed call, nor the search by pair for rows of a principal who is named
    and turns out to have been deleted. How many names there are to look up is an estimate.

    Attributes:
        strategy: The way; None if nothing has to be asked.
        calls: The calls of each operation.
        rate: The most calls of sso-admin a second; None if there is no limit.
        alternatives: What each way that leads to the whole answer was expected to cost in
            calls of sso-admin, by what was known when the choice was made.
        estimated: Operations whose number of calls the answers will tell: that of names.
        skips_deleted_principals: Whether rows of principals that no longer exist are missed,
            which the caller allowed.
    """

    strategy: Strategy | None
    calls: tuple[PlannedCalls, ...] = ()
    rate: float | None
    alternatives: tuple[Cost, ...] = ()
    estimated: tuple[str, ...] = ()
    skips_deleted_principals: bool = False

    @property
    def total_calls(self) -> int:
        """The calls of all services together."""
        return sum(planned.calls for planned in self.calls)

    @property
    def sso_admin_calls(self) -> int:
        """The calls that share AWS's rate for Identity Center."""
        return sum(planned.calls for planned in self.calls if planned.service == SSO_ADMIN)

    @property
    def seconds(self) -> float:
        """The least seconds that the calls of sso-admin take at the rate."""
        return self.sso_admin_calls / self.rate if self.rate else 0.0

    def calls_of(self, operation: str) -> int:
        """Tell how often an operation is called."""
        return sum(planned.calls for planned in self.calls if planned.operation == operation)

    def __str__(self) -> str:
        """The way, a line for each operation, and the time."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.strategy.value if self.strategy else 'nothing to ask'}"
        for planned in self.calls:
            about = " (estimated)" if planned.operation in self.estimated else ""
            yield f"{planned.calls:>9,}  {planned.service} {planned.operation}{about}"
        if self.skips_deleted_principals:
            yield "rows of principals that no longer exist are left out"
        if self.rate:
            yield f"at least {self.seconds:,.0f} s at {self.rate:g} calls of sso-admin a second"
