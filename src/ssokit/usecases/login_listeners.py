"""Those who are told how a login goes, without being able to hold it up."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeAlias

from ssokit.domain.login_progress import LoginEvent

_LOG = logging.getLogger("ssokit.login")

Listener: TypeAlias = "Callable[[LoginEvent], object]"


class LoginListeners:
    """Calls listeners in a thread of its own, one event after the other, until the last one."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._to_tell: queue.SimpleQueue[LoginEvent] = queue.SimpleQueue()
        threading.Thread(target=self._tell_all, name="ssokit-login-events", daemon=True).start()

    def add(self, listener: Listener) -> None:
        """Have a listener told of all events from now on."""
        self._listeners.append(listener)

    def tell(self, event: LoginEvent) -> None:
        """Have an event told; it is not waited for."""
        self._to_tell.put(event)

    @staticmethod
    def call(listener: Listener, event: LoginEvent) -> None:
        """Tell a listener of an event; its exceptions are logged and forgotten."""
        try:
            listener(event)
        except Exception:  # noqa: BLE001 - it is logged
            _LOG.exception("A listener failed; the login goes on")

    def _tell_all(self) -> None:
        while True:
            event = self._to_tell.get()
            for listener in tuple(self._listeners):
                self.call(listener, event)
            if event.state.is_over:
                return
