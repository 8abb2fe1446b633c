"""Run ``ssokit`` as people and programs do: a process, on a terminal or in a pipe."""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode, urlsplit

import attrs
import pytest

from ssokit.domain.sso_session import SsoSession
from ssokit.stores import FileStore
from ssokit.testing import SECRET_PATTERN, FakeIdentityCenter

SSOKIT = (sys.executable, "-W", "error", "-m", "ssokit")
PATIENCE = 60
_WINDOW = struct.pack("HHHH", 40, 120, 0, 0)
_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")


@attrs.frozen(kw_only=True)
class Ended:
    """What a command has left.

    Attributes:
        code: Its exit code; negative for a signal.
        out: Its stdout; on a terminal all that was shown, without colours and cursor moves.
        err: Its stderr; on a terminal this went to the terminal, too.
        raw: What a terminal got.
    """

    code: int
    out: str
    err: str = ""
    raw: str = ""

    @property
    def error(self) -> str:
        """The last line of stderr, or of the terminal."""
        return (self.err or self.out).strip().splitlines()[-1]


@attrs.define(kw_only=True)
class Shell:
    """A person's shell, on a machine that reaches a local Identity Center.

    Attributes:
        center: The Identity Center.
        home: The home directory, empty at first.
        environment: The environment of commands; change it at will.
    """

    center: FakeIdentityCenter
    home: Path
    environment: dict[str, str]

    @property
    def instance(self) -> tuple[str, ...]:
        """The options that name the Identity Center."""
        return ("--start-url", self.center.start_url, "--sso-region", self.center.region)

    @property
    def session(self) -> SsoSession:
        """The Identity Center, as stores know it."""
        return SsoSession(self.center.start_url, self.center.region)

    @property
    def store(self) -> FileStore:
        """Where the commands keep logins."""
        return FileStore(self.home / ".aws" / "sso" / "cache")

    def log_in(self, user: str = "alice") -> None:
        """Be logged in, without a command."""
        self.store.save_token(self.session, self.center.sign_in(user))

    def pipe(self, *arguments: str) -> Ended:
        """Run a command whose output is read by a program."""
        return self.pipes(arguments)[0]

    def pipes(self, *commands: Sequence[str]) -> list[Ended]:
        """Run several commands side by side."""
        return [ended(process) for process in [self.start(*command) for command in commands]]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command whose output is read by a program."""
        return subprocess.Popen(
            [*SSOKIT, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def terminal(self, *arguments: str) -> Terminal:
        """Start a command on a terminal: use it in a ``with`` block."""
        return Terminal(self.environment, *arguments)

    def on_terminal(self, *arguments: str) -> Ended:
        """Run a command on a terminal to its end."""
        with self.terminal(*arguments) as terminal:
            return terminal.end()

    def unplug(self) -> None:
        """Have every call to AWS meet a closed port."""
        for name in self.environment:
            if name.startswith("AWS_ENDPOINT_URL"):
                self.environment[name] = "http://127.0.0.1:9"


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a command, and give what it has left."""
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    return Ended(code=process.returncode, out=out, err=err)


class Terminal:
    """A command that runs on a terminal of its own, with somebody in front of it.

    Args:
        environment: Its environment.
        *arguments: Its arguments.
        ssokit: The command, with the arguments that come first.
    """

    def __init__(
        self, environment: Mapping[str, str], *arguments: str, ssokit: tuple[str, ...] = SSOKIT
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, _WINDOW)
        # The terminal has to be the session's own for a Ctrl-C to become a signal.
        self.process = subprocess.Popen(
            [_setsid(), "--ctty", *ssokit, *arguments],
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self._shown = b""

    def wait_for(self, text: str) -> str:
        """Read until a text has been shown; give all that was."""
        while text not in self.shown:
            assert self._read(), f"the command ended without showing {text!r}: {self.shown}"
        return self.shown

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._ours, keys.encode())

    def press_ctrl_c(self) -> None:
        """Interrupt what runs."""
        self.press("\x03")

    def end(self) -> Ended:
        """Read to the end."""
        while self._read():
            pass
        assert "Traceback" not in self.shown
        return Ended(code=self.process.wait(PATIENCE), out=self.shown, raw=self._shown.decode())

    @property
    def shown(self) -> str:
        """All that was shown so far, without colours and cursor moves."""
        return _STYLES.sub("", self._shown.decode(errors="replace")).replace("\r\n", "\n")

    def __enter__(self) -> Terminal:  # noqa: PYI034 - Self is not in Python 3.10
        """Give the terminal."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        os.close(self._ours)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._ours], [], [], PATIENCE)
        assert ready, f"nothing more is shown after {self.shown}"
        try:
            chunk = os.read(self._ours, 65536)
        except OSError as error:
            # Linux says so when the last writer has gone.
            if error.errno != errno.EIO:
                raise
            chunk = b""
        self._shown += chunk
        return bool(chunk)


def assert_paragraph(ended: Ended, code: int, *words: str) -> None:
    """Check that a command ended with one clear paragraph, and nothing on stdout."""
    assert ended.code == code, ended
    said = ended.error
    assert said.startswith("Error: ")
    for word in words:
        assert word in said
    assert not SECRET_PATTERN.search(ended.out + ended.err)
    if ended.err:
        assert ended.out == ""


def decide(url: str, decision: str) -> str:
    """Use the page of a device code as a person does, and give what it says then."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}?{parts.query}")
    page = connection.getresponse().read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    form = urlencode({**fields, "user": "alice", "decision": decision})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/device", form, headers)
    shown = connection.getresponse().read().decode()
    connection.close()
    return shown


def _setsid() -> str:
    found = shutil.which("setsid")
    if not found:
        reason = "real component missing: setsid (util-linux)"
        if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
