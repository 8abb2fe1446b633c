"""The flow that is taken where the caller leaves it open."""

from __future__ import annotations

import pytest

from ssokit.domain.flow import Flow, LoginEnvironment
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.testing import FakeIdentityCenter
from ssokit.usecases.chosen_grant import ChosenGrant

_DESKTOP = LoginEnvironment(variables={}, system="darwin")
_SERVER = LoginEnvironment(variables={}, system="linux")
_CODE, _DEVICE = Flow.AUTHORIZATION_CODE, Flow.DEVICE_CODE


@pytest.mark.parametrize(
    ("asked", "name", "opens_browser", "environment", "flow"),
    [
        (None, "corp", True, _DESKTOP, _CODE),
        (None, "corp", True, _SERVER, _DEVICE),
        (None, "corp", False, _DESKTOP, _DEVICE),
        (None, None, True, _DESKTOP, _DEVICE),
        (_DEVICE, "corp", True, _DESKTOP, _DEVICE),
        (_CODE, None, False, _SERVER, _CODE),
    ],
    ids=[
        "a session on a desktop",
        "a session on a server",
        "shown by the program itself",
        "a legacy login",
        "device code asked for",
        "authorization code asked for",
    ],
)
def test_the_flow_that_fits_is_taken(
    *,
    center: FakeIdentityCenter,
    asked: Flow | None,
    name: str | None,
    opens_browser: bool,
    environment: LoginEnvironment,
    flow: Flow,
):
    """As the AWS CLI does it, unless the caller asks for a flow or shows logins itself."""
    granted = center.sign_in("alice")
    taken: list[Flow] = []

    def grant(by: Flow) -> Token:
        taken.append(by)
        return granted

    chosen = ChosenGrant(
        asked=asked,
        opens_browser=opens_browser,
        environment=lambda: environment,
        device_code=lambda _: grant(_DEVICE),
        authorization_code=lambda _: grant(_CODE),
    )
    assert chosen(SsoSession(center.start_url, center.region, name=name)) == granted
    assert taken == [flow]
