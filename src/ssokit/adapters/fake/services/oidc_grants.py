"""The grants for which sso-oidc CreateToken gives tokens, but for the authorization code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake import mint
from ssokit.adapters.fake.access_tokens import SignIn
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import RefusedError, refused
from ssokit.adapters.fake.person import Decision
from ssokit.adapters.fake.registrations import RegisteredClient
from ssokit.adapters.fake.sign_in_sessions import SignInSession
from ssokit.adapters.fake.state import State, required


def by_device_code(state: State, call: Call, client: RegisteredClient) -> Mapping[str, Any]:
    """Grant a token for an approved device code, once."""
    login = state.logins.find(required(call, "deviceCode"), client)
    now = state.clock.monotonic()
    decision = login.decide(state.person, now=now)
    if decision is Decision.PENDING:
        interval = state.settings.interval if state.settings.enforce_interval else 0
        login.poll(now=now, interval=interval)
    if decision is not Decision.APPROVED:
        raise _undecided(decision)
    granted = sign_in(state, user=login.user, region=call.region, client=client)
    login.used = True
    return granted


def by_refresh_token(state: State, call: Call, client: RegisteredClient) -> Mapping[str, Any]:
    """Grant another token within the same sign-in session."""
    settings = state.settings
    session = state.sessions.redeem(
        required(call, "refreshToken"),
        client,
        now=state.clock.monotonic(),
        single_use=settings.single_use_refresh_tokens,
    )
    granted = _granted(state, session, region=call.region, client=client)
    if not settings.rotate_refresh_tokens:
        return {name: value for name, value in granted.items() if name != "refreshToken"}
    return granted


def sign_in(
    state: State, *, user: str | None, region: str, client: RegisteredClient | None = None
) -> Mapping[str, Any]:
    """Begin a sign-in session, and grant its first token, whoever approved that.

    Args:
        state: The model.
        user: Who signs in; the organization's first user if None.
        region: Where.
        client: Who asked; if it is one that can renew its tokens, it gets a refresh token.

    Raises:
        LookupError: There is no such user: a mistake of the test, no answer of AWS.
    """
    users = state.access.organization.users
    name = user or next(iter(users), "")
    if name not in users:
        raise LookupError(f"there is no user {name!r} to sign in as")
    lifetime = state.settings.sign_in_session.total_seconds()
    session = SignInSession(user=name, deadline=state.clock.monotonic() + lifetime)
    return _granted(state, session, region=region, client=client)


def _granted(
    state: State, session: SignInSession, *, region: str, client: RegisteredClient | None
) -> Mapping[str, Any]:
    renewable = client is not None and client.may_renew
    settings = state.settings
    lifetime = settings.renewable_token_lifetime if renewable else settings.token_lifetime
    seconds = int(lifetime.total_seconds())
    access_token = state.mint.secret(mint.ACCESS_TOKEN, length=128)
    deadline = state.clock.monotonic() + seconds
    state.tokens.add(access_token, SignIn(session=session, region=region, deadline=deadline))
    granted = {"accessToken": access_token, "tokenType": "Bearer", "expiresIn": seconds}
    if client is not None and renewable:
        refresh_token = state.mint.secret(mint.REFRESH_TOKEN, length=128)
        state.sessions.add(refresh_token, session, client)
        granted["refreshToken"] = refresh_token
    return granted


def _undecided(decision: Decision) -> RefusedError:
    if decision is Decision.PENDING:
        return refused("AuthorizationPendingException", "Authorization is still pending")
    if decision is Decision.DENIED:
        return refused("AccessDeniedException", "Access denied")
    return refused("ExpiredTokenException", "Device code has expired")
