"""``ssokit doctor`` as a process, on machines in good and in bad health."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from commands import SSOKIT, Shell, Terminal


@pytest.fixture
def config(shell: Shell) -> Path:
    """Give the config file of a person who has one Identity Center."""
    path = shell.home / ".aws" / "config"
    path.parent.mkdir()
    path.write_text(
        f"[profile corp]\nsso_start_url = {shell.center.start_url}\n"
        f"sso_region = {shell.center.region}\n"
    )
    return path


def _found(text: str) -> dict[str, dict[str, Any]]:
    return {found["subject"]: found for found in json.loads(text)}


@pytest.mark.usefixtures("config")
def test_in_a_pipe(shell: Shell):
    """In good health, each thing is looked at, and the exit code is 0."""
    shell.log_in()
    ended = shell.pipe("doctor", "--json")
    assert ended.code == 0
    found = _found(ended.out)
    region = shell.center.region
    assert {found[what]["verdict"] for what in ("config file", "cache folder", "clock")} == {"ok"}
    assert found[f"sso-oidc {region}"]["verdict"] == found[f"sso {region}"]["verdict"] == "ok"
    assert "valid until" in found[f"login {shell.center.start_url}"]["says"]


@pytest.mark.usefixtures("config")
def test_on_a_terminal(shell: Shell):
    """Each line says how it stands, in colour, and what to do: log in, to begin with."""
    ended = shell.on_terminal("doctor", "--profile", "corp")
    assert ended.code == 0
    assert "nobody is logged in" in ended.out
    assert "-> ssokit login --profile corp" in ended.out
    assert "\x1b[33m" in ended.raw


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colour(shell: Shell, variable: dict[str, str]):
    """Who wants none gets none on a terminal either, nor does a terminal that has none."""
    shell.environment |= variable
    ended = shell.on_terminal("doctor", "--profile", "corp", "--offline")
    assert "nobody is logged in" in ended.out
    assert "\x1b" not in ended.raw


def test_in_bad_health(shell: Shell, config: Path):
    """Without a network, with an open folder and a broken profile, each is told, and it fails."""
    shell.log_in()
    config.write_text(f"{config.read_text()}[profile x]\nsso_session = nope\n")
    (shell.home / ".aws" / "sso" / "cache").chmod(0o755)
    shell.unplug()
    shell.environment["AWS_PROFILE"] = "nobody"
    ended = shell.pipe("doctor", "--quiet")
    assert ended.code == 1
    assert "ok " not in ended.out
    for words in ("no [sso-session nope]", "'nobody'", "mode 755", "no usable answer", "chmod go="):
        assert words in ended.out
    assert ended.err == ""


def test_a_file_that_cannot_be_read(shell: Shell, config: Path):
    """A config file that nothing can read is the finding, and the rest is looked at still."""
    config.write_text("canary\n")
    ended = shell.pipe("doctor", "--offline", "--sso-session", "corp")
    assert ended.code == 1
    assert "line 1" in ended.out
    assert "cache folder" in ended.out
    assert "canary" not in ended.out


def test_ctrl_c(shell: Shell):
    """An interrupt while a service keeps silent ends it with one line."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        shell.environment["AWS_ENDPOINT_URL_SSO_OIDC"] = url
        # urllib3 does not close the connection of a call that is interrupted.
        ssokit = (*SSOKIT[:3], "-W", "ignore::ResourceWarning", *SSOKIT[3:])
        arguments = ("doctor", *shell.instance)
        terminal = Terminal(shell.environment, *arguments, ssokit=ssokit)
        with terminal, silent.accept()[0]:
            terminal.press_ctrl_c()
            ended = terminal.end()
    assert ended.code == 130
    assert ended.error.endswith("Interrupted: nothing is left running.")
