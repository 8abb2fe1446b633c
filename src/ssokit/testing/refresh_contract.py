"""What every `AuthorizationServer` promises about the renewal of logins."""

# ruff: noqa: S101 - these are tests

from __future__ import annotations

from datetime import timedelta

import pytest

from ssokit.adapters.fake.effects import Effect
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import TokenGrant
from ssokit.domain.errors import (
    ClientRejectedError,
    SignInSessionEndedError,
)
from ssokit.domain.sso_session import DEFAULT_SCOPE
from ssokit.domain.tokens import ClientRegistration
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.testing import AwsError, ConnectionReset, FakeIdentityCenter, GarbageAnswer
from ssokit.testing.client_registration_contract import ClientRegistrationContract
from ssokit.testing.service_contract import unusable_answer


class RefreshContract(ClientRegistrationContract):
    """A part of `AuthorizationServerContract`, which is the one to inherit from."""

    def test_a_client_without_scopes_gets_no_refresh_token(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A legacy login has one token, for eight hours, that nothing renews."""
        _, grant = self._log_in(server, center, scopes=())
        assert grant.refresh_token is None

    def test_a_refresh_gives_another_token_and_another_refresh_token(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A login with scopes is renewed by its client, an hour at a time."""
        client, first = self._log_in(server, center)
        assert first.expires_at == center.clock.now() + timedelta(hours=1)
        second = server.refresh(client, first.refresh_token or "")
        assert {first.access_token, second.access_token, second.refresh_token} <= center.secrets
        assert second.access_token != first.access_token
        assert second.refresh_token != first.refresh_token
        assert second.expires_at == center.clock.now() + timedelta(hours=1)

    def test_a_refresh_may_come_without_a_refresh_token(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """What the service does not send is None: the caller knows what it has."""
        center.settings.rotate_refresh_tokens = False
        client, first = self._log_in(server, center)
        assert server.refresh(client, first.refresh_token or "").refresh_token is None

    def test_a_refresh_token_may_be_good_for_one_use(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A service may honour each refresh token once (RFC 6749 section 6)."""
        center.settings.single_use_refresh_tokens = True
        client, first = self._log_in(server, center)
        server.refresh(client, first.refresh_token or "")
        with pytest.raises(SignInSessionEndedError):
            server.refresh(client, first.refresh_token or "")

    def test_the_end_of_the_session_is_told(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A session that is over is an error of its own, whoever ended it."""
        client, first = self._log_in(server, center)
        center.end_sign_in_sessions()
        with pytest.raises(SignInSessionEndedError, match="log in again"):
            server.refresh(client, first.refresh_token or "")

    def test_another_client_cannot_refresh(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A refresh token is bound to the client that it was issued to (RFC 6749 section 6)."""
        _, first = self._log_in(server, center)
        other, _ = self._log_in(server, center)
        with pytest.raises(SignInSessionEndedError):
            server.refresh(other, first.refresh_token or "")

    def test_a_forgotten_client_cannot_refresh(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A registration that is not honoured is told apart from the end of the session."""
        client, first = self._log_in(server, center)
        center.forget_registrations()
        with pytest.raises(ClientRejectedError):
            server.refresh(client, first.refresh_token or "")

    @pytest.mark.parametrize(
        "error", [ConnectionReset(), AwsError("InternalServerException"), GarbageAnswer()], ids=repr
    )
    def test_a_refresh_that_fails_in_passing_may_be_tried_again(
        self,
        server: AuthorizationServer,
        center: FakeIdentityCenter,
        error: Effect,
    ) -> None:
        """No usable answer is no end of anything."""
        client, first = self._log_in(server, center)
        with unusable_answer(center, "CreateToken", error):
            server.refresh(client, first.refresh_token or "")

    def _log_in(
        self,
        server: AuthorizationServer,
        center: FakeIdentityCenter,
        scopes: tuple[str, ...] = (DEFAULT_SCOPE,),
    ) -> tuple[ClientRegistration, TokenGrant]:
        client = server.register_client(ClientMetadata("contract", scopes=scopes))
        authorization = server.start_device_authorization(client, center.start_url)
        grant = server.poll_for_token(client, authorization)
        assert isinstance(grant, TokenGrant)
        return client, grant
