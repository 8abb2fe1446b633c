"""What is examined on this machine when logins do not work, and where adapters meet for that."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ssokit.adapters.aws.profiles import read_aws_config
from ssokit.adapters.aws.reachability import BotoReachability
from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.folder_facts import folder_facts
from ssokit.domain.aws_config import AwsConfig
from ssokit.domain.config_checks import config_findings, configured_sessions
from ssokit.domain.environment_checks import environment_findings
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.findings import Finding, fail, ok
from ssokit.domain.login_checks import folder_finding
from ssokit.domain.sso_session import SsoSession
from ssokit.process_defaults import token_store
from ssokit.usecases.examine_logins import ExamineLogins

_PACKAGES = ("ssokit", "boto3", "botocore")
_EXTRAS = {
    "cli": ("click", "rich"),
    "encrypted": ("cryptography",),
    "keyring": ("keyring",),
    "qr": ("segno",),
    "redis": ("redis",),
}


def diagnose(
    sessions: Mapping[SsoSession, str] | None, *, profile: str | None = None, offline: bool = False
) -> Iterator[Finding]:
    """Look at everything that logins need, one by one.

    Args:
        sessions: The Identity Centers to look at, with the commands that log in to them; None
            for all that the AWS config file names.
        profile: The profile whose endpoint, proxy and CA settings apply.
        offline: Whether nothing is called.
    """
    yield from _versions()
    config = AwsConfig(path="", credentials_path="")
    try:
        config = read_aws_config()
        yield from config_findings(config)
    except ConfigFileError as error:
        yield fail("config file", str(error), "mend it: neither AWS nor ssokit can read it so")
    yield from environment_findings(
        os.environ,
        profiles=frozenset(config.profile_names()),
        exists=lambda path: Path(os.path.expandvars(path)).expanduser().exists(),
    )
    yield folder_finding(folder_facts(Path("~/.aws/sso/cache").expanduser()))
    examine = ExamineLogins(
        tokens=token_store(None),
        clock=SystemClock(),
        reachability=None if offline else BotoReachability(profile),
    )
    yield from examine(configured_sessions(config) if sessions is None else sessions)


def _versions() -> Iterator[Finding]:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    yield ok("versions", f"{packages}, Python {platform.python_version()}")
    extras = {name: all(map(_is_installed, packages)) for name, packages in _EXTRAS.items()}
    there = ", ".join(name for name, installed in extras.items() if installed)
    missing = ", ".join(name for name, installed in extras.items() if not installed)
    yield ok("extras", f"{there or 'none'}{f'; not installed: {missing}' if missing else ''}")


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
