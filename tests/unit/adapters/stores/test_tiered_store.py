"""Memory over a shared store that may be down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import attrs
import pytest
from stepping_clock import SteppingClock

from ssokit.adapters.stores.aws_cli_format import Document
from ssokit.adapters.stores.circuit_breaker import CircuitBreaker
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.adapters.stores.shared_calls import SharedCalls
from ssokit.domain.errors import (
    StoreError,
    StoreKeyError,
    StoreLeaseLostError,
    StoreLockTimeoutError,
    StoreUnavailableError,
)
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import MemoryStore, TieredStore


class SharedStore(MemoryStore):
    """A store that is down when told so, and counts what reaches it."""

    def __init__(self, clock: SteppingClock) -> None:
        super().__init__(clock=clock, lock_timeout=0)
        self.is_down = False
        self.error: StoreError = StoreUnavailableError("the server canteen is closed")
        self.calls: list[str] = []
        self.lost = False

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.is_down:
            raise self.error

    def _read(self, name: EntryName) -> Document | None:
        self._called("read")
        return super()._read(name)

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        self._called("write")
        super()._write(name, document, until)

    def _remove(self, name: EntryName) -> None:
        self._called("remove")
        super()._remove(name)

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        self._called("lock")
        with super()._lock(name, timeout):
            yield
        self._called("unlock")

    def forget_credentials(self, start_url: str) -> bool:
        """Forget them, if it is up."""
        self._called("forget")
        return super().forget_credentials(start_url)

    def token_was_deleted(self, _session: SsoSession) -> bool:
        """Tell what the test says."""
        self._called("was deleted")
        return not self.lost

    def lose_everything(self) -> None:
        """Be as empty as after a restart."""
        self._entries.clear()
        self.lost = True


@pytest.fixture
def shared(clock: SteppingClock) -> SharedStore:
    return SharedStore(clock)


@pytest.fixture
def store(shared: SharedStore, clock: SteppingClock) -> TieredStore:
    return TieredStore(shared, clock=clock)


@pytest.fixture
def token(token: Token, clock: SteppingClock) -> Token:
    return attrs.evolve(token, received_at=clock.now())


@pytest.fixture
def later(token: Token, clock: SteppingClock) -> Token:
    return attrs.evolve(
        token, access_token="canary-later", received_at=clock.now() + timedelta(hours=1)
    )


@pytest.fixture
def note(token: Token, clock: SteppingClock) -> RenewalFailure:
    return RenewalFailure(
        kind=FailureKind.UNAVAILABLE,
        token=token.fingerprint,
        failed_at=clock.now(),
        until=clock.now() + timedelta(minutes=1),
        message="down",
    )


def _in_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_memory_answers_for_a_while(
    store: TieredStore, shared: SharedStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """For fresh_for seconds the shared store is not asked; then it is."""
    shared.save_token(sso, token)
    assert store.load_token(sso) == token
    shared.calls.clear()
    clock.sleep(4)
    assert store.load_token(sso) == token
    assert shared.calls == []
    clock.sleep(1)
    assert store.load_token(sso) == token
    assert shared.calls == ["read"]


def test_a_newer_token_and_the_end_of_one_are_noticed(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """What another worker saved or deleted is seen when memory is no longer fresh."""
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    shared.save_token(sso, later)
    assert store.load_token(sso) == token
    clock.sleep(5)
    assert store.load_token(sso) == later
    shared.delete_token(sso)
    clock.sleep(5)
    assert store.load_token(sso) is None
    shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        store.load_token(sso)


def test_whoever_takes_a_lock_sees_what_is_there(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """Memory is not fresh inside: the one who had the lock before may have renewed."""
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    shared.save_token(sso, later)
    clock.sleep(0.1)
    with store.lock(sso):
        assert store.load_token(sso) == later


def test_a_holder_sees_what_a_successor_saved(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """Memory is not asked at all while a lock is held: it may be lost meanwhile."""
    store.save_token(sso, token)
    with store.lock(sso):
        assert store.load_token(sso) == token
        shared.save_token(sso, later)
        assert store.load_token(sso) == later


@pytest.mark.parametrize("is_down", [False, True])
def test_what_is_saved_during_a_load_is_kept(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
    is_down: bool,
):
    """A slow answer does not take the place of what another thread saved since."""
    shared.save_token(sso, token)
    called = shared._called

    def meanwhile(what: str) -> None:
        called(what)
        shared._called = called
        shared.is_down = is_down
        _in_thread(lambda: store.save_token(sso, later))
        shared.is_down = False

    answers = iter([super(SharedStore, shared)._read])
    read = shared._read

    def slow(name: EntryName) -> Document | None:
        document = next(answers, read)(name)
        shared._read = read
        meanwhile("read")
        return document

    shared._read = slow
    assert store.load_token(sso) == token
    clock.sleep(3)
    assert store.load_token(sso) == later
    assert shared.load_token(sso) == later


def test_what_has_expired_is_asked_for(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """Somebody may have renewed it, however fresh memory is."""
    ending = attrs.evolve(
        token, refresh_token="canary-r", expires_at=clock.now() + timedelta(seconds=2)
    )
    store.save_token(sso, ending)
    assert store.load_token(sso) == ending
    shared.save_token(sso, later)
    clock.sleep(2)
    assert store.load_token(sso).access_token == later.access_token


def test_no_time_means_always_asking(shared: SharedStore, clock: SteppingClock, sso: SsoSession):
    """With fresh_for=0, memory is for outages alone."""
    store = TieredStore(shared, fresh_for=0, clock=clock)
    for _ in range(2):
        assert store.load_renewal_failure(sso) is None
    assert shared.calls == ["read", "read"]


def test_memory_serves_while_the_shared_store_is_down(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
    note: RenewalFailure,
    caplog: pytest.LogCaptureFixture,
):
    """All kinds of entries, without an error, for as long as it takes; it is told once."""
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    store.save_renewal_failure(sso, note)
    shared.is_down = True
    for _ in range(10):
        clock.sleep(60)
        assert store.load_token(sso) == token
        assert store.load_registration(sso) == registration
        assert store.load_credential(key) == credential
        assert store.load_renewal_failure(sso) == note
    assert [r.message for r in caplog.records] == [
        "going on with what is in memory: the server canteen is closed"
    ]
    shared.is_down = False
    clock.sleep(60)
    assert store.load_token(sso) == token
    assert caplog.records[-1].message == "the shared store is back"


def test_it_is_tried_once_in_a_while(
    store: TieredStore, shared: SharedStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """Of all loads in retry_after seconds, one reaches the store that is down."""
    store.save_token(sso, token)
    shared.is_down = True
    shared.calls.clear()
    for _ in range(100):
        clock.sleep(0.3)
        store.load_token(sso)
    # 5 seconds and more in which memory is fresh, then one try in 3 seconds.
    assert 7 <= len(shared.calls) <= 10


def test_what_memory_does_not_have(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    key: CredentialKey,
):
    """A token is an error, which says why; what can be obtained with a token is a miss."""
    shared.is_down = True
    with pytest.raises(StoreUnavailableError, match="canteen"):
        store.load_token(sso)
    with pytest.raises(StoreUnavailableError, match=r"not asked: the server canteen.*tried again"):
        store.load_token(sso)
    assert store.load_registration(sso) is None
    assert store.load_credential(key) is None
    assert store.load_renewal_failure(sso) is None


def test_what_is_saved_during_an_outage_is_written_back(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
    note: RenewalFailure,
):
    """All of it, with the first call that gets through, whatever that asks for."""
    shared.is_down = True
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    store.save_renewal_failure(sso, note)
    assert store.load_token(sso) == token
    shared.is_down = False
    clock.sleep(3)
    store.load_registration(SsoSession("https://other.test/start", "eu-west-1"))
    assert shared.load_token(sso) == token
    assert shared.load_registration(sso) == registration
    assert shared.load_credential(key) == credential
    assert shared.load_renewal_failure(sso) == note
    assert store.load_token(sso) == token


def test_what_was_saved_during_an_outage_overwrites_nothing_newer(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """What others saved meanwhile stays, and is what memory has from then on."""
    newer = attrs.evolve(
        credential, session_token="canary-s2", expires_at=credential.expires_at + timedelta(hours=1)
    )
    shared.is_down = True
    store.save_token(sso, token)
    store.save_credential(key, credential)
    shared.is_down = False
    shared.save_token(sso, later)
    shared.save_credential(key, newer)
    clock.sleep(3)
    assert store.load_token(sso) == later
    assert shared.load_token(sso) == later
    assert store.load_credential(key) == newer
    assert shared.load_credential(key) == newer


def test_what_a_new_token_lacks_survives_an_outage(
    store: TieredStore, shared: SharedStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """Unknown members and the refresh token of the one that memory has go on, as always."""
    old = attrs.evolve(token, refresh_token="canary-r", extra={"a": 1})
    store.save_token(sso, old)
    shared.is_down = True
    new = attrs.evolve(
        token,
        access_token="canary-2",
        received_at=clock.now() + timedelta(seconds=1),
        extra={"b": 2},
    )
    store.save_token(sso, new)
    merged = attrs.evolve(new, refresh_token="canary-r", extra={"a": 1, "b": 2})
    assert store.load_token(sso) == merged
    shared.is_down = False
    clock.sleep(3)
    store.load_token(sso)
    assert shared.load_token(sso) == merged


def test_writing_back_waits_for_whoever_has_the_lock(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
):
    """A load does not wait for a renewal by somebody else: it tries again later."""
    shared.is_down = True
    store.save_token(sso, token)
    shared.is_down = False
    clock.sleep(3)

    def load() -> None:
        assert store.load_token(sso) == token
        assert store.load_token(sso) == token

    with shared.lock(sso):
        _in_thread(load)
        assert shared.load_token(sso) is None
    clock.sleep(5)
    assert store.load_token(sso) == token
    assert shared.load_token(sso) == token


def test_the_holder_of_the_lock_writes_back_itself(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """What it looks at inside is the newest there is, not what it kept from the outage."""
    shared.is_down = True
    store.save_token(sso, token)
    shared.is_down = False
    clock.sleep(3)
    with shared.lock(sso):
        _in_thread(lambda: store.load_token(sso))
        shared.save_token(sso, later)
    clock.sleep(0.1)
    assert store.load_token(sso) == token
    with store.lock(sso):
        assert store.load_token(sso) == later


def test_writing_back_is_tried_again_if_the_store_goes_down_once_more(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Nothing is given up."""
    shared.is_down = True
    store.save_token(sso, token)
    store.save_credential(key, credential)
    shared.is_down = False
    clock.sleep(3)
    fails_at = iter(["lock"])
    called = shared._called

    def down_again(what: str) -> None:
        shared.is_down = what == next(fails_at, None)
        called(what)
        shared.is_down = False

    shared._called = down_again
    store.load_renewal_failure(sso)
    assert store.load_token(sso) == token
    for _ in range(3):
        clock.sleep(5)
        store.load_token(sso)
        store.load_credential(key)
    assert shared.load_token(sso) == token
    assert shared.load_credential(key) == credential


