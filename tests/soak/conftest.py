"""What the tests under load share: a local Identity Center that other processes reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ssokit.testing import FakeIdentityCenter, IdentityCenterServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityCenterServer]:
    """A local Identity Center that this process and others reach."""
    with IdentityCenterServer(FakeIdentityCenter()) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield running
