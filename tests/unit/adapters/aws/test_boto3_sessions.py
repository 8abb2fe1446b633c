"""boto3 sessions whose keys come from ssokit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.credentials import RefreshableCredentials

from ssokit.adapters.aws.boto3_session import boto3_session
from ssokit.domain.role_credential import RoleCredential
from ssokit.testing import FakeIdentityCenter

pytestmark = pytest.mark.usefixtures("_home")


class _Source:
    """Gives other keys at every call."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> RoleCredential:
        self.calls += 1
        return RoleCredential(
            account_id="012345678901",
            role_name="ReadOnly",
            access_key_id=f"AKID{self.calls}",
            secret_access_key=f"secret{self.calls}",
            session_token=f"token{self.calls}",
            expires_at=datetime.now(timezone.utc) + timedelta(hours=1),
        )


@pytest.fixture
def source() -> _Source:
    return _Source()


def test_nothing_is_called_until_keys_are_used(source: _Source):
    """Session, credentials and client are made without asking for keys."""
    session = boto3_session(source, region="eu-central-1")
    credentials: Any = session.get_credentials()
    session.client("sts")
    assert source.calls == 0
    assert isinstance(credentials, RefreshableCredentials)
    assert credentials.method == "ssokit"


def test_frozen_credentials_belong_together(source: _Source):
    """Key, secret and token of one look are of one renewal, and the next look is a new one."""
    credentials: Any = boto3_session(source, region=None).get_credentials()
    for number in ("1", "2"):
        frozen = credentials.get_frozen_credentials()
        assert (frozen.access_key, frozen.secret_key, frozen.token) == (
            f"AKID{number}",
            f"secret{number}",
            f"token{number}",
        )
        assert frozen.account_id == "012345678901"


def test_single_looks(source: _Source):
    """Programs that read one key at a time, or ask for the expiry, get answers of now."""
    credentials: Any = boto3_session(source, region=None).get_credentials()
    assert credentials.access_key == "AKID1"
    assert credentials.secret_key == "secret2"
    assert credentials.token == "token3"
    assert credentials.account_id == "012345678901"
    assert credentials.refresh_needed(0) is False


def test_region(source: _Source, monkeypatch: pytest.MonkeyPatch):
    """A given region counts; None leaves it to the environment."""
    assert boto3_session(source, region="eu-central-1").region_name == "eu-central-1"
    assert boto3_session(source, region=None).region_name is None
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    assert boto3_session(source, region=None).region_name == "ap-south-1"


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_profile_variables_are_ignored(source: _Source, monkeypatch: pytest.MonkeyPatch, name: str):
    """A profile that does not exist is somebody else's: which role to use was said."""
    monkeypatch.setenv(name, "gone")
    session = boto3_session(source, region="eu-central-1")
    assert session.client("sts").meta.region_name == "eu-central-1"


def test_shared_loader_does_not_grow(source: _Source):
    """Sessions share what they have parsed, and fifty of them leave its paths as they were."""
    loaders = []
    for _ in range(50):
        session: Any = boto3_session(source, region="eu-central-1")
        loaders.append(session._session.get_component("data_loader"))
    assert len({id(loader) for loader in loaders}) == 1
    paths = loaders[0].search_paths
    assert len(paths) == len(set(paths)) <= 4
    assert "sts" in session.get_available_services()


def test_sessions_sign_with_their_keys(server: Any, center: FakeIdentityCenter):
    """A service that checks whose keys it gets recognises the role."""
    portal, token = center.access_portal(), center.sign_in("alice")
    get: Callable[[], RoleCredential] = lambda: portal.get_role_credentials(  # noqa: E731
        token, "444455556666", "ReadOnly"
    )
    assert server.url
    client = boto3_session(get, region="us-east-1").client("sts")
    try:
        identity = client.get_caller_identity()
    finally:
        client.close()
    assert identity["Account"] == "444455556666"
    assert "AWSReservedSSO_ReadOnly" in identity["Arn"]


def test_session_is_boto3s_own(source: _Source):
    """Programs that test for boto3's class are served."""
    assert isinstance(boto3_session(source, region=None), boto3.Session)
