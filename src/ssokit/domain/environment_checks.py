"""What in the environment variables gets in the way of logins: pure rules.

Which variable wins where is botocore's and the AWS CLI's own order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from ssokit.domain.findings import Finding, fail, ok, warn

_SUBJECT = "environment"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
# Where two programs read different variables, only one of them sees each.
_TWINS = (
    ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "boto3 takes the second, everything else the first"),
    ("AWS_REGION", "AWS_DEFAULT_REGION", "boto3 takes the second, everything else the first"),
)


def environment_findings(
    environment: Mapping[str, str],
    *,
    profiles: frozenset[str],
    exists: Callable[[str], bool],
) -> Iterator[Finding]:
    """Look at the variables that AWS programs read.

    Args:
        environment: The variables.
        profiles: The profiles that there are.
        exists: Tells whether there is a file.
    """
    given = {name: value for name, value in environment.items() if value}
    found = [
        *_keys(given),
        *_twins(given),
        *_profile(given, profiles),
        *_files(given, exists),
        *_endpoints(given),
        *_proxies(given),
    ]
    yield from found or [ok(_SUBJECT, "no variable changes what AWS programs do")]


def _keys(given: Mapping[str, str]) -> Iterator[Finding]:
    names = [name for name in _KEYS if name in given]
    if len(names) == 1:
        yield fail(
            _SUBJECT,
            f"{names[0]} is set without its other half",
            f"unset {names[0]}, for boto3 and the AWS CLI refuse half of a pair",
        )
    elif names:
        yield warn(
            _SUBJECT,
            "AWS keys are set: boto3 uses them in place of every profile, but for one that a "
            "program names",
            f"unset {' '.join(_KEYS)} AWS_SESSION_TOKEN, unless they are meant",
        )


def _twins(given: Mapping[str, str]) -> Iterator[Finding]:
    for first, second, who in _TWINS:
        if first in given and given[first] != given.get(second, given[first]):
            yield warn(
                _SUBJECT,
                f"{first} and {second} differ ({given[first]}, {given[second]}): {who}",
                f"unset {second}",
            )


def _profile(given: Mapping[str, str], profiles: frozenset[str]) -> Iterator[Finding]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        if name in given and given[name] not in profiles:
            yield fail(
                _SUBJECT,
                f"{name} names the profile {given[name]!r}, which there is not",
                f"unset {name}, or name one that is in the AWS config file",
            )


def _files(given: Mapping[str, str], exists: Callable[[str], bool]) -> Iterator[Finding]:
    for name in _FILES:
        if name in given and not exists(given[name]):
            yield warn(
                _SUBJECT,
                f"{name} is {given[name]}, which there is not",
                f"unset {name}, or make the file: ssokit configure",
            )
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        if name in given and not exists(given[name]):
            yield fail(
                _SUBJECT,
                f"{name} is {given[name]}, which there is not: no TLS connection can be made",
                f"unset {name}, or put the certificates there",
            )


def _endpoints(given: Mapping[str, str]) -> Iterator[Finding]:
    if given.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"):
        if name in given:
            yield warn(
                _SUBJECT,
                f"{name} sends calls to {_host(given[name])} in place of AWS",
                f"unset {name}, unless that is meant",
            )


def _proxies(given: Mapping[str, str]) -> Iterator[Finding]:
    for name in ("HTTPS_PROXY", "https_proxy"):
        if name in given:
            yield ok(_SUBJECT, f"{name} sends calls through {_host(given[name])}")


def _host(url: str) -> str:
    # Without the user and the password that a URL may have.
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "something that is no URL"
    return f"{parts.hostname}{port}"
