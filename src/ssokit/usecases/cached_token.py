"""Use a login that is there, and never ask the person."""

from __future__ import annotations

from datetime import timedelta

import attrs

from ssokit.domain.errors import AuthenticationNeededError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.clock import Clock
from ssokit.ports.token_provider import TokenProvider
from ssokit.ports.token_store import TokenStore


def usable_token(
    token: Token | None,
    session: SsoSession,
    *,
    valid_for: timedelta,
    clock: Clock,
    rejected: Token | None = None,
) -> Token | None:
    """Give a stored token back if it serves a session for long enough.

    The cache's key, which is the AWS CLI's, does not hold the region; a token for another
    region is of no use.
    """
    if token is None or token.region != session.region:
        return None
    if rejected is not None and token.access_token == rejected.access_token:
        return None
    return token if token.is_valid_for(valid_for, now=clock.now()) else None


@attrs.frozen(kw_only=True)
class CachedToken(TokenProvider):
    """Give the stored token without any network call.

    Attributes:
        tokens: Where logins are kept.
        clock: What time it is.
        valid_for: How long the token must remain valid.
    """

    tokens: TokenStore
    clock: Clock
    valid_for: timedelta = timedelta(0)

    def __call__(self, session: SsoSession, *, rejected: Token | None = None) -> Token:
        """Give the stored token.

        Raises:
            AuthenticationNeededError: There is none that is valid for long enough.
            StoreError: The store failed.
        """
        stored = self.tokens.load_token(session)
        token = usable_token(
            stored, session, valid_for=self.valid_for, clock=self.clock, rejected=rejected
        )
        if token is None:
            raise AuthenticationNeededError(
                f"{_what_is_wrong(stored, session)} {session.start_url} in {session.region}; call "
                f"ssokit.login({session.start_url!r}, {session.region!r}), or pass login=True",
                start_url=session.start_url,
                region=session.region,
            )
        return token


def _what_is_wrong(stored: Token | None, session: SsoSession) -> str:
    if stored is None:
        return "Not logged in to"
    if stored.region != session.region:
        return f"The login at hand is for region {stored.region}, not for"
    return "The login has expired, or is about to, for"
