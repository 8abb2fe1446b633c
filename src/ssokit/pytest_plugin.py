"""The pytest plugin: an Identity Center of one's own for each test that asks for it.

pytest loads this module wherever ssokit is installed, so it imports nothing of ssokit until
a test asks.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ssokit.testing import FakeIdentityCenter

_LOOPBACK = "127.0.0.1,localhost,::1"


@pytest.fixture
def identity_center(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[FakeIdentityCenter]:
    """Give a local Identity Center that unmodified code, raw boto3 included, reaches.

    For the test, all ``AWS_`` variables are replaced by those that lead to it, and the home
    directory by an empty one, so that neither the developer's files nor their login can be
    touched. Logins are approved at once, by the first user, and polls need not wait; assign
    ``person`` and ``settings`` for anything else::

        def test_billing_report(identity_center):
            identity_center.person = Approves("bob")
            ...

    Each test has a start URL of its own, so that nothing a program caches in memory under
    it outlives the test. The organization is `ssokit.testing.Organization.example()`.
    """
    from ssokit.testing import FakeIdentityCenter, IdentityCenterServer, Settings  # noqa: PLC0415

    center = FakeIdentityCenter(
        start_url=f"https://d-{secrets.token_hex(5)}.awsapps.com/start",
        settings=Settings(interval=0),
    )
    home = tmp_path / "identity-center-home"
    home.mkdir()
    with IdentityCenterServer(center) as server:
        _isolate(monkeypatch, home)
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield center


def _isolate(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith("AWS_"):
            monkeypatch.delenv(name)
    private = {
        "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
        "AWS_SSO_DISABLE_BROWSER": "1",
        "HOME": str(home),
        "NO_PROXY": _LOOPBACK,
        "USERPROFILE": str(home),
        "no_proxy": _LOOPBACK,
    }
    for name, value in private.items():
        monkeypatch.setenv(name, value)
    if (boto3 := sys.modules.get("boto3")) is not None:
        # boto3.client() keeps a session, and with it the credentials of an earlier test.
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
