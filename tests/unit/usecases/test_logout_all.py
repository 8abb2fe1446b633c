"""Logging out of everything that a store holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import attrs
import pytest
from fakes_of_ports import messages

from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.domain.errors import SsokitError, StoreError, StoreLockTimeoutError
from ssokit.domain.logout_result import LogoutResult
from ssokit.domain.role_credential import CredentialKey
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.login_inventory import StoredLogin
from ssokit.stores import MappingStore, MemoryStore
from ssokit.testing import ConnectionReset, FakeIdentityCenter, Fault
from ssokit.usecases.end_login import EndLogin
from ssokit.usecases.logout import LogoutAll


@pytest.fixture
def logout_all(center: FakeIdentityCenter, tokens: MappingStore) -> LogoutAll:
    end_login = EndLogin(
        portal=lambda region: center.access_portal(region=region),
        server=lambda region: center.authorization_server(region=region),
        clock=center.clock,
    )
    return LogoutAll(tokens=tokens, credentials=[tokens], end_login=end_login)


@pytest.fixture
def sessions(session: SsoSession, tokens: MappingStore, center: FakeIdentityCenter):
    """Give three sessions, all of which are logged in, and nothing else of the kind."""
    found = [
        session,
        attrs.evolve(session, name="corp"),
        attrs.evolve(session, start_url="https://d-other.awsapps.com/start"),
    ]
    for each in found:
        token = attrs.evolve(center.sign_in("alice"), start_url=each.start_url)
        tokens.save_token(each, token)
    return found


def test_everything(
    logout_all: LogoutAll,
    sessions: list[SsoSession],
    tokens: MappingStore,
    center: FakeIdentityCenter,
):
    """Each session is ended on the server, then here; the summary is true, and lists them."""
    portal, token = center.access_portal(), center.sign_in("bob")
    key = CredentialKey(start_url="x", account_id="444455556666", role_name="ReadOnly")
    tokens.save_credential(key, portal.get_role_credentials(token, "444455556666", "ReadOnly"))
    summary = logout_all()
    assert summary
    assert {result.start_url for result in summary.logins} == {each.start_url for each in sessions}
    assert len(summary.logins) == 3
    assert summary.credentials_removed
    assert center.calls("Logout") == 3
    assert [tokens.load_token(each) for each in sessions] == [None, None, None]
    assert tokens.load_credential(key) is None
    assert logout_all() == attrs.evolve(summary, logins=())


def test_keys_that_somebody_obtains_meanwhile(
    logout_all: LogoutAll, session: SsoSession, center: FakeIdentityCenter
):
    """Keys are forgotten last, when no login is left that others could obtain some with."""
    key = CredentialKey(start_url="x", account_id="444455556666", role_name="ReadOnly")
    portal, token = center.access_portal(), center.sign_in("bob")
    credential = portal.get_role_credentials(token, key.account_id, key.role_name)

    class Busy(MappingStore):
        def _remove(self, name: EntryName) -> None:
            super()._remove(name)
            if name.kind is EntryKind.TOKEN:
                self.save_credential(key, credential)

    busy = Busy({})
    busy.save_token(session, center.sign_in("alice"))
    assert attrs.evolve(logout_all, tokens=busy, credentials=[busy])()
    assert busy.load_credential(key) is None


def test_one_that_fails_does_not_stop_the_others(
    logout_all: LogoutAll,
    sessions: list[SsoSession],
    tokens: MappingStore,
    center: FakeIdentityCenter,
):
    """The AWS CLI stops at the first lost connection; here the others are ended all the same."""
    center.faults.add(Fault("Logout", ConnectionReset(), calls={1}))
    summary = logout_all()
    assert not summary
    assert [bool(result) for result in summary.logins].count(True) == 2
    assert sum(tokens.load_token(each) is not None for each in sessions) == 1
    assert logout_all()


def test_a_login_that_is_locked(
    logout_all: LogoutAll, sessions: list[SsoSession], center: FakeIdentityCenter
):
    """A login that somebody holds on to is reported, and does not stop the others."""

    @attrs.frozen(kw_only=True)
    class Busy(EndLogin):
        def __call__(self, login: StoredLogin) -> LogoutResult:
            if (token := login.load()) and token.start_url == sessions[2].start_url:
                raise StoreLockTimeoutError("held")
            return super().__call__(login)

    usual = logout_all.end_login
    busy = Busy(portal=usual.portal, server=usual.server, clock=usual.clock)
    summary = attrs.evolve(logout_all, end_login=busy)()
    assert not summary
    assert [type(result.error) for result in summary.logins if result.error] == [
        StoreLockTimeoutError
    ]
    assert center.calls("Logout") == 2


def test_a_login_that_somebody_else_ends(logout_all: LogoutAll, sessions: list[SsoSession]):
    """What is gone when its turn comes is not listed, and is no failure."""

    class Racing(MappingStore):
        def stored_logins(self) -> Sequence[StoredLogin] | None:
            found = super().stored_logins()
            self.delete_token(sessions[0])
            return found

    racing = Racing(logout_all.tokens._mapping)  # type: ignore[attr-defined]
    summary = attrs.evolve(logout_all, tokens=racing)()
    assert summary
    assert len(summary.logins) == 2


class _Listless:
    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        return self.kept[name]

    def __setitem__(self, name: str, entry: object) -> None:
        self.kept[name] = entry


def test_a_store_that_cannot_tell(
    logout_all: LogoutAll, session: SsoSession, center: FakeIdentityCenter
):
    """A store that cannot list what it holds is said to be one, and nothing is done."""
    listless = MappingStore(_Listless())
    listless.save_token(session, center.sign_in("alice"))
    for store in (listless, _NoInventory()):
        summary = attrs.evolve(logout_all, tokens=store, credentials=[store])()
        assert not summary
        assert not summary.all_known
        assert not summary.credentials_removed
        assert summary.error is None
    assert center.calls() == 0


class _NoInventory:
    """A store of somebody's own, which knows nothing of inventories."""


def test_a_store_that_is_down(logout_all: LogoutAll, caplog: pytest.LogCaptureFixture):
    """A store that fails is said to have failed."""

    class Down(MemoryStore):
        def _names(self) -> NoReturn:
            raise StoreError("no connection")

    summary = attrs.evolve(logout_all, tokens=Down(), credentials=[Down()])()
    assert not summary
    assert isinstance(summary.error, SsokitError)
    assert "could not be forgotten" in messages(caplog, "WARNING")[0]
