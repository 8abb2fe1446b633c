"""Open the verification page in a browser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import attrs

from ssokit.adapters.notifiers.browser_choice import browser_command, open_in_browser
from ssokit.adapters.notifiers.stderr import StderrNotifier
from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.errors import AuthDispatchError
from ssokit.domain.login_message import WITH_BROWSER
from ssokit.ports.user_notifier import UserNotifier

_LOG = logging.getLogger("ssokit.login")
_SECONDS_TO_OPEN = 2.0


def _opener(way: Callable[[str], object] | str) -> Callable[[str], object]:
    return browser_command(way) if isinstance(way, str) else way


@attrs.frozen(kw_only=True)
class BrowserNotifier(UserNotifier):
    """Print where to log in, then open it in the person's browser.

    A browser that fails, blocks or does not exist does not end the login: what was printed
    is enough to go on.

    Attributes:
        first: What shows the message before the browser is tried; None for nothing.
        open_url: Opens a URL, and says whether that worked: a callable, or a command such as
            ``"firefox --private-window %s"``. By default a graphical browser: the one that
            the ``BROWSER`` variable names, or the person's own.

    Raises:
        InvalidSSOConfigError: The command is empty or malformed.
    """

    first: UserNotifier | None = attrs.field(factory=lambda: StderrNotifier(message=WITH_BROWSER))
    open_url: Callable[[str], object] = attrs.field(default=open_in_browser, converter=_opener)

    def show(self, authorization: ShownAuthorization) -> None:
        """Print, then open the page.

        Raises:
            AuthDispatchError: Neither could be done.
        """
        failure = self._print(authorization)
        opened = self._open(authorization.verification_uri_complete)
        if opened:
            return
        if failure:
            raise failure
        if self.first is None:
            _LOG.warning("No browser could be opened, and nothing was printed: nobody can approve")

    def _print(self, authorization: ShownAuthorization) -> AuthDispatchError | None:
        if self.first is None:
            return None
        try:
            self.first.show(authorization)
        except AuthDispatchError as error:
            return error
        return None

    def _open(self, url: str) -> bool:
        opened: list[bool] = []

        def run() -> None:
            try:
                opened.append(self.open_url(url) is not False)
            except Exception as error:  # noqa: BLE001 - whatever a browser command does
                _LOG.info("The browser could not be opened (%s)", type(error).__name__)
                opened.append(False)

        # Some browser commands block until the person closes the window.
        thread = threading.Thread(target=run, name="ssokit-browser", daemon=True)
        thread.start()
        thread.join(_SECONDS_TO_OPEN)
        return opened[0] if opened else True
