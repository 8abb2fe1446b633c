"""Logins are shared with unmodified botocore, in both directions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ssokit
from ssokit.testing import FakeIdentityCenter

_PROFILE = """
[profile legacy]
sso_start_url = {start_url}
sso_region = {region}
sso_account_id = 012345678901
sso_role_name = Developer
region = eu-west-1
"""

_USE_PROFILE = """
import boto3
print(boto3.Session(profile_name="legacy").client("sts").get_caller_identity()["Arn"])
"""

# botocore's own cache class and key, as the AWS CLI's login uses them.
_LOG_IN_LIKE_THE_CLI = """
import datetime, hashlib, os, sys
import boto3
from botocore.utils import JSONFileCache
start_url, region = sys.argv[1:]
oidc = boto3.client("sso-oidc", region_name=region)
client = oidc.register_client(clientName="cli", clientType="public")
known = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}
started = oidc.start_device_authorization(**known, startUrl=start_url)
granted = oidc.create_token(
    **known, grantType="urn:ietf:params:oauth:grant-type:device_code",
    deviceCode=started["deviceCode"],
)
until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
    seconds=granted["expiresIn"]
)
cache = JSONFileCache(os.path.expanduser("~/.aws/sso/cache"))
cache[hashlib.sha1(start_url.encode()).hexdigest()] = {
    "startUrl": start_url, "region": region, "accessToken": granted["accessToken"],
    "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"), "clientId": client["clientId"],
    "clientSecret": client["clientSecret"], "registrationExpiresAt": "2100-01-01T00:00:00Z",
    "madeBy": "the AWS CLI",
}
"""


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


def test_botocore_uses_a_login_of_ssokit(identity_center: FakeIdentityCenter) -> None:
    """A plain boto3 profile with the same start URL works after ssokit.login()."""
    config = Path(os.environ["AWS_CONFIG_FILE"])
    config.parent.mkdir(exist_ok=True)
    start_url, region = identity_center.start_url, identity_center.region
    config.write_text(_PROFILE.format(start_url=start_url, region=region))
    ssokit.login(start_url, region, message=False)
    assert "assumed-role/AWSReservedSSO_Developer_" in _run(_USE_PROFILE)


def test_ssokit_uses_a_login_of_botocore(identity_center: FakeIdentityCenter) -> None:
    """A token written by botocore's cache class serves ssokit without asking, fields and all."""
    start_url, region = identity_center.start_url, identity_center.region
    _run(_LOG_IN_LIKE_THE_CLI, start_url, region)
    assert len(list(ssokit.list_available_accounts(start_url, region))) == 3
    token = ssokit.login(start_url, region)
    assert token["registrationExpiresAt"] == "2100-01-01T00:00:00Z"
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_fields_that_ssokit_does_not_know_survive_a_new_login(
    identity_center: FakeIdentityCenter,
) -> None:
    """A new login over a token of another tool keeps what ssokit does not know of it.

    What it does know, it replaces: the client is the new login's.
    """
    start_url, region = identity_center.start_url, identity_center.region
    _run(_LOG_IN_LIKE_THE_CLI, start_url, region)
    before = ssokit.login(start_url, region)
    after = ssokit.login(start_url, region, force_refresh=True, message=False)
    assert after["accessToken"] != before["accessToken"]
    cached = ssokit.login(start_url, region)
    assert cached["madeBy"] == "the AWS CLI"
    assert cached["clientSecret"] == after["clientSecret"] != before["clientSecret"]
