"""Profiles and sso-sessions of the AWS config file, through the public API."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.aws_config_files import write_aws_config

import ssokit
from ssokit.testing import FakeIdentityCenter


@pytest.fixture
def config(identity_center: FakeIdentityCenter) -> Path:
    """Write a config file for the local Identity Center where the environment says."""
    return write_aws_config(identity_center)


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("name", ["dev", "old"])
def test_a_profile_says_it_all(name: str):
    """Account, role and region of a session are the profile's unless the call names others."""
    center = ssokit.IdentityCenter.from_profile(name, token_store={})
    session = center.session(login=True)
    assert session.region_name == "eu-west-1"
    client = session.client("sts")
    assert client.get_caller_identity()["Account"] == "444455556666"
    assert center.role_credential().role_name == "ReadOnly"
    assert center.session(region="us-west-2").region_name == "us-west-2"
    assert center.profile is not None
    assert center.profile.name == name


@pytest.mark.usefixtures("config")
def test_an_sso_session_by_itself():
    """An sso-session can log in and list; for a session it wants account and role."""
    center = ssokit.IdentityCenter.from_sso_session("corp", token_store={})
    assert len(list(center.accounts(login=True))) == 3
    with pytest.raises(ssokit.ConfigFileError, match="has no sso_account_id"):
        center.session()
    assert center.session("444455556666", "ReadOnly").get_credentials() is not None


def test_the_environment_chooses(config: Path, monkeypatch: pytest.MonkeyPatch):
    """AWS_PROFILE and AWS_CONFIG_FILE mean what they mean to every AWS SDK."""
    moved = config.rename(config.with_name("elsewhere"))
    with pytest.raises(ssokit.ConfigFileError, match="no \\[profile default\\]"):
        ssokit.IdentityCenter.from_profile()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(moved))
    monkeypatch.setenv("AWS_PROFILE", "dev")
    center = ssokit.IdentityCenter.from_profile(token_store={})
    assert center.profile is not None
    assert center.profile.name == "dev"
