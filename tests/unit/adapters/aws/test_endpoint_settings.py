"""Where the clients of the login services call, by config file and environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.adapters.aws.botocore_sessions import new_botocore_session
from ssokit.adapters.aws.profiles import read_sso_profile
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.errors import InvalidSSOConfigError, ServiceUnavailableError, TokenRejectedError
from ssokit.domain.tokens import Token
from ssokit.testing import FakeIdentityCenter, IdentityCenterServer, ManualClock

_NOWHERE = "http://127.0.0.1:9"

_SERVICES = """\
[profile dev]
services = local
endpoint_url = {nowhere}
[services local]
sso_oidc =
  endpoint_url = {url}
sso =
  endpoint_url = {url}
"""
_ENDPOINT = """\
[profile dev]
endpoint_url = {url}
[services local]
sso =
  endpoint_url = {nowhere}
"""
_DEFAULT = """\
[default]
endpoint_url = {url}
"""
_OTHER = """\
[default]
endpoint_url = {nowhere}
[profile dev]
region = eu-west-1
"""


@pytest.fixture
def config(server: IdentityCenterServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the config file, which alone says where the server is."""
    for name in (*server.environment(), "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        if name.startswith("AWS_ENDPOINT_URL") or name.endswith("CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
    return tmp_path / "config"


def _reached(center: FakeIdentityCenter, clock: ManualClock, profile: str | None) -> bool:
    """Tell whether both services are reached."""
    token = Token(
        start_url=center.start_url,
        region=center.region,
        access_token="canary",
        expires_at=clock.now(),
    )
    try:
        BotoAuthorizationServer(center.region, clock, profile).register_client(
            ClientMetadata(client_name="test")
        )
        with pytest.raises(TokenRejectedError):
            BotoAccessPortal(center.region, profile).logout(token)
    except ServiceUnavailableError:
        return False
    return (center.calls("RegisterClient"), center.calls("Logout")) == (1, 1)


@pytest.mark.parametrize(
    ("text", "profile", "environment", "reached"),
    [
        pytest.param(_SERVICES, "dev", {}, True, id="services before endpoint_url"),
        pytest.param(_ENDPOINT, "dev", {}, True, id="endpoint_url; nobody names the services"),
        pytest.param(_DEFAULT, None, {}, True, id="the default profile's endpoint_url"),
        pytest.param(
            _ENDPOINT, "dev", {"AWS_ENDPOINT_URL": _NOWHERE}, False, id="a variable before both"
        ),
        pytest.param(
            _SERVICES, "dev", {"AWS_ENDPOINT_URL": _NOWHERE}, False, id="even before services"
        ),
        pytest.param(
            _OTHER.replace("{nowhere}", _NOWHERE),
            None,
            {"AWS_ENDPOINT_URL_SSO": "{url}", "AWS_ENDPOINT_URL_SSO_OIDC": "{url}"},
            True,
            id="a service's own variable before all",
        ),
        pytest.param(
            _SERVICES,
            "dev",
            {"AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_SSO": ""},
            True,
            id="an empty variable is none",
        ),
    ],
)
def test_endpoints_of_the_local_identity_center(
    center: FakeIdentityCenter,
    server: IdentityCenterServer,
    clock: ManualClock,
    config: Path,
    text: str,
    profile: str | None,
    environment: dict[str, str],
    reached: bool,  # noqa: FBT001 - an expectation
    monkeypatch: pytest.MonkeyPatch,
):
    """Both services are called where the AWS SDKs would call them, in the same order."""
    config.write_text(text.format(url=server.url, nowhere=_NOWHERE))
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(url=server.url))
    assert _reached(center, clock, profile) is reached


def _host(service: str, region: str, profile: str | None) -> str:
    client = new_botocore_session(profile).create_client(service, region_name=region)
    return str(client.meta.endpoint_url).removeprefix("https://")


@pytest.mark.parametrize(
    ("region", "portal", "oidc"),
    [
        ("eu-west-1", "portal.sso.eu-west-1.amazonaws.com", "oidc.eu-west-1.amazonaws.com"),
        (
            "us-gov-west-1",
            "portal.sso.us-gov-west-1.amazonaws.com",
            "oidc.us-gov-west-1.amazonaws.com",
        ),
        (
            "cn-north-1",
            "portal.sso.cn-north-1.amazonaws.com.cn",
            "oidc.cn-north-1.amazonaws.com.cn",
        ),
    ],
)
@pytest.mark.parametrize("ignored_by", ["variable", "config"])
def test_configured_endpoints_can_be_ignored(
    config: Path,
    region: str,
    portal: str,
    oidc: str,
    ignored_by: str,
    monkeypatch: pytest.MonkeyPatch,
):
    """Where configured endpoints are to be ignored, AWS's own are called, in each partition."""
    text = _SERVICES.format(url=_NOWHERE, nowhere=_NOWHERE)
    monkeypatch.setenv("AWS_ENDPOINT_URL", _NOWHERE)
    if ignored_by == "variable":
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    else:
        text = text.replace("services =", "ignore_configured_endpoint_urls = true\nservices =")
    config.write_text(text)
    assert _host("sso", region, "dev") == portal
    assert _host("sso-oidc", region, "dev") == oidc


@pytest.mark.parametrize(
    ("settings", "portal", "oidc"),
    [
        (
            "use_dualstack_endpoint = true",
            "portal.sso.us-east-1.api.aws",
            "oidc.us-east-1.api.aws",
        ),
        (
            "use_fips_endpoint = true",
            "portal.sso-fips.us-east-1.amazonaws.com",
            "oidc-fips.us-east-1.amazonaws.com",
        ),
    ],
)
def test_fips_and_dual_stack(config: Path, settings: str, portal: str, oidc: str):
    """FIPS and dual-stack endpoints are chosen by the profile, as by every AWS SDK."""
    config.write_text(f"[profile dev]\n{settings}\n")
    assert _host("sso", "us-east-1", "dev") == portal
    assert _host("sso-oidc", "us-east-1", "dev") == oidc
    assert _host("sso", "us-east-1", None) == "portal.sso.us-east-1.amazonaws.com"


def test_ca_bundle_of_the_profile(config: Path):
    """The profile's CA bundle is used, where the seed library looked at [default] alone."""
    config.write_text("[profile dev]\nca_bundle = /gone/ca.pem\n")
    session = new_botocore_session("dev")
    assert session.get_config_variable("ca_bundle") == "/gone/ca.pem"
    assert new_botocore_session().get_config_variable("ca_bundle") is None


def test_services_that_are_not_there(config: Path, clock: ManualClock):
    """A services section that does not exist is an error, before anything is called."""
    config.write_text("[default]\nservices = gone\n")
    with pytest.raises(InvalidSSOConfigError, match=r"InvalidConfigError.*gone"):
        BotoAuthorizationServer("us-east-1", clock).register_client(ClientMetadata(client_name="t"))
    with pytest.raises(InvalidSSOConfigError, match=r"services of \[default\] names 'gone'"):
        read_sso_profile("default")
