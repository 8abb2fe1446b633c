"""Ending a login: what was done, what was not, and what is kept for another try."""

from __future__ import annotations

import attrs
import pytest
from fakes_of_ports import UnwritableStore, messages

from ssokit.domain.errors import ServiceUnavailableError, StoreError, WrongRegionError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import MappingStore, MemoryStore
from ssokit.testing import AwsError, ConnectionReset, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.end_login import EndLogin
from ssokit.usecases.logout import Logout


def ending(center: FakeIdentityCenter) -> EndLogin:
    """Give what ends logins, in any region."""
    return EndLogin(
        portal=lambda region: center.access_portal(region=region),
        server=lambda region: center.authorization_server(region=region),
        clock=center.clock,
    )


@pytest.fixture
def memory(clock: ManualClock) -> MemoryStore:
    return MemoryStore(clock=clock)


@pytest.fixture
def logout(center: FakeIdentityCenter, tokens: MappingStore, memory: MemoryStore) -> Logout:
    return Logout(tokens=tokens, credentials=memory, end_login=ending(center))


def test_whole_logout(
    logout: Logout,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    memory: MemoryStore,
):
    """The server's session, the token and the keys in memory are gone, and the result is true."""
    token = center.sign_in("alice")
    tokens.save_token(session, token)
    key = CredentialKey(
        start_url=session.start_url,
        account_id="444455556666",
        role_name="ReadOnly",
        login=token.fingerprint,
    )
    portal = center.access_portal()
    memory.save_credential(key, portal.get_role_credentials(token, "444455556666", "ReadOnly"))
    result = logout(session)
    assert result
    assert result.server_session_ended
    assert result.token_removed
    assert result.credentials_removed
    assert result.error is None
    assert tokens.load_token(session) is None
    assert memory.load_credential(key) is None


def test_nobody_logged_in(logout: Logout, session: SsoSession, center: FakeIdentityCenter):
    """Without a token nothing is called, and the result is false without an error."""
    result = logout(session)
    assert not result
    assert not result.was_logged_in
    assert result.error is None
    assert center.calls() == 0


def test_token_of_another_region_is_left_alone(
    logout: Logout, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A 401 from the wrong region would not mean that the session has ended: nobody asks there."""
    tokens.save_token(session, attrs.evolve(center.sign_in("alice"), region="eu-west-1"))
    result = logout(session)
    assert not result.was_logged_in
    assert isinstance(result.error, WrongRegionError)
    assert result.error.right_region == "eu-west-1"
    assert tokens.load_token(session) is not None
    assert center.calls() == 0


@pytest.mark.parametrize(
    "failure", [ConnectionReset(), AwsError("InvalidRequestException")], ids=repr
)
def test_failing_service_keeps_the_token(
    *,
    logout: Logout,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    failure: ConnectionReset | AwsError,
):
    """A session that could not be ended is reported, and its token kept for another try."""
    tokens.save_token(session, center.sign_in("alice"))
    center.faults.add(Fault("Logout", failure))
    result = logout(session)
    assert not result
    assert result.was_logged_in
    assert not result.server_session_ended
    assert result.error is not None
    assert result.error.region == session.region
    assert tokens.load_token(session) is not None
    center.faults.clear()
    assert logout(session)


def test_rejected_token_has_ended(
    logout: Logout, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A token that the service does not know any more is as good as logged out."""
    tokens.save_token(session, center.sign_in("alice"))
    center.revoke_tokens()
    assert logout(session)
    assert tokens.load_token(session) is None


def test_store_that_cannot_delete(center: FakeIdentityCenter, session: SsoSession):
    """A token that could not be removed is reported, although its session has ended."""
    tokens = UnwritableStore("deletion")
    tokens.save_token(session, center.sign_in("alice"))
    result = Logout(tokens=tokens, credentials=tokens, end_login=ending(center))(session)
    assert not result
    assert (result.server_session_ended, result.token_removed) == (True, False)
    assert isinstance(result.error, StoreError)
    assert result.credentials_removed


def test_error_is_kept_and_not_raised(
    logout: Logout, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A service that is down does not stop a program from ending."""
    tokens.save_token(session, center.sign_in("alice"))
    center.faults.add(Fault("Logout", ConnectionReset()))
    assert isinstance(logout(session).error, ServiceUnavailableError)


def test_failing_credential_store_does_not_keep_the_session_open(
    logout: Logout,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    caplog: pytest.LogCaptureFixture,
):
    """Keys that cannot be forgotten are a warning: the sign-in session ends all the same."""

    class Down(MemoryStore):
        def forget_credentials(self, start_url: str) -> bool:
            raise StoreError(f"no connection for {start_url}")

    tokens.save_token(session, center.sign_in("alice"))
    result = attrs.evolve(logout, credentials=Down())(session)
    assert result
    assert not result.credentials_removed
    assert center.calls("Logout") == 1
    assert "could not be forgotten" in messages(caplog, "WARNING")[0]


def test_all_spellings_of_the_start_url(
    logout: Logout, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A login that was made with a slash at the end is ended, too: none is left to serve."""
    for spelling in (f"{session.start_url}/", f"{session.start_url}#/", session.start_url):
        tokens.save_token(attrs.evolve(session, start_url=spelling), center.sign_in("alice"))
    assert logout(session)
    assert tokens.load_token(session) is None
    assert center.calls("Logout") == 3


def _keys(center: FakeIdentityCenter, start_url: str) -> tuple[CredentialKey, RoleCredential]:
    key = CredentialKey(start_url=start_url, account_id="444455556666", role_name="ReadOnly")
    portal, token = center.access_portal(), center.sign_in("alice")
    return key, portal.get_role_credentials(token, key.account_id, key.role_name)


def test_keys_of_all_spellings_are_forgotten(
    logout: Logout, session: SsoSession, center: FakeIdentityCenter, memory: MemoryStore
):
    """The result says that keys are gone: those of a login with a slash at the end are, too."""
    key, credential = _keys(center, f"{session.start_url}/")
    memory.save_credential(key, credential)
    assert logout(session).credentials_removed
    assert memory.load_credential(key) is None


def test_keys_that_somebody_obtains_under_a_logout_are_forgotten(
    logout: Logout,
    session: SsoSession,
    center: FakeIdentityCenter,
    memory: MemoryStore,
):
    """Until the session has ended, a job that still runs may put new keys into the store."""
    key, credential = _keys(center, session.start_url)

    class Busy(MappingStore):
        def delete_token(self, session: SsoSession) -> None:
            super().delete_token(session)
            memory.save_credential(key, credential)

    busy = Busy({})
    busy.save_token(session, center.sign_in("alice"))
    assert attrs.evolve(logout, tokens=busy)(session)
    assert memory.load_credential(key) is None


def test_keys_are_forgotten_though_the_token_cannot_be_read(
    logout: Logout, session: SsoSession, center: FakeIdentityCenter, memory: MemoryStore
):
    """A store of tokens that is down does not keep keys in another one."""

    class Down(MappingStore):
        def load_token(self, session: SsoSession) -> Token:
            raise StoreError(f"no connection for {session.start_url}")

    key, credential = _keys(center, session.start_url)
    memory.save_credential(key, credential)
    with pytest.raises(StoreError):
        attrs.evolve(logout, tokens=Down({}))(session)
    assert memory.load_credential(key) is None
