"""The port to the OAuth side of Identity Center (AWS service sso-oidc)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import (
    AuthorizationPending,
    DeviceAuthorization,
    SlowDown,
    TokenGrant,
)
from ssokit.domain.tokens import ClientRegistration


class AuthorizationServer(Protocol):
    """The authorization server of one Identity Center region (RFC 6749, 7636, 8628).

    Every method may raise `ssokit.ServiceError` or one of its children; the others are named.
    """

    @abstractmethod
    def register_client(self, metadata: ClientMetadata) -> ClientRegistration:
        """Register this program as a public client (sso-oidc RegisterClient).

        The registration repeats the scopes and the grant types of the metadata.
        """

    @abstractmethod
    def start_device_authorization(
        self, registration: ClientRegistration, start_url: str
    ) -> DeviceAuthorization:
        """Ask for a device code and a user code (sso-oidc StartDeviceAuthorization).

        Args:
            registration: The client that asks.
            start_url: The start URL in its wire form.

        Raises:
            ClientRejectedError: The service does not honour the registration.
        """

    @abstractmethod
    def poll_for_token(
        self, registration: ClientRegistration, authorization: DeviceAuthorization
    ) -> TokenGrant | AuthorizationPending | SlowDown:
        """Ask once whether the person has decided (sso-oidc CreateToken, device_code grant).

        Raises:
            AuthorizationDeniedError: The person said no.
            PendingAuthorizationExpiredError: The device code ran out.
            ClientRejectedError: The service does not honour the registration.
        """

    @abstractmethod
    def refresh(self, registration: ClientRegistration, refresh_token: str) -> TokenGrant:
        """Renew a login without the person (sso-oidc CreateToken, refresh_token grant).

        The grant has the successor of the refresh token if the service sent one; a service
        may honour each refresh token once (RFC 6749 section 6).

        Raises:
            SignInSessionEndedError: The service does not honour the refresh token any more.
            ClientRejectedError: The service does not honour the registration.
        """

    @abstractmethod
    def authorization_endpoint(self) -> str:
        """Give the URL of the page that starts the authorization code grant, without a query.

        It is where the service's other operations are; nothing is called.

        Raises:
            InvalidSSOConfigError: The environment or a config file names an unusable endpoint.
        """

    @abstractmethod
    def exchange_code(
        self, registration: ClientRegistration, *, code: str, code_verifier: str, redirect_uri: str
    ) -> TokenGrant:
        """Exchange an authorization code, once (sso-oidc CreateToken, authorization_code grant).

        Args:
            registration: The client that asked for the code.
            code: What the browser brought.
            code_verifier: What the challenge of the request was derived from (RFC 7636).
            redirect_uri: The redirect URI of the request, with its port.

        Raises:
            AuthorizationDeniedError: A policy said no.
            PendingAuthorizationExpiredError: The code ran out, was used, or is not this client's.
            ClientRejectedError: The service does not honour the registration.
        """
