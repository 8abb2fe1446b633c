"""Have a token approved by the person (RFC 8628, the device authorization grant)."""

from __future__ import annotations

import logging
from datetime import timedelta

import attrs

from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import (
    DeviceAuthorization,
    DevicePolling,
    PollOutcome,
    TokenGrant,
    TransientFailure,
)
from ssokit.domain.errors import ServiceError
from ssokit.domain.refused_start_url import explained
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.token_store import TokenStore
from ssokit.ports.user_notifier import UserNotifier
from ssokit.usecases.client_registrations import ClientRegistrations
from ssokit.usecases.retries import call_with_retries

_LOG = logging.getLogger("ssokit.login")


@attrs.frozen(kw_only=True)
class DeviceCodeGrant:
    """Register, start, notify, poll: a login on whatever device the person likes.

    Attributes:
        server: The authorization server of the instance's region.
        registrations: Where the client registration is kept.
        notifier: Shows the person where to approve.
        clock: What time it is.
        client_name: The name under which the client is registered.
    """

    server: AuthorizationServer
    registrations: TokenStore
    notifier: UserNotifier
    clock: Clock
    client_name: str

    def __call__(self, session: SsoSession) -> Token:
        """Give a token that the person has just approved; it is not stored yet.

        A registration that the server no longer honours is made again, once.

        Raises:
            AuthorizationDeniedError: The person said no.
            PendingAuthorizationExpiredError: The person did not decide in time.
            ServiceError: The service failed, and went on failing.
        """
        clients = ClientRegistrations(
            server=self.server, registrations=self.registrations, clock=self.clock
        )
        metadata = ClientMetadata(self.client_name, scopes=session.wire_scopes or None)
        with explained(session):
            return clients.log_in(session, metadata, lambda client: self._attempt(session, client))

    def _attempt(self, session: SsoSession, registration: ClientRegistration) -> Token:
        authorization = call_with_retries(
            lambda: self.server.start_device_authorization(registration, session.wire_start_url),
            clock=self.clock,
        )
        # Before the person is shown anything: the wall clock may jump while they look.
        polling = self._polling(authorization)
        self.notifier.show(authorization)
        grant = self._wait_for_grant(registration, authorization, polling)
        return Token(
            start_url=session.start_url,
            region=session.region,
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            received_at=self.clock.now(),
            refresh_token=grant.refresh_token,
            client=registration,
        )

    def _polling(self, authorization: DeviceAuthorization) -> DevicePolling:
        lifetime = authorization.expires_at - self.clock.now()
        return DevicePolling(
            deadline=self.clock.monotonic() + lifetime / timedelta(seconds=1),
            interval=authorization.interval,
        )

    def _wait_for_grant(
        self,
        registration: ClientRegistration,
        authorization: DeviceAuthorization,
        polling: DevicePolling,
    ) -> TokenGrant:
        while True:
            self.clock.sleep(polling.next_wait(self.clock.monotonic()))
            outcome = self._poll(registration, authorization)
            if isinstance(outcome, TokenGrant):
                return outcome
            polling = polling.after(outcome)

    def _poll(
        self, registration: ClientRegistration, authorization: DeviceAuthorization
    ) -> PollOutcome:
        try:
            return self.server.poll_for_token(registration, authorization)
        except ServiceError as error:
            if not error.retryable:
                raise
            _LOG.info("The login goes on after a failed poll: %s", error)
            return TransientFailure(error)
