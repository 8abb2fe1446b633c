"""The demo, run as a newcomer runs it: a process in a pipe or on a terminal."""

from __future__ import annotations

import errno
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from commands import decide

from ssokit.testing import SECRET_PATTERN

_DEMO = [sys.executable, "-W", "error", "-m", "ssokit", "demo"]
_ARN = re.compile(r"arn:aws:sts::\d{12}:assumed-role/AWSReservedSSO_\w+/alice")
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
_URL = re.compile(r"http://127\.0\.0\.1:\d+/device\?user_code=\S+")
_PATIENCE = 60


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A newcomer's environment: an empty home, and AWS settings that lead nowhere."""
    (tmp_path / "home").mkdir()
    (tmp_path / "temporary").mkdir()
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for name in ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TTY_COMPATIBLE"):
        ours.pop(name, None)
    return {
        **ours,
        "AWS_CONFIG_FILE": str(tmp_path / "no" / "config"),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_PROFILE": "there-is-none",
        "AWS_SECRET_ACCESS_KEY": "half-of-a-pair",
        "HOME": str(tmp_path / "home"),
        "HTTP_PROXY": "http://127.0.0.1:9",
        "TERM": "xterm-256color",
        "TMPDIR": str(tmp_path / "temporary"),
    }


@pytest.fixture
def untouched(tmp_path: Path) -> list[Path]:
    """Folders that are empty before and have to be empty afterwards."""
    return [tmp_path / "home", tmp_path / "temporary"]


def _start(environment: Mapping[str, str], *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*_DEMO, *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _read_until(process: subprocess.Popen[str], wanted: str) -> str:
    assert process.stdout
    seen = ""
    for line in process.stdout:
        seen += line
        if wanted in line:
            return seen
    raise AssertionError(f"the demo ended without saying {wanted!r}: {seen}")


def _run_on_terminal(environment: Mapping[str, str], *options: str) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*_DEMO, *options], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        chunk = _read(ours)
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    return process.wait(_PATIENCE), shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError as error:
        # Linux says so when the last writer has gone.
        if error.errno == errno.EIO:
            return b""
        raise


def _assert_told(shown: str) -> None:
    assert _ARN.search(shown)
    assert "Payments Development" in shown
    assert "Waiting for approval" in shown
    assert "Traceback" not in shown
    assert not SECRET_PATTERN.search(shown)


def test_in_a_pipe(environment: dict[str, str], untouched: list[Path]) -> None:
    """It tells the story in plain lines, ends well, and leaves nothing behind."""
    process = _start(environment, "--auto")
    out, err = process.communicate(timeout=_PATIENCE)
    assert (process.returncode, err) == (0, "")
    _assert_told(out)
    assert "\x1b" not in out
    assert _URL.search(out)
    assert [list(folder.iterdir()) for folder in untouched] == [[], []]


@pytest.mark.parametrize("extra", [{}, {"NO_COLOR": "1"}, {"COLUMNS": "40"}, {"TERM": "dumb"}])
def test_on_a_terminal(
    environment: dict[str, str], untouched: list[Path], extra: dict[str, str]
) -> None:
    """It tells the same on any kind of terminal."""
    code, shown = _run_on_terminal({"COLUMNS": "120", **environment, **extra}, "--auto")
    assert code == 0
    plain = _CODES.sub("", shown)
    assert _URL.search(plain)
    if "COLUMNS" not in extra:
        _assert_told(plain)
    assert ("\x1b[32m" in shown) == (extra in ({}, {"COLUMNS": "40"}))
    assert [list(folder.iterdir()) for folder in untouched] == [[], []]


def test_approved_on_the_page(environment: dict[str, str]) -> None:
    """Without a browser it waits until the page that it printed was used."""
    process = _start(environment, "--no-browser")
    seen = _read_until(process, "Waiting for approval")
    found = _URL.search(seen)
    assert found
    assert "Approved" in decide(found[0], "approve")
    out, err = process.communicate(timeout=_PATIENCE)
    assert (process.returncode, err) == (0, "")
    _assert_told(seen + out)


def test_denied_on_the_page(environment: dict[str, str], untouched: list[Path]) -> None:
    """A denied login is one paragraph on stderr, and exit code 4."""
    process = _start(environment, "--no-browser")
    found = _URL.search(_read_until(process, "Waiting for approval"))
    assert found
    assert "Denied" in decide(found[0], "deny")
    _, err = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 4
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert [list(folder.iterdir()) for folder in untouched] == [[], []]


def test_the_browser_is_opened(environment: dict[str, str], tmp_path: Path) -> None:
    """The person's browser gets the page's address; what it does there ends the wait."""
    visited = tmp_path / "visited"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > "{visited}.new"\nmv "{visited}.new" "{visited}"\n'
    )
    browser.chmod(0o700)
    process = _start({**environment, "BROWSER": f"{browser} %s"})
    seen = _read_until(process, "Waiting for approval")
    found = _URL.search(seen)
    assert found
    assert visited.read_text() == found[0]
    decide(found[0], "approve")
    process.communicate(timeout=_PATIENCE)
    assert process.returncode == 0


def test_interrupted(environment: dict[str, str], untouched: list[Path]) -> None:
    """Ctrl-C while it waits ends it with one line, the code of shells, and no leftovers."""
    process = _start(environment, "--no-browser")
    _read_until(process, "Waiting for approval")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 130
    assert out == ""
    assert err == "Interrupted: nothing is left running.\n"
    assert [list(folder.iterdir()) for folder in untouched] == [[], []]
