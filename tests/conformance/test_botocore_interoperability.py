"""Logins are shared with unmodified botocore, in both directions: the newest and the oldest."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.aws_config_files import write_aws_config

import ssokit
from ssokit.testing import FakeIdentityCenter

_USE_PROFILE = """
import boto3, sys
print(boto3.Session(profile_name=sys.argv[1]).client("sts").get_caller_identity()["Arn"])
"""

# botocore has the cache class and the loader of logins, and no login: the flow is spelt out.
_LOG_IN_WITH_BOTOCORE = """
import datetime, os, sys
import boto3
from botocore.utils import JSONFileCache, SSOTokenLoader
start_url, region, name = sys.argv[1:]
oidc = boto3.client("sso-oidc", region_name=region)
scopes = {"scopes": ["sso:account:access"]} if name else {}
client = oidc.register_client(clientName="cli", clientType="public", **scopes)
known = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}
started = oidc.start_device_authorization(**known, startUrl=start_url)
granted = oidc.create_token(
    **known, grantType="urn:ietf:params:oauth:grant-type:device_code",
    deviceCode=started["deviceCode"],
)
now = datetime.datetime.now(datetime.timezone.utc)
until = now + datetime.timedelta(seconds=granted["expiresIn"])
token = {
    "startUrl": start_url, "region": region, "accessToken": granted["accessToken"],
    "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"), **known,
    "registrationExpiresAt": "2100-01-01T00:00:00Z", "notOfSsokit": {"kept": [1, None]},
}
if "refreshToken" in granted:
    token["refreshToken"] = granted["refreshToken"]
loader = SSOTokenLoader(JSONFileCache(os.path.expanduser("~/.aws/sso/cache")))
loader.save_token(start_url, token, session_name=name or None)
"""

_MEMBERS = {
    "startUrl",
    "region",
    "accessToken",
    "expiresAt",
    "clientId",
    "clientSecret",
    "registrationExpiresAt",
    "refreshToken",
}


@pytest.fixture(autouse=True)
def _config(identity_center: FakeIdentityCenter) -> None:
    write_aws_config(identity_center)
    identity_center.settings.single_use_refresh_tokens = True


def _run(program: str, *arguments: str) -> str:
    # A process of its own: botocore fixes its cache folder when it is imported.
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout.strip()


def _log_in_with_botocore(center: FakeIdentityCenter, profile: str) -> None:
    _run(
        _LOG_IN_WITH_BOTOCORE,
        center.start_url,
        center.region,
        "corp" if profile == "dev" else "",
    )


def _token_file() -> dict[str, Any]:
    folder = Path.home() / ".aws" / "sso" / "cache"
    entries = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    [token] = [entry for entry in entries if "accessToken" in entry]
    assert isinstance(token, dict)
    return token


@pytest.mark.parametrize("profile", ["dev", "old"])
def test_botocore_uses_a_login_of_ssokit(identity_center: FakeIdentityCenter, profile: str) -> None:
    """A plain boto3 session of a profile works after a login by ssokit, sso-session or legacy."""
    ssokit.login(profile=profile, message=False)
    assert "assumed-role/AWSReservedSSO_ReadOnly_" in _run(_USE_PROFILE, profile)
    assert identity_center.calls("StartDeviceAuthorization") == 1


@pytest.mark.parametrize("profile", ["dev", "old"])
def test_ssokit_uses_a_login_of_botocore(identity_center: FakeIdentityCenter, profile: str) -> None:
    """A token that botocore's loader wrote serves ssokit without asking, fields and all."""
    _log_in_with_botocore(identity_center, profile)
    assert len(list(ssokit.list_available_accounts(profile=profile))) == 3
    token = ssokit.login(profile=profile)
    assert token["registrationExpiresAt"] == "2100-01-01T00:00:00Z"
    assert token["notOfSsokit"] == {"kept": [1, None]}
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_both_renew_one_login_in_turns(identity_center: FakeIdentityCenter) -> None:
    """Made by ssokit, renewed by botocore, by ssokit, by botocore: one prompt, no field lost."""
    identity_center.settings.renewable_token_lifetime = timedelta(minutes=9)
    tokens = [ssokit.login(profile="dev", message=False)]
    assert _token_file().keys() >= _MEMBERS
    for renew in (
        lambda: _run(_USE_PROFILE, "dev"),
        lambda: ssokit.login(profile="dev"),
        lambda: _run(_USE_PROFILE, "dev"),
    ):
        renew()
        found = _token_file()
        assert found.keys() >= _MEMBERS
        assert found["accessToken"] != tokens[-1]["accessToken"]
        assert found["refreshToken"] != tokens[-1]["refreshToken"]
        assert found["clientId"] == tokens[0]["clientId"]
        assert found["registrationExpiresAt"] == tokens[0]["registrationExpiresAt"]
        tokens.append(found)
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert identity_center.calls("CreateToken") == 4


def test_fields_that_ssokit_does_not_know_survive_a_renewal(
    identity_center: FakeIdentityCenter,
) -> None:
    """A login of another tool is renewed by ssokit with everything that was in its file."""
    identity_center.settings.renewable_token_lifetime = timedelta(minutes=9)
    _log_in_with_botocore(identity_center, "dev")
    before = _token_file()
    ssokit.login(profile="dev")
    after = _token_file()
    assert after["accessToken"] != before["accessToken"]
    assert after["notOfSsokit"] == {"kept": [1, None]}
    assert after.keys() >= before.keys()
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert "assumed-role/AWSReservedSSO_ReadOnly_" in _run(_USE_PROFILE, "dev")


def test_fields_that_ssokit_does_not_know_survive_a_new_login(
    identity_center: FakeIdentityCenter,
) -> None:
    """A new login over a token of another tool keeps the members that only that tool knows."""
    _log_in_with_botocore(identity_center, "old")
    before = _token_file()
    after = ssokit.login(profile="old", force_refresh=True, message=False)
    assert after["accessToken"] != before["accessToken"]
    assert _token_file()["notOfSsokit"] == {"kept": [1, None]}
