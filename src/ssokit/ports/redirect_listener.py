"""The port to the browser that comes back from the page of a login."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

from ssokit.domain.redirects import AwaitedRedirect


class Redirects(Protocol):
    """A listener that is open."""

    @property
    @abstractmethod
    def redirect_uri(self) -> str:
        """Where the browser is to be sent back to."""

    @property
    @abstractmethod
    def awaited(self) -> AwaitedRedirect:
        """What has come so far. It never blocks."""


class RedirectListener(Protocol):
    """Receives what a browser on this machine brings back (RFC 8252 section 7.3)."""

    @abstractmethod
    def open(self, awaited: AwaitedRedirect) -> AbstractContextManager[Redirects]:
        """Listen from now on, for as long as the block lasts, and leave nothing behind.

        What comes is judged by ``awaited``. Nothing that comes, and nobody who comes and says
        nothing, keeps the awaited answer from being received.

        Raises:
            RedirectListenerError: There is no listening here, or not on this port.
        """
