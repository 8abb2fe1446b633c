"""The AWS config file, read by botocore's own parser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ssokit.adapters.aws.errors import unparsable
from ssokit.domain.aws_config import DEFAULT_PROFILE, AwsConfig
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.sso_profile import SsoProfile

# The AWS CLI's order. botocore's is the other one: it matters if both are set, and differ.
_VARIABLES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")


def read_aws_config() -> AwsConfig:
    """Read the AWS config file and the shared credentials file.

    They are where ``AWS_CONFIG_FILE`` and ``AWS_SHARED_CREDENTIALS_FILE`` say, by default in
    ``~/.aws``. A file that does not exist counts as empty.

    Raises:
        ConfigFileError: A file cannot be read or parsed.
    """
    # Not by a session of botocore, which takes 15 ms to be made.
    from botocore.configloader import build_profile_map  # noqa: PLC0415 - loaded on first use

    path = _path("AWS_CONFIG_FILE", "~/.aws/config")
    credentials_path = _path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
    sections = _sections(path)
    config = build_profile_map(sections)
    return AwsConfig(
        path=path,
        credentials_path=credentials_path,
        headers=tuple(sections),
        profiles=config["profiles"],
        sso_sessions=config["sso_sessions"],
        services=tuple(config["services"]),
        shared_credentials=_sections(credentials_path),
    )


def read_sso_profile(name: str | None = None) -> SsoProfile:
    """Read a profile that uses IAM Identity Center.

    Args:
        name: The profile; None for the one that ``AWS_PROFILE`` names, else
            ``AWS_DEFAULT_PROFILE``, else ``default``.

    Raises:
        TypeError: The name is no str.
        ConfigFileError: There is no such profile, or what it says cannot work.
    """
    if name is not None:
        _check_name("a profile", name)
    config = read_aws_config()
    if name is not None:
        return config.sso_profile(name)
    variable, current = _current_profile()
    return config.sso_profile(current or DEFAULT_PROFILE, said_by=variable)


def read_sso_session(name: str) -> SsoProfile:
    """Read an sso-session, to be used by itself.

    Endpoint, proxy and CA settings are those of the profile that ``AWS_PROFILE`` or
    ``AWS_DEFAULT_PROFILE`` names, as for ``aws sso login --sso-session``.

    Args:
        name: The sso-session.

    Raises:
        TypeError: The name is no str.
        ConfigFileError: There is no such sso-session, or what it says cannot work.
    """
    _check_name("an sso-session", name)
    config = read_aws_config()
    variable, current = _current_profile()
    if current:
        config.check_profile(current, said_by=variable)
    return config.session_profile(name, current=current or None)


def _check_name(kind: str, name: Any) -> None:
    if not isinstance(name, str):
        raise TypeError(f"the name of {kind} must be a str, not {type(name).__name__}")


def _current_profile() -> tuple[str, str]:
    for variable in _VARIABLES:
        if name := os.environ.get(variable):
            return variable, name
    return "", ""


def _path(variable: str, usual: str) -> str:
    # os.path, and not pathlib: botocore takes an empty variable for a file that does not exist.
    return os.path.expanduser(os.path.expandvars(os.environ.get(variable, usual)))  # noqa: PTH111


def _sections(path: str) -> dict[str, dict[str, Any]]:
    from botocore.configloader import raw_config_parse  # noqa: PLC0415 - loaded on first use
    from botocore.exceptions import ConfigNotFound, ConfigParseError  # noqa: PLC0415 - as above

    if not path:
        return {}
    try:
        # The parser takes a file that it may not read for an empty one.
        with Path(path).open("rb"):
            pass
        sections: dict[str, dict[str, Any]] = raw_config_parse(path)
    except (ConfigNotFound, FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigFileError(f"cannot read {path}: {error.strerror}", path=path) from error
    except ConfigParseError as error:
        # Not chained: the parser quotes lines, and the file may hold secret keys.
        raise unparsable(error) from None
    return sections
