"""The authorization server behind the AWS service sso-oidc."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs

from ssokit.adapters.aws.answers import member, optional_text
from ssokit.adapters.aws.clients import call_unsigned, url_of
from ssokit.adapters.aws.errors import translated
from ssokit.domain.client_metadata import (
    AUTHORIZATION_CODE_GRANT,
    DEVICE_CODE_GRANT,
    REFRESH_TOKEN_GRANT,
    ClientMetadata,
)
from ssokit.domain.device_authorization import (
    DEFAULT_INTERVAL,
    AuthorizationPending,
    DeviceAuthorization,
    SlowDown,
    TokenGrant,
)
from ssokit.domain.service_errors import (
    ErrorAnswer,
    invalid_response,
    oidc_error,
    refresh_error,
)
from ssokit.domain.tokens import ClientRegistration
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock


@attrs.frozen
class BotoAuthorizationServer(AuthorizationServer):
    """`AuthorizationServer` over boto3's sso-oidc client. It makes each call once.

    Attributes:
        region: The region of the Identity Center instance.
        clock: What the lifetimes in answers are counted from.
        profile: The profile whose endpoint, proxy and CA settings apply.
    """

    region: str
    clock: Clock
    profile: str | None = None

    def register_client(self, metadata: ClientMetadata) -> ClientRegistration:
        """Register a public client; its end is AWS's ``clientSecretExpiresAt``, epoch seconds."""
        operation = "RegisterClient"
        answer = self._call(operation, **metadata.as_sent())
        expires_at = member(answer, "clientSecretExpiresAt", int, operation=operation)
        return ClientRegistration(
            client_id=member(answer, "clientId", str, operation=operation),
            client_secret=member(answer, "clientSecret", str, operation=operation),
            expires_at=_moment(expires_at, operation),
            scopes=metadata.scopes,
            grant_types=metadata.grant_types,
        )

    def start_device_authorization(
        self, registration: ClientRegistration, start_url: str
    ) -> DeviceAuthorization:
        """Ask for codes; an answer without an interval means 5 seconds (RFC 8628)."""
        operation = "StartDeviceAuthorization"
        answer = self._call(
            operation,
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            startUrl=start_url,
        )
        verification_uri = member(answer, "verificationUri", str, operation=operation)
        complete = optional_text(answer, "verificationUriComplete") or verification_uri
        return DeviceAuthorization(
            device_code=member(answer, "deviceCode", str, operation=operation),
            user_code=member(answer, "userCode", str, operation=operation),
            verification_uri=verification_uri,
            verification_uri_complete=complete,
            expires_at=self._after(answer, operation),
            interval=float(max(answer.get("interval", DEFAULT_INTERVAL), 0)),
        )

    def poll_for_token(
        self, registration: ClientRegistration, authorization: DeviceAuthorization
    ) -> TokenGrant | AuthorizationPending | SlowDown:
        """Ask once; AWS spells the outcomes that the protocol expects as exceptions."""
        operation = "CreateToken"
        try:
            answer = self._call(
                operation,
                meaning=_poll_error,
                clientId=registration.client_id,
                clientSecret=registration.client_secret,
                grantType=DEVICE_CODE_GRANT,
                deviceCode=authorization.device_code,
            )
        except _ExpectedOutcome as expected:
            return expected.outcome
        return self._granted(answer, operation)

    def refresh(self, registration: ClientRegistration, refresh_token: str) -> TokenGrant:
        """Renew a login; scopes are not sent, which asks for the same ones (RFC 6749)."""
        operation = "CreateToken"
        answer = self._call(
            operation,
            meaning=refresh_error,
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            grantType=REFRESH_TOKEN_GRANT,
            refreshToken=refresh_token,
        )
        return self._granted(answer, operation)

    def authorization_endpoint(self) -> str:
        """Give the page beside the endpoint that RegisterClient is called at."""
        with translated("Authorize", oidc_error):
            url = url_of(
                "sso-oidc",
                self.region,
                "RegisterClient",
                ClientMetadata("ssokit").as_sent(),
                profile=self.profile,
            )
        return f"{url.partition('/client/register')[0]}/authorize"

    def exchange_code(
        self, registration: ClientRegistration, *, code: str, code_verifier: str, redirect_uri: str
    ) -> TokenGrant:
        """Exchange a code; the redirect URI goes with it, port and all, as in the request."""
        operation = "CreateToken"
        answer = self._call(
            operation,
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            grantType=AUTHORIZATION_CODE_GRANT,
            code=code,
            codeVerifier=code_verifier,
            redirectUri=redirect_uri,
        )
        return self._granted(answer, operation)

    def _granted(self, answer: Mapping[str, Any], operation: str) -> TokenGrant:
        return TokenGrant(
            access_token=member(answer, "accessToken", str, operation=operation),
            expires_at=self._after(answer, operation),
            refresh_token=optional_text(answer, "refreshToken"),
        )

    def _call(
        self,
        operation: str,
        *,
        meaning: Callable[[ErrorAnswer], Exception] = oidc_error,
        **parameters: Any,
    ) -> Mapping[str, Any]:
        with translated(operation, meaning):
            answer: Mapping[str, Any] = call_unsigned(
                "sso-oidc", self.region, operation, parameters, profile=self.profile
            )
            return answer

    def _after(self, answer: Mapping[str, Any], operation: str) -> datetime:
        seconds = member(answer, "expiresIn", int, operation=operation)
        if seconds <= 0:
            raise invalid_response(operation, "a usable expiresIn")
        try:
            return self.clock.now() + timedelta(seconds=seconds)
        except OverflowError:
            raise invalid_response(operation, "a usable expiresIn") from None


class _ExpectedOutcome(Exception):  # noqa: N818 - it is no error
    def __init__(self, outcome: AuthorizationPending | SlowDown) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def _poll_error(answer: ErrorAnswer) -> Exception:
    match answer.code:
        case "AuthorizationPendingException":
            return _ExpectedOutcome(AuthorizationPending())
        case "SlowDownException":
            return _ExpectedOutcome(SlowDown())
        case _:
            return oidc_error(answer)


def _moment(epoch_seconds: int, operation: str) -> datetime:
    try:
        return datetime.fromtimestamp(epoch_seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise invalid_response(operation, "a usable time") from None
