"""Variables that get in the way, and what is said about them."""

from __future__ import annotations

import pytest

from ssokit.domain.environment_checks import environment_findings
from ssokit.domain.findings import Finding, Verdict


def _found(**environment: str) -> list[Finding]:
    return list(
        environment_findings(
            environment, profiles=frozenset({"dev"}), exists=lambda path: path == "there"
        )
    )


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "dev", "AWS_REGION": "eu-west-1"},
        {"AWS_PROFILE": "", "AWS_CONFIG_FILE": "there", "AWS_CA_BUNDLE": "there"},
        {"AWS_ENDPOINT_URL": "http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"},
    ],
)
def test_nothing_in_the_way(environment: dict[str, str]):
    """Variables that fit each other are well, and so is none at all."""
    [finding] = _found(**environment)
    assert finding.verdict is Verdict.OK


@pytest.mark.parametrize(
    ("environment", "verdict", "says"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "canary"}, Verdict.FAIL, "without its other half"),
        (
            {"AWS_ACCESS_KEY_ID": "canary", "AWS_SECRET_ACCESS_KEY": "canary"},
            Verdict.WARN,
            "in place of every profile",
        ),
        ({"AWS_PROFILE": "prod"}, Verdict.FAIL, "AWS_PROFILE names the profile 'prod'"),
        ({"AWS_DEFAULT_PROFILE": "prod"}, Verdict.FAIL, "AWS_DEFAULT_PROFILE names"),
        ({"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, Verdict.WARN, "differ (a, b)"),
        ({"AWS_CONFIG_FILE": "gone"}, Verdict.WARN, "AWS_CONFIG_FILE is gone"),
        ({"AWS_CA_BUNDLE": "gone"}, Verdict.FAIL, "no TLS connection"),
        (
            {"AWS_ENDPOINT_URL_SSO": "http://me:canary@127.0.0.1:8000/x"},
            Verdict.WARN,
            "to 127.0.0.1:8000 in place of AWS",
        ),
        ({"HTTPS_PROXY": "me:canary@proxy"}, Verdict.OK, "through proxy"),
        ({"https_proxy": "http://proxy:x"}, Verdict.OK, "something that is no URL"),
    ],
)
def test_what_is_in_the_way(environment: dict[str, str], verdict: Verdict, says: str):
    """Each variable is named, with what it does and what to do, and without secrets."""
    [finding] = _found(**environment)
    assert finding.verdict is verdict
    assert says in finding.says
    assert bool(finding.advice) == (verdict is not Verdict.OK)
    assert "canary" not in finding.says
