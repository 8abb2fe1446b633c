"""``ssokit login``, ``logout`` and ``status`` as processes, on a terminal and in a pipe."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from commands import PATIENCE, SSOKIT, Shell, assert_paragraph, decide

from ssokit import this_environment
from ssokit.domain.flow import Flow, choose_flow
from ssokit.testing import Denies, Ignores, LetsExpire

_URL = re.compile(r"http://127\.0\.0\.1:\d+/device\?user_code=\S+")


def test_login_in_a_pipe(shell: Shell):
    """All that is said is on stderr; the login is there for the AWS CLI's own programs, too."""
    ended = shell.pipe("login", *shell.instance, "--no-browser")
    assert (ended.code, ended.out) == (0, "")
    assert _URL.search(ended.err)
    assert ended.error.startswith("You are logged in until ")
    assert "\x1b" not in ended.err
    assert shell.store.load_token(shell.session)


def test_login_when_logged_in(shell: Shell):
    """Nobody is asked, unless that is wanted."""
    shell.log_in()
    assert "You are already logged in" in shell.pipe("login", *shell.instance).err
    ended = shell.pipe("login", *shell.instance, "--no-browser", "--force")
    assert _URL.search(ended.err)
    assert ended.error.startswith("You are logged in")


def test_login_on_a_terminal(shell: Shell):
    """It shows the address and a QR code, waits, and goes on when the page was used."""
    shell.center.person = Ignores()
    with shell.terminal("login", *shell.instance, "--no-browser") as terminal:
        shown = terminal.wait_for("Waiting for approval")
        assert "\N{LOWER HALF BLOCK}" in shown
        found = _URL.search(shown)
        assert found
        decide(found[0], "approve")
        ended = terminal.end()
    assert ended.code == 0
    assert "You are logged in until " in ended.error
    assert ended.raw.rindex("\x1b[?25h") > ended.raw.rindex("\x1b[?25l")


def _program(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines))
    path.chmod(0o700)
    return f"{path} %s"


@pytest.mark.parametrize("flow", [*Flow, None])
def test_login_to_an_sso_session(shell: Shell, tmp_path: Path, flow: Flow | None):
    """The browser is sent to AWS and back without any code, or there is one: as told, or as fits.

    What fits is the authorization code on a desktop, which these tests may not run on.
    """
    config = shell.home / ".aws" / "config"
    config.parent.mkdir()
    config.write_text(
        f"[sso-session main]\nsso_start_url = {shell.center.start_url}\n"
        f"sso_region = {shell.center.region}\nsso_registration_scopes = sso:account:access\n"
    )
    browser = _program(
        tmp_path / "browser",
        f"#!{sys.executable}",
        "import sys, urllib.request",
        "print(urllib.request.urlopen(sys.argv[1]).status)",
    )
    shell.environment |= {"BROWSER": browser, "DISPLAY": ":1"}
    options = [f"--{flow.value.replace('_', '-')}"] if flow else []
    ended = shell.on_terminal("login", "--sso-session", "main", *options)
    assert ended.code == 0
    assert ended.error.endswith(", and renewed without you after that.")
    here = {"variables": shell.environment, "has_browser": True}
    asked = flow or choose_flow(attrs.evolve(this_environment(), **here))
    assert ("shows the code" in ended.out) == (asked is Flow.DEVICE_CODE)
    assert ("in a browser on this machine" in ended.out) == (asked is Flow.AUTHORIZATION_CODE)


@pytest.mark.parametrize("from_environment", [False, True])
def test_login_opens_the_browser(shell: Shell, tmp_path: Path, *, from_environment: bool):
    """The browser that was named gets the address, whether or not browsers are disabled."""
    visited = tmp_path / "visited"
    browser = _program(
        tmp_path / "browser",
        "#!/bin/sh",
        f'printf %s "$1" > "{visited}.new"',
        f'mv "{visited}.new" "{visited}"',
    )
    shell.environment |= {"BROWSER": browser} if from_environment else {}
    shell.environment |= {} if from_environment else {"AWS_SSO_DISABLE_BROWSER": "1"}
    options = [] if from_environment else ["--browser", browser]
    shell.center.person = Ignores()
    with shell.terminal("login", *shell.instance, *options) as terminal:
        found = _URL.search(terminal.wait_for("Waiting for approval"))
        assert found
        decide(found[0], "approve")
        assert terminal.end().code == 0
    assert visited.read_text() == found[0]


def test_login_is_interrupted_on_a_terminal(shell: Shell):
    """Ctrl-C ends it with one line and the code of shells; the cursor is back."""
    shell.center.person = Ignores()
    with shell.terminal("login", *shell.instance, "--no-browser") as terminal:
        terminal.wait_for("Waiting for approval")
        terminal.press_ctrl_c()
        ended = terminal.end()
    assert ended.code == 130
    assert ended.error == "Interrupted: nothing is left running."
    assert ended.raw.rindex("\x1b[?25h") > ended.raw.rindex("\x1b[?25l")
    assert shell.store.load_token(shell.session) is None


def test_login_is_interrupted_in_a_pipe(shell: Shell):
    """SIGINT does the same where there is no terminal."""
    shell.center.person = Ignores()
    process = subprocess.Popen(
        [*SSOKIT, "login", *shell.instance, "--no-browser"],
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    while "Waiting" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=PATIENCE) == ("", "Interrupted: nothing is left running.\n")
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("person", "code", "word"), [(Denies(), 4, "denied"), (LetsExpire(), 1, "expired")]
)
def test_login_that_fails(shell: Shell, person: Denies | LetsExpire, code: int, word: str):
    """A denial and a code that ran out are a paragraph each, with codes of their own."""
    shell.center.person = person
    ended = shell.pipe("login", *shell.instance, "--no-browser")
    assert_paragraph(ended, code, word)


def test_logout(shell: Shell):
    """It says what was done; a second time there is nothing to do, which is no failure."""
    shell.log_in()
    ended = shell.pipe("logout", *shell.instance)
    assert (ended.code, ended.out) == (0, "")
    assert "ended on the server, and the token is removed" in ended.error
    assert shell.store.load_token(shell.session) is None
    ended = shell.on_terminal("logout", *shell.instance)
    assert (ended.code, ended.error) == (0, "Nobody was logged in: there is nothing to end.")


def test_status(shell: Shell):
    """The exit code tells whether there is a login; no secret is shown, and nothing is called."""
    shell.log_in()
    before = len(shell.center.requests)
    ended = shell.pipe("status", *shell.instance)
    assert ended.code == 0
    facts = dict(line.split(None, 1) for line in ended.out.splitlines())
    assert facts["state"] == "valid"
    assert facts["expires_at"].endswith("(in 7 h 59 min)")
    assert facts["renewable"] == "no"
    assert Path(facts["file"]).exists()
    assert len(shell.center.requests) == before
    assert "canary" not in ended.out


def test_status_without_a_login(shell: Shell):
    """On a terminal and as JSON, too."""
    ended = shell.on_terminal("status", *shell.instance, "--json", "--quiet")
    assert ended.code == 3
    facts = json.loads(ended.out)
    assert (facts["state"], facts["expires_at"], facts["renewable"]) == ("none", None, False)