def test_a_token_that_was_rejected_is_not_served(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
):
    """Deleted during an outage, it is gone here at once, and there later."""
    store.save_token(sso, token)
    shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        store.delete_token(sso)
    assert store.load_token(sso) is None
    shared.is_down = False
    clock.sleep(3)
    assert store.load_token(sso) is None
    assert shared.load_token(sso) is None
    assert "remove" in shared.calls


def test_a_late_delete_takes_nothing_newer(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """The login that somebody made meanwhile stays."""
    store.save_token(sso, token)
    shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        store.delete_token(sso)
    shared.is_down = False
    shared.save_token(sso, later)
    clock.sleep(3)
    assert store.load_token(sso) == later
    assert shared.load_token(sso) == later


def test_a_late_delete_of_what_is_gone(
    store: TieredStore, shared: SharedStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """There is nothing to do then."""
    store.save_token(sso, token)
    shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        store.delete_token(sso)
    shared.is_down = False
    shared.delete_token(sso)
    clock.sleep(3)
    assert store.load_token(sso) is None
    assert store.load_token(sso) is None


def test_deleting_what_memory_does_not_know_is_an_error_during_an_outage(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Nobody can tell later whether it is still the same."""
    shared.save_credential(key, credential)
    shared.is_down = True
    for delete in (
        lambda: store.delete_credential(key),
        lambda: store.delete_registration(sso),
        lambda: store.delete_token(sso),
    ):
        with pytest.raises(StoreUnavailableError):
            delete()
    shared.is_down = False
    clock.sleep(3)
    assert store.load_credential(key) == credential


def test_deletes_and_forgetting_go_through(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """What is deleted here is gone for all."""
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    store.delete_token(sso)
    store.delete_registration(sso)
    assert store.forget_credentials(sso.start_url) is True
    for one in (store, shared):
        assert one.load_token(sso) is None
        assert one.load_registration(sso) is None
        assert one.load_credential(key) is None


def test_forgetting_during_an_outage(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Memory forgets the keys of that start URL, also those it would have written back."""
    elsewhere = attrs.evolve(key, start_url="https://other.test/start")
    shared.is_down = True
    store.save_token(sso, token)
    store.save_credential(key, credential)
    store.save_credential(elsewhere, credential)
    with pytest.raises(StoreUnavailableError):
        store.forget_credentials(sso.start_url)
    assert store.load_credential(key) is None
    assert store.load_credential(elsewhere) == credential
    assert store.load_token(sso) == token


def test_a_token_that_the_shared_store_lost_is_put_back(
    store: TieredStore, shared: SharedStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """A server that was restarted empty costs nobody the login."""
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    shared.lose_everything()
    clock.sleep(5)
    assert store.load_token(sso) == token
    assert shared.load_token(sso) == token


def test_an_older_token_that_came_back_is_replaced(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """After a failover to a replica that lagged behind, memory has the newer one."""
    store.save_token(sso, later)
    assert store.load_token(sso) == later
    shared.save_token(sso, token)
    clock.sleep(5)
    assert store.load_token(sso) == later
    assert shared.load_token(sso) == later


def test_an_outage_while_asking_whether_a_token_was_lost(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
):
    """Memory answers until that is known."""
    store.save_token(sso, token)
    store.load_token(sso)
    shared.lose_everything()
    clock.sleep(5)
    called = shared._called

    def down(what: str) -> None:
        shared.is_down = what == "was deleted"
        called(what)

    shared._called = down
    assert store.load_token(sso) == token


def test_an_entry_of_another_key_is_no_outage(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """It is an error whenever it is asked for; other entries and the locks are shared as ever."""
    called = shared._called

    def refuse(what: str) -> None:
        called(what)
        if what == "read":
            raise StoreKeyError("the key is another one")

    shared._called = refuse
    for _ in range(2):
        with pytest.raises(StoreKeyError):
            store.load_token(sso)
        with pytest.raises(StoreKeyError):
            store.load_credential(key)
    shared.calls.clear()
    with store.lock(sso):
        assert shared.calls == ["lock"]
    # What it would replace stays, and what was obtained meanwhile is not lost.
    store.save_token(sso, token)
    store.save_credential(key, credential)
    assert store.load_token(sso) == token
    shared.calls.clear()
    assert store.load_token(sso) == token
    assert "write" not in shared.calls
    shared._called = called
    with store.lock(sso):
        assert store.load_token(sso) == token
    assert shared.load_token(sso) == token


def test_role_credentials_that_the_shared_store_lost_are_a_miss(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    key: CredentialKey,
    credential: RoleCredential,
):
    """They can be obtained anew."""
    store.save_credential(key, credential)
    shared.lose_everything()
    clock.sleep(5)
    assert store.load_credential(key) is None


def test_a_dict_that_lost_a_token_deleted_it(clock: SteppingClock, sso: SsoSession, token: Token):
    """A store that cannot tell the two apart is believed."""
    mapping: dict[str, object] = {}
    store = TieredStore(mapping, fresh_for=0, clock=clock)
    store.save_token(sso, token)
    mapping.clear()
    assert store.load_token(sso) is None


def test_locks_exclude_this_process_during_an_outage(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    key: CredentialKey,
    caplog: pytest.LogCaptureFixture,
):
    """That is what is left, and it is said."""
    shared.is_down = True
    entered: list[str] = []

    def enter() -> None:
        try:
            with store.lock(sso, timeout=0):
                entered.append("wrongly")
        except StoreLockTimeoutError:
            entered.append("excluded")
        with store.lock(key), store.login_lock(sso):
            entered.append("others are free")

    with store.lock(sso):
        _in_thread(enter)
    assert entered == ["excluded", "others are free"]
    assert "only this process is excluded, not others" in caplog.text


def test_a_lock_that_another_worker_has(store: TieredStore, shared: SharedStore, sso: SsoSession):
    """A holder is no outage: the caller waits, and is told."""
    failures: list[str] = []

    def enter() -> None:
        for patience in (None, 0):
            with pytest.raises(StoreLockTimeoutError) as failure, store.lock(sso, timeout=patience):
                pass
            failures.append(str(failure.value))

    with shared.lock(sso):
        _in_thread(enter)
    assert len(failures) == 2
    assert store.load_token(sso) is None


def test_a_lock_whose_end_fails(
    store: TieredStore, shared: SharedStore, sso: SsoSession, caplog: pytest.LogCaptureFixture
):
    """The caller's work is done; the log says that others may have to wait."""
    with store.lock(sso):
        shared.is_down = True
    assert "may be held for longer" in caplog.text
    shared.is_down = False
    with store.lock(sso):
        pass


def test_a_holder_that_was_overtaken_is_told(
    *,
    store: TieredStore,
    shared: SharedStore,
    sso: SsoSession,
    token: Token,
    later: Token,
):
    """It is no outage: nothing is kept for later, and the successor's token is seen at once."""
    store.save_token(sso, token)
    shared.save_token(sso, later)
    shared.is_down, shared.error = True, StoreLeaseLostError("overtaken")
    with pytest.raises(StoreLeaseLostError):
        store.save_token(sso, token)
    with pytest.raises(StoreLeaseLostError):
        store.delete_token(sso)
    shared.is_down = False
    assert store.load_token(sso) == later


def test_the_least_used_entry_gives_way(
    shared: SharedStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """Memory stays within its size, but what the shared store does not have yet is kept."""
    store = TieredStore(shared, maxsize=1, clock=clock)
    other = SsoSession("https://other.test/start", "us-east-1")
    store.save_token(sso, token)
    store.save_token(other, token)
    shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        store.load_token(sso)
    store.save_token(sso, token)
    assert store.load_token(sso)
    assert store.load_token(other)


@pytest.mark.parametrize(
    "options",
    [{"fresh_for": -1}, {"fresh_for": float("inf")}, {"retry_after": -1}, {"maxsize": 0}],
    ids=str,
)
def test_options_that_cannot_work_are_refused(options: dict[str, float]):
    """Each is named in its error."""
    [name] = options
    with pytest.raises(ValueError, match=name):
        TieredStore({}, **options)


def test_what_is_no_store_is_refused():
    """It needs [] and []= at least."""
    with pytest.raises(TypeError, match="a cache needs"):
        TieredStore(5)


def test_the_repr_shows_the_shared_store(store: TieredStore):
    """And nothing that is in memory."""
    assert repr(store) == "TieredStore(SharedStore(maxsize=4096))"
    assert repr(TieredStore({})) == "TieredStore(MappingStore(<dict>))"


def test_a_breaker_lets_one_through_at_a_time(clock: SteppingClock):
    """While it is down, one attempt in a pause, however many ask; news are told once."""
    breaker = CircuitBreaker(clock, pause=3)
    assert breaker.allows()
    assert breaker.succeeded() is False
    assert (breaker.failed(), breaker.failed()) == (True, False)
    assert not breaker.allows()
    clock.sleep(3)
    assert [breaker.allows() for _ in range(5)] == [True] + [False] * 4
    clock.sleep(3)
    assert breaker.allows()
    assert (breaker.succeeded(), breaker.succeeded()) == (True, False)
    assert breaker.allows()
    assert breaker.allows()


def test_calls_outlive_whoever_is_told_of_their_success(clock: SteppingClock):
    """What was dropped meanwhile is not called any more."""

    class Listener:
        def hear(self) -> None:
            """Never be called."""
            raise AssertionError

    listener = Listener()
    ask = SharedCalls(clock, retry_after=1, when_back=listener.hear)

    def fail() -> None:
        raise StoreError("down")

    with pytest.raises(StoreError):
        ask(fail)
    del listener
    clock.sleep(1)
    assert ask(lambda: "an answer") == "an answer"


def test_registrations_are_told_apart_by_their_end(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    registration: ClientRegistration,
):
    """Of two clients, the one that ends later is newer."""
    newer = attrs.evolve(
        registration, client_id="newer", expires_at=registration.expires_at + timedelta(days=1)
    )
    shared.is_down = True
    store.save_registration(sso, registration)
    shared.is_down = False
    shared.save_registration(sso, newer)
    clock.sleep(3)
    assert store.load_registration(sso) == newer


def test_tokens_that_do_not_say_when_they_came_are_told_apart_by_their_end(
    *,
    store: TieredStore,
    shared: SharedStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
):
    """Other programs write them."""
    old = attrs.evolve(token, received_at=None)
    new = attrs.evolve(
        old,
        access_token="canary-new",
        expires_at=datetime.max.replace(tzinfo=old.expires_at.tzinfo),
    )
    shared.is_down = True
    store.save_token(sso, old)
    shared.is_down = False
    shared.save_token(sso, new)
    clock.sleep(3)
    assert store.load_token(sso).access_token == "canary-new"
