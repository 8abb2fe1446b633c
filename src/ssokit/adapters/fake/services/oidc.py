"""The AWS service sso-oidc: registrations, device authorizations, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake import mint
from ssokit.adapters.fake.access_tokens import SignIn
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.device_logins import DeviceLogin
from ssokit.adapters.fake.effects import RefusedError, refused
from ssokit.adapters.fake.person import Decision
from ssokit.adapters.fake.registrations import RegisteredClient
from ssokit.adapters.fake.state import State, invalid, required
from ssokit.domain.client_metadata import DEVICE_CODE_GRANT


def register_client(state: State, call: Call) -> Mapping[str, Any]:
    """Make a client, which may have scopes and grant types."""
    client_name = required(call, "clientName")
    if required(call, "clientType") != "public":
        raise refused("InvalidClientMetadataException", "The client type must be public")
    _serve(state, call)
    lifetime = state.settings.registration_lifetime.total_seconds()
    client = RegisteredClient(
        client_id=state.mint.client_id(),
        client_secret=state.mint.secret(mint.CLIENT_SECRET),
        client_name=client_name,
        scopes=_texts(call, "scopes"),
        grant_types=_texts(call, "grantTypes"),
        region=call.region,
        deadline=state.clock.monotonic() + lifetime,
    )
    state.registrations.add(client)
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
    """Grant a token for an approved device code, once; no other grant is supported."""
    client = _client(state, call)
    if required(call, "grantType") != DEVICE_CODE_GRANT:
        raise refused("UnsupportedGrantTypeException", "Only the device_code grant is supported")
    login = state.logins.find(required(call, "deviceCode"), client)
    now = state.clock.monotonic()
    decision = login.decide(state.person, now=now)
    if decision is Decision.PENDING:
        interval = state.settings.interval if state.settings.enforce_interval else 0
        login.poll(now=now, interval=interval)
    if decision is not Decision.APPROVED:
        raise _undecided(decision)
    user = login.user or next(iter(state.access.organization.users), "")
    granted = grant_token(state, user=user, region=call.region)
    login.used = True
    return granted


def grant_token(state: State, *, user: str, region: str) -> Mapping[str, Any]:
    """Grant a token to a user, whoever approved that.

    Raises:
        LookupError: There is no such user: a mistake of the test, no answer of AWS.
    """
    if user not in state.access.organization.users:
        raise LookupError(f"there is no user {user!r} to sign in as")
    lifetime = state.settings.token_lifetime.total_seconds()
    access_token = state.mint.secret(mint.ACCESS_TOKEN, length=128)
    deadline = state.clock.monotonic() + lifetime
    state.tokens.add(access_token, SignIn(user=user, region=region, deadline=deadline))
    return {"accessToken": access_token, "tokenType": "Bearer", "expiresIn": int(lifetime)}


OPERATIONS = {
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


def _texts(call: Call, name: str) -> tuple[str, ...]:
    values = call.parameters.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise invalid(call, f"{name} is no list of strings")
    return tuple(values)


def _undecided(decision: Decision) -> RefusedError:
    if decision is Decision.PENDING:
        return refused("AuthorizationPendingException", "Authorization is still pending")
    if decision is Decision.DENIED:
        return refused("AccessDeniedException", "Access denied")
    return refused("ExpiredTokenException", "Device code has expired")
