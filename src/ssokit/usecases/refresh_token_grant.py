"""Renew a stored login without the person (RFC 6749 section 6): one at a time, for all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

import attrs

from ssokit.domain.device_authorization import TokenGrant
from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    AuthenticationNeededError,
    ClientRejectedError,
    LoginError,
    ServiceError,
    SignInSessionEndedError,
    SsokitError,
    StoreError,
    StoreLeaseLostError,
    StoreLockTimeoutError,
)
from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, RenewalMeans, Token
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.retries import call_with_retries

_LOG = logging.getLogger("ssokit.login")

# Another program may have used the refresh token, and be about to write what it got for it.
_PAUSES_BEFORE_A_LOOK = (0.0, 0.1, 0.4)


class _OvertakenError(Exception):
    """Somebody else has the lock now, and what was obtained under it is not kept yet."""

    def __init__(self, old: Token, renewed: Token) -> None:
        super().__init__("the lock was lost to another worker")
        self.old = old
        self.renewed = renewed


@attrs.frozen(kw_only=True)
class RefreshTokenGrant:
    """Give the successor of a stored token: whoever holds the store's lock obtains it.

    The others find it in the store. A failure is noted there, so that nobody who shares the
    store repeats it at once. Programs that do not know the lock, as the AWS CLI and botocore,
    may renew the same login at the same time: what they wrote is looked for, and kept.

    Attributes:
        server: The authorization server of the instance's region.
        tokens: Where the login is kept.
        clock: What time it is.
    """

    server: AuthorizationServer
    tokens: TokenStore
    clock: Clock

    def __call__(
        self,
        session: SsoSession,
        seen: Token,
        *,
        is_good: Callable[[Token], bool],
        patience: float | None,
    ) -> Token:
        """Give a token that somebody has just obtained, this caller or another.

        Args:
            session: Whose login.
            seen: The token that the caller has, which can be renewed.
            is_good: Tells whether another token that is there serves the caller.
            patience: Seconds to wait for whoever renews already; None for the store's own.

        Raises:
            SignInSessionEndedError: The sign-in session is over.
            ClientRejectedError: The service no longer honours the client.
            AuthenticationNeededError: Somebody has logged out meanwhile.
            ServiceError: The service failed, or has failed within the last minute.
            StoreLockTimeoutError: Whoever renews already is not done yet.
        """
        with facts(start_url=session.start_url, region=session.region):
            self._respect_failure(session, seen)
            try:
                return self._in_turn(session, seen, is_good, patience)
            except StoreLockTimeoutError as error:
                if patience != 0:
                    self._note_wait(session, seen, error)
                raise
            except _OvertakenError as overtaken:
                return self._kept_after_all(session, overtaken, patience)

    def _in_turn(
        self,
        session: SsoSession,
        seen: Token,
        is_good: Callable[[Token], bool],
        patience: float | None,
    ) -> Token:
        with self.tokens.lock(session, timeout=patience):
            stored = self.tokens.load_token(session)
            if stored and stored.access_token != seen.access_token and is_good(stored):
                return stored
            means = stored.means_of_renewal(now=self.clock.now()) if stored else None
            if stored is None or means is None or not stored.is_of(session):
                raise AuthenticationNeededError("The login has ended meanwhile; log in again")
            self._respect_failure(session, stored)
            return self._successor(session, stored, means, is_good)

    def _respect_failure(self, session: SsoSession, token: Token) -> None:
        failure = self.tokens.load_renewal_failure(session)
        if failure and failure.concerns(token.fingerprint, now=self.clock.now()):
            raise failure.as_error()

    def _successor(
        self,
        session: SsoSession,
        old: Token,
        means: RenewalMeans,
        is_good: Callable[[Token], bool],
    ) -> Token:
        try:
            grant = self._refreshed(means)
        except (LoginError, ServiceError) as error:
            if other := self._of_somebody_else(session, old, is_good, error):
                return other
            self._note(session, old, means, error)
            raise
        renewed = attrs.evolve(
            old,
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            received_at=self.clock.now(),
            refresh_token=grant.refresh_token or old.refresh_token,
        )
        return self._kept(session, old, renewed, is_good)

    def _refreshed(self, means: RenewalMeans) -> TokenGrant:
        lost: list[ServiceError] = []

        def refresh() -> TokenGrant:
            try:
                return self.server.refresh(means.client, means.refresh_token)
            except ServiceError as error:
                lost.append(error)
                raise
            except SignInSessionEndedError as ended:
                if not lost:
                    raise
                raise SignInSessionEndedError(
                    "The login can no longer be renewed: its sign-in session is over, or an "
                    f"answer that renewed it got lost; log in again ({ended})"
                ) from lost[-1]

        return call_with_retries(refresh, clock=self.clock)

    def _of_somebody_else(
        self,
        session: SsoSession,
        old: Token,
        is_good: Callable[[Token], bool],
        error: SsokitError,
    ) -> Token | None:
        if not isinstance(error, SignInSessionEndedError):
            return None
        for pause in _PAUSES_BEFORE_A_LOOK:
            self.clock.sleep(pause)
            stored = self.tokens.load_token(session)
            if stored and stored.access_token != old.access_token and is_good(stored):
                _LOG.info("Another program has renewed the login to %s", session.start_url)
                return stored
        return None

    def _kept(
        self, session: SsoSession, old: Token, renewed: Token, is_good: Callable[[Token], bool]
    ) -> Token:
        try:
            stored = self.tokens.load_token(session)
            if stored is None:
                # Logged out by a program that does not know the lock: that is not undone.
                return renewed
            if stored.access_token != old.access_token and is_good(stored):
                return stored
            self.tokens.save_token(session, renewed)
        except StoreLeaseLostError as lost:
            raise _OvertakenError(old, renewed) from lost
        except StoreError as error:
            _LOG.warning("The renewed login works, but others cannot use it: %s", error)
        return renewed

    def _kept_after_all(
        self, session: SsoSession, overtaken: _OvertakenError, patience: float | None
    ) -> Token:
        old, renewed = overtaken.old, overtaken.renewed
        try:
            with self.tokens.lock(session, timeout=patience):
                stored = self.tokens.load_token(session)
                # Whoever took over may have failed, for want of what this one got.
                if stored and stored.access_token == old.access_token:
                    self.tokens.save_token(session, renewed)
                elif stored:
                    return max(stored, renewed, key=lambda token: token.expires_at)
        except StoreError as error:
            _LOG.warning("The renewed login works, but others cannot use it: %s", error)
        return renewed

    def _note_wait(self, session: SsoSession, seen: Token, error: StoreLockTimeoutError) -> None:
        # Whoever has a token that is good would wait again, for nothing, at every call.
        now = self.clock.now()
        failure = RenewalFailure.of(error, token=seen.fingerprint, now=now)
        until = min(failure.until, seen.expires_at)
        if until > now:
            self._save_note(session, attrs.evolve(failure, until=until))

    def _save_note(self, session: SsoSession, failure: RenewalFailure) -> None:
        try:
            self.tokens.save_renewal_failure(session, failure)
        except StoreError as trouble:
            _LOG.info("A failed renewal could not be noted: %s", trouble)

    def _note(
        self, session: SsoSession, old: Token, means: RenewalMeans, error: SsokitError
    ) -> None:
        _LOG.warning("The login to %s could not be renewed: %s", session.start_url, error)
        failure = RenewalFailure.of(error, token=old.fingerprint, now=self.clock.now())
        self._save_note(session, failure)
        if isinstance(error, ClientRejectedError):
            with suppress(StoreError):
                self._forget_client(session, means.client)

    def _forget_client(self, session: SsoSession, client: ClientRegistration) -> None:
        stored = self.tokens.load_registration(session)
        if stored and stored.client_id == client.client_id:
            self.tokens.delete_registration(session)
