"""Hand the login over to a program's own way of showing it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import attrs

from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.ports.user_notifier import UserNotifier


class UserAuthHandler(Protocol):
    """What a ``user_auth_handler`` is called with; it must return promptly."""

    def __call__(
        self,
        *,
        verificationUri: str,  # noqa: N803 - the names are those of the AWS API
        userCode: str,  # noqa: N803
        verificationUriComplete: str,  # noqa: N803
        expiresAt: datetime,  # noqa: N803
    ) -> object:
        """Show the code and the URI to the person.

        Without a code, which is then empty, the URI is for a browser on this machine.
        """


@attrs.frozen
class CallbackNotifier(UserNotifier):
    """Call a handler, once per login.

    Attributes:
        handler: Takes the four keywords of `UserAuthHandler`. Its exceptions end the login
            and reach the caller unchanged.
    """

    handler: UserAuthHandler

    def show(self, authorization: ShownAuthorization) -> None:
        """Call the handler; ``expiresAt`` is an aware datetime in UTC."""
        self.handler(
            verificationUri=authorization.verification_uri,
            userCode=authorization.user_code or "",
            verificationUriComplete=authorization.verification_uri_complete,
            expiresAt=authorization.expires_at,
        )
