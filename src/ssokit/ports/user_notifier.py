"""The port to the person who approves a login."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from ssokit.domain.authorization_request import ShownAuthorization


class UserNotifier(Protocol):
    """Shows a person where to approve a login."""

    @abstractmethod
    def show(self, authorization: ShownAuthorization) -> None:
        """Show the verification URI and the user code, and return promptly.

        Where there is no user code (None), the URI is for a browser on this machine. Never
        show the device code or the code verifier. An exception ends the login and reaches its
        caller.

        Raises:
            AuthDispatchError: There was no way to show it.
        """
