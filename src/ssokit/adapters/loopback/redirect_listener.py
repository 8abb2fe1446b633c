"""Listen for the browser on the loopback interface (RFC 8252 section 7.3)."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, BinaryIO

import attrs

from ssokit.adapters.loopback.redirect_page import PAGE_HEADERS, page_for, refusal_page
from ssokit.adapters.loopback.stoppable_server import LOOPBACK, StoppableServer
from ssokit.domain.authorization_request import redirect_uri
from ssokit.domain.errors import RedirectListenerError
from ssokit.domain.redirects import AwaitedRedirect, RedirectReply
from ssokit.ports.redirect_listener import RedirectListener, Redirects

_MOST_CONNECTIONS = 32
# Browsers send the cookies of every other program on this host along.
_LARGEST_REQUEST = 64 * 1024
_SECONDS_OF_SILENCE = 5.0
_HIGHEST_PORT = 65535


def _check_port(_listener: object, _attribute: object, port: object) -> None:
    if not isinstance(port, int) or isinstance(port, bool):
        raise TypeError(f"a redirect port must be an int, not {type(port).__name__}")
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError(f"{port} is no port: they go from 1 to {_HIGHEST_PORT}, 0 for any")


@attrs.frozen(kw_only=True)
class LoopbackRedirectListener(RedirectListener):
    """Listen on 127.0.0.1, and nowhere else, while a login waits for the browser.

    A connection that says nothing is closed after five seconds, and keeps nobody waiting. When
    there are too many, the oldest is closed.

    Attributes:
        port: Where to listen; 0 for any free port. A port of one's own is for those who log in
            on a machine that they reach by ``ssh -L``.
    """

    port: int = attrs.field(default=0, validator=_check_port)

    @contextmanager
    def open(self, awaited: AwaitedRedirect) -> Iterator[Redirects]:
        """Listen for as long as the block lasts; see the port.

        Raises:
            RedirectListenerError: The port is taken or not allowed.
        """
        redirects = _LoopbackRedirects(awaited)
        server = self._bound(functools.partial(_Handler, redirects=redirects))
        try:
            redirects.port = server.server_port
            server.start()
            yield redirects
        finally:
            server.stop()

    def _bound(self, handler: Callable[..., BaseHTTPRequestHandler]) -> StoppableServer:
        try:
            return StoppableServer(
                self.port, handler, name="ssokit-redirect", most_connections=_MOST_CONNECTIONS
            )
        except OSError as error:
            place = f"{LOOPBACK}:{self.port}" if self.port else f"any port of {LOOPBACK}"
            raise RedirectListenerError(
                f"The login cannot listen for the browser on {place} ({error.strerror}); choose "
                "another redirect_port, end the program that uses this one, or log in with "
                "flow='device_code'"
            ) from error


class _LoopbackRedirects(Redirects):
    """What has come, as the threads of the connections and the one that waits see it."""

    def __init__(self, awaited: AwaitedRedirect) -> None:
        self._lock = threading.Lock()
        self._judged = self._awaited = awaited
        self.port = 0

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent back to."""
        return redirect_uri(self.port)

    @property
    def awaited(self) -> AwaitedRedirect:
        """What has come so far, and was answered."""
        with self._lock:
            return self._awaited

    def receive(self, method: str, target: str) -> RedirectReply:
        """Judge what a browser brings; it counts when it has been answered."""
        with self._lock:
            self._judged, reply = self._judged.receive(method, target)
            return reply

    def publish(self) -> None:
        """Let what was judged count."""
        with self._lock:
            self._awaited = self._judged


class _Handler(BaseHTTPRequestHandler):
    """One connection, for one request."""

    timeout = _SECONDS_OF_SILENCE
    # Head and page leave together, so that no login ends between them.
    wbufsize = 64 * 1024

    def __init__(self, *args: Any, redirects: _LoopbackRedirects) -> None:
        self._redirects = redirects
        super().__init__(*args)

    def setup(self) -> None:
        """Read no more of a request than any browser sends."""
        super().setup()
        self.rfile = _AtMost(self.rfile, _LARGEST_REQUEST)  # type: ignore[assignment]

    def do_GET(self) -> None:
        """Take what the browser brings, and answer.

        The order matters: what a browser brought is not lost if it goes away before it is
        answered, and the login does not end, nor the listener, before it was answered.
        """
        reply = self._redirects.receive(self.command, self.path)
        try:
            self._send(*page_for(reply))
        finally:
            self._redirects.publish()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_GET  # noqa: N815 - by name

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - as inherited
        """Refuse what is no sound request, without repeating any of it."""
        self._send(*refusal_page(code))

    def version_string(self) -> str:
        """Say what this is, and not which Python runs it."""
        return "ssokit"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Say nothing: the request line has the code in it."""

    def _send(self, status: int, page: bytes) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in PAGE_HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)
        self.wfile.flush()


class _AtMost:
    """A stream that seems to end after so many bytes.

    Args:
        stream: What is read from.
        most: How many bytes are read from it at most.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._left = most

    def readline(self, limit: int) -> bytes:
        """Read a line, or a part of it."""
        line = self._stream.readline(min(limit, self._left))
        self._left -= len(line)
        return line

    def close(self) -> None:
        """Close it."""
        self._stream.close()
