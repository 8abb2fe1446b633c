"""``ssokit configure``, in this process: what it refuses, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ssokit.cli.app import ssokit
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import FileStore
from ssokit.testing import FakeIdentityCenter


@pytest.fixture
def config(
    identity_center: FakeIdentityCenter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give the config file of somebody who is logged in."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    session = SsoSession(identity_center.start_url, identity_center.region)
    FileStore(tmp_path / ".aws" / "sso" / "cache").save_token(
        session, identity_center.sign_in("alice")
    )
    return tmp_path / "config"


def _run(center: FakeIdentityCenter, *options: str) -> Result:
    instance = ("--start-url", center.start_url, "--sso-region", center.region)
    return CliRunner().invoke(ssokit, ["configure", *instance, *options])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--template", "{x}"], "has a field 'x'"),
        (["--template", "x"], "Put {account_id} into the template"),
        (["--region", "nowhere"], "not an AWS region name"),
        (["--session-name", "x"], "another Identity Center"),
    ],
)
def test_what_cannot_work(
    identity_center: FakeIdentityCenter, config: Path, options: list[str], words: str
):
    """It is refused in one paragraph, and nothing is written."""
    config.write_text("[sso-session x]\n")
    result = _run(identity_center, *options)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert config.read_text() == "[sso-session x]\n"


def test_a_session_has_its_name(identity_center: FakeIdentityCenter, config: Path):
    """What is an sso-session already is not written under another name."""
    assert _run(identity_center, "--session-name", "corp").exit_code == 0
    assert "[sso-session corp]" in config.read_text()
    again = CliRunner().invoke(
        ssokit, ["configure", "--sso-session", "corp", "--session-name", "other"]
    )
    assert again.exit_code == 2
    assert "--session-name goes with --start-url" in " ".join(again.stderr.split())
