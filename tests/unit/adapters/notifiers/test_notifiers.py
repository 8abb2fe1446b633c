"""Ways to show a person where to log in."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import ssokit.notifiers
from ssokit.adapters.notifiers.choice import choose_notifier
from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.domain.errors import AuthDispatchError, InvalidSSOConfigError
from ssokit.notifiers import BrowserNotifier, CallbackNotifier, SilentNotifier, StderrNotifier

_SHOWN = DeviceAuthorization(
    device_code="canary-device-code",
    user_code="ABCD-EFGH",
    verification_uri="https://device.example/",
    verification_uri_complete="https://device.example/?user_code=ABCD-EFGH",
    expires_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
)


class _Journal:
    """Remembers in which order things happened."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def write(self, text: str) -> int:
        """Take a printed message."""
        self.events.append(f"printed {_SHOWN.user_code in text}")
        return len(text)

    def flush(self) -> None:
        """Take note that the message was flushed."""
        self.events.append("flushed")

    def open_url(self, url: str) -> bool:
        """Take a URL to open."""
        self.events.append(url)
        return True


def test_stderr_by_default():
    """The default message goes to what stderr is at the time, and holds no device code."""
    with contextlib.redirect_stderr(io.StringIO()) as err:
        StderrNotifier().show(_SHOWN)
    assert "ABCD-EFGH" in err.getvalue()
    assert "https://device.example/" in err.getvalue()
    assert _SHOWN.device_code not in err.getvalue()


def test_own_file_and_message():
    """A message of one's own goes to a file of one's own, whole and with a line end."""
    out = io.StringIO()
    StderrNotifier(message="{code}", outfile=out).show(_SHOWN)
    assert out.getvalue() == "ABCD-EFGH\n"


def test_empty_file_like_object_is_a_file():
    """A file-like object that is false, as an empty list is, is written to all the same."""

    class Lines(list[str]):
        write = list.append

        def flush(self) -> None:
            """Have nothing to do."""

    lines: Any = Lines()
    StderrNotifier(message="{code}", outfile=lines).show(_SHOWN)
    assert lines == ["ABCD-EFGH\n"]


def _closed() -> io.StringIO:
    out = io.StringIO()
    out.close()
    return out


def test_closed_file():
    """What cannot be printed is an error of its own, with the reason."""
    with pytest.raises(AuthDispatchError, match="could not be printed") as failure:
        StderrNotifier(outfile=_closed()).show(_SHOWN)
    assert isinstance(failure.value.__cause__, ValueError)


def test_unencodable_message(tmp_path: Path):
    """A file of another encoding cannot show every message."""
    with (tmp_path / "out").open("w", encoding="ascii") as out, pytest.raises(AuthDispatchError):
        StderrNotifier(message="é {code}", outfile=out).show(_SHOWN)


def test_no_stderr_at_all():
    """Where there is no stderr, as under pythonw, nothing is printed to stdout instead."""
    nothing: Any = None
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(nothing),
        pytest.raises(AuthDispatchError),
    ):
        StderrNotifier().show(_SHOWN)
    assert out.getvalue() == ""


def test_unknown_placeholder_is_found_at_once():
    """A notifier with an impossible message cannot be made."""
    with pytest.raises(InvalidSSOConfigError, match="nope"):
        StderrNotifier(message="{nope}")


def test_message_before_browser():
    """The person can read what is going on before a window pops up."""
    journal: Any = _Journal()
    BrowserNotifier(first=StderrNotifier(outfile=journal), open_url=journal.open_url).show(_SHOWN)
    assert journal.events == ["printed True", "flushed", _SHOWN.verification_uri_complete]


def _raise(_: str) -> bool:
    raise OSError("no display")


@pytest.mark.parametrize("open_url", [lambda _: False, _raise], ids=["says no", "raises"])
def test_browser_that_fails_does_not_end_the_login(open_url: Any, caplog: pytest.LogCaptureFixture):
    """What was printed is enough to go on."""
    out = io.StringIO()
    with caplog.at_level(logging.INFO, "ssokit"):
        BrowserNotifier(first=StderrNotifier(outfile=out), open_url=open_url).show(_SHOWN)
    assert "ABCD-EFGH" in out.getvalue()
    assert "ABCD-EFGH" not in caplog.text


def test_a_login_that_nobody_can_see_is_said_to_be_one(caplog: pytest.LogCaptureFixture):
    """With nothing printed and no browser the login goes on, for whoever knows of it, and warns."""
    BrowserNotifier(first=None, open_url=lambda _: False).show(_SHOWN)
    assert "nobody can approve" in caplog.text


def test_a_file_that_cannot_be_flushed():
    """A write method is enough to be printed to."""

    class Lines:
        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> None:
            """Take the text."""
            self.text += text

    lines: Any = Lines()
    StderrNotifier(message="{code}", outfile=lines).show(_SHOWN)
    assert lines.text == "ABCD-EFGH\n"


def test_browser_that_blocks_does_not_block_the_login():
    """A browser command that waits for its window is left alone after a moment."""
    closed = threading.Event()
    notifier = BrowserNotifier(first=None, open_url=lambda _: closed.wait(60))
    try:
        notifier.show(_SHOWN)
        assert not closed.is_set()
    finally:
        closed.set()


def test_browser_serves_where_nothing_can_be_printed():
    """One of the two ways is enough; none of them is an error."""
    printer = StderrNotifier(outfile=_closed())
    BrowserNotifier(first=printer, open_url=lambda _: True).show(_SHOWN)
    with pytest.raises(AuthDispatchError):
        BrowserNotifier(first=printer, open_url=lambda _: False).show(_SHOWN)


