"""Where the adapters of one `IdentityCenter` meet the use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs

from ssokit.adapters.notifiers.this_environment import this_environment
from ssokit.domain.expiry import ExpiryWindow, RefreshWindows, parse_expiry_window
from ssokit.domain.flow import Flow
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.access_portal import AccessPortal
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.redirect_listener import RedirectListener
from ssokit.ports.token_provider import TokenProvider
from ssokit.ports.token_store import TokenStore
from ssokit.ports.user_notifier import UserNotifier
from ssokit.usecases.authorization_code_grant import AuthorizationCodeGrant
from ssokit.usecases.authorized import Authorized
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.chosen_grant import ChosenGrant
from ssokit.usecases.configured_grant import ConfiguredGrant
from ssokit.usecases.device_code_grant import DeviceCodeGrant
from ssokit.usecases.end_login import EndLogin
from ssokit.usecases.get_role_credential import GetRoleCredential
from ssokit.usecases.login import Login
from ssokit.usecases.logout import Logout
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant
from ssokit.usecases.require_login import RequireLogin


@attrs.frozen(kw_only=True)
class Wiring:
    """Give use cases their ports.

    Attributes:
        clock: What time it is.
        tokens: Where logins are kept.
        credentials: Where role credentials are kept.
        notifier: Shows the person where to approve a login.
        expiry_window: How long a token must remain valid to be used.
        client_name: The name under which this program registers as a client.
        flow: How the person logs in; None to choose.
        opens_browser: Whether the notifier is one that opens a browser here.
        listener: Receives what the person's browser brings back.
        server: The authorization server.
        portal: The access portal.
        worker: Tells this worker from the others who share its logins.
        profile: What the AWS config file says, if the instance is one of its.
    """

    clock: Clock
    tokens: TokenStore
    credentials: CredentialStore
    notifier: UserNotifier
    expiry_window: ExpiryWindow
    client_name: str
    flow: Flow | None
    opens_browser: bool
    listener: RedirectListener
    server: AuthorizationServer
    portal: AccessPortal
    worker: Callable[[], str] = str
    profile: SsoProfile | None = None

    def login(
        self,
        *,
        force_refresh: bool = False,
        notifier: UserNotifier | None = None,
        clock: Clock | None = None,
    ) -> Login:
        """Give what makes sure that the person is logged in, and may ask them.

        Args:
            force_refresh: Whether to ask in any case.
            notifier: Another notifier.
            clock: Another clock, to wait with.
        """
        return Login(
            tokens=self.tokens,
            grant=ConfiguredGrant(
                grant=self._grant(notifier, clock or self.clock), profile=self.profile
            ),
            clock=self.clock,
            cached=lambda: self.cached(valid_for=parse_expiry_window(self.expiry_window)),
            force_refresh=force_refresh,
        )

    def cached(self, *, valid_for: timedelta) -> CachedToken:
        """Give what has the stored token, renewed in time, and never asks the person.

        Args:
            valid_for: How long a token that cannot be renewed must remain valid.
        """
        return CachedToken(
            tokens=self.tokens,
            clock=self.clock,
            renew=self._renew(),
            valid_for=valid_for,
            ahead=self._wanted(),
            worker=self.worker,
            profile=self.profile,
        )

    def require(self, session: SsoSession, *, login: bool) -> RequireLogin:
        """Give what makes sure that a login lasts.

        Args:
            session: The instance.
            login: Whether the person may be asked, now if need be.
        """
        return RequireLogin(
            clock=self.clock,
            provider=self.provider(session, login=login),
            renew=self._renew(),
            ask=self.login(force_refresh=True) if login else None,
        )

    def _renew(self) -> RefreshTokenGrant:
        return RefreshTokenGrant(server=self.server, tokens=self.tokens, clock=self.clock)

    def _wanted(self) -> timedelta:
        window = self.expiry_window
        return timedelta(0) if window is None else parse_expiry_window(window)

    def _grant(self, notifier: UserNotifier | None, clock: Clock) -> ChosenGrant:
        return ChosenGrant(
            asked=self.flow,
            opens_browser=notifier is None and self.opens_browser,
            environment=this_environment,
            device_code=DeviceCodeGrant(
                server=self.server,
                registrations=self.tokens,
                notifier=notifier or self.notifier,
                clock=clock,
                client_name=self.client_name,
            ),
            authorization_code=AuthorizationCodeGrant(
                server=self.server,
                registrations=self.tokens,
                notifier=notifier or self.notifier,
                listener=self.listener,
                clock=clock,
                client_name=self.client_name,
            ),
        )

    def provider(self, session: SsoSession, *, login: bool) -> TokenProvider:
        """Give what has a token when one is needed.

        Args:
            session: The instance.
            login: Whether the person may be asked: now, if need be, and later.
        """
        if login:
            provider = self.login()
            provider(session)
            return provider
        return self.cached(valid_for=self._wanted())

    def authorized(self, session: SsoSession, *, login: bool) -> Authorized:
        """Give what makes calls of the portal with a token."""
        return Authorized(provider=self.provider(session, login=login))

    def get_role_credential(
        self, provider: TokenProvider, windows: RefreshWindows | None = None
    ) -> GetRoleCredential:
        """Give what obtains keys for a role.

        Args:
            provider: Gives tokens.
            windows: What counts as fresh; botocore's windows by default.
        """
        return GetRoleCredential(
            portal=self.portal,
            authorized=Authorized(provider=provider),
            tokens=self.tokens,
            credentials=self.credentials,
            clock=self.clock,
            windows=windows or RefreshWindows(),
        )

    def logout(self) -> Logout:
        """Give what ends a login."""
        end_login = EndLogin(
            portal=lambda _: self.portal, server=lambda _: self.server, clock=self.clock
        )
        return Logout(tokens=self.tokens, credentials=self.credentials, end_login=end_login)
