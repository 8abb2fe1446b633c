"""Log out of one Identity Center instance, or of all."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

import attrs

from ssokit.domain.errors import SsokitError, StoreError
from ssokit.domain.logout_result import LogoutResult, LogoutSummary
from ssokit.domain.service_errors import wrong_region
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.start_urls import spellings
from ssokit.domain.tokens import Token
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.login_inventory import LoginInventory, StoredLogin
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.end_login import EndLogin

_LOG = logging.getLogger("ssokit.login")


@attrs.frozen(kw_only=True)
class Logout:
    """End the login to one Identity Center instance.

    Attributes:
        tokens: Where the login is kept.
        credentials: Where role credentials are kept.
        end_login: Ends a login.
    """

    tokens: TokenStore
    credentials: CredentialStore
    end_login: EndLogin

    def __call__(self, session: SsoSession) -> LogoutResult:
        """End the server's sign-in session, then forget the token and the role credentials.

        Logins under other spellings of the start URL are ended, too.

        Raises:
            StoreError: The token could not be read.
        """
        try:
            result = self._end_all(session)
        finally:
            # Last: until the login has ended, others may still obtain some with it.
            credentials_removed = self._forget_credentials(session)
        return attrs.evolve(
            result,
            start_url=session.start_url,
            region=session.region,
            credentials_removed=credentials_removed,
        )

    def _end_all(self, session: SsoSession) -> LogoutResult:
        login = LoginOfSession(tokens=self.tokens, session=session)
        result = self._end(login)
        for _ in session.spelled_otherwise():
            another = self._end(login) if result else result
            result = another if another.was_logged_in else result
        return result

    def _end(self, login: LoginOfSession) -> LogoutResult:
        token = login.load()
        if token is None or token.region == login.session.region:
            return self.end_login(login)
        # It is unknown in this region: a 401 would not mean that its session has ended.
        error = wrong_region(
            f"the login that is kept for {login.session.start_url} is one of {token.region}; "
            "nothing was ended",
            token.region,
            operation=None,
        )
        return LogoutResult(was_logged_in=False, error=error)

    def _forget_credentials(self, session: SsoSession) -> bool:
        try:
            gone = map(self.credentials.forget_credentials, spellings(session.start_url))
            return all(list(gone))
        except StoreError as error:
            # Keys end by themselves within hours; the sign-in session would live on for longer.
            _LOG.warning("Role credentials could not be forgotten: %s", error)
            return False


@attrs.frozen(kw_only=True)
class LogoutAll:
    """End all logins that a store holds, whoever made them.

    Attributes:
        tokens: Where logins are kept.
        credentials: Where role credentials may be.
        end_login: Ends a login.
    """

    tokens: TokenStore
    credentials: Iterable[TokenStore | CredentialStore]
    end_login: EndLogin

    def __call__(self) -> LogoutSummary:
        """End each login as far as that is possible; one that fails does not stop the others."""
        logins, error = self._logins()
        # One that somebody else has ended meanwhile is none.
        ended = tuple(filter(_was_there, map(self._end, logins or ())))
        removed = [self._forget_credentials(store) for store in self.credentials]
        return LogoutSummary(
            logins=ended,
            all_known=logins is not None,
            credentials_removed=all(removed),
            error=error,
        )

    def _logins(self) -> tuple[Sequence[StoredLogin] | None, StoreError | None]:
        if not isinstance(self.tokens, LoginInventory):
            return None, None
        try:
            return self.tokens.stored_logins(), None
        except StoreError as error:
            return None, error

    def _end(self, login: StoredLogin) -> LogoutResult:
        try:
            return self.end_login(login)
        except SsokitError as error:
            return LogoutResult(was_logged_in=True, error=error)

    def _forget_credentials(self, store: TokenStore | CredentialStore) -> bool:
        try:
            return isinstance(store, LoginInventory) and store.forget_all_credentials()
        except StoreError as error:
            _LOG.warning("Role credentials could not be forgotten: %s", error)
            return False


def _was_there(result: LogoutResult) -> bool:
    return result.was_logged_in


@attrs.frozen(kw_only=True)
class LoginOfSession(StoredLogin):
    """The login of a session, as one among those that a store holds.

    Attributes:
        tokens: Where it is kept.
        session: Whose login.
    """

    tokens: TokenStore
    session: SsoSession

    def lock(self) -> AbstractContextManager[None]:
        """Exclude everybody else who shares the store from changing this login."""
        return self.tokens.lock(self.session)

    def load(self) -> Token | None:
        """Give the token as it is now."""
        return self.tokens.load_token(self.session)

    def save(self, token: Token) -> None:
        """Keep a token in its place."""
        self.tokens.save_token(self.session, token)

    def delete(self) -> None:
        """Forget it."""
        self.tokens.delete_token(self.session)
