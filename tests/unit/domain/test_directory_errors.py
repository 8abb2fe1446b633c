"""What error codes of the administrators' services mean."""

from __future__ import annotations

import pytest

from ssokit.domain.errors import (
    AccessDeniedError,
    CredentialsRejectedError,
    NotFoundError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
)
from ssokit.domain.service_errors import ErrorAnswer, directory_error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", ThrottledError),
        ("TooManyRequestsException", ThrottledError),
        ("AccessDeniedException", AccessDeniedError),
        ("ResourceNotFoundException", NotFoundError),
        ("AccountNotFoundException", NotFoundError),
        ("ParentNotFoundException", NotFoundError),
        ("InternalServerException", ServiceUnavailableError),
        ("ServiceException", ServiceUnavailableError),
        ("ValidationException", ServiceError),
        ("UnrecognizedClientException", CredentialsRejectedError),
        ("ExpiredTokenException", CredentialsRejectedError),
    ],
)
def test_codes_have_meanings(code: str, kind: type[ServiceError]):
    """The code alone decides: live services answer 400 to nearly everything."""
    error = directory_error(ErrorAnswer(operation="DescribeUser", code=code, http_status=400))
    assert type(error) is kind
    assert isinstance(error, ServiceError)
    assert (error.code, error.operation) == (code, "DescribeUser")


@pytest.mark.parametrize(
    ("resource_type", "reason", "gone"),
    [
        ("USER", "", True),
        ("GROUP", "", True),
        ("IDENTITY_STORE", "", False),
        ("USER", "KMS_KEY_NOT_FOUND", False),
        ("", "KMS_KEY_NOT_FOUND", False),
    ],
)
def test_only_a_missing_principal_is_gone(resource_type: str, reason: str, *, gone: bool):
    """A missing key or a wrong identity store never makes a principal look deleted."""
    answer = ErrorAnswer(
        operation="DescribeUser",
        code="ResourceNotFoundException",
        resource_type=resource_type,
        reason=reason,
    )
    assert isinstance(directory_error(answer), NotFoundError) is gone


def test_refused_keys_are_told():
    """Keys that AWS does not honour are named as the cause."""
    answer = ErrorAnswer(operation="ListInstances", code="ExpiredTokenException")
    assert "does not honour the credentials" in str(directory_error(answer))
