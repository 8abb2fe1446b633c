"""Whether the AWS config file says what logins need: pure rules."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from ssokit.domain.aws_config import AwsConfig
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.findings import Finding, fail, ok
from ssokit.domain.sso_session import SsoSession

_SUBJECT = "config file"
_MEND = "mend the section, or write profiles anew: ssokit configure"


def config_findings(config: AwsConfig) -> Iterator[Finding]:
    """Look at every sso-session, and at every profile that uses IAM Identity Center."""
    sessions, profiles = config.sso_session_names(), config.sso_profile_names()
    looks: list[Callable[[], object]] = [partial(config.sso_session, name) for name in sessions]
    looks += [partial(config.sso_profile, name) for name in profiles]
    problems = dict.fromkeys(filter(None, map(_problem, looks)))
    for problem in problems:
        yield fail(_SUBJECT, problem, _MEND)
    if not problems:
        yield ok(
            _SUBJECT,
            f"{config.path} has {len(sessions)} sso-sessions, and {len(profiles)} profiles for "
            "IAM Identity Center",
        )


def configured_sessions(config: AwsConfig) -> dict[SsoSession, str]:
    """Give each Identity Center that can be logged in to, and the command that does it."""
    found: dict[SsoSession, str] = {}
    for name in config.sso_session_names():
        with suppress(ConfigFileError):
            session = config.sso_session(name)
            found[session] = f"ssokit login --sso-session {shlex.quote(name)}"
    for name in config.sso_profile_names():
        with suppress(ConfigFileError):
            session = config.sso_profile(name).session
            found.setdefault(session, f"ssokit login --profile {shlex.quote(name)}")
    return found


def _problem(look: Callable[[], object]) -> str | None:
    try:
        look()
    except ConfigFileError as error:
        return str(error)
    return None
