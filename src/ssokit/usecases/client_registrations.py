"""The client in whose name a login is made."""

from __future__ import annotations

import logging
from collections.abc import Callable

import attrs

from ssokit.domain.client_metadata import (
    AUTHORIZATION_CODE_GRANT,
    DEVICE_CODE_GRANT,
    ClientMetadata,
)
from ssokit.domain.errors import ClientRejectedError, StoreError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.retries import call_with_retries

_LOG = logging.getLogger("ssokit.login")


@attrs.frozen(kw_only=True)
class ClientRegistrations:
    """Log in with the stored client if it is of the right kind, else with a new one.

    Attributes:
        server: The authorization server of the instance's region.
        registrations: Where the client registration is kept.
        clock: What time it is.
    """

    server: AuthorizationServer
    registrations: TokenStore
    clock: Clock

    def log_in(
        self,
        session: SsoSession,
        metadata: ClientMetadata,
        attempt: Callable[[ClientRegistration], Token],
    ) -> Token:
        """Log in; a client that the server no longer honours is registered again, once.

        Args:
            session: The instance.
            metadata: What the client says about itself.
            attempt: Logs in with a client.
        """
        try:
            return attempt(self._stored(session, metadata) or self._register(session, metadata))
        except ClientRejectedError:
            _LOG.info("The client registration for %s is made again", session.region)
            return attempt(self._register(session, metadata))

    def _stored(self, session: SsoSession, metadata: ClientMetadata) -> ClientRegistration | None:
        by_code = AUTHORIZATION_CODE_GRANT in metadata.grant_types
        grant_type = AUTHORIZATION_CODE_GRANT if by_code else DEVICE_CODE_GRANT
        stored = self.registrations.load_registration(session)
        if stored and stored.is_usable(now=self.clock.now(), grant_type=grant_type):
            return stored
        return None

    def _register(self, session: SsoSession, metadata: ClientMetadata) -> ClientRegistration:
        registration = call_with_retries(
            lambda: self.server.register_client(metadata), clock=self.clock
        )
        try:
            self.registrations.save_registration(session, registration)
        except StoreError as error:
            _LOG.warning("The client registration is good for this login only: %s", error)
        return registration
