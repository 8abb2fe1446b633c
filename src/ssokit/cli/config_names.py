"""Names from the AWS config file, for a shell that completes them: quickly, and without a word."""

from __future__ import annotations

import os

import click

from ssokit.adapters.stores.disk_config_file import DiskConfigFile, aws_config_path
from ssokit.domain.config_parsing import parse_config_text
from ssokit.domain.errors import SsokitError


def complete_profiles(
    _context: click.Context, _option: click.Parameter, incomplete: str
) -> list[str]:
    """Give the profiles that begin like that; none where the file cannot be read."""
    return _names("profile", incomplete)


def complete_sso_sessions(
    _context: click.Context, _option: click.Parameter, incomplete: str
) -> list[str]:
    """Give the sso-sessions that begin like that, likewise."""
    return _names("sso-session", incomplete)


def _names(kind: str, incomplete: str) -> list[str]:
    file = DiskConfigFile(aws_config_path(os.environ))
    try:
        # botocore's parser would take longer to load than all the rest.
        sections = parse_config_text(file.read(), place=file.place).sections
    except SsokitError:
        return []
    names = (section.name for section in sections if section.kind == kind)
    return sorted(name for name in names if name.startswith(incomplete))
