"""Where the page of a login is, in every partition and with every setting of endpoints."""

from __future__ import annotations

import botocore.session
import pytest

from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.testing import ManualClock


@pytest.fixture(autouse=True)
def _without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


def _endpoint(region: str, profile: str | None = None) -> str:
    return BotoAuthorizationServer(region, ManualClock(), profile).authorization_endpoint()


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "oidc.us-east-1.amazonaws.com"),
        ("cn-north-1", "oidc.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "oidc.us-gov-west-1.amazonaws.com"),
        pytest.param(
            "eusc-de-east-1",
            "oidc.eusc-de-east-1.amazonaws.eu",
            marks=pytest.mark.skipif(
                "aws-eusc" not in botocore.session.get_session().get_available_partitions(),
                reason="this botocore does not know the partition yet",
            ),
        ),
    ],
)
def test_every_partition_has_its_own_host(region: str, host: str):
    """The page is at the region's endpoint of sso-oidc."""
    assert _endpoint(region) == f"https://{host}/authorize"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "oidc-fips.us-east-1.amazonaws.com"),
        ("us-gov-west-1", "oidc.us-gov-west-1.amazonaws.com"),
    ],
)
def test_fips_endpoints_are_those_that_exist(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str
):
    """GovCloud has no host of its own for FIPS: the service's rules say so, metadata does not."""
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    assert _endpoint(region) == f"https://{host}/authorize"


def test_dual_stack_endpoints_count(monkeypatch: pytest.MonkeyPatch):
    """With IPv6 asked for, the page is at the endpoint that has it."""
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
    assert _endpoint("us-east-1") == "https://oidc.us-east-1.api.aws/authorize"


@pytest.mark.parametrize("path", ["", "/", "/proxy/oidc", "/proxy/oidc/"])
def test_an_endpoint_of_ones_own_counts(monkeypatch: pytest.MonkeyPatch, path: str):
    """The page is beside the calls, below whatever path they have."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"http://127.0.0.1:8080{path}")
    expected = f"http://127.0.0.1:8080{path.rstrip('/')}/authorize"
    assert _endpoint("us-east-1") == expected


def test_an_unusable_endpoint_is_told(monkeypatch: pytest.MonkeyPatch):
    """What cannot be called cannot be opened either."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "no-url")
    with pytest.raises(InvalidSSOConfigError, match="no-url"):
        _endpoint("us-east-1")


def test_an_unknown_profile_is_told():
    """A profile that is not there is an error of the configuration."""
    with pytest.raises(InvalidSSOConfigError):
        _endpoint("us-east-1", "missing")
