"""The in-process face of a browser's way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from ssokit.domain.authorization_request import redirect_uri
from ssokit.domain.errors import RedirectListenerError
from ssokit.domain.redirects import AwaitedRedirect, RedirectReply
from ssokit.ports.redirect_listener import RedirectListener, Redirects

_FIRST_PORT = 49152


class FakeRedirectListener(RedirectListener, Redirects):
    """`RedirectListener` without any socket: a test hands it what a browser would bring.

    Args:
        port: The port that it pretends to listen on; one of its own for each login by default.

    Attributes:
        is_open: Whether a login waits.
        replies: What the browser was told so far.
    """

    def __init__(self, *, port: int = 0) -> None:
        self._port = port
        self._opened = 0
        self._awaited = AwaitedRedirect(state="nothing is awaited")
        self.is_open = False
        self.replies: list[RedirectReply] = []

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent back to."""
        return redirect_uri(self._port or _FIRST_PORT + self._opened)

    @property
    def awaited(self) -> AwaitedRedirect:
        """What has come so far."""
        return self._awaited

    @contextmanager
    def open(self, awaited: AwaitedRedirect) -> Iterator[Redirects]:
        """Take what is delivered, for as long as the block lasts.

        Raises:
            RedirectListenerError: It is open already.
        """
        if self.is_open:
            raise RedirectListenerError(f"{self.redirect_uri} is listened on already")
        self.is_open, self._awaited = True, awaited
        self._opened += 1
        try:
            yield self
        finally:
            self.is_open = False

    def deliver(self, url: str, *, method: str = "GET") -> RedirectReply:
        """Bring what a browser would bring.

        Args:
            url: The URL that the browser was sent to, or just its path and query.
            method: The HTTP method.

        Raises:
            ConnectionRefusedError: Nobody listens there.
        """
        parts = urlsplit(url)
        here = not parts.netloc or parts.netloc == urlsplit(self.redirect_uri).netloc
        if not self.is_open or not here:
            raise ConnectionRefusedError(f"nobody listens on {parts.netloc}")
        target = f"{parts.path}?{parts.query}"
        self._awaited, reply = self._awaited.receive(method, target)
        self.replies.append(reply)
        return reply
