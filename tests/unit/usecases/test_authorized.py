"""Requests whose token dies on the way."""

from __future__ import annotations

import pytest
from fakes_of_ports import UnwritableStore, messages

from ssokit.domain.errors import (
    AccessDeniedError,
    AuthenticationNeededError,
    SignInSessionEndedError,
    StoreError,
    TokenRejectedError,
)
from ssokit.domain.expiry import DEFAULT_EXPIRY_WINDOW
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.token_provider import TokenProvider
from ssokit.stores import MappingStore
from ssokit.testing import AwsError, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.authorized import Authorized
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.login import Login
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant


@pytest.fixture
def cached(tokens: MappingStore, clock: ManualClock) -> Authorized:
    return Authorized(provider=CachedToken(tokens=tokens, clock=clock))


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def asking(
    center: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock, asked: list[str]
) -> Authorized:
    def grant(session: SsoSession) -> Token:
        asked.append(session.start_url)
        return center.sign_in("bob")

    return Authorized(provider=_login(tokens, clock, grant))


def _login(tokens: MappingStore, clock: ManualClock, grant: object) -> TokenProvider:
    return Login(
        tokens=tokens,
        grant=grant,  # type: ignore[arg-type]
        clock=clock,
        cached=lambda: CachedToken(tokens=tokens, clock=clock, valid_for=DEFAULT_EXPIRY_WINDOW),
    )


def _revoked(center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession) -> Token:
    token = center.sign_in("alice")
    tokens.save_token(session, token)
    center.expire_token(token.access_token)
    return token


def test_rejection_asks_once_if_allowed(
    asking: Authorized,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    session: SsoSession,
    asked: list[str],
):
    """A revoked token costs one login; the request is made again and succeeds."""
    _revoked(center, tokens, session)
    page = asking(session, center.access_portal().list_accounts)
    assert page.rows
    assert len(asked) == 1
    assert center.calls("ListAccounts") == 2


def test_rejection_without_leave_to_ask(
    cached: Authorized, center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession
):
    """Without leave, the rejection itself is raised, with facts, and the token is dropped."""
    _revoked(center, tokens, session)
    with pytest.raises(TokenRejectedError) as rejection:
        cached(session, center.access_portal().list_accounts)
    assert (rejection.value.start_url, rejection.value.region) == (
        session.start_url,
        session.region,
    )
    assert tokens.load_token(session) is None
    assert center.calls() == 1


def test_a_rejected_token_is_renewed(
    center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession, clock: ManualClock
):
    """A token that dies before its time is renewed, if its session lives; nobody is asked."""
    token = center.sign_in("alice", renewable=True)
    tokens.save_token(session, token)
    renew = RefreshTokenGrant(server=center.authorization_server(), tokens=tokens, clock=clock)
    authorized = Authorized(provider=CachedToken(tokens=tokens, clock=clock, renew=renew))
    clock.advance(60)
    center.expire_token(token.access_token)
    assert authorized(session, center.access_portal().list_accounts).rows
    assert center.calls("CreateToken") == 1
    clock.advance(60)
    center.revoke_tokens()
    with pytest.raises(SignInSessionEndedError) as ended:
        authorized(session, center.access_portal().list_accounts)
    assert ended.value.start_url == session.start_url
    assert tokens.load_token(session) is None


def test_second_rejection_is_raised(
    asking: Authorized,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    session: SsoSession,
    asked: list[str],
):
    """A service that rejects the new token too does not have the person asked for ever."""
    tokens.save_token(session, center.sign_in("alice"))
    center.faults.add(Fault("ListAccounts", AwsError("UnauthorizedException")))
    with pytest.raises(TokenRejectedError):
        asking(session, center.access_portal().list_accounts)
    assert len(asked) == 1


def test_what_was_rejected_twice_is_not_sent_again(
    asking: Authorized,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    session: SsoSession,
):
    """The next request begins with another token, and not with the one that has just failed."""
    tokens.save_token(session, center.sign_in("alice"))
    center.faults.add(Fault("ListAccounts", AwsError("UnauthorizedException"), calls={1, 2}))
    sent: list[str] = []

    def request(token: Token) -> object:
        sent.append(token.fingerprint)
        return center.access_portal().list_accounts(token)

    with pytest.raises(TokenRejectedError):
        asking(session, request)
    asking(session, request)
    assert len(sent) == len(set(sent)) == 3


def test_forbidden_never_asks(
    asking: Authorized,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    session: SsoSession,
    asked: list[str],
):
    """A 403 says that the token is good: it is kept, and nobody is asked."""
    tokens.save_token(session, center.sign_in("alice"))
    portal = center.access_portal()
    with pytest.raises(AccessDeniedError):
        asking(session, lambda token: portal.list_roles(token, "222233334444"))
    assert not asked
    assert tokens.load_token(session) is not None


def test_login_of_somebody_else_in_the_meantime_is_used_and_kept(
    cached: Authorized, center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession
):
    """If another program has logged in since, its token is used and not dropped."""
    _revoked(center, tokens, session)
    newer = center.sign_in("alice")
    portal = center.access_portal()

    def request(token: Token) -> int:
        tokens.save_token(session, newer)
        return len(portal.list_accounts(token).rows)

    assert cached(session, request) == 3
    stored = tokens.load_token(session)
    assert stored is not None
    assert stored.access_token == newer.access_token


def test_token_that_cannot_be_dropped(
    clock: ManualClock,
    center: FakeIdentityCenter,
    session: SsoSession,
    caplog: pytest.LogCaptureFixture,
):
    """A store that cannot delete costs a warning; the rejection is still what is raised."""
    tokens = UnwritableStore("deletion")
    _revoked(center, tokens, session)
    authorized = Authorized(provider=CachedToken(tokens=tokens, clock=clock))
    with pytest.raises(TokenRejectedError):
        authorized(session, center.access_portal().list_accounts)
    assert "could not be dropped" in messages(caplog, "WARNING")[0]
    with pytest.raises(AuthenticationNeededError):
        authorized(session, center.access_portal().list_accounts)
    assert center.calls() == 1


def test_already_dropped_token_is_no_trouble(
    cached: Authorized, center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession
):
    """Another thread may have dropped the rejected token already."""
    token = _revoked(center, tokens, session)
    portal = center.access_portal()

    def request(_: Token) -> object:
        tokens.delete_token(session)
        return portal.list_accounts(token)

    with pytest.raises(TokenRejectedError):
        cached(session, request)


def test_failing_store_is_an_error_with_facts(session: SsoSession, clock: ManualClock):
    """A store that cannot be read is not mistaken for nobody being logged in."""

    class Broken(dict[str, object]):
        def __getitem__(self, name: str) -> object:
            raise OSError(name)

    tokens = MappingStore(Broken())
    authorized = Authorized(provider=CachedToken(tokens=tokens, clock=clock))
    with pytest.raises(StoreError) as failure:
        authorized(session, lambda token: token)
    assert failure.value.start_url == session.start_url
