"""Show a login on the terminal, and that it waits."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from ssokit.adapters.notifiers.qr_code import qr_code
from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.ports.user_notifier import UserNotifier

_WAITING = "Waiting for approval ..."
_HERE = "Approve the login in a browser on this machine at"


class LoginPanel(UserNotifier):
    """Show the code and the page; in a pipe or a dumb terminal as plain lines.

    Args:
        console: Where to show them.
        with_qr_code: Whether a QR code follows where it can be read, for a phone.
    """

    def __init__(self, console: Console, *, with_qr_code: bool = False) -> None:
        self._console = console
        self._with_qr_code = with_qr_code

    def show(self, authorization: ShownAuthorization) -> None:
        """Print, in a form whose URL can be clicked or copied whole."""
        self._print(authorization)
        out, url = self._console.file, authorization.verification_uri_complete
        if not self._with_qr_code or authorization.user_code is None:
            return
        if drawn := qr_code(url, out):
            out.write(f"{drawn}\n")

    def _print(self, authorization: ShownAuthorization) -> None:
        url, code = authorization.verification_uri_complete, authorization.user_code
        if not is_lively(self._console) or len(url) + 4 > self._console.width:
            asked = _HERE if code is None else f"Approve the login with the code {code} at"
            self._console.out(asked, highlight=False)
            self._console.out(url, highlight=False)
            return
        shown = Text(url, style=f"cyan link {url}")
        if code is None:
            content = Group(Text(_HERE), shown)
        else:
            compared = Text.assemble("if the page shows the code ", (code, "bold green"))
            content = Group(Text("Approve the login at"), shown, Text(), compared)
        self._console.print(Panel.fit(content, title="Log in", padding=(1, 2)))


class Waiting(UserNotifier):
    """Show that a login waits, from when it was shown to the end of the block.

    Args:
        console: Where to show it.
        notifier: Shows the login itself.

    Attributes:
        was_shown: Whether there was a login to wait for.
    """

    def __init__(self, console: Console, notifier: UserNotifier) -> None:
        self._console = console
        self._notifier = notifier
        spinner = "dots" if console.encoding.startswith("utf") else "line"
        self._status = console.status(_WAITING, spinner=spinner)
        self.was_shown = False

    def show(self, authorization: ShownAuthorization) -> None:
        """Show the login, then that it waits."""
        self.was_shown = True
        self._notifier.show(authorization)
        if is_lively(self._console):
            self._status.start()
        else:
            self._console.out(_WAITING, highlight=False)

    def __enter__(self) -> Waiting:  # noqa: PYI034 - typing.Self came with Python 3.11
        """Begin; nothing is shown yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the status line away, and give the cursor back."""
        self._status.stop()


def is_lively(console: Console) -> bool:
    """Tell whether it is a terminal that lines can be redrawn on."""
    return console.is_terminal and not console.is_dumb_terminal
