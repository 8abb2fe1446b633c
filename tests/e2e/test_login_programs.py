"""The example programs with windows, pages and cells: shown, alive, cancelled, logged in."""

from __future__ import annotations

import asyncio
import gc
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ssokit
from ssokit.testing import FakeIdentityCenter, Ignores

_EXAMPLES = Path(__file__).parents[2] / "examples"
_BEATS = 20
_LONG = 60.0


@pytest.fixture(autouse=True)
def _windows_end_here() -> None:
    # Tk breaks down if a window that is left over is collected in a thread of a login.
    gc.collect()


@pytest.fixture
def instance(identity_center: FakeIdentityCenter) -> ssokit.IdentityCenter:
    """Give an instance whose people approve when a test says so."""
    identity_center.person = Ignores()
    identity_center.settings.interval = 0
    return ssokit.IdentityCenter(identity_center.start_url, identity_center.region)


def _example(name: str) -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(_EXAMPLES / name)))


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Start an X server without a screen."""
    if not shutil.which("Xvfb"):
        reason = "real component missing: no Xvfb (Debian: xvfb)"
        if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
            pytest.fail(reason)
        pytest.skip(reason)
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp"],  # noqa: S607
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as said:
        number = said.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(_LONG)


@pytest.fixture
def window(
    instance: ssokit.IdentityCenter, display: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Open the Tk window."""
    monkeypatch.setenv("DISPLAY", display)
    window = _example("tk_login.py").LoginWindow(instance)
    # A test that goes wrong is not to wait for the code's own expiry.
    window.after(int(_LONG * 1000), window.cancel)
    yield window
    window.login.cancel()


def _when_it_has_beaten(window: Any, then: Callable[[], object]) -> list[str]:
    """Count the window's own beats while it waits, then do something."""
    beats: list[str] = []

    def beat() -> None:
        if window.login.state is ssokit.LoginState.WAITING and window.code.get():
            beats.append(window.code.get())
        if len(beats) == _BEATS:
            then()
        else:
            window.after(10, beat)

    window.after(0, beat)
    window.mainloop()
    return beats


def test_tk_window_stays_alive_and_logs_in(window: Any, identity_center: FakeIdentityCenter):
    """The window shows the code, goes on beating while it waits, and ends logged in."""
    beats = _when_it_has_beaten(
        window, lambda: identity_center.people.approve(window.login.user_code)
    )
    assert beats == [window.login.user_code] * _BEATS
    assert window.outcome.startswith("Logged in until")


def test_tk_window_can_be_closed(window: Any):
    """Pressing Cancel, or closing the window, gives the login up and ends the program."""
    _when_it_has_beaten(window, window.cancel)
    assert window.login.state is ssokit.LoginState.CANCELLED
    assert "given up" in window.outcome


def _in_textual(
    instance: ssokit.IdentityCenter, then: Callable[[Any, Any], Any]
) -> tuple[Any, list[str]]:
    app = _example("textual_login.py").LoginApp(instance)
    seen: list[str] = []

    async def program() -> None:
        async with app.run_test() as pilot:
            # Each pause lets all that is due on the screen happen.
            while len(seen) < _BEATS:
                await pilot.pause(0.01)
                shown = str(app.query_one("#code").render())
                if shown:
                    seen.append(shown)
            await then(app, pilot)
            await pilot.pause()
            while app.return_value is None:
                await pilot.pause(0.01)

    asyncio.run(asyncio.wait_for(program(), _LONG))
    return app, seen


def test_textual_program_stays_alive_and_logs_in(
    instance: ssokit.IdentityCenter, identity_center: FakeIdentityCenter
):
    """The terminal program shows the code, is drawn while it waits, and ends logged in."""

    async def approve(app: Any, _: Any) -> None:
        identity_center.people.approve(app.started.user_code)

    app, seen = _in_textual(instance, approve)
    assert seen == [app.started.user_code] * _BEATS
    assert app.return_value.startswith("Logged in until")


def test_textual_program_can_be_cancelled(instance: ssokit.IdentityCenter):
    """Escape gives the login up and ends the program."""

    async def escape(_: Any, pilot: Any) -> None:
        await pilot.press("escape")

    app, _ = _in_textual(instance, escape)
    assert app.started.state is ssokit.LoginState.CANCELLED
    assert "given up" in app.return_value


