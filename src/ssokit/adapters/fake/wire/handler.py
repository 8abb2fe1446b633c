"""Read HTTP requests, and write their responses in one send each."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ssokit.adapters.fake.wire.http import DroppedError, Request, Response, text_response

Application: TypeAlias = Callable[[Request], Response]

_LARGEST_BODY = 256 * 1024
_RESET_ON_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class RequestHandler(BaseHTTPRequestHandler):
    """One connection, with as many requests as the client keeps it open for.

    Only requests that name a loopback host are answered, so that no web page reaches the
    server by rebinding its own name; nor are those that a browser sends from another origin.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body leave together: apart, delayed acknowledgements cost 40 ms.
    wbufsize = 64 * 1024

    def __init__(self, *args: Any, application: Application, hold: Callable[[float], None]) -> None:
        self._application = application
        self._hold = hold
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer a request."""
        try:
            response = self._refusal() or self._application(self._read())
        except DroppedError as dropped:
            self._drop(dropped)
        else:
            self._write(response)

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def handle_expect_100(self) -> bool:
        """Say "100 Continue" at once: the client waits for it."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Say nothing: the model has a record."""

    def _refusal(self) -> Response | None:
        if _hostname(self.headers.get("Host", "")) not in _LOOPBACK:
            refusal = text_response(421, "This server answers to a loopback host name only.")
        elif self.headers.get("Origin", self._own_origin()) != self._own_origin():
            refusal = text_response(403, "Requests from other origins are refused.")
        elif not self.headers.get("Content-Length", "0").isdecimal():
            refusal = text_response(400, "The Content-Length header is malformed.")
        elif int(self.headers.get("Content-Length", "0")) > _LARGEST_BODY:
            refusal = text_response(413, "The request body is too large.")
        elif "Transfer-Encoding" in self.headers:
            refusal = text_response(411, "Send a Content-Length; chunks are not read.")
        else:
            return None
        self.close_connection = True
        return refusal

    def _own_origin(self) -> str:
        return f"http://{self.headers.get('Host', '')}"

    def _read(self) -> Request:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        return Request.of(self.command, self.path, dict(self.headers.items()), body)

    def _write(self, response: Response) -> None:
        if response.sent is not None:
            self.close_connection = True
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body[: response.sent])

    def _drop(self, dropped: DroppedError) -> None:
        self._hold(dropped.held)
        self.close_connection = True
        if dropped.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
