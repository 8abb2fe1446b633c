"""What every `AuthorizationServer` promises about the registration of clients."""

# ruff: noqa: S101 - these are tests

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta

import pytest

from ssokit.domain.client_metadata import ClientMetadata
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.testing import FakeIdentityCenter
from ssokit.testing.service_contract import ServiceContract


class ClientRegistrationContract(ServiceContract):
    """A part of `AuthorizationServerContract`, which is the one to inherit from."""

    @abstractmethod
    def make(self, center: FakeIdentityCenter) -> AuthorizationServer:
        """Give the adapter under test, for a model and its clock."""

    @pytest.fixture
    def server(self, center: FakeIdentityCenter) -> AuthorizationServer:
        """Give the adapter under test."""
        return self.make(center)

    def test_registration_lives_as_long_as_the_service_says(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A registration carries its own end, 90 days from now."""
        registration = server.register_client(ClientMetadata("contract"))
        assert registration.expires_at == center.clock.now() + timedelta(days=90)

    def test_registration_sends_the_client_name(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A client registers as public, under the name it was given."""
        server.register_client(ClientMetadata("my program"))
        sent = center.requests[0].parameters
        assert sent == {"clientName": "my program", "clientType": "public"}

    def test_registration_sends_and_repeats_its_metadata(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """Scopes, grant types, redirect URIs and the issuer are sent, each under AWS's name."""
        metadata = ClientMetadata(
            "contract",
            scopes=("sso:account:access",),
            grant_types=("authorization_code", "refresh_token"),
            redirect_uris=("http://127.0.0.1/oauth/callback",),
            issuer_url=center.start_url,
        )
        registration = server.register_client(metadata)
        assert center.requests[0].parameters == metadata.as_sent()
        assert registration.scopes == metadata.scopes
        assert registration.grant_types == metadata.grant_types