def _on_the_web(
    instance: ssokit.IdentityCenter, then: Callable[[Any, Any], Any]
) -> tuple[list[str], str]:
    from aiohttp.test_utils import TestClient, TestServer  # noqa: PLC0415 - it is slow to load

    app = _example("web_login.py").application(instance)
    login = next(value for value in app.values() if isinstance(value, ssokit.LoginInProgress))

    async def program() -> tuple[list[str], str]:
        async with TestClient(TestServer(app)) as client:
            over = asyncio.ensure_future(client.get("/wait"))
            pages: list[str] = []
            while len(pages) < _BEATS:
                known = login.user_code
                page = await (await client.get("/")).text()
                if known:
                    pages.append(page)
            assert not over.done()
            await then(login, client)
            return pages, await (await over).text()

    return asyncio.run(asyncio.wait_for(program(), _LONG))


def test_web_page_is_served_while_the_login_waits(
    instance: ssokit.IdentityCenter, identity_center: FakeIdentityCenter
):
    """One request waits for the login, and others are answered with the code meanwhile."""

    async def approve(login: ssokit.LoginInProgress, _: Any) -> None:
        identity_center.people.approve(str(login.user_code))

    pages, said = _on_the_web(instance, approve)
    assert all("waiting for the person" in page and 'id="code">' in page for page in pages)
    assert said.startswith("Logged in until")


def test_web_page_can_cancel(instance: ssokit.IdentityCenter):
    """The button on the page gives the login up."""

    async def cancel(_: ssokit.LoginInProgress, client: Any) -> None:
        await client.post("/cancel", allow_redirects=False)

    _, said = _on_the_web(instance, cancel)
    assert "given up" in said


_NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
from pathlib import Path
import sys
from ssokit.testing import *

text = Path(sys.argv[1]).read_text()
_, *cells = text.split("# %%")
cells = [cell.partition("\\n")[2] for cell in cells]
url, region = sys.argv[2:]
shell = InteractiveShell.instance()
first = cells[0].replace("https://d-1234567890.awsapps.com/start", url)
shell.run_cell(first).raise_error()

# Whole lines: what the notifier displays, in a thread of its own, would come in between.
import os
os.write(1, f"CODE {shell.user_ns['login'].user_code}\\n".encode())
for beat in range(20):
    cell = r"import os; os.write(1, f'beat {login.state.value}\\n'.encode())"
    shell.run_cell(cell, silent=True).raise_error()
sys.stdin.readline()
result = shell.run_cell(cells[1])
print("RAISED", type(result.error_in_exec).__name__, flush=True)
"""


def _in_notebook(
    instance: ssokit.IdentityCenter,  # noqa: ARG001 - it sets the scene
    identity_center: FakeIdentityCenter,
    then: Callable[[str], object],
) -> str:
    arguments = [str(_EXAMPLES / "notebook_login.py"), identity_center.start_url]
    with subprocess.Popen(
        [sys.executable, "-c", _NOTEBOOK, *arguments, identity_center.region],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as notebook:
        said = ""
        while said.count("beat waiting") < _BEATS:
            line = notebook.stdout.readline() if notebook.stdout else ""
            assert line, said
            said += line
        then(said.partition("CODE ")[2].split()[0])
        rest, _ = notebook.communicate("go on\n", timeout=_LONG)
    return said + rest


def test_notebook_runs_other_cells_meanwhile(
    instance: ssokit.IdentityCenter, identity_center: FakeIdentityCenter
):
    """Cells run between the one that begins the login and the one that awaits it."""
    said = _in_notebook(instance, identity_center, identity_center.people.approve)
    assert "Logged in until" in said
    assert "RAISED NoneType" in said


def test_notebook_shows_what_failed(
    instance: ssokit.IdentityCenter, identity_center: FakeIdentityCenter
):
    """A person who says no ends the second cell with the error."""
    said = _in_notebook(instance, identity_center, identity_center.people.deny)
    assert "RAISED AuthorizationDeniedError" in said
