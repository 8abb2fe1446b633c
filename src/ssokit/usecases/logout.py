"""End a login: on the server first, then here."""

from __future__ import annotations

import logging

import attrs

from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    SsokitError,
    StoreError,
    TokenRejectedError,
)
from ssokit.domain.logout_result import LogoutResult
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore

_LOG = logging.getLogger("ssokit.login")


@attrs.frozen(kw_only=True)
class Logout:
    """End the login to one Identity Center instance.

    Attributes:
        tokens: Where the login is kept.
        credentials: Where role credentials are kept.
        portal: The access portal.
    """

    tokens: TokenStore
    credentials: CredentialStore
    portal: AccessPortal

    def __call__(self, session: SsoSession) -> LogoutResult:
        """End the server's sign-in session, then forget the token and the role credentials.

        The token stays in the store until the service has ended the session: without it the
        session could no longer be ended.

        Raises:
            StoreError: The token could not be read.
        """
        with self.tokens.lock(session):
            token = self.tokens.load_token(session)
            credentials_removed = self._forget_credentials(session)
            # A token for another region is unknown here: a 401 would not mean that it has ended.
            if token is None or token.region != session.region:
                return LogoutResult(was_logged_in=False, credentials_removed=credentials_removed)
            ended, error = self._end_session(session, token)
            removed = False
            if ended:
                removed, error = self._remove(session)
        return LogoutResult(
            was_logged_in=True,
            server_session_ended=ended,
            token_removed=removed,
            credentials_removed=credentials_removed,
            error=error,
        )

    def _forget_credentials(self, session: SsoSession) -> bool:
        try:
            return self.credentials.forget_credentials(session.start_url)
        except StoreError as error:
            # Keys end by themselves within hours; the sign-in session would live on for longer.
            _LOG.warning("Role credentials could not be forgotten: %s", error)
            return False

    def _end_session(self, session: SsoSession, token: Token) -> tuple[bool, SsokitError | None]:
        try:
            with facts(start_url=session.start_url, region=session.region):
                self.portal.logout(token)
        except TokenRejectedError:
            return True, None
        except SsokitError as error:
            return False, error
        return True, None

    def _remove(self, session: SsoSession) -> tuple[bool, SsokitError | None]:
        try:
            self.tokens.delete_token(session)
        except StoreError as error:
            return False, error
        return True, None
