"""What is remembered of a login that could not be renewed, so that nobody repeats it at once."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

import attrs

from ssokit.domain.errors import (
    AuthorizationDeniedError,
    ClientRejectedError,
    InvalidResponseError,
    PendingAuthorizationExpiredError,
    ServiceError,
    ServiceUnavailableError,
    SignInSessionEndedError,
    SsokitError,
    StoreLockTimeoutError,
    ThrottledError,
)

_PAUSE = timedelta(minutes=1)
# The service will not change its mind about a refresh token; a proxy's mistake may pass.
_PAUSE_AFTER_THE_END = timedelta(hours=1)


class FailureKind(enum.Enum):
    """How a renewal, or a login, came to nothing; the values are what stores keep."""

    SESSION_ENDED = "sign-in session ended"
    CLIENT_REJECTED = "client rejected"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    UNREADABLE = "unreadable answer"
    REFUSED = "refused"
    BUSY = "busy"
    DENIED = "login denied"
    NOT_APPROVED = "login not approved"

    @property
    def is_of_the_person(self) -> bool:
        """Whether a person was asked, and did not approve."""
        return self in (FailureKind.DENIED, FailureKind.NOT_APPROVED)

    @property
    def is_final(self) -> bool:
        """Whether the same token cannot be renewed later either."""
        return self in (FailureKind.SESSION_ENDED, FailureKind.CLIENT_REJECTED)


_ERRORS: dict[FailureKind, type[SsokitError]] = {
    FailureKind.SESSION_ENDED: SignInSessionEndedError,
    FailureKind.CLIENT_REJECTED: ClientRejectedError,
    FailureKind.UNAVAILABLE: ServiceUnavailableError,
    FailureKind.THROTTLED: ThrottledError,
    FailureKind.UNREADABLE: InvalidResponseError,
    FailureKind.BUSY: StoreLockTimeoutError,
    FailureKind.DENIED: AuthorizationDeniedError,
    FailureKind.NOT_APPROVED: PendingAuthorizationExpiredError,
    # It fits all errors of services, so it is looked at last.
    FailureKind.REFUSED: ServiceError,
}


@attrs.frozen(kw_only=True)
class RenewalFailure:
    """A failed renewal or login, as all who share a store see it. It holds no secret.

    Attributes:
        kind: What failed.
        token: The `Token.fingerprint` of what could not be renewed; None if there was none.
            It says nothing about any other token.
        failed_at: When.
        until: Until when nobody tries the same again.
        message: What happened, for people.
        code: The error code of AWS; None without one.
    """

    kind: FailureKind
    token: str | None
    failed_at: datetime
    until: datetime
    message: str
    code: str | None = None

    @classmethod
    def of(cls, error: SsokitError, *, token: str | None, now: datetime) -> RenewalFailure:
        """Give what to remember of an error.

        Args:
            error: What a renewal or a login ended with. What concerns one caller alone, such
                as a code that could not be shown, is not to be remembered for all.
            token: The fingerprint of the token that was to be renewed, if there was one.
            now: When that was.
        """
        kind = next(
            (kind for kind, error_type in _ERRORS.items() if isinstance(error, error_type)),
            FailureKind.REFUSED,
        )
        return cls(
            kind=kind,
            token=token,
            failed_at=now,
            until=now + (_PAUSE_AFTER_THE_END if kind.is_final else _PAUSE),
            message=str(error),
            code=error.code if isinstance(error, ServiceError) else None,
        )

    def as_error(self) -> SsokitError:
        """Give an error of the same kind, for those who share the failure."""
        error = _ERRORS[self.kind](self.message)
        if isinstance(error, ServiceError):
            error.code = self.code
        return error

    def concerns(self, token: str | None, *, now: datetime) -> bool:
        """Tell whether the same token must not be tried again yet.

        A note from the future, by a clock that has been set back since, does not count.
        """
        return self.token == token and self.failed_at <= now < self.until
