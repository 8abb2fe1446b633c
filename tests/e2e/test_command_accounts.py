"""``ssokit accounts`` as a process, on a terminal and in a pipe."""

from __future__ import annotations

import json

import pytest
from commands import Shell, assert_paragraph

_ALICE = [
    "012345678901,Sandbox",
    "333344445555,Payments Production",
    "444455556666,Payments Development",
]


def test_in_a_pipe(shell: Shell):
    """Rows are CSV on stdout; which Identity Center it is stands on stderr."""
    shell.log_in()
    ended = shell.pipe("accounts", *shell.instance)
    header, *rows = ended.out.splitlines()
    assert (ended.code, header) == (0, "account_id,account_name,email")
    assert sorted(row.rpartition(",")[0] for row in rows) == _ALICE
    assert ended.err == f"Using {shell.center.start_url} in {shell.center.region}\n"


def test_on_a_terminal(shell: Shell):
    """Rows are a table with titles."""
    shell.log_in()
    ended = shell.on_terminal("accounts", *shell.instance)
    assert ended.code == 0
    assert "Account" in ended.out
    assert "Payments Production" in ended.out
    assert "\x1b[1m" in ended.raw


def test_as_json(shell: Shell):
    """With --json it is one array of objects, on a terminal too."""
    shell.log_in()
    ended = shell.on_terminal("accounts", *shell.instance, "--json", "--quiet")
    rows = json.loads(ended.out)
    assert {row["account_id"] for row in rows} == {row[:12] for row in _ALICE}


def test_not_logged_in(shell: Shell):
    """The paragraph names the command that logs in, and nothing was called."""
    before = len(shell.center.requests)
    ended = shell.pipe("accounts", *shell.instance)
    assert_paragraph(ended, 3, "ssokit login", "--start-url", shell.center.start_url)
    assert len(shell.center.requests) == before


def test_without_a_network(shell: Shell):
    """What could not be reached is said, and that a later try may help, by the exit code."""
    shell.log_in()
    shell.unplug()
    shell.environment["AWS_MAX_ATTEMPTS"] = "1"
    assert_paragraph(shell.pipe("accounts", *shell.instance), 5, "try again")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--profile", "a", "--sso-session", "b"], "--profile and --sso-session"),
        (["--profile", "a", "--sso-region", "us-east-1"], "--sso-region goes with --start-url"),
        (["--start-url", "https://x.awsapps.com/start"], "--start-url needs --sso-region"),
        ([], "Which Identity Center?"),
    ],
)
def test_options_that_cannot_work(shell: Shell, options: list[str], words: str):
    """Contradictions are refused before anything is done."""
    ended = shell.pipe("accounts", *options)
    assert ended.code == 2
    assert words in " ".join(ended.err.split())
