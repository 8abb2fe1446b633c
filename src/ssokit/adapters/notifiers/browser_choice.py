"""Which browser opens a page, on this kind of machine."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import threading
import webbrowser
from collections.abc import Callable, Mapping

import attrs

from ssokit.domain.errors import InvalidSSOConfigError

# These take the terminal over, which the program and its message are using.
_TEXT_BROWSERS = frozenset({"browsh", "elinks", "links", "lynx", "w3m", "www-browser"})
_FROM_WSL = ("wslview", "explorer.exe")


def browser_command(command: str) -> Callable[[str], bool]:
    """Give a way to open pages with a command.

    Args:
        command: A program and its arguments, in a shell's words; ``%s`` stands for the URL,
            which is added at the end where there is none. No shell is involved.

    Raises:
        InvalidSSOConfigError: There is no program in it.
    """
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise InvalidSSOConfigError(f"browser command {command!r} is malformed: {error}") from None
    if not words:
        raise InvalidSSOConfigError("browser command is empty: name a program, such as firefox")
    if not any("%s" in word for word in words[1:]):
        words.append("%s")

    def open_url(url: str) -> bool:
        program, *rest = words
        return _started([program, *(word.replace("%s", url) for word in rest)])

    return open_url


def open_in_browser(url: str) -> bool:
    """Open a page in a graphical browser; tell whether there is one.

    The ``BROWSER`` variable decides where it is set. In the Windows Subsystem for Linux the
    browser of Windows is taken, and text browsers are not: they would take the terminal.
    """
    return Surroundings.here().open_url(url)


@attrs.frozen(kw_only=True)
class Surroundings:
    """What decides which browser opens a page.

    Attributes:
        environment: Environment variables.
        release: The release of the operating system's kernel.
        which: Finds a program; None if there is none.
        start: Starts a command, and tells whether that worked.
        choose: Gives what the standard library would open a page with.
    """

    environment: Mapping[str, str]
    release: str
    which: Callable[[str], str | None]
    start: Callable[[list[str]], bool]
    choose: Callable[[], webbrowser.BaseBrowser]

    @classmethod
    def here(cls) -> Surroundings:
        """Look around on this machine."""
        return cls(
            environment=os.environ,
            release=platform.release(),
            which=shutil.which,
            start=_started,
            choose=webbrowser.get,
        )

    def open_url(self, url: str) -> bool:
        """Open a page; see `open_in_browser`."""
        if program := self._browser_of_windows():
            return self.start([program, url])
        browser = self._own_browser()
        return browser is not None and bool(browser.open_new_tab(url))

    def has_browser(self) -> bool:
        """Tell whether there is a browser to open a page in."""
        return self._browser_of_windows() is not None or self._own_browser() is not None

    def _browser_of_windows(self) -> str | None:
        if "BROWSER" in self.environment or "microsoft" not in self.release.lower():
            return None
        return next(filter(None, map(self.which, _FROM_WSL)), None)

    def _own_browser(self) -> webbrowser.BaseBrowser | None:
        try:
            browser = self.choose()
        except webbrowser.Error:
            return None
        named = os.path.basename(str(getattr(browser, "name", "")))  # noqa: PTH119 - no path
        if "BROWSER" not in self.environment and named in _TEXT_BROWSERS:
            return None
        return browser


def _started(command: list[str]) -> bool:
    try:
        process = subprocess.Popen(  # noqa: S603 - the caller's own command
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    # Somebody has to take note of its end.
    threading.Thread(target=process.wait, name="ssokit-browser-end", daemon=True).start()
    return True
