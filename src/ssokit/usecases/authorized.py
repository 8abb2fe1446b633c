"""Call the portal as the person, even if the token at hand has died before its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import attrs

from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    AuthenticationNeededError,
    SignInSessionEndedError,
    TokenRejectedError,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.token_provider import TokenProvider

Answer = TypeVar("Answer")


@attrs.define(kw_only=True)
class Authorized:
    """Makes requests with a token, and once more with another if the service rejects it.

    Only HTTP 401 counts as a rejection. A 403 says that the token is good: it never leads to
    a new login.

    Attributes:
        provider: Gives tokens, by asking the person or not; it renews or drops those that it
            is told are rejected.
    """

    provider: TokenProvider
    _rejected: Token | None = attrs.field(default=None, init=False)

    def prepare(self, session: SsoSession) -> None:
        """Have a token at hand, so that a request that follows need not wait for the person.

        Raises:
            SsokitError: There is none; errors are those of a request.
        """
        with facts(start_url=session.start_url, region=session.region):
            self.provider(session, rejected=self._rejected)

    def __call__(self, session: SsoSession, request: Callable[[Token], Answer]) -> Answer:
        """Make a request.

        Raises:
            SignInSessionEndedError: The token is dead, and the sign-in session behind it over.
            AuthenticationNeededError: There is no token, and the person may not be asked.
            LoginError: The person was asked, and the login failed.
            ServiceError: The request failed.
        """
        with facts(start_url=session.start_url, region=session.region):
            token = self.provider(session, rejected=self._rejected)
            try:
                return request(token)
            except TokenRejectedError as error:
                self._rejected = token
                other = self._other_token(session, token, error)
            try:
                return request(other)
            except TokenRejectedError:
                self._rejected = other
                raise

    def _other_token(
        self, session: SsoSession, rejected: Token, rejection: TokenRejectedError
    ) -> Token:
        try:
            return self.provider(session, rejected=rejected)
        except SignInSessionEndedError:
            raise
        except AuthenticationNeededError:
            # It would say "not logged in"; that the service said no is the better answer.
            raise rejection from None
