"""Make calls at a pace that the service bears, and make failed ones again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import attrs

from ssokit.domain.accounts import Account
from ssokit.domain.errors import ServiceError, ThrottledError
from ssokit.domain.pacing import Pace, retry_wait
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal, Page
from ssokit.ports.clock import Clock

Answer = TypeVar("Answer")


class RateBudget:
    """One pace for all calls that share it, whatever their thread.

    Args:
        clock: What time it is.
        ceiling: The most calls a second; None where no rate is known.
    """

    def __init__(self, clock: Clock, *, ceiling: float | None = None) -> None:
        self.clock = clock
        self._pace = Pace() if ceiling is None else Pace.below(ceiling)
        self._guard = threading.Lock()

    @property
    def ceiling(self) -> float | None:
        """The most calls a second; None where no rate is known."""
        return self._pace.ceiling

    def limit(self, ceiling: float) -> None:
        """Set the most calls a second, for all who share this budget.

        Raises:
            TypeError: It is no number.
            ValueError: It is not positive, or not finite.
        """
        pace = Pace.below(ceiling)
        with self._guard:
            self._pace = attrs.evolve(pace, next_slot=self._pace.next_slot)

    def wait_for_turn(self, clock: Clock) -> None:
        """Wait until the next call may start.

        Args:
            clock: Where waiting happens: the same clock, or one that can be interrupted.
        """
        with self._guard:
            wait, self._pace = self._pace.reserve(self.clock.monotonic())
        if wait > 0:
            clock.sleep(wait)

    def learn(self, error: ServiceError | None) -> None:
        """Adapt the pace to how a call ended."""
        with self._guard:
            if isinstance(error, ThrottledError):
                self._pace = self._pace.throttled(self.clock.monotonic())
            elif error is None:
                self._pace = self._pace.succeeded()


def call_with_retries(
    call: Callable[[], Answer], *, clock: Clock, budget: RateBudget | None = None
) -> Answer:
    """Make a call, and make it again if it fails in a way that may pass.

    Args:
        call: What to do; it must be safe to repeat.
        clock: Where waiting happens.
        budget: The rate that the call has to fit in, if it has one.

    Raises:
        ServiceError: It failed for good, or as often as the rule in `domain.pacing` allows.
    """
    failures = 0
    while True:
        if budget:
            budget.wait_for_turn(clock)
        try:
            answer = call()
        except ServiceError as error:
            failures += 1
            if budget:
                budget.learn(error)
            wait = retry_wait(error, failures)
            if wait is None:
                raise
            clock.sleep(wait)
        else:
            if budget:
                budget.learn(None)
            return answer


class PacedAccessPortal(AccessPortal):
    """An access portal whose calls fit in a rate budget and are made again if they fail.

    Args:
        portal: The portal itself.
        budget: The rate that its calls share with those of others.
    """

    def __init__(self, portal: AccessPortal, budget: RateBudget) -> None:
        self._portal = portal
        self._budget = budget

    def list_accounts(self, token: Token, *, next_token: str | None = None) -> Page[Account]:
        """Give one page of the person's accounts."""
        return self._paced(lambda: self._portal.list_accounts(token, next_token=next_token))

    def list_roles(
        self, token: Token, account_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the person's roles in an account."""
        return self._paced(
            lambda: self._portal.list_roles(token, account_id, next_token=next_token)
        )

    def get_role_credentials(self, token: Token, account_id: str, role_name: str) -> RoleCredential:
        """Obtain keys for a role."""
        return self._paced(lambda: self._portal.get_role_credentials(token, account_id, role_name))

    def logout(self, token: Token) -> None:
        """End the sign-in session behind a token."""
        self._paced(lambda: self._portal.logout(token))

    def _paced(self, call: Callable[[], Answer]) -> Answer:
        return call_with_retries(call, clock=self._budget.clock, budget=self._budget)
