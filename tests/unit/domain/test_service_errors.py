"""What the codes of sso-oidc and sso mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ssokit.domain.errors import (
    AccessDeniedError,
    AuthorizationDeniedError,
    ClientRejectedError,
    InvalidResponseError,
    PendingAuthorizationExpiredError,
    ServiceError,
    ServiceUnavailableError,
    SsokitError,
    ThrottledError,
    TokenRejectedError,
    WrongRegionError,
)
from ssokit.domain.service_errors import ErrorAnswer, invalid_response, oidc_error, portal_error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InvalidClientException", ClientRejectedError),
        ("UnauthorizedClientException", ClientRejectedError),
        ("ExpiredTokenException", PendingAuthorizationExpiredError),
        ("InvalidGrantException", PendingAuthorizationExpiredError),
        ("AccessDeniedException", AuthorizationDeniedError),
        ("InvalidRequestException", ServiceError),
        ("SlowDownException", ThrottledError),
        ("TooManyRequestsException", ThrottledError),
        ("InternalServerException", ServiceUnavailableError),
        ("UnsupportedGrantTypeException", ServiceError),
        ("InvalidRequestRegionException", WrongRegionError),
    ],
)
def test_oidc_codes(code: str, kind: type[SsokitError]):
    """OAuth's outcomes have kinds of their own; the rest is a plain service error."""
    error = oidc_error(ErrorAnswer(operation="CreateToken", code=code, message="words"))
    assert type(error) is kind
    assert code in str(error)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UnauthorizedException", TokenRejectedError),
        ("ForbiddenException", AccessDeniedError),
        ("AccessDeniedException", AccessDeniedError),
        ("ThrottlingException", ThrottledError),
        ("ResourceNotFoundException", ServiceError),
    ],
)
def test_portal_codes(code: str, kind: type[SsokitError]):
    """401 asks for a login, 403 never does."""
    assert type(portal_error(ErrorAnswer(operation="ListAccounts", code=code))) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, ThrottledError),
        (500, ServiceUnavailableError),
        (503, ServiceUnavailableError),
        (401, ServiceError),
        (403, ServiceError),
        (0, ServiceError),
    ],
)
@pytest.mark.parametrize("name", [oidc_error, portal_error])
def test_answers_without_a_code(
    name: Callable[[ErrorAnswer], SsokitError], status: int, kind: type[SsokitError]
):
    """Something in front of the service may throttle or fail; its 401 says nothing of a login."""
    error = name(ErrorAnswer(operation="Logout", code="", http_status=status, retry_after=2.0))
    assert type(error) is kind
    assert isinstance(error, ServiceError)
    assert (error.code, error.operation, error.retry_after) == (None, "Logout", 2.0)


def test_status_does_not_outvote_the_code():
    """Live services answer some codes with another status than the model says."""
    answer = ErrorAnswer(operation="X", code="UnauthorizedException", http_status=500)
    assert isinstance(portal_error(answer), TokenRejectedError)


def test_service_words_are_cut_and_cleaned():
    """A service that repeats the request's secrets, at length, does neither in the error."""
    answer = ErrorAnswer(operation="X", code="Y", message='"accessToken": "abc" ' + "z" * 1000)
    assert "abc" not in str(answer)
    assert len(str(answer)) < 330
    assert str(ErrorAnswer(operation="X", code="", http_status=418)) == "X answered 418"


def test_invalid_response_names_what_lacks():
    """An answer that is none says which member was looked for."""
    error = invalid_response("ListAccounts", "accountList")
    assert isinstance(error, InvalidResponseError)
    assert "accountList" in str(error)
    assert error.operation == "ListAccounts"


@pytest.mark.parametrize(
    ("right_region", "says"),
    [("eu-west-1", "use eu-west-1"), ("", "use the one that its administrators name")],
)
def test_wrong_region(right_region: str, says: str):
    """A call of another region's instance says which region to use, if the answer told it."""
    error = oidc_error(
        ErrorAnswer(
            operation="CreateToken",
            code="InvalidRequestRegionException",
            right_region=right_region,
        )
    )
    assert isinstance(error, WrongRegionError)
    assert error.right_region == (right_region or None)
    assert says in str(error)
