"""What is seen of the machine that a login happens on."""

from __future__ import annotations

import platform
import subprocess
import sys
import webbrowser

import pytest
from test_browser_choice import _Browser, _machine

from ssokit.adapters.notifiers.this_environment import this_environment
from ssokit.domain.flow import Flow, choose_flow


def test_variables_and_system_are_those_of_the_process(monkeypatch: pytest.MonkeyPatch):
    """What the process sees is what counts."""
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    seen = this_environment()
    assert seen.variables["SSH_TTY"] == "/dev/pts/1"
    assert seen.system == sys.platform
    assert seen.in_wsl == ("microsoft" in platform.release().lower())
    assert choose_flow(seen) is Flow.DEVICE_CODE


def test_the_persons_own_browser_is_looked_for(monkeypatch: pytest.MonkeyPatch):
    """A browser that ``BROWSER`` names is one, and is not started for that."""
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c 'raise SystemExit' %s")
    code = (
        "from ssokit.adapters.notifiers.this_environment import this_environment;"
        "print(this_environment().has_browser, this_environment().in_notebook)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


@pytest.mark.parametrize(
    ("name", "environment", "found"),
    [
        ("firefox", {}, True),
        ("/usr/bin/lynx", {}, False),
        ("/usr/bin/lynx", {"BROWSER": "lynx"}, True),
    ],
)
def test_text_browsers_count_only_where_they_are_asked_for(
    name: str,
    environment: dict[str, str],
    found: bool,  # noqa: FBT001 - a parameter of the test
):
    """What would take the terminal over is no browser to log in with, unless it is named."""
    browser: webbrowser.BaseBrowser = _Browser(name)
    machine, _ = _machine(choose=lambda: browser, environment=environment)
    assert machine.has_browser() is found


@pytest.mark.parametrize("found", [True, False])
def test_in_wsl_a_browser_of_windows_counts(found: bool):  # noqa: FBT001 - a parameter of the test
    """Without one there is no browser, as Linux has none there."""
    machine, started = _machine(
        release="5.15-microsoft-standard-WSL2",
        which=lambda name: f"/bin/{name}" if found and name == "explorer.exe" else None,
    )
    assert machine.has_browser() is found
    assert started == []
