"""Logging out, through the public API, over the wire."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.aws_config_files import write_aws_config

import ssokit
from ssokit.testing import FakeIdentityCenter


@pytest.fixture(autouse=True)
def _config(identity_center: FakeIdentityCenter) -> None:
    write_aws_config(identity_center)


def test_one_of_two_logins(identity_center: FakeIdentityCenter):
    """An sso-session's login and a legacy one are two: each is ended by its own name."""
    instance = (identity_center.start_url, identity_center.region)
    ssokit.login(*instance, message=False)
    ssokit.login(profile="dev", message=False)
    assert ssokit.logout(sso_session="corp")
    assert not ssokit.logout(profile="dev")
    assert len(list(ssokit.list_available_accounts(*instance))) == 3
    assert ssokit.logout(*instance)
    with pytest.raises(ssokit.AuthenticationNeededError):
        next(ssokit.list_available_accounts(*instance))


def test_everything(identity_center: FakeIdentityCenter):
    """All logins in the AWS CLI's folders end, and the role credentials that it keeps go, too."""
    instance = (identity_center.start_url, identity_center.region)
    ssokit.login(*instance, message=False)
    ssokit.login(sso_session="corp", message=False)
    kept = Path(os.environ["HOME"], ".aws", "cli", "cache", "0123.json")
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"ProviderType": "sso", "Credentials": {}}))
    summary = ssokit.logout_all()
    assert summary
    assert len(summary.logins) == 2
    assert summary.credentials_removed
    assert not kept.exists()
    assert identity_center.calls("Logout") == 2
    assert ssokit.logout_all().logins == ()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "in one way"),
        ({"start_url": "https://d-1.awsapps.com/start"}, "sso_region is missing"),
        ({"sso_region": "us-east-1"}, "start_url is missing"),
        ({"profile": "dev", "sso_session": "corp"}, "in one way"),
        ({"profile": "dev", "sso_region": "us-east-1"}, "in one way"),
    ],
)
@pytest.mark.parametrize(
    "function",
    [
        ssokit.login,
        ssokit.logout,
        ssokit.list_available_accounts,
        ssokit.list_available_roles,
        lambda **arguments: ssokit.get_boto3_session(region=None, **arguments),
    ],
)
def test_an_instance_is_named_in_one_way(
    function: Callable[..., object], arguments: dict[str, str], says: str
):
    """Half a name, two names or none are a mistake of the caller's, said in the call."""
    with pytest.raises(TypeError, match=says):
        function(**arguments)


def test_functions_with_a_profile(identity_center: FakeIdentityCenter):
    """All functions take a profile or an sso-session in place of start URL and region."""
    session = ssokit.get_boto3_session(profile="dev", region="eu-west-1", login=True, message=False)
    assert session.client("sts").get_caller_identity()["Account"] == "444455556666"
    assert len(list(ssokit.list_available_accounts(sso_session="corp"))) == 3
    assert len(list(ssokit.list_available_roles(profile="dev"))) > 3
    assert identity_center.calls("StartDeviceAuthorization") == 1
    with pytest.raises(ssokit.ConfigFileError, match="no \\[profile gone\\]"):
        ssokit.login(profile="gone")
