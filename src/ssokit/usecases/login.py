"""Make sure that a person is logged in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import attrs

from ssokit.domain.errors import (
    AuthenticationNeededError,
    AuthorizationDeniedError,
    PendingAuthorizationExpiredError,
    SsokitError,
    StoreError,
    StoreLeaseLostError,
)
from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.clock import Clock
from ssokit.ports.token_provider import TokenProvider
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.cached_token import CachedToken, usable_token

_LOG = logging.getLogger("ssokit.login")


@attrs.define(kw_only=True)
class Login(TokenProvider):
    """Give a stored token if it is good, else have a new one approved by the person.

    All who share the store take turns: whoever waited finds the login of the one before and
    uses it, so that the person is asked once; if the person said no, or nothing, that is
    their answer to all who waited.

    Attributes:
        tokens: Where logins are kept.
        grant: How a new token is obtained, by whatever flow.
        clock: What time it is.
        cached: Gives the stored token, renewed if need be.
        force_refresh: Whether to ask the person even if the stored token is good.
    """

    tokens: TokenStore
    grant: Callable[[SsoSession], Token]
    clock: Clock
    cached: Callable[[], CachedToken]
    force_refresh: bool = False
    _granted: Token | None = attrs.field(default=None, init=False)

    def __call__(self, session: SsoSession, *, rejected: Token | None = None) -> Token:
        """Give a token that is valid for the expiry window, or renews itself.

        Raises:
            LoginError: The person was asked, and the login failed.
            ServiceError: The service failed.
            StoreLockTimeoutError: Another login for this instance did not end.
        """
        if token := self._at_hand(session, rejected):
            return token
        known = self.tokens.load_renewal_failure(session)
        with self.tokens.login_lock(session):
            if token := self._at_hand(session, rejected):
                return token
            failure = self.tokens.load_renewal_failure(session)
            if failure and failure != known and failure.kind.is_of_the_person:
                raise failure.as_error()
            token = self._granted = self._asked(session)
            return self._kept(session, token)

    def _at_hand(self, session: SsoSession, rejected: Token | None) -> Token | None:
        if self.force_refresh:
            return None
        try:
            return self.cached()(session, rejected=rejected)
        except AuthenticationNeededError as reason:
            _LOG.debug("The person is needed: %s", reason)
        granted = self._granted
        if granted is None or granted.start_url != session.start_url:
            return None
        # No token lives long enough for some windows, and some stores do not keep what they
        # are given: what the person approved at the request of this object serves it anyway.
        return usable_token(
            granted, session, valid_for=timedelta(0), clock=self.clock, rejected=rejected
        )

    def _asked(self, session: SsoSession) -> Token:
        try:
            return self.grant(session)
        except (AuthorizationDeniedError, PendingAuthorizationExpiredError) as error:
            self._tell_who_waits(session, error)
            raise

    def _tell_who_waits(self, session: SsoSession, error: SsokitError) -> None:
        try:
            stored = None if self.force_refresh else self.tokens.load_token(session)
            fingerprint = stored.fingerprint if stored else None
            failure = RenewalFailure.of(error, token=fingerprint, now=self.clock.now())
            self.tokens.save_renewal_failure(session, failure)
        except StoreError as trouble:
            _LOG.info("A failed login could not be noted: %s", trouble)

    def _kept(self, session: SsoSession, token: Token) -> Token:
        try:
            with self.tokens.lock(session):
                self.tokens.save_token(session, token)
        except StoreLeaseLostError:
            # This worker was silent for so long that another one asked the person, too.
            return self._at_hand(session, None) or token
        except StoreError as error:
            # A person has just approved this token: a full disk must not lose it.
            _LOG.warning("The login works, but other programs cannot use it: %s", error)
        return token
