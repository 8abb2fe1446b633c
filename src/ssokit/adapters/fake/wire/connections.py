"""A threading HTTP server that can be stopped without leaving anything behind."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

_LONGEST_JOIN = 10.0


class StoppableServer(ThreadingHTTPServer):
    """Keep account of its connections and their threads, to end them when it closes."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *args: Any) -> None:
        self._open: dict[threading.Thread, socket.socket] = {}
        self._open_lock = threading.Lock()
        super().__init__(*args)

    def server_bind(self) -> None:
        """Bind, without the look-up of the host's name that http.server does: it may hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name=f"ssokit-fake-connection-{client_address[1]}",
            daemon=True,
        )
        with self._open_lock:
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
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in ending:
            thread.join(_LONGEST_JOIN)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that went away; print anything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)
