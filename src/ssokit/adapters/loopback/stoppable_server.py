"""A threading HTTP server that can be stopped without leaving anything behind."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

LOOPBACK = "127.0.0.1"
_LONGEST_JOIN = 10.0


class StoppableServer(ThreadingHTTPServer):
    """Keep account of its connections and their threads, to end them when it closes.

    It listens on the loopback interface, and on no other, from its construction on.

    Args:
        port: Where to listen; 0 for any free port.
        handler: Makes what serves a connection.
        name: What its threads are called.
        most_connections: How many connections are open at a time; the oldest one ends where
            another one comes. None for any number.

    Raises:
        OSError: The port cannot be listened on.
        OverflowError: There is no such port.

    Attributes:
        poll_seconds: How long it may take to notice that it is to stop.
    """

    poll_seconds = 0.02
    daemon_threads = True
    request_queue_size = 256
    # Elsewhere the option lets two programs listen on one port.
    allow_reuse_address = os.name == "posix"

    def __init__(
        self,
        port: int,
        handler: Callable[..., BaseHTTPRequestHandler],
        *,
        name: str,
        most_connections: int | None = None,
    ) -> None:
        self._open: dict[threading.Thread, socket.socket] = {}
        self._open_lock = threading.Lock()
        self._name = name
        self._most_connections = most_connections
        self._thread = threading.Thread(
            target=self.serve_forever, args=(self.poll_seconds,), name=name, daemon=True
        )
        super().__init__((LOOPBACK, port), handler)

    def start(self) -> None:
        """Serve what comes, in threads of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, end every connection, and wait for all threads."""
        # An interrupt may have come before the thread had begun: nobody would end its loop.
        if self._thread.ident is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()

    def server_bind(self) -> None:
        """Bind, without the look-up of the host's name that http.server does: it may hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name=f"{self._name}-{client_address[1]}",
            daemon=True,
        )
        with self._open_lock:
            if self._most_connections and len(self._open) >= self._most_connections:
                _end(next(iter(self._open.values())))
            self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                self._open.pop(threading.current_thread(), None)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; a FIN before that would keep it from being reset."""
        self.close_request(request)

    def server_close(self) -> None:
        """Stop listening, end every connection and wait for its thread."""
        super().server_close()
        with self._open_lock:
            ending = dict(self._open)
        for connection in ending.values():
            _end(connection)
        for thread in ending:
            thread.join(_LONGEST_JOIN)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that went away; print anything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
