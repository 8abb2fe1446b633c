"""Every AuthorizationServer keeps the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.testing import FakeIdentityCenter, IdentityCenterServer
from ssokit.testing.authorization_server_contract import AuthorizationServerContract


class TestFakeAuthorizationServer(AuthorizationServerContract):
    def make(self, center: FakeIdentityCenter) -> AuthorizationServer:
        """Give the in-process face."""
        return center.authorization_server()


class TestBotoAuthorizationServer(AuthorizationServerContract):
    @pytest.fixture(autouse=True)
    def _use_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.environment = monkeypatch

    def make(self, center: FakeIdentityCenter) -> AuthorizationServer:
        """Give boto3 over HTTP."""
        return BotoAuthorizationServer(center.region, center.clock)

    def serve(self, center: FakeIdentityCenter) -> AbstractContextManager[object]:
        """Serve the model where the environment sends boto3."""
        return self._served(center)

    @contextmanager
    def _served(self, center: FakeIdentityCenter) -> Iterator[None]:
        with IdentityCenterServer(center) as server:
            for name, value in server.environment().items():
                self.environment.setenv(name, value)
            yield
