"""The port through which the core obtains a token, with or without asking the person."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token


class TokenProvider(Protocol):
    """Gives a valid token. `Login` may ask the person; `CachedToken` never does."""

    @abstractmethod
    def __call__(self, session: SsoSession, *, rejected: Token | None = None) -> Token:
        """Give a token that has not expired.

        Args:
            session: The Identity Center instance to be logged in to.
            rejected: A token that the service no longer honours: it is not given again.

        Raises:
            AuthenticationNeededError: There is none, and the person may not be asked.
            LoginError: The person was asked and the login failed.
        """
