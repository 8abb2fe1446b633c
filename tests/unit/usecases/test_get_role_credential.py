"""Role credentials from the store or from the portal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import attrs
import pytest
from fakes_of_ports import UnwritableStore, messages

from ssokit.domain.errors import (
    AccessDeniedError,
    AuthenticationNeededError,
    ServiceUnavailableError,
    StoreError,
    StoreLockTimeoutError,
    TokenRejectedError,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import MappingStore, MemoryStore
from ssokit.testing import ConnectionReset, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.authorized import Authorized
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.get_role_credential import GetRoleCredential

_ACCOUNT, _ROLE = "444455556666", "ReadOnly"


@pytest.fixture
def memory(clock: ManualClock) -> MemoryStore:
    return MemoryStore(clock=clock)


@pytest.fixture
def get(
    center: FakeIdentityCenter, tokens: MappingStore, memory: MemoryStore, clock: ManualClock
) -> GetRoleCredential:
    return GetRoleCredential(
        portal=center.access_portal(),
        authorized=Authorized(provider=CachedToken(tokens=tokens, clock=clock)),
        tokens=tokens,
        credentials=memory,
        clock=clock,
    )


@pytest.fixture(autouse=True)
def _alice(center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession) -> None:
    tokens.save_token(session, center.sign_in("alice"))


def test_one_call_serves_all_who_share_the_store(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter
):
    """The second look is answered by the store."""
    assert get(session, _ACCOUNT, _ROLE) == get(session, _ACCOUNT, _ROLE)
    assert attrs.evolve(get)(session, _ACCOUNT, _ROLE).account_id == _ACCOUNT
    assert center.calls("GetRoleCredentials") == 1


def test_roles_and_accounts_have_keys_of_their_own(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter
):
    """Keys of one role or account are never given for another."""
    keys = {
        get(session, account, role).access_key_id
        for account in (_ACCOUNT, "012345678901")
        for role in (_ROLE, "Developer")
    }
    assert len(keys) == center.calls("GetRoleCredentials") == 4


def test_people_do_not_share_keys_in_memory(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Another person's login in the same process gets that person's keys."""
    alice = get(session, _ACCOUNT, _ROLE)
    tokens.save_token(session, center.sign_in("bob"))
    assert get(session, _ACCOUNT, _ROLE).access_key_id != alice.access_key_id


