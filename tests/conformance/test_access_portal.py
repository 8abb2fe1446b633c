"""Every AccessPortal keeps the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.ports.access_portal import AccessPortal
from ssokit.testing import FakeIdentityCenter, IdentityCenterServer
from ssokit.testing.access_portal_contract import AccessPortalContract


class TestFakeAccessPortal(AccessPortalContract):
    def make(self, center: FakeIdentityCenter) -> AccessPortal:
        """Give the in-process face."""
        return center.access_portal()


class TestBotoAccessPortal(AccessPortalContract):
    @pytest.fixture(autouse=True)
    def _use_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.environment = monkeypatch

    def make(self, center: FakeIdentityCenter) -> AccessPortal:
        """Give boto3 over HTTP."""
        return BotoAccessPortal(center.region)

    def serve(self, center: FakeIdentityCenter) -> AbstractContextManager[object]:
        """Serve the model where the environment sends boto3."""
        return self._served(center)

    @contextmanager
    def _served(self, center: FakeIdentityCenter) -> Iterator[None]:
        with IdentityCenterServer(center) as server:
            for name, value in server.environment().items():
                self.environment.setenv(name, value)
            yield
