"""A login on the terminal."""

from __future__ import annotations

import io
from datetime import datetime, timezone

import pytest
from rich.console import Console

from ssokit.cli.waiting import LoginPanel, Waiting
from ssokit.domain.authorization_request import AuthorizationRequest
from ssokit.domain.device_authorization import DeviceAuthorization

_URL = "https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH"
_AUTHORIZATION = DeviceAuthorization(
    device_code="canary",
    user_code="ABCD-EFGH",
    verification_uri="https://device.sso.us-east-1.amazonaws.com/",
    verification_uri_complete=_URL,
    expires_at=datetime(2030, 1, 1, tzinfo=timezone.utc),
)


def _terminal(width: int) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, _environ={"TERM": "xterm-256color"}
    )


def _pipe() -> Console:
    return Console(file=io.StringIO(), force_terminal=False, width=20, _environ={})


def _shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_wide_terminal_gets_a_panel() -> None:
    """The URL is in one piece, and a link."""
    console = _terminal(100)
    LoginPanel(console).show(_AUTHORIZATION)
    shown = _shown(console)
    assert f"{_URL}\x1b\\" in shown
    assert "ABCD-EFGH" in shown
    assert "Log in" in shown


def test_a_page_without_a_code() -> None:
    """In a browser on this machine there is nothing to compare."""
    console = _terminal(1000)
    request = AuthorizationRequest(
        endpoint="https://oidc.us-east-1.amazonaws.com/authorize",
        client_id="x",
        redirect_uri="http://127.0.0.1:1/oauth/callback",
        scopes=("sso:account:access",),
        state="canary",
        code_verifier="canary-" * 7,
        expires_at=datetime(2030, 1, 1, tzinfo=timezone.utc),
    )
    LoginPanel(console, with_qr_code=True).show(request)
    shown = _shown(console)
    assert f"{request.verification_uri}\x1b\\" in shown
    assert "browser on this machine" in shown
    assert "code " not in shown


@pytest.mark.parametrize("console", [_terminal(40), _pipe()], ids=["narrow terminal", "pipe"])
def test_elsewhere_the_url_has_a_line_of_its_own(console: Console) -> None:
    """The URL is never broken, so that it can be copied."""
    LoginPanel(console).show(_AUTHORIZATION)
    assert _shown(console).splitlines() == [
        "Approve the login with the code ABCD-EFGH at",
        _URL,
    ]


def test_waiting_in_a_pipe_is_a_line() -> None:
    """After the login a line says that it waits."""
    console = _pipe()
    with Waiting(console, LoginPanel(console)) as waiting:
        waiting.show(_AUTHORIZATION)
    assert _shown(console).endswith(f"{_URL}\nWaiting for approval ...\n")


def test_waiting_on_a_terminal_ends_with_the_block() -> None:
    """The status line goes away and the cursor comes back, whatever ends the wait."""
    console = _terminal(100)

    def be_interrupted() -> None:
        with Waiting(console, LoginPanel(console)) as waiting:
            waiting.show(_AUTHORIZATION)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()
    shown = _shown(console)
    assert "Waiting for approval" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_nothing_is_shown_without_a_login() -> None:
    """A login that is found in the cache needs nobody to wait for."""
    console = _terminal(100)
    with Waiting(console, LoginPanel(console)):
        pass
    assert _shown(console) == ""


@pytest.mark.parametrize(("encoding", "is_plain"), [("ascii", True), ("utf-8", False)])
def test_a_terminal_without_unicode(encoding: str, *, is_plain: bool) -> None:
    """That it waits is shown in characters that the terminal has."""
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    console = Console(file=out, force_terminal=True, _environ={"TERM": "xterm-256color"})
    with Waiting(console, LoginPanel(console)) as waiting:
        waiting.show(_AUTHORIZATION)
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    shown = out.buffer.getvalue().decode(encoding)
    assert "Waiting for approval" in shown
    assert (shown.isascii() and "\\u" not in shown) == is_plain