def test_login_that_changes_during_the_call(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Keys that alice's token obtained are hers, even if bob has logged in meanwhile."""
    portal = center.access_portal()

    class Slow:
        def get_role_credentials(self, *arguments: Any) -> Any:
            tokens.save_token(session, center.sign_in("bob"))
            return portal.get_role_credentials(*arguments)

    slow: Any = Slow()
    alice = attrs.evolve(get, portal=slow)(session, _ACCOUNT, _ROLE)
    assert get(session, _ACCOUNT, _ROLE).access_key_id != alice.access_key_id


def test_stale_keys_are_renewed(get: GetRoleCredential, session: SsoSession, clock: ManualClock):
    """Keys in their last quarter of an hour are replaced."""
    old = get(session, _ACCOUNT, _ROLE)
    clock.advance(46 * 60)
    new = get(session, _ACCOUNT, _ROLE)
    assert new.expires_at - old.expires_at == timedelta(minutes=46)


def test_failure_is_bridged_while_keys_are_valid(
    get: GetRoleCredential,
    session: SsoSession,
    center: FakeIdentityCenter,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
):
    """A portal that is down is a warning until the stored keys end, and then an error."""
    old = get(session, _ACCOUNT, _ROLE)
    center.faults.add(Fault("GetRoleCredentials", ConnectionReset()))
    clock.advance(59 * 60)
    assert get(session, _ACCOUNT, _ROLE) == old
    assert "used to their end" in messages(caplog, "WARNING")[0]
    clock.advance(60)
    with pytest.raises(ServiceUnavailableError) as failure:
        get(session, _ACCOUNT, _ROLE)
    assert (failure.value.account_id, failure.value.role_name) == (_ACCOUNT, _ROLE)


def test_keys_that_expire_during_the_call_are_not_bridged(
    get: GetRoleCredential, session: SsoSession, clock: ManualClock
):
    """What was valid before a slow failure may have expired by its end."""
    get(session, _ACCOUNT, _ROLE)
    clock.advance(59 * 60)
    portal: Any = _SlowlyFailing(clock)
    with pytest.raises(ServiceUnavailableError):
        attrs.evolve(get, portal=portal)(session, _ACCOUNT, _ROLE)


class _SlowlyFailing:
    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def get_role_credentials(self, *_: object) -> None:
        """Fail after two minutes."""
        self._clock.advance(120)
        raise ServiceUnavailableError("timeout")


def test_ended_login_is_bridged_too(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """A revoked login does not take away keys that AWS still accepts."""
    store = MappingStore({})
    get = attrs.evolve(get, credentials=store)
    old = get(session, _ACCOUNT, _ROLE)
    clock.advance(50 * 60)
    center.revoke_tokens()
    assert get(session, _ACCOUNT, _ROLE) == old
    clock.advance(600)
    with pytest.raises(AuthenticationNeededError):
        get(session, _ACCOUNT, _ROLE)


def test_rejected_token_without_keys(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter
):
    """Without leave to ask, the first use after a revocation says that a login is needed."""
    center.revoke_tokens()
    with pytest.raises(TokenRejectedError, match="log in again") as rejection:
        get(session, _ACCOUNT, _ROLE)
    assert rejection.value.role_name == _ROLE


def test_role_that_is_not_granted(get: GetRoleCredential, session: SsoSession):
    """A role of others is an error that names account and role."""
    with pytest.raises(AccessDeniedError, match="not granted") as denial:
        get(session, _ACCOUNT, "Billing")
    assert _ACCOUNT in str(denial.value)
    assert "Billing" in str(denial.value)


def test_nobody_logged_in(
    get: GetRoleCredential, session: SsoSession, tokens: MappingStore, center: FakeIdentityCenter
):
    """Without a login nothing is called."""
    tokens.delete_token(session)
    with pytest.raises(AuthenticationNeededError):
        get(session, _ACCOUNT, _ROLE)
    assert center.calls() == 0


def test_store_that_takes_nothing(
    get: GetRoleCredential, session: SsoSession, caplog: pytest.LogCaptureFixture
):
    """Keys that cannot be stored are still given."""
    get = attrs.evolve(get, credentials=UnwritableStore("credential"))
    assert get(session, _ACCOUNT, _ROLE).account_id == _ACCOUNT
    assert "could not be stored" in messages(caplog, "WARNING")[0]


def test_who_waited_for_the_lock_uses_what_is_there(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter
):
    """Keys that appear while one waits for the lock are taken."""

    class Busy(MappingStore):
        def lock(self, key: Any, **options: Any) -> Any:
            if not self._mapping:  # the holder before us stores its keys, then lets go
                fresh = attrs.evolve(get, credentials=MappingStore({}))(session, _ACCOUNT, _ROLE)
                self.save_credential(key, fresh)
            return super().lock(key, **options)

    busy: Any = Busy({})
    attrs.evolve(get, credentials=busy)(session, _ACCOUNT, _ROLE)
    assert center.calls("GetRoleCredentials") == 1


class _Held(MappingStore):
    """A store whose lock somebody holds for longer than anybody waits."""

    def __init__(self) -> None:
        super().__init__({})
        self.held = False
        self.patience: list[float | None] = []

    def lock(self, key: Any, *, timeout: float | None = None) -> Any:
        if not self.held:
            return super().lock(key, timeout=timeout)
        self.patience.append(timeout)
        raise StoreLockTimeoutError("held")


@pytest.mark.parametrize(("left", "patience"), [(899, 0), (600, 0), (599, 15), (1, 15)])
def test_nobody_waits_for_long_with_good_keys(
    get: GetRoleCredential,
    session: SsoSession,
    clock: ManualClock,
    left: int,
    patience: float,
):
    """Whoever finds the lock taken goes on soon: its holder may hang, or wait for a person."""
    store: Any = _Held()
    mine = attrs.evolve(get, credentials=store)
    keys = mine(session, _ACCOUNT, _ROLE)
    store.held = True
    clock.advance(3600 - left)
    assert mine(session, _ACCOUNT, _ROLE) == keys
    assert store.patience == [patience]


def test_a_lock_that_is_never_free_is_an_error_in_the_end(
    get: GetRoleCredential, session: SsoSession, clock: ManualClock
):
    """With keys that have expired there is nothing to go on with."""
    store: Any = _Held()
    mine = attrs.evolve(get, credentials=store)
    mine(session, _ACCOUNT, _ROLE)
    store.held = True
    clock.advance(3600)
    with pytest.raises(StoreLockTimeoutError) as timeout:
        mine(session, _ACCOUNT, _ROLE)
    assert timeout.value.role_name == _ROLE


def test_a_token_store_that_fails_costs_nothing_while_the_keys_are_good(
    get: GetRoleCredential, session: SsoSession, clock: ManualClock
):
    """A store of logins that is down takes no keys away that are still good."""

    def fail(*_: object, **__: object) -> Any:
        raise StoreError("the store is down")

    keys = get(session, _ACCOUNT, _ROLE)
    clock.advance(3300)
    down = Authorized(provider=fail)
    assert attrs.evolve(get, authorized=down)(session, _ACCOUNT, _ROLE) == keys
    clock.advance(300)
    with pytest.raises(StoreError):
        attrs.evolve(get, authorized=down)(session, _ACCOUNT, _ROLE)


def test_the_person_is_asked_before_the_lock_is_taken(
    get: GetRoleCredential, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Others get the keys of the role while somebody looks for a phone, and theirs serve then."""
    tokens.delete_token(session)
    asked: list[str] = []

    def ask(session: SsoSession, **_: object) -> Token:
        if not asked:
            asked.append("alice")
            tokens.save_token(session, center.sign_in("alice"))
            with ThreadPoolExecutor(1) as other:
                other.submit(get, session, _ACCOUNT, _ROLE).result(60)
        return load(tokens, session)

    asking = attrs.evolve(get, authorized=Authorized(provider=ask))
    assert asking(session, _ACCOUNT, _ROLE) == get(session, _ACCOUNT, _ROLE)
    assert center.calls("GetRoleCredentials") == 1


def load(tokens: MappingStore, session: SsoSession) -> Token:
    """Give the token that is there."""
    token = tokens.load_token(session)
    assert token
    return token
