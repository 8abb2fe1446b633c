"""The pytest plugin, used as a stranger's project would use it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

_FLOW = """
import boto3
import pytest

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def log_in(start_url, region):
    oidc = boto3.client("sso-oidc", region_name=region)
    client = oidc.register_client(clientName="report", clientType="public")
    known = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}
    started = oidc.start_device_authorization(**known, startUrl=start_url)
    assert started["interval"] == 0
    granted = oidc.create_token(**known, grantType=GRANT, deviceCode=started["deviceCode"])
    return granted["accessToken"]


def test_unmodified_boto3(identity_center):
    token = log_in(identity_center.start_url, identity_center.region)
    portal = boto3.client("sso", region_name=identity_center.region)
    accounts = portal.list_accounts(accessToken=token)["accountList"]
    assert {"accountId": "012345678901", "accountName": "Sandbox",
            "emailAddress": "aws+012345678901@example.com"} in accounts
    roles = portal.list_account_roles(accessToken=token, accountId="012345678901")["roleList"]
    assert [role["roleName"] for role in roles] == ["Developer", "ReadOnly"]
    keys = portal.get_role_credentials(
        accessToken=token, accountId="012345678901", roleName="Developer"
    )["roleCredentials"]
    sts = boto3.client(
        "sts",
        region_name="eu-west-1",
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )
    identity = sts.get_caller_identity()
    assert identity["Account"] == "012345678901"
    assert identity["Arn"].endswith("/alice")
    assert identity_center.calls("GetCallerIdentity") == 1
"""


def _run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error", *arguments)


def test_unmodified_boto3_works_offline(pytester: pytest.Pytester) -> None:
    """A test that knows nothing but boto3 logs in, lists, gets keys and uses them."""
    pytester.makepyfile(_FLOW)
    _run(pytester).assert_outcomes(passed=1)


def test_boto3_default_session_does_not_leak_between_tests(pytester: pytest.Pytester) -> None:
    """boto3's own default session of one test is not the next one's."""
    pytester.makepyfile(
        _FLOW
        + """

@pytest.mark.parametrize("nth", range(2))
def test_fresh(identity_center, nth):
    assert boto3.DEFAULT_SESSION is None
    log_in(identity_center.start_url, identity_center.region)
    assert boto3.DEFAULT_SESSION is not None
"""
    )
    _run(pytester).assert_outcomes(passed=3)


def test_developers_own_aws_is_out_of_reach(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable, no file and no proxy of the developer reaches the test, and all come back."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    pytester.makepyfile(
        _FLOW
        + """

def test_private(identity_center, tmp_path):
    import os
    from pathlib import Path

    assert "AWS_PROFILE" not in os.environ
    assert Path.home().is_relative_to(tmp_path)
    assert not list(Path.home().iterdir())
    assert Path(os.environ["AWS_CONFIG_FILE"]).is_relative_to(Path.home())
    assert os.environ["AWS_ENDPOINT_URL_SSO"] == identity_center.url


def test_back_again():
    import os

    assert os.environ["AWS_PROFILE"] == "production"
    assert "AWS_ENDPOINT_URL_SSO" not in os.environ
"""
    )
    _run(pytester).assert_outcomes(passed=3)


def test_each_test_has_an_instance_of_its_own(pytester: pytest.Pytester) -> None:
    """Start URLs differ from test to test, so that no cache in memory joins them."""
    pytester.makepyfile(
        """
        import pytest
        from ssokit import ClientMetadata
        from ssokit.testing import Denies

        seen = set()

        @pytest.mark.parametrize("nth", range(3))
        def test_own(identity_center, nth):
            assert identity_center.start_url not in seen
            seen.add(identity_center.start_url)
            assert identity_center.person != Denies()
            assert not identity_center.requests
            identity_center.person = Denies()
            identity_center.authorization_server().register_client(ClientMetadata("mine"))
        """
    )
    _run(pytester).assert_outcomes(passed=3)


def test_nothing_listens_after_the_test(pytester: pytest.Pytester) -> None:
    """The server of a test ends with it, and leaves no thread."""
    pytester.makepyfile(
        """
        import socket, threading
        import pytest
        from urllib.parse import urlsplit

        ports = []

        def test_uses(identity_center):
            ports.append(urlsplit(identity_center.url).port)

        def test_after():
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", ports[0]))
            assert threading.active_count() == 1
        """
    )
    _run(pytester).assert_outcomes(passed=2)


def test_plugin_costs_nothing_unless_used() -> None:
    """Loading the plugin imports neither the local Identity Center nor boto3."""
    program = (
        "import sys, ssokit.pytest_plugin; "
        "print([m for m in sys.modules if m.startswith(('ssokit.adapters', 'ssokit.testing', "
        "'attr', 'boto3', 'botocore', 'http.server'))])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    # pytest itself may bring attrs; it is the rest that counts.
    assert "ssokit." not in loaded.stdout
    assert "boto" not in loaded.stdout


def test_the_public_door_does_not_need_pytest() -> None:
    """`ssokit.testing` serves those who test with something else."""
    program = "import sys, ssokit.testing; sys.exit('pytest' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
