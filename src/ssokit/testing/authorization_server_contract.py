"""What every `AuthorizationServer` promises, as tests to inherit."""

# ruff: noqa: S101, PLR2004 - these are tests

from __future__ import annotations

from datetime import timedelta

import pytest

from ssokit.adapters.fake.effects import Effect
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import AuthorizationPending, SlowDown, TokenGrant
from ssokit.domain.errors import (
    AuthorizationDeniedError,
    ClientRejectedError,
    PendingAuthorizationExpiredError,
    ServiceError,
)
from ssokit.domain.tokens import ClientRegistration
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.testing import (
    Approves,
    AwsError,
    ConnectionReset,
    Denies,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    HttpError,
    Ignores,
    LetsExpire,
    TruncatedAnswer,
)
from ssokit.testing.authorization_code_contract import AuthorizationCodeContract
from ssokit.testing.refresh_contract import RefreshContract
from ssokit.testing.service_contract import no_answer, throttling, unusable_answer

_every_call = pytest.mark.parametrize(
    "operation", ["RegisterClient", "StartDeviceAuthorization", "CreateToken"]
)


class AuthorizationServerContract(AuthorizationCodeContract, RefreshContract):
    """Inherit from it, implement `make`, and let pytest collect the child.

    An adapter that speaks HTTP also overrides `serve`, to return an `IdentityCenterServer`
    of the model; ``center.url`` then says where that listens. It must not retry by itself.
    """

    def test_authorization_has_codes_and_addresses(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """An authorization says which code to show, where, how long, and how often to poll."""
        center.settings.interval = 7
        registration = server.register_client(ClientMetadata("contract"))
        authorization = server.start_device_authorization(registration, center.start_url)
        assert authorization.user_code in authorization.verification_uri_complete
        assert authorization.verification_uri_complete.startswith(authorization.verification_uri)
        assert authorization.expires_at == center.clock.now() + timedelta(minutes=10)
        assert authorization.interval == 7.0

    def test_unknown_start_url_is_a_service_error(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A start URL of nobody is refused with the service's own code."""
        registration = server.register_client(ClientMetadata("contract"))
        with pytest.raises(ServiceError) as refusal:
            server.start_device_authorization(registration, f"{center.start_url}-not")
        assert refusal.value.code == "InvalidRequestException"
        assert not refusal.value.retryable

    def test_unknown_client_is_rejected(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A registration that the service has forgotten is told apart from other errors."""
        registration = server.register_client(ClientMetadata("contract"))
        center.forget_registrations()
        with pytest.raises(ClientRejectedError):
            server.start_device_authorization(registration, center.start_url)

    def test_approval_grants_a_token(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """Polls are pending until the person approves, and then give a token with its end."""
        center.person = Approves("alice", after_polls=1)
        first, second = self._poll(server, center, times=2)
        assert first == AuthorizationPending()
        assert isinstance(second, TokenGrant)
        assert second.expires_at == center.clock.now() + timedelta(hours=8)
        assert second.access_token in center.secrets

    def test_slow_down_is_a_value(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A service that wants slower polls is no failure."""
        center.faults.add(Fault("CreateToken", AwsError("SlowDownException"), calls={1}))
        first, second = self._poll(server, center, times=2)
        assert first == SlowDown()
        assert isinstance(second, TokenGrant)

    def test_polling_too_fast_is_slowed_down(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """Polls within the interval are answered by a request to slow down."""
        center.person, center.settings.enforce_interval = Ignores(), True
        assert self._poll(server, center, times=2) == [AuthorizationPending(), SlowDown()]

    def test_denial_is_an_error(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A person who says no ends the login."""
        center.person = Denies()
        with pytest.raises(AuthorizationDeniedError):
            self._poll(server, center)

    def test_expiry_is_an_error(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A code that ran out ends the login."""
        center.person = LetsExpire()
        with pytest.raises(PendingAuthorizationExpiredError):
            self._poll(server, center)

    def test_code_is_good_for_one_token(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A device code that gave its token gives no other."""
        with pytest.raises(PendingAuthorizationExpiredError):
            self._poll(server, center, times=2)

    def test_client_forgotten_while_polling_is_rejected(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A registration may be forgotten in the middle of a login."""
        registration = server.register_client(ClientMetadata("contract"))
        authorization = server.start_device_authorization(registration, center.start_url)
        center.forget_registrations()
        with pytest.raises(ClientRejectedError):
            server.poll_for_token(registration, authorization)

    def test_throttling_says_when_to_come_back(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A throttled call carries the seconds that the service asks for."""
        with throttling(center, "RegisterClient", code="TooManyRequestsException"):
            server.register_client(ClientMetadata("contract"))

    @pytest.mark.parametrize(
        "error",
        [
            ConnectionReset(),
            HttpError(503),
            HttpError(502, body=b"<html>"),
            AwsError("InternalServerException"),
        ],
        ids=repr,
    )
    @_every_call
    def test_unavailable_service_may_be_tried_again(
        self,
        server: AuthorizationServer,
        center: FakeIdentityCenter,
        operation: str,
        error: Effect,
    ) -> None:
        """No answer and a 5xx one are the same to a caller: try later."""
        with no_answer(center, operation, error):
            self._poll(server, center)

    @pytest.mark.parametrize(
        "error", [GarbageAnswer(), GarbageAnswer(b""), TruncatedAnswer()], ids=repr
    )
    @_every_call
    def test_answer_that_is_none_is_told(
        self,
        server: AuthorizationServer,
        center: FakeIdentityCenter,
        operation: str,
        error: Effect,
    ) -> None:
        """HTTP 200 with a body that is not AWS's is never taken for an answer."""
        with unusable_answer(center, operation, error):
            self._poll(server, center)

    def test_secrets_stay_out_of_errors(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """No error repeats a secret, not even where the service itself did."""
        registration = server.register_client(ClientMetadata("contract"))
        told = AwsError("InvalidClientException", message=_leak(registration))
        center.faults.add(Fault("StartDeviceAuthorization", told))
        with pytest.raises(ClientRejectedError) as rejection:
            server.start_device_authorization(registration, center.start_url)
        assert registration.client_secret not in str(rejection.value)

    def _poll(
        self, server: AuthorizationServer, center: FakeIdentityCenter, *, times: int = 1
    ) -> list[TokenGrant | AuthorizationPending | SlowDown]:
        registration = server.register_client(ClientMetadata("contract"))
        authorization = server.start_device_authorization(registration, center.start_url)
        return [server.poll_for_token(registration, authorization) for _ in range(times)]


def _leak(registration: ClientRegistration) -> str:
    return f'bad request: {{"clientSecret": "{registration.client_secret}"}}'