def test_browser_that_says_nothing_is_taken_for_open():
    """A callable without a result, such as list.append, has opened the page."""
    opened: list[str] = []
    BrowserNotifier(first=None, open_url=opened.append).show(_SHOWN)
    assert opened == [_SHOWN.verification_uri_complete]


@pytest.mark.skipif(sys.platform == "win32", reason="BROWSER is a POSIX shell's way")
def test_browser_variable_is_honoured(tmp_path: Path):
    """The BROWSER variable of the standard library decides which browser opens."""
    script, opened = tmp_path / "browser", tmp_path / "opened"
    script.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    script.chmod(0o755)
    program = (
        "from ssokit.domain.device_authorization import DeviceAuthorization as D\n"
        "from ssokit.notifiers import BrowserNotifier\n"
        "BrowserNotifier().show(D(device_code='d', user_code='ABCD-EFGH', expires_at=None,"
        " verification_uri='https://a.example', verification_uri_complete='https://b.example'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "BROWSER": f"{script} %s"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert opened.read_text() == "https://b.example\n"
    assert "your browser should open" in done.stderr
    assert done.stdout == ""


def test_callback_gets_four_keywords():
    """A handler gets AWS's names and an aware time, and never the device code."""
    got: dict[str, object] = {}
    CallbackNotifier(lambda **keywords: got.update(keywords)).show(_SHOWN)
    assert got == {
        "verificationUri": "https://device.example/",
        "userCode": "ABCD-EFGH",
        "verificationUriComplete": _SHOWN.verification_uri_complete,
        "expiresAt": _SHOWN.expires_at,
    }


def test_exception_of_a_callback_is_unchanged():
    """What a program's own handler raises is the program's own affair."""
    mine = RuntimeError("closed the window")

    def handler(**_: object) -> None:
        raise mine

    with pytest.raises(RuntimeError) as raised:
        CallbackNotifier(handler).show(_SHOWN)
    assert raised.value is mine


def test_silent_shows_nothing(capsys: pytest.CaptureFixture[str]):
    """Nothing means nothing."""
    SilentNotifier().show(_SHOWN)
    assert capsys.readouterr() == ("", "")


@pytest.fixture(autouse=True)
def _browser_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SSO_DISABLE_BROWSER", raising=False)


def _choose(**options: Any) -> Any:
    known = {"user_auth_handler": None, "disable_browser": None, "message": None, "outfile": None}
    return choose_notifier(**{**known, **options})


def test_browser_and_message_by_default():
    """Without options the page is opened, and its address printed to stderr."""
    chosen = _choose()
    assert isinstance(chosen, BrowserNotifier)
    assert isinstance(chosen.first, StderrNotifier)
    assert chosen.first.outfile is None
    assert "should open this page" in chosen.first.message


@pytest.mark.parametrize(
    ("value", "disabled"),
    [
        ("1", True),
        ("true", True),
        ("TRUE", True),
        ("True", True),
        ("", False),
        ("0", False),
        ("false", False),
        ("yes", False),
    ],
)
def test_variable_disables_the_browser(
    monkeypatch: pytest.MonkeyPatch, value: str, *, disabled: bool
):
    """AWS_SSO_DISABLE_BROWSER counts as 1 or true, and an argument overrides it either way."""
    monkeypatch.setenv("AWS_SSO_DISABLE_BROWSER", value)
    assert isinstance(_choose(), StderrNotifier if disabled else BrowserNotifier)
    assert isinstance(_choose(disable_browser=False), BrowserNotifier)
    assert isinstance(_choose(disable_browser=True), StderrNotifier)


@pytest.mark.parametrize("message", [False, ""])
@pytest.mark.parametrize("disable_browser", [False, True])
def test_no_message(message: Any, *, disable_browser: bool):
    """Without a message nothing is printed; the browser is another matter."""
    chosen = _choose(message=message, disable_browser=disable_browser)
    if disable_browser:
        assert chosen == SilentNotifier()
    else:
        assert chosen.first is None


@pytest.mark.parametrize(
    ("outfile", "printed"), [(None, True), (True, True), (False, False)], ids=repr
)
def test_outfile_as_a_flag(outfile: bool | None, *, printed: bool):  # noqa: FBT001 - a value
    """True and None mean stderr, False means nowhere."""
    chosen = _choose(outfile=outfile, disable_browser=True)
    assert chosen == (StderrNotifier() if printed else SilentNotifier())


def test_outfile_as_a_file():
    """A file gets the message, in whatever words."""
    out = io.StringIO()
    _choose(outfile=out, disable_browser=True, message="{urlWithCode}").show(_SHOWN)
    assert out.getvalue() == f"{_SHOWN.verification_uri_complete}\n"


def test_handler_takes_the_place_of_the_rest():
    """With a handler nothing is printed and nothing opened."""
    chosen = _choose(user_auth_handler=print, disable_browser=False, message="x")
    assert chosen == CallbackNotifier(print)


@pytest.mark.parametrize(
    "options",
    [
        {"user_auth_handler": "print"},
        {"message": 5},
        {"message": True},
        {"message": 0},
        {"message": b"x"},
        {"outfile": "out.txt"},
        {"outfile": 2},
    ],
    ids=repr,
)
def test_options_of_a_wrong_type(options: dict[str, object]):
    """A wrong option is found when the function is called, not when the person waits."""
    with pytest.raises(TypeError, match=next(iter(options))):
        _choose(**options)


def test_door_has_what_it_names():
    """Every public name of the door resolves, and no other."""
    door = ssokit.notifiers
    assert dir(door) == door.__all__ == sorted(door.__all__)
    assert all(getattr(door, name).__doc__ for name in door.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Nope'"):
        door.Nope  # noqa: B018 - reading it is what raises
