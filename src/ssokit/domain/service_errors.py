"""What the error codes of the login services and of the administrators' mean to a caller.

Dispatch is by code, never by HTTP status alone: live services answer some errors with
another status than their models say.
"""

from __future__ import annotations

import attrs

from ssokit.domain.errors import (
    AccessDeniedError,
    AuthorizationDeniedError,
    ClientRejectedError,
    CredentialsRejectedError,
    InvalidResponseError,
    NotFoundError,
    PendingAuthorizationExpiredError,
    ServiceError,
    ServiceUnavailableError,
    SignInSessionEndedError,
    SsokitError,
    ThrottledError,
    TokenRejectedError,
    WrongRegionError,
)
from ssokit.domain.redaction import redact

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_LONGEST_QUOTE = 300
_WRONG_REGION = "InvalidRequestRegionException"
_FAILURES = frozenset({"InternalServerException", "ServiceException"})
_NOT_FOUND = frozenset(
    {"AccountNotFoundException", "ParentNotFoundException", "ResourceNotFoundException"}
)
# Only identitystore names what is missing; there it is a principal, or the store itself.
_THINGS = frozenset({"", "GROUP", "USER"})
_KEYS_REFUSED = frozenset(
    {
        "ExpiredTokenException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    }
)
_OIDC_HINTS = {
    "InvalidRedirectUriException": (
        "no browser may come back to this machine; log in with flow='device_code'"
    ),
    "InvalidRequestException": "check the start URL and the Identity Center region",
    "InvalidScopeException": "ask for other scopes",
}
_THROTTLES = frozenset(
    {"TooManyRequestsException", "ThrottlingException", "Throttling", "SlowDownException"}
)


@attrs.frozen(kw_only=True)
class ErrorAnswer:
    """An error as a service put it.

    Attributes:
        operation: The AWS operation that was called, such as ``CreateToken``.
        code: The error code, such as ``SlowDownException``; empty if the answer had none.
        message: The service's own words, if any.
        http_status: The HTTP status; 0 if unknown.
        retry_after: Seconds to wait, if the answer said so.
        resource_type: What was not found, where identitystore says it: ``USER``, ``GROUP``,
            ``IDENTITY_STORE`` and so on.
        reason: A problem behind the code, such as a KMS key that is missing.
        right_region: The region to call instead, if the answer said so.
    """

    operation: str
    code: str
    message: str = ""
    http_status: int = 0
    retry_after: float | None = None
    resource_type: str = ""
    reason: str = ""
    right_region: str = ""

    def __str__(self) -> str:
        """The operation, the code and the service's own words, without secrets."""
        words = redact(self.message)[:_LONGEST_QUOTE]
        return f"{self.operation} answered {self.code or self.http_status}: {words}".rstrip(": ")


def oidc_error(answer: ErrorAnswer) -> SsokitError:
    """Name an error of sso-oidc (RFC 6749 section 5.2, RFC 8628 section 3.5)."""
    match answer.code:
        case "InvalidClientException" | "UnauthorizedClientException":
            return ClientRejectedError(
                f"The service no longer honours this client registration; {answer}"
            )
        case "ExpiredTokenException" | "InvalidGrantException":
            return PendingAuthorizationExpiredError(
                f"The login was not approved before its code expired; start a new login ({answer})"
            )
        case "AccessDeniedException":
            return AuthorizationDeniedError(
                f"The login was denied; start a new login if that was a mistake ({answer})"
            )
        case _:
            return _service_error(answer, _OIDC_HINTS.get(answer.code, ""))


def refresh_error(answer: ErrorAnswer) -> SsokitError:
    """Name an error of sso-oidc in answer to a refresh token (RFC 6749 sections 5.2 and 6)."""
    if answer.code in ("InvalidGrantException", "ExpiredTokenException"):
        return SignInSessionEndedError(
            "The sign-in session is over, and the login can no longer be renewed; log in again "
            f"with ssokit.login() or login=True ({answer})"
        )
    return oidc_error(answer)


def portal_error(answer: ErrorAnswer) -> SsokitError:
    """Name an error of the access portal; 401 and 403 mean different things there.

    ``ForbiddenException`` is not in the service's model, but it is what the portal answers
    when the token is good and the account or role was not granted.
    """
    match answer.code:
        case "UnauthorizedException":
            return TokenRejectedError(
                f"The service no longer honours this login; log in again with ssokit.login() "
                f"or login=True ({answer})"
            )
        case "ForbiddenException" | "AccessDeniedException":
            return _build(
                AccessDeniedError,
                answer,
                "you are logged in, but this account or role is not granted to you; ask your "
                "administrator, or list what you have with ssokit.list_available_roles()",
            )
        case _:
            return _service_error(answer)


def directory_error(answer: ErrorAnswer) -> SsokitError:
    """Name an error of sso-admin, identitystore or organizations.

    Something counts as not found only where the service means just that: with a ``Reason``
    it is a KMS key that is missing, and an unknown identity store says nothing of its users.
    """
    if answer.code in _NOT_FOUND and not answer.reason and answer.resource_type in _THINGS:
        return _build(NotFoundError, answer, "it does not exist, or was deleted")
    if answer.code == "AccessDeniedException":
        return _build(
            AccessDeniedError,
            answer,
            "the AWS credentials in use may not do this; use those of the management account, "
            "or of a delegated administrator, and check their policies",
        )
    if answer.code in _KEYS_REFUSED:
        return _build(
            CredentialsRejectedError, answer, "AWS does not honour the credentials of the session"
        )
    return _service_error(answer)


def invalid_response(operation: str, lacking: str) -> InvalidResponseError:
    """Name an answer of HTTP 200 that lacks what AWS always sends."""
    return InvalidResponseError(
        f"{operation} answered without {lacking}: this is not an answer of AWS, or it was cut "
        "short; check proxies and endpoint settings",
        operation=operation,
    )


def wrong_region(said: str, right_region: str, *, operation: str | None) -> WrongRegionError:
    """Name a call that went to another region than that of the Identity Center.

    Args:
        said: What was answered.
        right_region: The region to call instead; empty if it is not known.
        operation: The AWS operation that was called.
    """
    use = f"use {right_region}" if right_region else "use the one that its administrators name"
    error = WrongRegionError(
        f"{said}; the Identity Center is in another region than the one that was called: {use} "
        "as its region",
        code=_WRONG_REGION,
        operation=operation,
    )
    error.right_region = right_region or None
    return error


def _service_error(answer: ErrorAnswer, hint: str = "") -> ServiceError:
    if answer.code == _WRONG_REGION:
        return wrong_region(str(answer), answer.right_region, operation=answer.operation)
    if answer.code in _THROTTLES or answer.http_status == _TOO_MANY_REQUESTS:
        return _build(ThrottledError, answer, "too many calls; try again later")
    if answer.http_status >= _SERVER_ERROR or answer.code in _FAILURES:
        return _build(ServiceUnavailableError, answer, "the service failed; try again later")
    return _build(ServiceError, answer, hint)


def _build(kind: type[ServiceError], answer: ErrorAnswer, hint: str) -> ServiceError:
    return kind(
        f"{answer}; {hint}" if hint else str(answer),
        code=answer.code or None,
        operation=answer.operation,
        retry_after=answer.retry_after,
    )
