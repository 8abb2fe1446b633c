"""What is remembered of a failed renewal."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ssokit.domain.errors import (
    AccessDeniedError,
    AuthorizationDeniedError,
    ClientRejectedError,
    InvalidResponseError,
    PendingAuthorizationExpiredError,
    ServiceError,
    ServiceUnavailableError,
    SignInSessionEndedError,
    SsokitError,
    ThrottledError,
)
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "kind",
    [
        AuthorizationDeniedError,
        ClientRejectedError,
        InvalidResponseError,
        PendingAuthorizationExpiredError,
        ServiceError,
        ServiceUnavailableError,
        SignInSessionEndedError,
        ThrottledError,
    ],
)
def test_a_failure_gives_its_error_back(kind: type[SsokitError]):
    """Those who share a failure get an error of the same kind, with message and code."""
    error = kind("it failed")
    if isinstance(error, ServiceError):
        error.code = "X"
    failure = RenewalFailure.of(error, token="a", now=_NOW)
    again = failure.as_error()
    assert type(again) is kind
    assert str(again) == "it failed"
    assert getattr(again, "code", None) == getattr(error, "code", None)


def test_an_error_of_an_odd_kind_is_a_refusal():
    """Other answers of the service are shared as what they are at least: errors of a service."""
    failure = RenewalFailure.of(AccessDeniedError("no"), token=None, now=_NOW)
    assert failure.kind is FailureKind.REFUSED


def test_a_failure_holds_for_its_token_and_its_time():
    """A minute, for the one token; a note from the future counts for nothing."""
    failure = RenewalFailure.of(ServiceUnavailableError("down"), token="a", now=_NOW)
    assert failure.concerns("a", now=_NOW)
    assert failure.concerns("a", now=_NOW + timedelta(seconds=59))
    assert not failure.concerns("a", now=_NOW + timedelta(seconds=60))
    assert not failure.concerns("a", now=_NOW - timedelta(seconds=1))
    assert not failure.concerns("b", now=_NOW)


def test_the_end_of_a_session_is_looked_at_again_after_an_hour():
    """What the service will not take back is asked about less often, but not never."""
    failure = RenewalFailure.of(SignInSessionEndedError("over"), token="a", now=_NOW)
    assert failure.until == _NOW + timedelta(hours=1)
    assert failure.kind.is_final
    assert not failure.kind.is_of_the_person
    assert FailureKind.DENIED.is_of_the_person
