"""Which browser opens a page, by kind of machine."""

from __future__ import annotations

import os
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from ssokit.adapters.notifiers.browser_choice import Surroundings, browser_command
from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.notifiers import BrowserNotifier

_URL = "https://device.example/?user_code=ABCD-EFGH&a=%s"


class _Browser(webbrowser.BaseBrowser):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002
        self.opened.append(url)
        return True


def _none() -> webbrowser.BaseBrowser:
    raise webbrowser.Error


def _machine(**options: Any) -> tuple[Surroundings, list[list[str]]]:
    started: list[list[str]] = []

    def start(command: list[str]) -> bool:
        started.append(command)
        return True

    usual = Surroundings(
        environment={}, release="6.1.0-generic", which=lambda _: None, start=start, choose=_none
    )
    return attrs.evolve(usual, **options), started


def test_own_browser_opens_a_tab():
    """On a desktop the page opens in the person's own browser."""
    browser = _Browser("firefox")
    machine, _ = _machine(choose=lambda: browser)
    assert machine.open_url(_URL)
    assert browser.opened == [_URL]


@pytest.mark.parametrize("name", ["w3m", "/usr/bin/lynx", "www-browser"])
def test_text_browser_is_no_browser(name: str):
    """A browser that would take the terminal is not started by itself."""
    browser = _Browser(name)
    machine, _ = _machine(choose=lambda: browser)
    assert not machine.open_url(_URL)
    assert browser.opened == []


def test_text_browser_that_is_asked_for():
    """Whoever sets BROWSER to a text browser gets it."""
    browser = _Browser("w3m")
    machine, _ = _machine(choose=lambda: browser, environment={"BROWSER": "w3m"})
    assert machine.open_url(_URL)


def test_no_browser_at_all():
    """On a server there is none, and that is said."""
    machine, _ = _machine()
    assert not machine.open_url(_URL)


@pytest.mark.parametrize("program", ["wslview", "explorer.exe"])
def test_browser_of_windows_in_wsl(program: str):
    """In the Windows Subsystem for Linux the page opens in Windows."""
    machine, started = _machine(
        release="5.15.90.1-Microsoft-standard-WSL2",
        which=lambda name: f"/usr/bin/{name}" if name == program else None,
    )
    assert machine.open_url(_URL)
    assert started == [[f"/usr/bin/{program}", _URL]]


def test_wsl_without_a_way_to_windows():
    """Without either program WSL is a Linux as any other."""
    machine, started = _machine(release="microsoft-standard-WSL2")
    assert not machine.open_url(_URL)
    assert started == []


@pytest.mark.parametrize("command", ["", "   ", "firefox 'unclosed"])
def test_impossible_command(command: str):
    """A command without a program, or in half a quotation, is refused when it is given."""
    with pytest.raises(InvalidSSOConfigError, match="browser command"):
        BrowserNotifier(open_url=command)


def test_command_that_does_not_exist():
    """A program that cannot be started has opened nothing."""
    assert not browser_command("/nonexistent/browser --new-tab %s")(_URL)


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX script")
@pytest.mark.parametrize("rest", ["--private %s", "--private"])
def test_command_gets_the_url_as_one_word(tmp_path: Path, rest: str):
    """The URL takes the place of %s, or the end; no shell ever reads it."""
    pipe, script = tmp_path / "opened", tmp_path / "browser"
    os.mkfifo(pipe)
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {pipe}\n')
    script.chmod(0o755)
    open_url: Callable[[str], bool] = browser_command(f"{script} {rest}")
    assert open_url(_URL)
    said = subprocess.run(
        ["/bin/cat", pipe], check=True, capture_output=True, text=True, timeout=60
    )
    assert said.stdout.splitlines() == ["--private", _URL]
