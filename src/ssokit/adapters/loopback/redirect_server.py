"""The HTTP server that a browser comes back to."""

from __future__ import annotations

import io
import threading
from http.server import BaseHTTPRequestHandler

from ssokit.adapters.loopback.redirect_page import PAGE_HEADERS, page_for, refusal_page
from ssokit.adapters.loopback.stoppable_server import StoppableServer
from ssokit.domain.authorization_request import redirect_uri
from ssokit.domain.redirects import AwaitedRedirect, RedirectReply
from ssokit.ports.redirect_listener import Redirects

_MOST_CONNECTIONS = 32
# Browsers send the cookies of every other program on this host along.
_LARGEST_REQUEST = 64 * 1024


class RedirectServer(StoppableServer, Redirects):
    """Judge what browsers bring, as seen by the threads that serve them and the one that waits.

    Args:
        port: Where to listen; 0 for any free port.
        awaited: What judges.
        patience: Seconds until a connection that says nothing is closed.

    Raises:
        OSError: The port cannot be listened on.
    """

    # It is there for minutes, and nobody minds when it goes.
    poll_seconds = 0.1

    def __init__(self, port: int, awaited: AwaitedRedirect, *, patience: float) -> None:
        self.patience = patience
        self._judging = threading.Lock()
        self._judged = self._awaited = awaited
        super().__init__(port, _Handler, name="ssokit-redirect", most_connections=_MOST_CONNECTIONS)

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent back to."""
        return redirect_uri(self.server_port)

    @property
    def awaited(self) -> AwaitedRedirect:
        """What has come so far, and was answered."""
        with self._judging:
            return self._awaited

    def receive(self, method: str, target: str) -> RedirectReply:
        """Judge what a browser brings; it counts when it has been answered."""
        with self._judging:
            self._judged, reply = self._judged.receive(method, target)
            return reply

    def publish(self) -> None:
        """Let what was judged count."""
        with self._judging:
            self._awaited = self._judged


class _Handler(BaseHTTPRequestHandler):
    """One connection, for one request."""

    server: RedirectServer
    # To HTTP/0.9 nobody could send what a page may do.
    default_request_version = "HTTP/1.0"
    # Head and page leave together, so that no login ends between them.
    wbufsize = 64 * 1024

    def setup(self) -> None:
        """Wait no longer for a request, and read no more of it, than any browser needs."""
        self.request.settimeout(self.server.patience)
        super().setup()
        self.rfile = _AtMost(self.rfile, _LARGEST_REQUEST)  # type: ignore[assignment]

    def do_GET(self) -> None:
        """Take what the browser brings, and answer.

        The order matters: what a browser brought is not lost if it goes away before it is
        answered, and the login does not end, nor the listener, before it was answered.
        """
        reply = self.server.receive(self.command, self.path)
        try:
            self._send(*page_for(reply))
        finally:
            self.server.publish()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_GET  # noqa: N815 - by name

    def send_error(
        self,
        code: int,
        message: str | None = None,  # noqa: ARG002 - as inherited
        explain: str | None = None,  # noqa: ARG002 - as inherited
    ) -> None:
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

    def __init__(self, stream: io.BufferedIOBase, most: int) -> None:
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
