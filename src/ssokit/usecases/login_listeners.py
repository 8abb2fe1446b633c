"""Those who are told how a login goes, without being able to hold it up."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeAlias

from ssokit.domain.login_progress import LoginEvent

_LOG = logging.getLogger("ssokit.login")
_THREAD = "ssokit-login-events"

Listener: TypeAlias = "Callable[[LoginEvent], object]"


class LoginListeners:
    """Calls listeners in a thread of its own, one event after the other, until the last one.

    Args:
        first: Is told of all events from the first one.
    """

    def __init__(self, first: Listener | None = None) -> None:
        self._listeners = [first] if first else []
        self._to_tell: queue.SimpleQueue[tuple[LoginEvent, Listener | None]] = queue.SimpleQueue()
        threading.Thread(target=self._tell_all, name=_THREAD, daemon=True).start()

    def add(self, listener: Listener, present: LoginEvent) -> None:
        """Have a listener told how things stand, then of all later events."""
        if present.state.is_over:
            # There are none, and the thread has ended, or is about to.
            arguments = (listener, present)
            threading.Thread(target=_call, args=arguments, name=_THREAD, daemon=True).start()
        else:
            self._to_tell.put((present, listener))

    def tell(self, event: LoginEvent) -> None:
        """Have an event told; it is not waited for."""
        self._to_tell.put((event, None))

    def _tell_all(self) -> None:
        over = False
        while not over:
            event, newcomer = self._to_tell.get()
            for listener in (newcomer,) if newcomer else self._listeners:
                _call(listener, event)
            self._listeners += (newcomer,) if newcomer else ()
            over = event.state.is_over


def _call(listener: Listener, event: LoginEvent) -> None:
    try:
        listener(event)
    except Exception:  # noqa: BLE001 - it is logged
        _LOG.exception("A listener failed; the login goes on")
