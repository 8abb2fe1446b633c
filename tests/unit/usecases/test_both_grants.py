"""What holds for a login, whichever grant it takes."""

from __future__ import annotations

import pytest

from ssokit.domain.errors import AuthorizationDeniedError, PendingAuthorizationExpiredError
from ssokit.domain.sso_session import SsoSession
from ssokit.testing import Denies, FakeIdentityCenter, LetsExpire


@pytest.mark.parametrize(
    ("grant", "does", "error"),
    [
        ("device_code_grant", Denies(after_polls=1), AuthorizationDeniedError),
        ("device_code_grant", LetsExpire(), PendingAuthorizationExpiredError),
        ("authorization_code_grant", Denies(), AuthorizationDeniedError),
        ("authorization_code_grant", LetsExpire(), PendingAuthorizationExpiredError),
    ],
    ids=["device denied", "device expired", "browser denied", "browser too late"],
)
def test_decisions_have_their_own_errors(
    *,
    request: pytest.FixtureRequest,
    session: SsoSession,
    center: FakeIdentityCenter,
    grant: str,
    does: Denies | LetsExpire,
    error: type[Exception],
):
    """A no and a code that ran out are told apart, and both say where."""
    center.person = does
    log_in = request.getfixturevalue(grant)
    with pytest.raises(error, match="start a new login") as ended:
        log_in(session)
    assert session.start_url in str(ended.value)
