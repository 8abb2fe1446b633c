"""Show nothing."""

from __future__ import annotations

import attrs

from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.ports.user_notifier import UserNotifier


@attrs.frozen
class SilentNotifier(UserNotifier):
    """Show nothing: the login is approved by other means, or not at all."""

    def show(self, authorization: DeviceAuthorization) -> None:
        """Do nothing."""
