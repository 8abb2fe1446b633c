"""Every error that ssokit raises on purpose.

::

    SsokitError
     +-- InvalidSSOConfigError (also ValueError)  an argument or setting that cannot work
     |    +-- ConfigFileError                     what the AWS config file says cannot work
     +-- LoginError
     |    +-- AuthenticationNeededError           nobody is logged in, and nobody may be asked
     |    |    +-- TokenRejectedError             the service no longer honours the token
     |    |    +-- SignInSessionEndedError        no refresh any more: the person has to sign in
     |    +-- PendingAuthorizationExpiredError    the code ran out before it was approved
     |    +-- AuthorizationDeniedError            the person, or a policy, said no
     |    +-- AuthDispatchError                   the code could not be shown to anybody
     |    +-- RedirectListenerError               no listening for the browser's answer here
     |    +-- LoginCancelledError                 the program gave the login up
     |    +-- ClientRejectedError                 the service no longer honours the registration
     |    +-- NotEnoughTimeError                  the login ends before a job that was announced
     +-- ServiceError                             the service answered with an error
     |    +-- AccessDeniedError                   403: not granted; a new login does not help
     |    +-- NotFoundError                       what was asked about does not exist, or no more
     |    +-- WrongRegionError                    the Identity Center is in another region
     |    +-- CredentialsRejectedError            AWS does not honour the AWS keys in use
     |    +-- ThrottledError                      429: too many calls; a later try helps
     |    +-- ServiceUnavailableError             no answer, or a 5xx one; a later try may help
     |    +-- InvalidResponseError                an answer that is not what AWS sends
     +-- StoreError                               a token or credential store failed
     |    +-- StoreKeyError                       the key of an encrypted store is not at hand
     |    +-- StoreUnavailableError               a shared store is down; a later try may help
     |    +-- StoreLockTimeoutError               another holder kept the store's lock too long
     |    +-- StoreLeaseLostError                 this holder was silent, and another took over
     +-- MissingExtraError (also ImportError)     an optional package is not installed

Messages say what happened, for which start URL, account or role, and what to do. The same
facts are attributes. No message holds a secret. All of them can be pickled.
"""

from __future__ import annotations

from datetime import datetime

from ssokit.domain.ssokit_error import SsokitError as SsokitError  # noqa: PLC0414 - exported


class InvalidSSOConfigError(SsokitError, ValueError):
    """An argument or a setting is malformed or missing: nothing was called."""


class ConfigFileError(InvalidSSOConfigError):
    """The AWS config file lacks what is needed, or says what cannot work or is refused.

    Attributes:
        path: The file; None if there is none.
        section: The section's header, without brackets, such as ``profile dev``; None if the
            file as a whole is meant.
        key: The key in the section; None if the section as a whole is meant.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        section: str | None = None,
        key: str | None = None,
        **known: str | None,
    ) -> None:
        super().__init__(message, **known)
        self.path = path
        self.section = section
        self.key = key


class LoginError(SsokitError):
    """There is no login to work with, or a login failed."""


class AuthenticationNeededError(LoginError):
    """No valid token is at hand, and the caller did not allow to ask the person."""


class TokenRejectedError(AuthenticationNeededError):
    """The service does not honour the token (HTTP 401): it expired or was revoked."""


class SignInSessionEndedError(AuthenticationNeededError):
    """The sign-in session is over, not just a token: nothing renews this login any more.

    The service refuses the refresh token (``invalid_grant``): time was up, or somebody ended it.
    """


class PendingAuthorizationExpiredError(LoginError):
    """The time for the person's answer was up: RFC 8628 ``expired_token``, or no redirect came."""


class AuthorizationDeniedError(LoginError):
    """The login was denied (RFC 8628 ``access_denied``)."""


class AuthDispatchError(LoginError):
    """The verification URL could be neither printed nor opened: nobody can approve."""


class RedirectListenerError(LoginError):
    """The browser's answer cannot be listened for: the port is taken, or not allowed."""


class LoginCancelledError(LoginError):
    """The program that began the login gave it up."""


class ClientRejectedError(LoginError):
    """The service does not honour the client registration (RFC 6749 ``invalid_client``)."""


class NotEnoughTimeError(LoginError):
    """The login ends, for certain, before a job that was announced would be over.

    Attributes:
        until: When it ends; None if that is not known.
    """

    def __init__(self, message: str, *, until: datetime | None = None, **known: str | None) -> None:
        super().__init__(message, **known)
        self.until = until


class ServiceError(SsokitError):
    """A service answered with an error, or did not answer.

    Attributes:
        code: The error code of AWS, such as ``ResourceNotFoundException``; None without answer.
        operation: The AWS operation, such as ``ListAccountRoles``.
        retry_after: Seconds that the service asks to wait, if it said so.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        operation: str | None = None,
        retry_after: float | None = None,
        **known: str | None,
    ) -> None:
        super().__init__(message, **known)
        self.code = code
        self.operation = operation
        self.retry_after = retry_after


class AccessDeniedError(ServiceError):
    """The person is logged in but was not granted this account or role (HTTP 403)."""


class NotFoundError(ServiceError):
    """What was asked about does not exist: it never did, or it was deleted meanwhile."""


class WrongRegionError(ServiceError):
    """The Identity Center, or the login, belongs to another region than the one that was called.

    Attributes:
        right_region: The region that it belongs to; None if nothing tells.
    """

    right_region: str | None = None


class CredentialsRejectedError(ServiceError):
    """AWS does not honour the AWS keys of the session: they expired, or never were good."""


class ThrottledError(ServiceError):
    """The service refuses because of too many calls, and went on refusing."""

    retryable = True


class ServiceUnavailableError(ServiceError):
    """The service could not be reached, did not answer in time, or failed inside (5xx)."""

    retryable = True


class InvalidResponseError(ServiceError):
    """The answer lacks what AWS always sends: garbage, truncated, or not from AWS."""

    retryable = True


class StoreError(SsokitError):
    """A token or credential store could not be read or written."""


class StoreKeyError(StoreError):
    """The key of an encrypted store is missing, malformed, open to others, or another one."""


class StoreLockTimeoutError(StoreError):
    """The store's lock was not released in time by the one who holds it."""

    retryable = True


class StoreUnavailableError(StoreError):
    """A shared store could not be reached, did not answer in time, or cannot do it now."""

    retryable = True


class StoreLeaseLostError(StoreError):
    """The holder of a lock was silent, and another took it over: nothing was changed."""

    retryable = True


class MissingExtraError(SsokitError, ImportError):
    """What was asked for needs a package that comes with an extra of ssokit."""
