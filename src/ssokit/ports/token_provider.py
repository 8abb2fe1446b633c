"""The port through which the core obtains a token, with or without asking the person."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token


class TokenProvider(Protocol):
    """Gives a valid token. `Login` may ask the person; `CachedToken` never does."""

    @abstractmethod
    def __call__(self, session: SsoSession) -> Token:
        """Give a token that has not expired.

        Raises:
            AuthenticationNeededError: There is none, and the person may not be asked.
            LoginError: The person was asked and the login failed.
        """
