"""Every AuthorizationServer keeps the same promises."""

from __future__ import annotations

from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.testing import FakeIdentityCenter
from ssokit.testing.authorization_server_contract import AuthorizationServerContract


class TestFakeAuthorizationServer(AuthorizationServerContract):
    def make(self, center: FakeIdentityCenter) -> AuthorizationServer:
        """Give the in-process face."""
        return center.authorization_server()
