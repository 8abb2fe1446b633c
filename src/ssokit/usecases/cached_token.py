"""Use a login that is there, renew it in time, and never ask the person."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from datetime import timedelta

import attrs

from ssokit.domain.errors import (
    AuthenticationNeededError,
    LoginError,
    ServiceError,
    SsokitError,
    StoreError,
)
from ssokit.domain.expiry import Freshness
from ssokit.domain.renewal import is_news, windows_of
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.clock import Clock
from ssokit.ports.token_provider import TokenProvider
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant

_LOG = logging.getLogger("ssokit.login")

# How long to wait for whoever renews already, in seconds, by what is at hand meanwhile. That may
# be three calls that each run into their timeouts.
_PATIENCE = {Freshness.STALE: 0.0, Freshness.DUE: 15.0, Freshness.EXPIRED: 120.0}


def usable_token(
    token: Token | None,
    session: SsoSession,
    *,
    valid_for: timedelta,
    clock: Clock,
    rejected: Token | None = None,
) -> Token | None:
    """Give a stored token back if it serves a session for long enough."""
    if token is None or not token.is_of(session):
        return None
    if rejected is not None and token.access_token == rejected.access_token:
        return None
    return token if token.is_valid_for(valid_for, now=clock.now()) else None


@attrs.frozen(kw_only=True)
class CachedToken(TokenProvider):
    """Give the stored token; if it can renew itself and it is time, its successor.

    Nothing is called for a token that is good, that cannot be renewed, or that is not there.

    Attributes:
        tokens: Where logins are kept.
        clock: What time it is.
        renew: Obtains successors; None to use tokens as they are.
        valid_for: How long a token that cannot be renewed must remain valid.
        ahead: How long one that can be renewed should last, if the service gives that much.
        worker: Tells this worker from the others who share the login.
        profile: What the AWS config file says about the session, if it is from there.
    """

    tokens: TokenStore
    clock: Clock
    renew: RefreshTokenGrant | None = None
    valid_for: timedelta = timedelta(0)
    ahead: timedelta = timedelta(0)
    worker: Callable[[], str] = attrs.field(default=str)
    profile: SsoProfile | None = None

    def __call__(self, session: SsoSession, *, rejected: Token | None = None) -> Token:
        """Give the stored token, or its successor.

        If it cannot be renewed just now, it is used to its end; if it can no longer be renewed,
        for as long as one that never could. One that is rejected and cannot be renewed for
        good is dropped.

        Raises:
            SignInSessionEndedError: It has expired, and its sign-in session is over.
            AuthenticationNeededError: There is none that is valid for long enough.
            ServiceError: It has expired, and the service fails to renew it at the moment.
            StoreError: The store failed.
        """
        stored = self.tokens.load_token(session)
        renew = self._renewal_of(stored, session, rejected)
        if stored is None or renew is None:
            return self._as_it_is(session, stored, rejected)
        freshness = self._freshness(stored, rejected)
        if freshness is Freshness.FRESH:
            return stored
        try:
            return renew(
                session,
                stored,
                is_good=lambda other: self._serves(other, session, rejected),
                patience=_PATIENCE[freshness],
            )
        except SsokitError as error:
            expired = self._freshness(stored, rejected) is Freshness.EXPIRED
            if not expired and self._is_good_without(error, stored):
                _LOG.debug("A login is used to its end, for want of a new one: %s", error)
                return stored
            if not says_no(error):
                raise
            self._drop_if_rejected(session, rejected)
            raise _as_needed(error, session) from error

    def _renewal_of(
        self, stored: Token | None, session: SsoSession, rejected: Token | None
    ) -> RefreshTokenGrant | None:
        now = self.clock.now()
        if stored is None or not stored.is_of(session) or not stored.can_be_renewed(now=now):
            return None
        in_vain = rejected is not None and _same(stored, rejected) and is_news(stored, now=now)
        return None if in_vain else self.renew

    def _freshness(self, token: Token, rejected: Token | None) -> Freshness:
        if rejected is not None and _same(token, rejected):
            return Freshness.EXPIRED
        windows = windows_of(token, worker=self.worker(), ahead=self.ahead)
        return windows.freshness(token.expires_at, self.clock.now())

    def _serves(self, token: Token, session: SsoSession, rejected: Token | None) -> bool:
        fresh = self._freshness(token, rejected) is Freshness.FRESH
        return fresh and token.is_of(session)

    def _is_good_without(self, error: SsokitError, token: Token) -> bool:
        return not says_no(error) or token.is_valid_for(self.valid_for, now=self.clock.now())

    def _as_it_is(self, session: SsoSession, stored: Token | None, rejected: Token | None) -> Token:
        # One that has ended may hide another that was made by another spelling since.
        others = session.spelled_otherwise() if stored else ()
        for token in itertools.chain([stored], map(self.tokens.load_token, others)):
            if usable := usable_token(
                token, session, valid_for=self.valid_for, clock=self.clock, rejected=rejected
            ):
                return usable
        self._drop_if_rejected(session, rejected)
        raise _needed(f"{self._what_is_wrong(stored, session)} {_place(session)}", session)

    def _what_is_wrong(self, stored: Token | None, session: SsoSession) -> str:
        if stored is None:
            return "Not logged in to"
        if stored.is_of(session):
            return "The login has expired, or is about to, for"
        key, theirs = "sso_region", f"region {stored.region}"
        if stored.region == session.region:
            key, theirs = "sso_start_url", stored.start_url
        said = f"as {self.profile.place(key)} says " if self.profile else ""
        return f"The login at hand is for {theirs}, not {said}for"

    def _drop_if_rejected(self, session: SsoSession, rejected: Token | None) -> None:
        if rejected is None:
            return
        try:
            for kept in itertools.chain([session], session.spelled_otherwise()):
                if self._holds(kept, rejected):
                    with self.tokens.lock(kept):
                        if self._holds(kept, rejected):
                            self.tokens.delete_token(kept)
        except StoreError as error:
            _LOG.warning("A login that the service rejects could not be dropped: %s", error)

    def _holds(self, session: SsoSession, token: Token) -> bool:
        stored = self.tokens.load_token(session)
        return stored is not None and _same(stored, token)


def _same(token: Token, other: Token) -> bool:
    return token.access_token == other.access_token


def _place(session: SsoSession) -> str:
    return f"{session.start_url} in {session.region}"


def says_no(error: SsokitError) -> bool:
    """Tell whether a renewal is refused for good, so that only the person can help."""
    return isinstance(error, (LoginError, ServiceError)) and not error.retryable


def _as_needed(error: SsokitError, session: SsoSession) -> SsokitError:
    if isinstance(error, AuthenticationNeededError):
        return error
    return _needed(
        f"The login has expired and can no longer be renewed for {_place(session)} ({error})",
        session,
    )


def _needed(what: str, session: SsoSession) -> AuthenticationNeededError:
    named = f"{session.start_url!r}, {session.region!r}"
    if session.name is not None:
        named = f"sso_session={session.name!r}"
    return AuthenticationNeededError(
        f"{what}; call ssokit.login({named}), or pass login=True",
        start_url=session.start_url,
        region=session.region,
    )
