"""The rules of a login by device authorization (RFC 8628), as a pure state machine.

The outside asks the service and says what came back and when; this module says what to do
next. Outcomes that the protocol expects are values; only failures are exceptions.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import attrs

from ssokit.domain.errors import PendingAuthorizationExpiredError, ServiceError
from ssokit.domain.redaction import masked

DEFAULT_INTERVAL = 5.0
SLOW_DOWN_STEP = 5.0
# A service that says interval 0 gets its first poll at once, but is not hammered after that.
SHORTEST_WAIT = 0.25
LONGEST_BACKOFF = 60.0


@attrs.frozen(kw_only=True)
class DeviceAuthorization:
    """A login that waits for a person: the answer of sso-oidc StartDeviceAuthorization.

    Attributes:
        device_code: What the polling shows to the service; never show it to anybody else.
        user_code: The code that the person compares or types in.
        verification_uri: Where the person types the code in.
        verification_uri_complete: The same with the code in it, to open or to click.
        expires_at: When the codes end.
        interval: Seconds between polls (RFC 8628 section 3.2).
    """

    device_code: str = attrs.field(repr=masked)
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_at: datetime
    interval: float = DEFAULT_INTERVAL


@attrs.frozen(kw_only=True)
class TokenGrant:
    """The service granted a token (RFC 6749 section 5.1)."""

    access_token: str = attrs.field(repr=masked)
    expires_at: datetime
    refresh_token: str | None = attrs.field(default=None, repr=masked)


@attrs.frozen
class AuthorizationPending:
    """The person has not decided yet."""


@attrs.frozen
class SlowDown:
    """The service wants five more seconds between polls, from now on (RFC 8628 section 3.5)."""


@attrs.frozen
class TransientFailure:
    """No usable answer this time: the network or the service failed in passing."""

    error: ServiceError


PollOutcome: TypeAlias = "TokenGrant | AuthorizationPending | SlowDown | TransientFailure"


@attrs.frozen(kw_only=True)
class DevicePolling:
    """How one device authorization is polled.

    All times are seconds of a monotonic clock, so that a jump of the wall clock neither ends
    a login nor prolongs it.

    Attributes:
        deadline: When the codes end.
        interval: Seconds between polls; it only ever grows.
        failures: How many polls in a row had no usable answer.
        last_failure: The latest of these.
    """

    deadline: float
    interval: float
    failures: int = 0
    last_failure: ServiceError | None = None

    def next_wait(self, now: float) -> float:
        """Give the seconds to wait before the next poll.

        After a poll without a usable answer the wait doubles (RFC 8628 section 3.5), up to
        a minute, and falls back to the interval with the next usable answer.

        Raises:
            PendingAuthorizationExpiredError: The codes end before the next poll is due.
        """
        remaining = self.deadline - now
        if remaining < self.interval or remaining <= 0:
            raise PendingAuthorizationExpiredError(
                "The login was not approved before its code expired; start a new login"
            ) from self.last_failure
        if not self.failures:
            return self.interval
        backoff = max(self.interval, SHORTEST_WAIT) * 2.0 ** min(self.failures, 10)
        return max(self.interval, min(backoff, LONGEST_BACKOFF, remaining))

    def after(self, outcome: AuthorizationPending | SlowDown | TransientFailure) -> DevicePolling:
        """Give the state that follows an outcome other than a token."""
        if isinstance(outcome, TransientFailure):
            return attrs.evolve(self, failures=self.failures + 1, last_failure=outcome.error)
        step = SLOW_DOWN_STEP if isinstance(outcome, SlowDown) else 0.0
        return attrs.evolve(
            self, interval=max(self.interval, SHORTEST_WAIT) + step, failures=0, last_failure=None
        )
