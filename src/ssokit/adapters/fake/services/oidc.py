"""The AWS service sso-oidc: registrations, device authorizations, tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ssokit.adapters.fake import mint
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.device_logins import DeviceLogin
from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.registrations import RegisteredClient
from ssokit.adapters.fake.services import authorization_code
from ssokit.adapters.fake.services.authorization_code import by_authorization_code, redirect_uris
from ssokit.adapters.fake.services.oidc_grants import by_device_code, by_refresh_token, sign_in
from ssokit.adapters.fake.state import State, required, texts
from ssokit.domain.client_metadata import (
    AUTHORIZATION_CODE_GRANT,
    DEVICE_CODE_GRANT,
    REFRESH_TOKEN_GRANT,
)
from ssokit.domain.sso_session import DEFAULT_SCOPE
from ssokit.domain.tokens import ClientRegistration, Token


def register_client(state: State, call: Call) -> Mapping[str, Any]:
    """Make a client, which may have scopes and grant types."""
    client_name = required(call, "clientName")
    if required(call, "clientType") != "public":
        raise refused("InvalidClientMetadataException", "The client type must be public")
    _serve(state, call)
    scopes = texts(call, "scopes")
    known = state.settings.known_scopes
    if known is not None and not known.issuperset(scopes):
        raise refused("InvalidScopeException", "Invalid scope provided")
    client = add_client(
        state,
        region=call.region,
        client_name=client_name,
        scopes=scopes,
        grant_types=texts(call, "grantTypes"),
        redirect_uris=redirect_uris(state, call),
    )
    lifetime = state.settings.registration_lifetime.total_seconds()
    issued_at = int(state.clock.now().timestamp())
    return {
        "clientId": client.client_id,
        "clientSecret": client.client_secret,
        "clientIdIssuedAt": issued_at,
        "clientSecretExpiresAt": issued_at + int(lifetime),
    }


def start_device_authorization(state: State, call: Call) -> Mapping[str, Any]:
    """Make a device code and a user code.

    A start URL with a fragment is refused, as GovCloud was seen to do; one trailing slash
    more or less is accepted.
    """
    client = _client(state, call)
    client.check_grant(DEVICE_CODE_GRANT)
    if required(call, "startUrl").rstrip("/") != state.start_url.rstrip("/"):
        raise refused("InvalidRequestException", "Invalid start url provided")
    lifetime = state.settings.code_lifetime.total_seconds()
    login = DeviceLogin(
        device_code=state.mint.secret(mint.DEVICE_CODE),
        user_code=state.mint.user_code(),
        client=client,
        deadline=state.clock.monotonic() + lifetime,
    )
    state.logins.add(login)
    return {
        "deviceCode": login.device_code,
        "userCode": login.user_code,
        "verificationUri": state.verification_uri,
        "verificationUriComplete": f"{state.verification_uri}?user_code={login.user_code}",
        "expiresIn": int(lifetime),
        "interval": state.settings.interval,
    }


def create_token(state: State, call: Call) -> Mapping[str, Any]:
    """Grant a token for what the client shows, by the grant that it names."""
    client = _client(state, call)
    grant_type = required(call, "grantType")
    if grant_type not in _GRANTS:
        raise refused("UnsupportedGrantTypeException", f"There is no grant {grant_type}")
    client.check_grant(grant_type)
    return _GRANTS[grant_type](state, call, client)


def add_client(
    state: State,
    *,
    region: str,
    client_name: str,
    scopes: tuple[str, ...] = (),
    grant_types: tuple[str, ...] = (),
    redirect_uris: tuple[str, ...] = (),
) -> RegisteredClient:
    """Remember a new client, for as long as registrations live."""
    lifetime = state.settings.registration_lifetime.total_seconds()
    client = RegisteredClient(
        client_id=state.mint.client_id(),
        client_secret=state.mint.secret(mint.CLIENT_SECRET),
        client_name=client_name,
        scopes=scopes,
        grant_types=grant_types,
        redirect_uris=redirect_uris,
        region=region,
        deadline=state.clock.monotonic() + lifetime,
    )
    state.registrations.add(client)
    return client


def signed_in_token(state: State, user: str, region: str, *, renewable: bool) -> Token:
    """Give the token of a user who has just signed in, with its client if it is renewable.

    Raises:
        LookupError: There is no such user.
    """
    client = None
    if renewable:
        client = add_client(state, region=region, client_name="ssokit", scopes=(DEFAULT_SCOPE,))
    granted = sign_in(state, user=user, region=region, client=client)
    now = state.clock.now()
    return Token(
        start_url=state.start_url,
        region=region,
        access_token=granted["accessToken"],
        expires_at=now + timedelta(seconds=granted["expiresIn"]),
        received_at=now,
        refresh_token=granted.get("refreshToken"),
        client=_as_registration(state, client) if client else None,
    )


def _as_registration(state: State, client: RegisteredClient) -> ClientRegistration:
    return ClientRegistration(
        client_id=client.client_id,
        client_secret=client.client_secret,
        expires_at=state.clock.now() + state.settings.registration_lifetime,
    )


_GRANTS: Mapping[str, Callable[[State, Call, RegisteredClient], Mapping[str, Any]]] = {
    AUTHORIZATION_CODE_GRANT: by_authorization_code,
    DEVICE_CODE_GRANT: by_device_code,
    REFRESH_TOKEN_GRANT: by_refresh_token,
}

OPERATIONS = {
    **authorization_code.OPERATIONS,
    "CreateToken": create_token,
    "RegisterClient": register_client,
    "StartDeviceAuthorization": start_device_authorization,
}


def _serve(state: State, call: Call) -> None:
    if call.region not in state.regions:
        raise refused(
            "InvalidRequestException", f"No Identity Center instance in region {call.region}"
        )


def _client(state: State, call: Call) -> RegisteredClient:
    _serve(state, call)
    return state.registrations.authenticate(
        required(call, "clientId"),
        required(call, "clientSecret"),
        region=call.region,
        now=state.clock.monotonic(),
    )
