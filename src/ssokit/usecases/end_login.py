"""End one login: on the server first, then here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import attrs

from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    ClientRejectedError,
    SignInSessionEndedError,
    SsokitError,
    StoreError,
    TokenRejectedError,
)
from ssokit.domain.logout_result import LogoutResult
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.login_inventory import StoredLogin

_NOT_HONOURED = (ClientRejectedError, SignInSessionEndedError, TokenRejectedError)


@attrs.frozen(kw_only=True)
class EndLogin:
    """End the sign-in session of a login, then forget its token and its refresh token.

    A token stays in the store until the service has ended its session, without it nobody could
    end that. One that can end nothing any more is removed in any case.

    Attributes:
        portal: Gives the access portal in a region.
        server: Gives the authorization server in a region.
        clock: What time it is.
    """

    portal: Callable[[str], AccessPortal]
    server: Callable[[str], AuthorizationServer]
    clock: Clock

    def __call__(self, login: StoredLogin) -> LogoutResult:
        """End a login; nothing is raised for a service that fails.

        Raises:
            StoreError: The token could not be read, or is locked by somebody else for too long.
        """
        with login.lock():
            token = login.load()
            if token is None:
                return LogoutResult(was_logged_in=False)
            ended, error = self._end_session(login, token)
            removed = False
            if ended or self._is_of_no_use(token):
                removed, error = _delete(login, error)
        return LogoutResult(
            start_url=token.start_url,
            region=token.region,
            was_logged_in=True,
            server_session_ended=ended,
            token_removed=removed,
            error=error,
        )

    def _is_of_no_use(self, token: Token) -> bool:
        now = self.clock.now()
        has_expired = token.expires_at <= now and not token.can_be_renewed(now=now)
        return has_expired or not token.region

    def _end_session(self, login: StoredLogin, token: Token) -> tuple[bool, SsokitError | None]:
        if not token.region:
            return False, StoreError(
                "the entry of a login does not say its region, so that its sign-in session could "
                "not be ended; it ends by itself",
                start_url=token.start_url or None,
            )
        try:
            with facts(start_url=token.start_url or None, region=token.region):
                try:
                    self.portal(token.region).logout(token)
                except TokenRejectedError:
                    self._end_session_behind(login, token)
        except _NOT_HONOURED:
            return True, None
        except SsokitError as error:
            return False, error
        return True, None

    def _end_session_behind(self, login: StoredLogin, token: Token) -> None:
        """End the session of a token that has expired: it lives on behind the refresh token."""
        if not token.refresh_token or not token.client:
            return
        grant = self.server(token.region).refresh(token.client, token.refresh_token)
        renewed = attrs.evolve(
            token,
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            refresh_token=grant.refresh_token or token.refresh_token,
        )
        # The old refresh token may be spent: should the next call fail, this one is needed.
        with suppress(StoreError):
            login.save(renewed)
        self.portal(token.region).logout(renewed)


def _delete(login: StoredLogin, error: SsokitError | None) -> tuple[bool, SsokitError | None]:
    try:
        login.delete()
    except StoreError as failure:
        return False, failure
    return True, error
