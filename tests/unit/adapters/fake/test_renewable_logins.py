"""The local Identity Center's refresh tokens, scopes and sign-in sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import AwsError
from ssokit.domain.client_metadata import (
    DEVICE_CODE_GRANT,
    REFRESH_TOKEN_GRANT,
    ClientMetadata,
)
from ssokit.domain.device_authorization import TokenGrant
from ssokit.domain.errors import (
    ClientRejectedError,
    ServiceError,
    SignInSessionEndedError,
    TokenRejectedError,
)
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.testing import FakeIdentityCenter, ManualClock, Settings

_SCOPES = ("sso:account:access",)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def center(clock: ManualClock) -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=clock, additional_regions=["eu-west-1"])


def _log_in(
    center: FakeIdentityCenter, *, region: str | None = None, **metadata: Any
) -> tuple[ClientRegistration, TokenGrant]:
    server = center.authorization_server(region=region)
    client = server.register_client(ClientMetadata("test", **metadata))
    authorization = server.start_device_authorization(client, center.start_url)
    grant = server.poll_for_token(client, authorization)
    assert isinstance(grant, TokenGrant)
    return client, grant


def _renewable(center: FakeIdentityCenter) -> Token:
    return center.sign_in("alice", renewable=True)


def _refresh(center: FakeIdentityCenter, token: Token) -> TokenGrant:
    assert token.client
    assert token.refresh_token
    return center.authorization_server().refresh(token.client, token.refresh_token)


@pytest.mark.parametrize(
    ("metadata", "renewable"),
    [
        ({}, False),
        ({"scopes": _SCOPES}, True),
        ({"grant_types": (DEVICE_CODE_GRANT, REFRESH_TOKEN_GRANT)}, True),
        ({"scopes": _SCOPES, "grant_types": (DEVICE_CODE_GRANT,)}, False),
    ],
    ids=str,
)
def test_who_gets_refresh_tokens(
    center: FakeIdentityCenter, metadata: Mapping[str, Any], renewable: object
):
    """Clients with scopes, or that registered for the grant, get one, and an hour."""
    _, grant = _log_in(center, **metadata)
    assert (grant.refresh_token is not None) is renewable
    assert grant.expires_at - center.clock.now() == timedelta(hours=1 if renewable else 8)


def test_lifetimes_are_settings(clock: ManualClock):
    """Tokens and sessions live as long as a test says."""
    settings = Settings(
        renewable_token_lifetime=timedelta(minutes=5), sign_in_session=timedelta(minutes=15)
    )
    center = FakeIdentityCenter(clock=clock, settings=settings)
    token = _renewable(center)
    assert token.expires_at == clock.now() + timedelta(minutes=5)
    clock.advance(15 * 60 - 1)
    _refresh(center, token)
    clock.advance(1)
    with pytest.raises(SignInSessionEndedError):
        _refresh(center, token)


def test_refresh_tokens_serve_many_times_unless_a_test_says_otherwise(center: FakeIdentityCenter):
    """AWS does not document which; the strict case is a setting."""
    token = _renewable(center)
    assert _refresh(center, token).access_token != _refresh(center, token).access_token
    center.settings.single_use_refresh_tokens = True
    _refresh(center, token)
    with pytest.raises(SignInSessionEndedError):
        _refresh(center, token)


def test_a_session_that_ends_leaves_its_tokens(center: FakeIdentityCenter):
    """As with AWS, tokens live on to their end, for one user's sessions or all."""
    alice, bob = _renewable(center), center.sign_in("bob", renewable=True)
    center.end_sign_in_sessions("alice")
    with pytest.raises(SignInSessionEndedError):
        _refresh(center, alice)
    assert center.access_portal().list_accounts(alice).rows
    _refresh(center, bob)
    center.end_sign_in_sessions()
    with pytest.raises(SignInSessionEndedError):
        _refresh(center, bob)


@pytest.mark.parametrize("ended_by", ["administrator", "sign_out", "logout"])
def test_who_is_signed_out_renews_nothing(center: FakeIdentityCenter, ended_by: str):
    """Revoking, signing out and logging out end the session with all of its tokens."""
    token = _renewable(center)
    grant = _refresh(center, token)
    if ended_by == "administrator":
        center.revoke_tokens()
    elif ended_by == "sign_out":
        center.sign_out("alice")
    else:
        center.access_portal().logout(token)
    with pytest.raises(SignInSessionEndedError):
        _refresh(center, token)
    later = Token(
        start_url=center.start_url,
        region=center.region,
        access_token=grant.access_token,
        expires_at=grant.expires_at,
    )
    with pytest.raises(TokenRejectedError):
        center.access_portal().list_accounts(later)


def test_a_logout_leaves_other_sessions(center: FakeIdentityCenter):
    """The same person on another machine stays signed in."""
    mine, other = _renewable(center), _renewable(center)
    center.access_portal().logout(mine)
    _refresh(center, other)
    assert center.access_portal().list_accounts(other).rows


def test_a_client_keeps_to_its_grants(center: FakeIdentityCenter):
    """A client for authorization codes cannot poll for a device code."""
    with pytest.raises(ClientRejectedError, match="UnauthorizedClientException"):
        _log_in(center, scopes=_SCOPES, grant_types=(REFRESH_TOKEN_GRANT,))


def test_a_grant_that_nobody_knows_is_refused(center: FakeIdentityCenter):
    """What is no grant of CreateToken has AWS's code for that."""
    client, _ = _log_in(center)
    parameters = {
        "clientId": client.client_id,
        "clientSecret": client.client_secret,
        "grantType": "password",
    }
    outcome = center.handle(
        Call(operation="CreateToken", parameters=parameters, region=center.region)
    )
    assert isinstance(outcome.fault, AwsError)
    assert outcome.fault.code == "UnsupportedGrantTypeException"


def test_scopes_that_are_not_known_are_refused(center: FakeIdentityCenter):
    """A service may know some scopes only; by default a test's are all known."""
    _log_in(center, scopes=("anything",))
    center.settings.known_scopes = frozenset(_SCOPES)
    with pytest.raises(ServiceError) as refusal:
        _log_in(center, scopes=(*_SCOPES, "anything"))
    assert refusal.value.code == "InvalidScopeException"
    _log_in(center, scopes=_SCOPES)


def test_another_region_renews_its_own_tokens_alone(center: FakeIdentityCenter):
    """All regions serve the instance; a client and its tokens stay where they were made."""
    client, grant = _log_in(center, region="eu-west-1", scopes=_SCOPES)
    assert grant.refresh_token
    assert center.authorization_server(region="eu-west-1").refresh(client, grant.refresh_token)
    with pytest.raises(ClientRejectedError):
        center.authorization_server().refresh(client, grant.refresh_token)


def test_a_registration_that_has_expired_renews_nothing(
    center: FakeIdentityCenter, clock: ManualClock
):
    """The end of the client is the end of its renewals, whatever the session."""
    center.settings.sign_in_session = timedelta(days=90)
    center.settings.registration_lifetime = timedelta(hours=2)
    token = _renewable(center)
    assert token.client
    assert token.client.expires_at == clock.now() + timedelta(hours=2)
    clock.advance(2 * 3600)
    with pytest.raises(ClientRejectedError):
        _refresh(center, token)


def test_refresh_tokens_are_secrets(center: FakeIdentityCenter):
    """They are known to the model's list of secrets, and masked in the record of calls."""
    token = _renewable(center)
    _refresh(center, token)
    assert token.refresh_token in center.secrets
    assert token.refresh_token not in repr(center.requests)
