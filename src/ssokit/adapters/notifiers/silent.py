"""Show nothing."""

from __future__ import annotations

import attrs

from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.ports.user_notifier import UserNotifier


@attrs.frozen
class SilentNotifier(UserNotifier):
    """Show nothing: the login is approved by other means, or not at all."""

    def show(self, authorization: ShownAuthorization) -> None:
        """Do nothing."""
