"""A local Identity Center on the wire, where the environment sends boto3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ssokit.testing import FakeIdentityCenter, IdentityCenterServer, ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def center(clock: ManualClock) -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=clock)


@pytest.fixture
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(
    center: FakeIdentityCenter,
    _home: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[IdentityCenterServer]:
    with IdentityCenterServer(center) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running
