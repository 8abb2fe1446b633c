"""Have a token approved in a browser on this machine (RFC 6749 section 4.1 with RFC 7636)."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import attrs

from ssokit.domain.authorization_request import (
    AUTHORIZATION_LIFETIME,
    REDIRECT_URI,
    AuthorizationRequest,
)
from ssokit.domain.client_metadata import (
    AUTHORIZATION_CODE_GRANT,
    REFRESH_TOKEN_GRANT,
    ClientMetadata,
)
from ssokit.domain.errors import PendingAuthorizationExpiredError, StoreError
from ssokit.domain.redirects import AuthorizationCode, AuthorizationRefusal, AwaitedRedirect
from ssokit.domain.refused_start_url import explained
from ssokit.domain.sso_session import DEFAULT_SCOPE, SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.redirect_listener import RedirectListener, Redirects
from ssokit.ports.token_store import TokenStore
from ssokit.ports.user_notifier import UserNotifier
from ssokit.usecases.client_registrations import ClientRegistrations
from ssokit.usecases.retries import call_with_retries

# A person does not notice, and a machine hardly does.
_LOOK_AGAIN = 0.1


def _random_text() -> str:
    # 64 of the characters that a code verifier may have.
    return secrets.token_urlsafe(48)


@attrs.frozen(kw_only=True)
class AuthorizationCodeGrant:
    """Register, listen, open the browser, wait for it to come back, exchange the code.

    Attributes:
        server: The authorization server of the instance's region.
        registrations: Where the client registration is kept.
        notifier: Opens the browser, or shows the person what to open.
        listener: Receives what the browser brings back.
        clock: What time it is.
        client_name: The name under which the client is registered.
        random_text: Makes a state or a code verifier: 43 to 128 unreserved characters that
            nobody can guess.
    """

    server: AuthorizationServer
    registrations: TokenStore
    notifier: UserNotifier
    listener: RedirectListener
    clock: Clock
    client_name: str
    random_text: Callable[[], str] = _random_text

    def __call__(self, session: SsoSession) -> Token:
        """Give a token that the person has just approved; it is not stored yet.

        A registration that the server no longer honours is made again, once.

        Raises:
            AuthorizationDeniedError: The person said no.
            PendingAuthorizationExpiredError: The browser did not come back in time.
            RedirectListenerError: There is no listening for the browser.
            ServiceError: The service failed, and went on failing.
        """
        clients = ClientRegistrations(
            server=self.server, registrations=self.registrations, clock=self.clock
        )
        metadata = ClientMetadata(
            self.client_name,
            scopes=session.wire_scopes or (DEFAULT_SCOPE,),
            grant_types=(AUTHORIZATION_CODE_GRANT, REFRESH_TOKEN_GRANT),
            redirect_uris=(REDIRECT_URI,),
            issuer_url=session.wire_start_url,
        )
        with explained(session):
            return clients.log_in(session, metadata, lambda client: self._attempt(session, client))

    def _attempt(self, session: SsoSession, client: ClientRegistration) -> Token:
        code_verifier = self.random_text()
        awaited = AwaitedRedirect(state=self.random_text())
        # Before the person is shown anything: the wall clock may jump while they look.
        deadline = self.clock.monotonic() + AUTHORIZATION_LIFETIME
        with self.listener.open(awaited) as redirects:
            request = AuthorizationRequest(
                endpoint=self.server.authorization_endpoint(),
                client_id=client.client_id,
                redirect_uri=redirects.redirect_uri,
                scopes=session.wire_scopes or (DEFAULT_SCOPE,),
                state=awaited.state,
                code_verifier=code_verifier,
                expires_at=self.clock.now() + timedelta(seconds=AUTHORIZATION_LIFETIME),
            )
            self.notifier.show(request)
            answer = self._wait_for_answer(session, redirects, deadline)
        return self._exchange(session, client, request, answer)

    def _wait_for_answer(
        self, session: SsoSession, redirects: Redirects, deadline: float
    ) -> AuthorizationCode:
        while (outcome := redirects.awaited.outcome) is None:
            left = deadline - self.clock.monotonic()
            if left <= 0:
                self._forget_registration(session)
                raise _expired() from _explanation(redirects.awaited)
            self.clock.sleep(min(left, _LOOK_AGAIN))
        if isinstance(outcome, AuthorizationRefusal):
            raise outcome.as_error()
        return outcome

    def _forget_registration(self, session: SsoSession) -> None:
        # A service that has forgotten the client tells that to the person, on its page, and
        # never sends them back: the next login is to begin with another one.
        with contextlib.suppress(StoreError):
            self.registrations.delete_registration(session)

    def _exchange(
        self,
        session: SsoSession,
        client: ClientRegistration,
        request: AuthorizationRequest,
        answer: AuthorizationCode,
    ) -> Token:
        grant = call_with_retries(
            lambda: self.server.exchange_code(
                client,
                code=answer.code,
                code_verifier=request.code_verifier,
                redirect_uri=request.redirect_uri,
            ),
            clock=self.clock,
        )
        return Token(
            start_url=session.start_url,
            region=session.region,
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            received_at=self.clock.now(),
            refresh_token=grant.refresh_token,
            client=client,
        )


def _expired() -> PendingAuthorizationExpiredError:
    return PendingAuthorizationExpiredError(
        "The browser did not come back with an answer in time; start a new login, and finish it "
        "in a browser on this machine"
    )


def _explanation(awaited: AwaitedRedirect) -> Exception | None:
    return awaited.stray.as_error() if awaited.stray else None
