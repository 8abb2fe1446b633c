"""Ending one login on the server, also where its access token has expired."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from fakes_of_ports import UnwritableStore

from ssokit.domain.errors import ServiceUnavailableError, StoreError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import MappingStore
from ssokit.testing import AwsError, ConnectionReset, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.end_login import EndLogin
from ssokit.usecases.logout import LoginOfSession


@pytest.fixture
def end_login(center: FakeIdentityCenter) -> EndLogin:
    return EndLogin(
        portal=lambda region: center.access_portal(region=region),
        server=lambda region: center.authorization_server(region=region),
        clock=center.clock,
    )


@pytest.fixture
def login(session: SsoSession, tokens: MappingStore, center: FakeIdentityCenter) -> LoginOfSession:
    """Give a login that can be renewed, with an access token that has expired."""
    center.settings.renewable_token_lifetime = timedelta(hours=1)
    center.settings.single_use_refresh_tokens = True
    tokens.save_token(session, center.sign_in("alice", renewable=True))
    assert isinstance(center.clock, ManualClock)
    center.clock.advance(7200)
    return LoginOfSession(tokens=tokens, session=session)


def test_session_behind_an_expired_token(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter
):
    """A sign-in session outlives its tokens: to end it, one more is fetched, and then ended."""
    refresh_token = _loaded(login).refresh_token
    assert end_login(login)
    assert login.load() is None
    assert [call.operation for call in center.requests] == ["Logout", "CreateToken", "Logout"]
    assert refresh_token is not None
    assert center.calls("Logout") == 2


def test_session_that_is_over(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter
):
    """Where the refresh token is not honoured either, the session is over."""
    center.end_sign_in_sessions()
    result = end_login(login)
    assert result.server_session_ended
    assert result.error is None
    assert login.load() is None


def test_client_that_is_not_known_any_more(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter
):
    """Without its client nobody can use the refresh token: the login is as good as over."""
    center.forget_registrations()
    assert end_login(login)
    assert login.load() is None


def test_network_fails_between_the_calls(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter
):
    """A refresh token that is spent by the attempt is replaced, so that a later one can succeed."""
    before = _loaded(login)
    center.faults.add(Fault("Logout", ConnectionReset(), calls={2}))
    result = end_login(login)
    assert not result
    assert isinstance(result.error, ServiceUnavailableError)
    after = _loaded(login)
    assert after.refresh_token != before.refresh_token
    assert after.client == before.client
    assert end_login(login)


def test_store_that_cannot_be_written(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter, session: SsoSession
):
    """The session is ended even if what that takes cannot be kept in between."""
    full = UnwritableStore("deletion")
    full.save_token(session, _loaded(login))
    full.refuses = ("token", "deletion")
    result = end_login(LoginOfSession(tokens=full, session=session))
    assert result.server_session_ended
    assert not result.token_removed
    assert isinstance(result.error, StoreError)
    assert center.calls("Logout") == 2


@pytest.mark.parametrize("lacking", ["refresh_token", "client"])
def test_expired_token_that_nothing_renews(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter, lacking: str
):
    """Without a refresh token or its client there is nothing more to end."""
    # Deleted first: a save keeps what the new token lacks.
    token = attrs.evolve(_loaded(login), **{lacking: None})
    login.delete()
    login.save(token)
    assert end_login(login)
    assert center.calls("CreateToken") == 0


@pytest.mark.parametrize("lacking", ["refresh_token", "nothing"])
def test_expired_token_without_a_network(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter, lacking: str
):
    """A token that can end nothing any more does not stay for want of a network; others do."""
    if lacking == "refresh_token":
        token = attrs.evolve(_loaded(login), refresh_token=None)
        login.delete()
        login.save(token)
    center.faults.add(Fault("Logout", ConnectionReset()))
    result = end_login(login)
    assert not result
    assert isinstance(result.error, ServiceUnavailableError)
    assert result.token_removed is (lacking == "refresh_token")
    assert (login.load() is None) is result.token_removed


def test_entry_without_a_region(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter
):
    """A token that does not say its region is removed here, and said not to be ended there."""
    login.save(attrs.evolve(_loaded(login), region=""))

    @attrs.frozen
    class Nameless(LoginOfSession):
        def load(self) -> Token | None:
            token = super().load()
            return token and attrs.evolve(token, region="")

    result = end_login(Nameless(tokens=login.tokens, session=login.session))
    assert (result.server_session_ended, result.token_removed) == (False, True)
    assert isinstance(result.error, StoreError)
    assert login.load() is None
    assert center.calls() == 0


def test_error_of_the_service_keeps_the_login(
    end_login: EndLogin, login: LoginOfSession, center: FakeIdentityCenter
):
    """An error that says nothing of the session leaves the login for another try."""
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))
    result = end_login(login)
    assert not result
    assert (result.start_url, result.region) == (center.start_url, center.region)
    assert login.load() is not None


def _loaded(login: LoginOfSession) -> Token:
    token = login.load()
    assert token is not None
    return token
