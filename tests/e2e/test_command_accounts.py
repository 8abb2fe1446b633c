"""``ssokit accounts`` and ``roles`` as processes, on a terminal and in a pipe."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from commands import PATIENCE, SSOKIT, Shell, assert_paragraph

from ssokit.testing import AwsError, Fault

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


def test_roles_in_a_pipe(shell: Shell):
    """Rows come with the names of accounts."""
    shell.log_in()
    ended = shell.pipe("roles", *shell.instance)
    header, *rows = ended.out.splitlines()
    assert (ended.code, header) == (0, "account_id,account_name,role_name")
    assert "444455556666,Payments Development,Developer" in rows
    assert len(rows) == 5


def test_roles_on_a_terminal(shell: Shell):
    """The table shows all rows at the end."""
    shell.log_in()
    ended = shell.on_terminal("roles", *shell.instance)
    assert ended.code == 0
    assert "444455556666  Payments Development  Developer" in ended.out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--account", "444455556666"], {"Developer", "ReadOnly"}),
        (["--account", "payments *", "--role", "dev*"], {"Developer"}),
        (["--account", "Sandbox", "--account", "333344445555"], {"Developer", "ReadOnly"}),
        (["--role", "nothing"], set()),
    ],
)
def test_roles_that_are_asked_for(shell: Shell, options: list[str], expected: set[str]):
    """Accounts by id, by name and by pattern, and roles by pattern."""
    shell.log_in()
    ended = shell.pipe("roles", *shell.instance, *options, "--json", "-q")
    rows = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert {row["role_name"] for row in rows} == expected
    assert "UNKNOWN" not in ended.out


@pytest.mark.parametrize(
    ("account", "code", "words"),
    [("Sandbx", 4, "did you mean 'Sandbox'?"), ("xyz", 4, "'xyz'."), ("1" * 13, 2, "12 digits")],
)
def test_roles_in_no_account(shell: Shell, account: str, code: int, words: str):
    """A filter that stands for nothing is no empty answer."""
    shell.log_in()
    ended = shell.pipe("roles", *shell.instance, "--account", account)
    assert (ended.code, ended.out) == (code, "")
    assert words in " ".join(ended.err.split())


def test_roles_with_a_gap(shell: Shell):
    """What can be read is printed; what cannot is named, and the exit code tells."""
    shell.log_in()
    shell.center.faults.add(
        Fault(
            "ListAccountRoles",
            AwsError("ForbiddenException"),
            when={"accountId": "012345678901"},
        )
    )
    ended = shell.pipe("roles", *shell.instance)
    assert ended.code == 6
    assert len(ended.out.splitlines()) == 4
    assert "012345678901" in ended.err
    assert "Incomplete: 1 could not be read, 2 were." in ended.err


def test_roles_when_not_logged_in(shell: Shell):
    """The paragraph names the command that logs in."""
    assert_paragraph(shell.pipe("roles", *shell.instance), 3, "ssokit login")


def test_the_reader_goes_away(shell: Shell):
    """Like other commands, it ends quietly when nobody reads on."""
    shell.log_in()
    script = f"{{ {shlex.join([*SSOKIT, 'roles', *shell.instance, '-q'])}; echo $? >&2; }} | :"
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.stderr == "141\n"


def test_the_disk_is_full(shell: Shell):
    """Output that cannot be written is a failure, and a paragraph."""
    shell.log_in()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*SSOKIT, "accounts", *shell.instance, "-q"],
            env=shell.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: [Errno 28]")
    assert done.stderr.count("\n") == 1


def test_names_cannot_steer_the_terminal(shell: Shell):
    """Control characters in a name are shown, not obeyed; programs get them as they are."""
    shell.center.add_account("123123123124", "\x1b]0;owned\x07[red]")
    shell.center.assign(user="alice", role="ReadOnly", account="123123123124")
    shell.log_in()
    ended = shell.on_terminal("accounts", *shell.instance)
    assert "\x1b]0;" not in ended.raw
    assert r"\x1b]0;owned\x07[red]" in ended.out
    rows = json.loads(shell.pipe("accounts", *shell.instance, "--json").out)
    assert "\x1b]0;owned\x07[red]" in {row["account_name"] for row in rows}
