"""A QR code where a terminal can show one, and a login below a notebook's cell."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any, TextIO

import pytest

from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.domain.errors import AuthDispatchError
from ssokit.notifiers import JupyterNotifier, StderrNotifier

_SHOWN = DeviceAuthorization(
    device_code="canary-device-code",
    user_code="ABCD<EFGH",
    verification_uri="https://device.example/",
    verification_uri_complete='https://device.example/?user_code=ABCD&a="><script>',
    expires_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
)
_DRAWN = "\N{LOWER HALF BLOCK}"


@contextlib.contextmanager
def _terminal(columns: int, *, encoding: str = "utf-8") -> Iterator[tuple[TextIO, int]]:
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with os.fdopen(writer, "w", encoding=encoding) as out:
        yield out, reader
    os.close(reader)


def _printed(columns: int, *, qr_code: bool = True, encoding: str = "utf-8") -> str:
    with _terminal(columns, encoding=encoding) as (out, reader), ThreadPoolExecutor(1) as threads:
        # A terminal takes some 4 KiB, and no more until somebody reads them.
        shown = threads.submit(_read_all, reader)
        with out:
            StderrNotifier(message="{code}", outfile=out, qr_code=qr_code).show(_SHOWN)
        return shown.result().decode(encoding)


def _read_all(reader: int) -> bytes:
    read = b""
    # Linux ends the reading of a terminal that nobody has open with an error.
    with contextlib.suppress(OSError):
        while chunk := os.read(reader, 100_000):
            read += chunk
    return read


def test_terminal_shows_a_qr_code():
    """A wide terminal shows the complete URI as a QR code after the message."""
    assert _DRAWN in _printed(100)


@pytest.mark.parametrize(
    "options",
    [{"columns": 40}, {"columns": 100, "encoding": "ascii"}, {"columns": 100, "qr_code": False}],
    ids=["narrow", "no blocks", "not wanted"],
)
def test_no_code_that_could_not_be_read(options: Any):
    """A narrow terminal, one without block characters, and who does not want it, get none."""
    assert _printed(**options).split() == ["ABCD<EFGH"]


def test_dumb_terminal_and_pipe_get_none(monkeypatch: pytest.MonkeyPatch):
    """A terminal that says it is dumb, and what is no terminal, get the message alone."""
    monkeypatch.setenv("TERM", "dumb")
    assert _DRAWN not in _printed(100)
    out = io.StringIO()
    StderrNotifier(outfile=out).show(_SHOWN)
    assert _DRAWN not in out.getvalue()


def test_missing_package_is_no_error():
    """Without segno there is no QR code, and the message is there all the same."""
    program = (
        "import sys; sys.modules['segno'] = None\n"
        "from ssokit.adapters.notifiers.qr_code import qr_code\n"
        "assert qr_code('https://device.example/', sys.stdout) is None\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_cell_shows_link_and_code():
    """A notebook shows a link to click and the code to compare, with everything escaped."""
    shown: list[str] = []
    JupyterNotifier(display=shown.append).show(_SHOWN)
    assert "ABCD&lt;EFGH" in shown[0]
    assert "https://device.example/" in shown[0]
    assert "<script>" not in shown[0]
    assert _SHOWN.device_code not in shown[0]


def test_ipython_displays_it(capsys: pytest.CaptureFixture[str]):
    """IPython itself takes what the notifier gives it."""
    JupyterNotifier().show(_SHOWN)
    assert "HTML" in capsys.readouterr().out


def test_without_a_notebook():
    """Outside of notebooks the notifier says what it needs."""
    program = (
        "import sys; sys.modules['IPython'] = sys.modules['IPython.display'] = None\n"
        "from ssokit.adapters.notifiers.jupyter import _display\n"
        "_display('<p>')\n"
    )
    failed = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert AuthDispatchError.__name__ in failed.stderr
    assert "needs IPython" in failed.stderr
