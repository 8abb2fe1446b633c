"""``ssokit configure`` as a process, on a terminal and in a pipe, beside the AWS CLI."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest
from botocore.configloader import load_config
from commands import PATIENCE, Shell, assert_paragraph

from ssokit.testing import Fault, Hang, Meanwhile

_THEIRS = """\
# mine
[profile Sandbox.Developer]
region = eu-west-1
aws_secret_access_key = canary
"""
_ALICE = [
    "Payments-Development.Developer",
    "Payments-Development.ReadOnly",
    "Payments-Production.ReadOnly",
]


@pytest.fixture
def config(shell: Shell) -> Path:
    """Give the config file of somebody who is logged in, with a profile of their own."""
    shell.log_in()
    path = shell.home / ".aws" / "config"
    path.write_text(_THEIRS)
    return path


def test_in_a_pipe(shell: Shell, config: Path):
    """Each role gets a profile that botocore reads; what is the person's stays, and is named."""
    ended = shell.pipe("configure", *shell.instance, "--region", "eu-central-1")
    assert ended.code == 6
    rows = ended.out.splitlines()
    assert rows[0] == "profile,change"
    assert {row for row in rows if row.endswith("added")} >= {f"{name},added" for name in _ALICE}
    assert "Sandbox.Developer,not ours" in rows
    assert "You use these names for something else: Sandbox.Developer." in ended.err
    assert "ssokit login --sso-session" in ended.err
    assert config.read_text().startswith(_THEIRS)
    read = load_config(str(config))
    profile = read["profiles"]["Payments-Development.Developer"]
    assert profile["sso_account_id"] == "444455556666"
    assert profile["region"] == "eu-central-1"
    session = read["sso_sessions"][profile["sso_session"]]
    assert session["sso_start_url"] == shell.center.start_url


def test_on_a_terminal(shell: Shell, config: Path):
    """Changes are a table; the second time nothing is left to change."""
    first = shell.on_terminal("configure", *shell.instance, "--role", "ReadOnly")
    assert first.code == 0
    assert "Payments-Production.ReadOnly" in first.out
    written = config.read_text()
    again = shell.on_terminal("configure", *shell.instance, "--role", "ReadOnly")
    assert "unchanged" in again.out
    assert config.read_text() == written


def test_what_would_be_done(shell: Shell, config: Path):
    """A dry run shows a diff without keys, and writes nothing."""
    ended = shell.pipe(
        "configure", *shell.instance, "--dry-run", "--template", "x.{role_name}-{account_id}"
    )
    assert ended.code == 0
    assert "+[profile x.Developer-444455556666]" in ended.out
    assert " aws_secret_access_key = ***" in ended.out
    assert config.read_text() == _THEIRS


def test_a_role_that_is_gone(shell: Shell, config: Path):
    """A profile that is no longer wanted is left over, and removed on request."""
    shell.pipe("configure", *shell.instance, "--account", "Payments*", "--session-name", "corp")
    shell.environment["AWS_PROFILE"] = _ALICE[0]
    gone = config.read_text().replace("sso_role_name = Developer", "sso_role_name = Gone")
    config.write_text(gone.replace(_ALICE[0], "old"))
    corp = ("configure", *shell.instance, "--account", "Payments*", "--session-name", "corp")
    kept = shell.pipe(*corp)
    assert "old,left over" in kept.out
    assert "--prune" in kept.err
    pruned = shell.pipe(*corp, "--prune", "--json", "--quiet")
    assert '{"profile": "old", "change": "removed"}' in pruned.out
    assert "[profile old]" not in config.read_text()
    assert pruned.err == ""


def test_beside_the_aws_cli(shell: Shell, config: Path):
    """What `aws configure` sets in a profile of ssokit stays, and so does the mark."""
    aws = "/usr/bin/aws"
    if not Path(aws).exists():
        reason = "real component missing: no /usr/bin/aws (Debian: awscli)"
        if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
            pytest.fail(reason)
        pytest.skip(reason)
    shell.pipe("configure", *shell.instance)
    command = [aws, "configure", "set", "region", "sa-east-1", "--profile", _ALICE[0]]
    subprocess.run(command, env=shell.environment, check=True, timeout=PATIENCE)
    edited = config.read_text()
    assert "region = sa-east-1" in edited
    ended = shell.pipe("configure", *shell.instance)
    assert ended.out.splitlines() == ["profile,change", "Sandbox.Developer,not ours"]
    assert config.read_text() == edited


def test_ctrl_c(shell: Shell, config: Path):
    """An interrupt ends it with one line, and the file is as it was."""
    asked = threading.Event()
    shell.center.faults.add(Fault("ListAccounts", Meanwhile(asked.set)))
    shell.center.faults.add(Fault("ListAccountRoles", Hang()))
    with shell.terminal("configure", *shell.instance) as terminal:
        assert asked.wait(PATIENCE)
        terminal.press_ctrl_c()
        ended = terminal.end()
    assert ended.code == 130
    assert config.read_text() == _THEIRS


def test_a_file_that_cannot_be_read(shell: Shell, config: Path):
    """It is refused in one paragraph with the line, and nothing is written."""
    config.write_text("[profile a]\ncanary\n")
    assert_paragraph(shell.pipe("configure", *shell.instance), 2, "line 2", str(config))
    assert config.read_text() == "[profile a]\ncanary\n"
