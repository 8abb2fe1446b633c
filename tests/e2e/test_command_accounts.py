"""``ssokit accounts`` and ``roles`` as processes, on a terminal and in a pipe."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

from commands import PATIENCE, SSOKIT, Shell

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


def test_nobody_listens_any_more(shell: Shell):
    """What is said on stderr is dropped if its reader has gone; rows and exit code are not."""
    shell.log_in()
    reader, writer = os.pipe()
    os.close(reader)
    for options, code, rows in ((["accounts"], 0, 4), (["roles", "--account", "x"], 4, 0)):
        done = subprocess.run(
            [*SSOKIT, *options, *shell.instance],
            env=shell.environment,
            stdout=subprocess.PIPE,
            stderr=writer,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert (done.returncode, len(done.stdout.splitlines())) == (code, rows)
    os.close(writer)


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
    assert done.stderr == "Error: No space left on device\n"
    assert done.stderr.count("\n") == 1


def test_names_cannot_steer_the_terminal(shell: Shell):
    """Control characters in a name are shown, not obeyed."""
    shell.center.add_account("123123123124", "\x1b]0;owned\x07[red]")
    shell.center.assign(user="alice", role="ReadOnly", account="123123123124")
    shell.log_in()
    ended = shell.on_terminal("accounts", *shell.instance)
    assert "\x1b]0;" not in ended.raw
    assert r"\x1b]0;owned\x07[red]" in ended.out
