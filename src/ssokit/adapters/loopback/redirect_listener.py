"""Listen for the browser on the loopback interface (RFC 8252 section 7.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from ssokit.domain.errors import RedirectListenerError
from ssokit.domain.redirects import AwaitedRedirect
from ssokit.ports.redirect_listener import RedirectListener, Redirects

if TYPE_CHECKING:
    from ssokit.adapters.loopback.redirect_server import RedirectServer

_HIGHEST_PORT = 65535


def _check_port(_listener: object, _attribute: object, port: object) -> None:
    if not isinstance(port, int) or isinstance(port, bool):
        raise TypeError(f"a redirect port must be an int, not {type(port).__name__}")
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError(f"{port} is no port: they go from 1 to {_HIGHEST_PORT}, 0 for any")


@attrs.frozen(kw_only=True)
class LoopbackRedirectListener(RedirectListener):
    """Listen on 127.0.0.1, and nowhere else, while a login waits for the browser.

    A connection that says nothing keeps nobody waiting. When there are too many, the oldest is
    closed.

    Attributes:
        port: Where to listen; 0 for any free port. A port of one's own is for those who log in
            on a machine that they reach by ``ssh -L``.
        patience: Seconds until a connection that says nothing is closed.
    """

    port: int = attrs.field(default=0, validator=_check_port)
    patience: float = 5.0

    @contextmanager
    def open(self, awaited: AwaitedRedirect) -> Iterator[Redirects]:
        """Listen for as long as the block lasts; see the port.

        Raises:
            RedirectListenerError: The port is taken or not allowed.
        """
        server = self._bound(awaited)
        try:
            server.start()
            yield server
        finally:
            server.stop()

    def _bound(self, awaited: AwaitedRedirect) -> RedirectServer:
        from ssokit.adapters.loopback.redirect_server import (  # noqa: PLC0415 - 10 ms, for few
            RedirectServer,
        )

        try:
            return RedirectServer(self.port, awaited, patience=self.patience)
        except OSError as error:
            place = f"127.0.0.1:{self.port}" if self.port else "any port of 127.0.0.1"
            raise RedirectListenerError(
                f"The login cannot listen for the browser on {place} ({error.strerror}); choose "
                "another redirect_port, end the program that uses this one, or log in with "
                "flow='device_code'"
            ) from error
