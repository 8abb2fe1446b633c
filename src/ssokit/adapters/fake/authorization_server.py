"""The in-process face of sso-oidc."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import AwsError
from ssokit.adapters.fake.in_process import Handler, members_of
from ssokit.domain.client_metadata import (
    AUTHORIZATION_CODE_GRANT,
    DEVICE_CODE_GRANT,
    REFRESH_TOKEN_GRANT,
    ClientMetadata,
)
from ssokit.domain.device_authorization import (
    AuthorizationPending,
    DeviceAuthorization,
    SlowDown,
    TokenGrant,
)
from ssokit.domain.service_errors import oidc_error, refresh_error
from ssokit.domain.tokens import ClientRegistration
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock


@attrs.frozen
class FakeAuthorizationServer(AuthorizationServer):
    """`AuthorizationServer` over a `FakeIdentityCenter`, without any HTTP.

    Attributes:
        handle: Takes the calls: the model.
        clock: What the lifetimes in answers are counted from.
        region: The region whose endpoint this is.
    """

    handle: Handler
    clock: Clock
    region: str = attrs.field(kw_only=True)

    def register_client(self, metadata: ClientMetadata) -> ClientRegistration:
        """Register a client with the model."""
        answer = self._call("RegisterClient", **metadata.as_sent())
        expires_at = datetime.fromtimestamp(answer["clientSecretExpiresAt"], timezone.utc)
        return ClientRegistration(
            client_id=answer["clientId"],
            client_secret=answer["clientSecret"],
            expires_at=expires_at,
            scopes=metadata.scopes,
            grant_types=metadata.grant_types,
        )

    def start_device_authorization(
        self, registration: ClientRegistration, start_url: str
    ) -> DeviceAuthorization:
        """Ask the model for codes."""
        answer = self._call(
            "StartDeviceAuthorization",
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            startUrl=start_url,
        )
        return DeviceAuthorization(
            device_code=answer["deviceCode"],
            user_code=answer["userCode"],
            verification_uri=answer["verificationUri"],
            verification_uri_complete=answer["verificationUriComplete"],
            expires_at=self._after(answer["expiresIn"]),
            interval=float(answer["interval"]),
        )

    def poll_for_token(
        self, registration: ClientRegistration, authorization: DeviceAuthorization
    ) -> TokenGrant | AuthorizationPending | SlowDown:
        """Ask the model once whether the person has decided."""
        call = self._new_call(
            "CreateToken",
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            grantType=DEVICE_CODE_GRANT,
            deviceCode=authorization.device_code,
        )
        outcome = self.handle(call)
        match outcome.fault:
            case AwsError(code="AuthorizationPendingException"):
                return AuthorizationPending()
            case AwsError(code="SlowDownException"):
                return SlowDown()
        return self._granted(members_of(call, outcome, oidc_error))

    def refresh(self, registration: ClientRegistration, refresh_token: str) -> TokenGrant:
        """Renew a login with the model."""
        call = self._new_call(
            "CreateToken",
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            grantType=REFRESH_TOKEN_GRANT,
            refreshToken=refresh_token,
        )
        return self._granted(members_of(call, self.handle(call), refresh_error))

    def authorization_endpoint(self) -> str:
        """Give the page of the region; the model's `FakeBrowser` finds it under any host."""
        return f"https://oidc.{self.region}.amazonaws.com/authorize"

    def exchange_code(
        self, registration: ClientRegistration, *, code: str, code_verifier: str, redirect_uri: str
    ) -> TokenGrant:
        """Exchange a code with the model."""
        answer = self._call(
            "CreateToken",
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            grantType=AUTHORIZATION_CODE_GRANT,
            code=code,
            codeVerifier=code_verifier,
            redirectUri=redirect_uri,
        )
        return self._granted(answer)

    def _granted(self, answer: Mapping[str, Any]) -> TokenGrant:
        return TokenGrant(
            access_token=answer["accessToken"],
            expires_at=self._after(answer["expiresIn"]),
            refresh_token=answer.get("refreshToken"),
        )

    def _call(self, operation: str, **parameters: object) -> Mapping[str, Any]:
        call = self._new_call(operation, **parameters)
        return members_of(call, self.handle(call), oidc_error)

    def _new_call(self, operation: str, **parameters: object) -> Call:
        return Call(operation=operation, parameters=parameters, region=self.region)

    def _after(self, seconds: int) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)
