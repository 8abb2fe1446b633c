"""Call the portal as the person, even if the token at hand has died before its time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import attrs

from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    AuthenticationNeededError,
    StoreError,
    TokenRejectedError,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.token_provider import TokenProvider
from ssokit.ports.token_store import TokenStore

_LOG = logging.getLogger("ssokit.login")
Answer = TypeVar("Answer")


@attrs.define(kw_only=True)
class Authorized:
    """Makes requests with a token, and once more with another if the service rejects it.

    Only HTTP 401 counts as a rejection. A 403 says that the token is good: it never leads to
    a new login.

    Attributes:
        provider: Gives tokens, by asking the person or not.
        tokens: Where a token that the service rejects is dropped.
    """

    provider: TokenProvider
    tokens: TokenStore
    _rejected: Token | None = attrs.field(default=None, init=False)

    def __call__(self, session: SsoSession, request: Callable[[Token], Answer]) -> Answer:
        """Make a request.

        Raises:
            AuthenticationNeededError: There is no token, and the person may not be asked.
            LoginError: The person was asked, and the login failed.
            ServiceError: The request failed.
        """
        with facts(start_url=session.start_url, region=session.region):
            token = self.provider(session, rejected=self._rejected)
            try:
                return request(token)
            except TokenRejectedError as error:
                self._drop(session, token)
                return request(self._other_token(session, error))

    def _other_token(self, session: SsoSession, rejection: TokenRejectedError) -> Token:
        try:
            return self.provider(session, rejected=self._rejected)
        except AuthenticationNeededError:
            # It would say "not logged in"; that the service said no is the better answer.
            raise rejection from None

    def _drop(self, session: SsoSession, token: Token) -> None:
        self._rejected = token
        try:
            with self.tokens.lock(session):
                stored = self.tokens.load_token(session)
                if stored is not None and stored.access_token == token.access_token:
                    self.tokens.delete_token(session)
        except StoreError as error:
            _LOG.warning("A login that the service rejects could not be dropped: %s", error)
