"""The port to the person who approves a login."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from ssokit.domain.device_authorization import DeviceAuthorization


class UserNotifier(Protocol):
    """Shows a person where to approve a login."""

    @abstractmethod
    def show(self, authorization: DeviceAuthorization) -> None:
        """Show the verification URI and the user code, and return promptly.

        Never show the device code. An exception ends the login and reaches its caller.

        Raises:
            AuthDispatchError: There was no way to show it.
        """
