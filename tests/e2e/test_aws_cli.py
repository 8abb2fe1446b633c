"""Logins are shared with a real AWS CLI v2, in both directions."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.aws_config_files import write_aws_config

import ssokit
from ssokit.stores import FileStore
from ssokit.testing import FakeIdentityCenter

_SERVICES = {"sso": "2019-06-10", "sso-oidc": "2019-06-10", "sts": "2011-06-15"}

Aws = Callable[..., str]


@functools.lru_cache(maxsize=1)
def _aws_cli() -> str:
    # Python's package awscli is a version 1, which has no logins; it may come first.
    folders = f"{os.environ.get('PATH', '')}{os.pathsep}{os.defpath}".split(os.pathsep)
    for folder in dict.fromkeys(folders):
        path = Path(folder, "aws")
        if folder and path.is_file():
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
            if said.stdout.startswith("aws-cli/2."):
                return str(path)
    reason = "real component missing: no AWS CLI v2 (Debian: awscli)"
    if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
        pytest.fail(reason)
    pytest.skip(reason)


def _endpoints(folder: Path, url: str) -> Path:
    """Write rules that lead everywhere to one server: Debian's 2.9 knows no other way."""
    rule = {"conditions": [], "endpoint": {"url": url}, "type": "endpoint"}
    region = {"builtIn": "AWS::Region", "required": False, "documentation": "", "type": "String"}
    rules = {"version": "1.0", "parameters": {"Region": region}, "rules": [rule]}
    for service, version in _SERVICES.items():
        place = folder / service / version
        place.mkdir(parents=True)
        (place / "endpoint-rule-set-1.json").write_text(json.dumps(rules))
    return folder


@pytest.fixture
def aws(identity_center: FakeIdentityCenter, tmp_path: Path) -> Aws:
    """Run ``aws`` with the home folder of the test, and give what it printed."""
    write_aws_config(identity_center)
    assert identity_center.url is not None
    environment = {
        "AWS_DATA_PATH": str(_endpoints(tmp_path / "endpoints", identity_center.url)),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        # A browser that shows nothing: people of the local Identity Center approve by themselves.
        "BROWSER": "true",
        "HOME": os.environ["HOME"],
        "NO_PROXY": "127.0.0.1",
        "PATH": os.defpath,
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [_aws_cli(), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def _cached(folder: str) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in Path.home().glob(f".aws/{folder}/*.json")]


@pytest.mark.parametrize("profile", ["dev", "old"])
def test_the_aws_cli_uses_a_login_of_ssokit(
    identity_center: FakeIdentityCenter, aws: Aws, profile: str
):
    """After ssokit.login() the AWS CLI works with the profile, and asks nobody."""
    ssokit.login(profile=profile, message=False)
    identity = json.loads(aws("sts", "get-caller-identity", "--profile", profile))
    assert "assumed-role/AWSReservedSSO_ReadOnly_" in identity["Arn"]
    assert identity_center.calls("StartDeviceAuthorization") == 1


@pytest.mark.parametrize("profile", ["dev", "old"])
def test_ssokit_uses_a_login_of_the_aws_cli(
    identity_center: FakeIdentityCenter, aws: Aws, profile: str
):
    """After ``aws sso login`` ssokit works with the profile, and asks nobody."""
    aws("sso", "login", "--profile", profile)
    session = ssokit.get_boto3_session(profile=profile, region=None)
    assert session.client("sts").get_caller_identity()["Account"] == "444455556666"
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_the_aws_cli_renews_a_login_of_ssokit(identity_center: FakeIdentityCenter, aws: Aws):
    """A token that the AWS CLI renewed is the one that ssokit goes on with, and the other way."""
    identity_center.settings.single_use_refresh_tokens = True
    identity_center.settings.renewable_token_lifetime = timedelta(minutes=12)
    first = ssokit.login(profile="dev", message=False)
    identity_center.settings.renewable_token_lifetime = timedelta(hours=1)
    aws("sts", "get-caller-identity", "--profile", "dev")
    second = ssokit.login(profile="dev")
    assert second["accessToken"] != first["accessToken"]
    assert second["refreshToken"] != first["refreshToken"]
    assert second["clientSecret"] == first["clientSecret"]
    assert second["registrationExpiresAt"] == first["registrationExpiresAt"]
    assert len(list(ssokit.list_available_accounts(profile="dev"))) == 3
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert identity_center.calls("CreateToken") == 2


def test_the_aws_cli_ends_logins_of_ssokit(identity_center: FakeIdentityCenter, aws: Aws):
    """``aws sso logout`` finds what ssokit wrote; ssokit notices, and does no harm to the rest."""
    for profile in ("dev", "old"):
        ssokit.login(profile=profile, message=False)
    aws("sso", "logout")
    assert identity_center.calls("Logout") == 2
    for profile in ("dev", "old"):
        with pytest.raises(ssokit.AuthenticationNeededError):
            next(ssokit.list_available_accounts(profile=profile))
    # Registrations stay: they are no logins, and the next login of either uses them.
    assert len(_cached("sso/cache")) == 2
    ssokit.login(profile="dev", message=False)
    assert identity_center.calls("RegisterClient") == 2


def test_ssokit_ends_logins_of_the_aws_cli(identity_center: FakeIdentityCenter, aws: Aws):
    """logout_all() ends the AWS CLI's logins, and removes the role credentials that it kept."""
    for profile in ("dev", "old"):
        aws("sso", "login", "--profile", profile)
    aws("sts", "get-caller-identity", "--profile", "dev")
    assert len(_cached("cli/cache")) == 1
    summary = ssokit.logout_all()
    assert summary
    assert len(summary.logins) == 2
    assert identity_center.calls("Logout") == 2
    assert _cached("cli/cache") == []
    assert all("accessToken" not in entry for entry in _cached("sso/cache"))


def test_role_credentials_of_ssokit(identity_center: FakeIdentityCenter, aws: Aws):
    """Role credentials that ssokit keeps in files are those that the AWS CLI looks for."""
    center = ssokit.IdentityCenter.from_profile("dev", credential_store=FileStore())
    center.login()
    keys = center.role_credential()
    printed = aws("sts", "get-caller-identity", "--profile", "dev")
    assert "444455556666" in printed
    assert identity_center.calls("GetRoleCredentials") == 1
    [kept] = _cached("cli/cache")
    assert kept["Credentials"]["AccessKeyId"] == keys.access_key_id  # type: ignore[index]
