"""``ssokit assignments`` as a process: in a pipe, on a terminal, to a page, and interrupted."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import PATIENCE, Shell, assert_paragraph

from ssokit.testing import AwsError, Fault, Hang, Meanwhile, access_rows, assignment_rows

_FAST = ("--rate", "100000")
_PAIRS = "ListAccountAssignments"


@pytest.fixture
def admin(shell: Shell) -> Iterator[Shell]:
    """Give the shell of an administrator with AWS keys in the environment."""
    shell.environment.update(
        AWS_ACCESS_KEY_ID="AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY="canary",
        AWS_REGION=shell.center.region,
    )
    return shell


def _csv(text: str) -> list[tuple[str, ...]]:
    header, *rows = csv.reader(io.StringIO(text))
    assert header[-9:-7] == ["instance_arn", "principal_type"]
    return [tuple(row) for row in rows]


def _truth(shell: Shell) -> list[tuple[str, ...]]:
    rows = assignment_rows(shell.center.organization)
    return sorted(tuple(cell or "" for cell in row) for row in rows)


def test_in_a_pipe(admin: Shell):
    """Rows are CSV with all names, as they come; whose keys are used stands on stderr."""
    ended = admin.pipe("assignments", *_FAST)
    assert (ended.code, sorted(_csv(ended.out))) == (0, _truth(admin))
    assert ended.err == f"Using the keys in the environment in {admin.center.region}\n"


def test_on_a_terminal(admin: Shell):
    """There is a bar while it reads, and a table afterwards, with the plan before it."""
    ended = admin.on_terminal("assignments", *_FAST, "--plan")
    assert ended.code == 0
    assert f"sso-admin {_PAIRS}" in ended.out
    assert "Finding out what to read" in ended.out
    assert "Permission set" in ended.out
    assert "Payments Production" in ended.out


def test_users_with_a_page(admin: Shell, tmp_path: Path):
    """Users are listed for programs and in a page, which is private, at the same time."""
    page = tmp_path / "page.html"
    ended = admin.pipe("assignments", *_FAST, "--users", "--json", "--html", str(page))
    assert ended.code == 0
    rows = {
        (
            row["user_id"],
            row["principal_id"] if row["principal_type"] == "GROUP" else None,
            row["permission_set_arn"],
            row["target_id"],
        )
        for row in json.loads(ended.out)
    }
    assert rows == set(access_rows(admin.center.organization))
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text()
    assert "alice" in text
    assert admin.center.organization.instance_arn in text
    assert "canary" not in text


def test_as_a_role_of_the_login(shell: Shell):
    """Without keys, a role of the person's login is used, in the region of the instance."""
    options = (*shell.instance, "--account", "444455556666", "--role", "Developer", *_FAST)
    shell.log_in()
    denied = shell.pipe("assignments", *options[:-4], "--role", "Administrator", *_FAST)
    assert_paragraph(denied, 4, "Administrator")
    ended = shell.pipe("assignments", *options, "--plan-only", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert "sso-admin ListInstances" in ended.out


def test_access_denied(admin: Shell):
    """Who is no administrator gets one paragraph."""
    admin.center.faults.add(Fault("ListInstances", AwsError("AccessDeniedException")))
    assert_paragraph(admin.pipe("assignments", *_FAST), 4, "ListInstances")


def test_what_cannot_be_read(admin: Shell, tmp_path: Path):
    """Gaps are told at the end and in the exit code; the same command reads them later."""
    saved = tmp_path / "saved"
    admin.center.faults.add(Fault(_PAIRS, AwsError("AccessDeniedException"), times=1))
    command = ("assignments", *_FAST, "--resume", str(saved))
    ended = admin.pipe(*command)
    assert ended.code == 6
    assert set(_csv(ended.out)) < set(_truth(admin))
    assert "Not complete: 1 could not be read." in ended.err
    again = admin.pipe(*command)
    assert (again.code, sorted(_csv(again.out))) == (0, _truth(admin))
    assert not saved.exists()


def test_ctrl_c(admin: Shell, tmp_path: Path):
    """An interrupted listing is saved, and the same command goes on where it ended."""
    saved, asked = tmp_path / "saved", threading.Event()
    admin.center.faults.add(Fault(_PAIRS, Meanwhile(asked.set), calls=[4]))
    admin.center.faults.add(Fault(_PAIRS, Hang(), calls=range(5, 100)))
    command = ("assignments", *_FAST, "--strategy", "by-permission-set", "--resume", str(saved))
    with admin.terminal(*command) as terminal:
        assert asked.wait(PATIENCE)
        terminal.press_ctrl_c()
        ended = terminal.end()
    assert ended.code == 130
    assert "the same command goes on from there" in ended.out
    assert saved.stat().st_mode & 0o777 == 0o600
    admin.center.faults.clear()
    again = admin.pipe(*command)
    assert (again.code, sorted(_csv(again.out))) == (0, _truth(admin))
    assert not saved.exists()
