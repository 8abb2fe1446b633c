"""Keys in the environment, and in what shells evaluate."""

from __future__ import annotations

import subprocess
from datetime import datetime, timezone

import pytest

from ssokit.cli.credentials import EXPORTS
from ssokit.cli.key_variables import environment_with, key_variables
from ssokit.domain.role_credential import RoleCredential

_CREDENTIAL = RoleCredential(
    account_id="111122223333",
    role_name="Developer",
    access_key_id="canary-id",
    secret_access_key="canary-secret",
    session_token="canary-token",
    expires_at=datetime(2030, 1, 1, tzinfo=timezone.utc),
)


def test_the_region_is_left_alone_if_none_is_said() -> None:
    """The environment's own region stays, both spellings of it."""
    variables = key_variables(_CREDENTIAL, region=None)
    kept = environment_with(variables, {"AWS_REGION": "eu-west-1", "AWS_PROFILE": "x"})
    assert kept == {
        "AWS_ACCESS_KEY_ID": "canary-id",
        "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T00:00:00Z",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "canary-secret",
        "AWS_SESSION_TOKEN": "canary-token",
    }


_ODD = 'it\'s \\ "$HOME" `x`'


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export N='it'\"'\"'s \\ \"$HOME\" `x`'"),
        ("fish", "set -gx N 'it\\'s \\\\ \"$HOME\" `x`'"),
        ("powershell", "$Env:N = 'it''s \\ \"$HOME\" `x`'"),
    ],
)
def test_quoting(shell: str, line: str) -> None:
    """Each shell has a way of its own to take a text as it is."""
    assert EXPORTS[shell]("N", _ODD) == line


def test_a_shell_takes_it_as_it_is() -> None:
    """Sh gives back what was quoted for it."""
    script = f'{EXPORTS["sh"]("N", _ODD)}; printf %s "$N"'
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == _ODD
