"""A login that has no code to compare, in every way to show a login."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from datetime import datetime, timezone
from typing import Any

import pytest
from rich.console import Console

from ssokit.cli.waiting import LoginPanel
from ssokit.domain.authorization_request import AuthorizationRequest
from ssokit.domain.login_message import WITH_BROWSER, WITHOUT_BROWSER, render
from ssokit.notifiers import BrowserNotifier, CallbackNotifier, JupyterNotifier, StderrNotifier

_SHOWN = AuthorizationRequest(
    endpoint="https://oidc.us-east-1.amazonaws.com/authorize",
    client_id="client",
    redirect_uri="http://127.0.0.1:49152/oauth/callback",
    scopes=("sso:account:access",),
    state="the-state",
    code_verifier="canary-" + 5 * "verifier",
    expires_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
)
_URL = _SHOWN.verification_uri_complete


def _print(notifier_options: dict[str, Any]) -> str:
    out = io.StringIO()
    StderrNotifier(outfile=out, **notifier_options).show(_SHOWN)
    return out.getvalue()


@pytest.mark.parametrize("message", [WITH_BROWSER, WITHOUT_BROWSER])
def test_the_usual_messages_say_that_it_is_for_this_machine(message: str):
    """No word of a code; the URL is there once, on a line of its own."""
    printed = _print({"message": message})
    assert printed.count(_URL) == 1
    assert f"\n    {_URL}\n" in printed
    assert "on this machine" in printed.replace("\n", " ")
    assert "code:" not in printed


def test_own_messages_have_no_code_to_fill_in():
    """The code's placeholders are empty, those of the URL are not."""
    printed = _print({"message": "{url}|{code}|{userCode}|{urlWithCode}"})
    assert printed == f"{_URL}|||{_URL}\n"
    assert render('{"json": "{code}"}', _SHOWN) == '{"json": ""}'


def test_a_phone_gets_no_qr_code():
    """Nobody on a phone could come back to this machine."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    with os.fdopen(writer, "w", encoding="utf-8") as terminal:
        StderrNotifier(message="{url}", outfile=terminal).show(_SHOWN)
        LoginPanel(Console(file=terminal, width=200), with_qr_code=True).show(_SHOWN)
        printed = os.read(reader, 65536).decode()
    os.close(reader)
    assert _URL in printed
    assert "\N{LOWER HALF BLOCK}" not in printed


def test_the_browser_opens_the_page():
    """What is opened is the page, after the message."""
    opened: list[str] = []
    first = StderrNotifier(outfile=io.StringIO())
    BrowserNotifier(first=first, open_url=opened.append).show(_SHOWN)
    assert opened == [_URL]


def test_a_handler_gets_an_empty_code():
    """A handler for device codes is called as ever; the code is empty."""
    told: list[dict[str, Any]] = []
    CallbackNotifier(lambda **shown: told.append(shown)).show(_SHOWN)
    assert told == [
        {
            "verificationUri": _URL,
            "userCode": "",
            "verificationUriComplete": _URL,
            "expiresAt": _SHOWN.expires_at,
        }
    ]


def test_a_cell_says_which_machine_is_meant():
    """The kernel may run elsewhere than the browser that shows the notebook."""
    cells: list[str] = []
    JupyterNotifier(display=cells.append).show(_SHOWN)
    assert "where the notebook's kernel runs" in cells[0]
    assert "&amp;client_id=client" in cells[0]
    assert "code:" not in cells[0]


@pytest.mark.parametrize("width", [4000, 40], ids=["panel", "plain lines"])
def test_the_commands_panel_says_which_machine_is_meant(width: int):
    """The command line shows the page, and that it is for a browser here."""
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, width=width, _environ={"TERM": "xterm-256color"}
    )
    LoginPanel(console).show(_SHOWN)
    assert "in a browser on this machine at" in out.getvalue()
    assert _URL in out.getvalue()
