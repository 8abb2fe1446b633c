"""Errors about a start URL or a region say what was used, and what to use."""

from __future__ import annotations

import pytest

from ssokit.domain.errors import LoginError, ServiceError, ThrottledError, WrongRegionError
from ssokit.domain.refused_start_url import explained
from ssokit.domain.sso_session import SsoSession

_PORTAL = "https://ssoins-0123456789abcdef.eu-west-1.portal.amazonaws.com"
_CLASSIC = "https://d-1234567890.awsapps.com/start"


def _refused(session: SsoSession, code: str = "InvalidRequestException") -> ServiceError:
    refusal = ServiceError("refused", code=code, operation="StartDeviceAuthorization")
    with pytest.raises(ServiceError) as raised, explained(session):
        raise refusal
    assert raised.value.operation == "StartDeviceAuthorization"
    assert session.start_url in str(raised.value)
    assert session.region in str(raised.value)
    return raised.value


def test_region_in_the_start_url():
    """A start URL that names another region than the one in use is told from a wrong one."""
    error = _refused(SsoSession(_PORTAL, "us-east-1"))
    assert isinstance(error, WrongRegionError)
    assert error.right_region == "eu-west-1"
    assert error.region == "us-east-1"
    assert "use eu-west-1" in str(error)


@pytest.mark.parametrize(
    "session",
    [SsoSession(_PORTAL, "eu-west-1"), SsoSession(_CLASSIC, "us-east-1")],
)
def test_nothing_is_known(session: SsoSession):
    """Where the start URL tells nothing, the error stays what it was."""
    assert type(_refused(session)) is ServiceError


def test_host_that_only_leads_to_a_portal():
    """A company's own address is no start URL: the error says to use what it leads to."""
    error = _refused(SsoSession("https://aws.example.com", "us-east-1"))
    assert "the URL that it leads to" in str(error)
    assert error.code == "InvalidRequestException"


def test_other_errors():
    """Other errors get the facts, and are not interpreted."""
    assert type(_refused(SsoSession(_PORTAL, "us-east-1"), "Throttling")) is ServiceError
    with pytest.raises(LoginError, match="us-east-1"), explained(SsoSession(_PORTAL, "us-east-1")):
        raise LoginError("denied")
    with pytest.raises(ThrottledError), explained(SsoSession(_PORTAL, "us-east-1")):
        raise ThrottledError("slower")
