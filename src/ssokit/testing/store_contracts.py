"""Contract tests for stores: subclass one, say how your store is made, and run pytest.

::

    class TestVaultStore(TokenStoreContract, CredentialStoreContract):
        def make_store(self):
            return VaultStore(self.url)

A failure names the promise that was broken. Nothing here waits for time to pass, apart from
limits on what would otherwise never end.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timezone
from multiprocessing.connection import Connection
from typing import Any

import attrs

from ssokit.domain.errors import StoreError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore

LONGEST_WAIT = 60.0

_HERE = SsoSession("https://d-1111111111.awsapps.com/start", "us-east-1")
_THERE = SsoSession("https://d-2222222222.awsapps.com/start", "eu-west-1")
_FUTURE = datetime(2100, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
_PAST = datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

_TOKEN = Token(
    start_url=_HERE.start_url,
    region=_HERE.region,
    access_token="canary-access-1",  # noqa: S106 - a canary
    expires_at=_FUTURE,
    received_at=_PAST,
)
_REFRESHABLE = attrs.evolve(
    _TOKEN,
    refresh_token="canary-refresh-1",  # noqa: S106 - a canary
    extra={"clientId": "x", "scopes": ["sso:account:access"]},
)
_OTHER_TOKEN = attrs.evolve(
    _TOKEN,
    start_url=_THERE.start_url,
    region=_THERE.region,
    access_token="canary-access-2",  # noqa: S106 - a canary
)
_REGISTRATION = ClientRegistration(
    client_id="client-1",
    client_secret="canary-client-1",  # noqa: S106 - a canary
    expires_at=_FUTURE,
    extra={"receivedAt": "2020-01-02T03:04:05Z", "scopes": ["sso:account:access"]},
)
_KEY = CredentialKey(start_url=_HERE.start_url, account_id="012345678901", role_name="Reader")
_CREDENTIAL = RoleCredential(
    account_id=_KEY.account_id,
    role_name=_KEY.role_name,
    access_key_id="canary-key-1",
    secret_access_key="canary-secret-1",  # noqa: S106 - a canary
    session_token="canary-session-1",  # noqa: S106 - a canary
    expires_at=_FUTURE,
)
_Locking = Callable[[], AbstractContextManager[None]]


class TokenStoreContract:
    """What every `ssokit.ports.TokenStore` promises. Subclass it and define `make_store`."""

    def make_store(self) -> TokenStore:
        """Give a handle on the store under test.

        It is called several times within one test: all handles of a test share what is
        stored, and each test starts with nothing stored. A store that is one object, such as
        a dict in memory, gives the same object each time.
        """
        raise NotImplementedError

    def test_a_store_without_entries_gives_none(self) -> None:
        """Nothing saved is a miss, and deleting it is no error."""
        store = self.make_store()
        store.delete_token(_HERE)
        store.delete_registration(_HERE)
        _same(store.load_token(_HERE), None, "a token that was never saved is None")
        _same(store.load_registration(_HERE), None, "a registration never saved is None")

    def test_a_saved_token_comes_back_whole(self) -> None:
        """Every field comes back, unknown members of ``extra`` included."""
        self.make_store().save_token(_HERE, _REFRESHABLE)
        _same(self.make_store().load_token(_HERE), _REFRESHABLE, "a token comes back as saved")

    def test_a_token_keeps_its_own_region(self) -> None:
        """A token of another region than the one asked for comes back with its own."""
        token = attrs.evolve(_TOKEN, region="ap-south-1")
        self.make_store().save_token(_HERE, token)
        _same(self.make_store().load_token(_HERE), token, "a token keeps its own region")

    def test_a_later_token_replaces_the_earlier(self) -> None:
        """Known fields are those of the last save, the refresh token included."""
        store = self.make_store()
        store.save_token(_HERE, _REFRESHABLE)
        later = attrs.evolve(_REFRESHABLE, access_token="canary-3", refresh_token="canary-4")  # noqa: S106
        store.save_token(_HERE, later)
        _same(store.load_token(_HERE), later, "the last save wins")

    def test_what_a_new_token_lacks_survives(self) -> None:
        """Unknown members and the refresh token of the old entry outlive a save without them."""
        store = self.make_store()
        store.save_token(_HERE, _REFRESHABLE)
        store.save_token(_HERE, attrs.evolve(_TOKEN, extra={"new": 1}))
        expected = attrs.evolve(_REFRESHABLE, extra={**_REFRESHABLE.extra, "new": 1})
        _same(store.load_token(_HERE), expected, "refresh token and unknown members survive")

    def test_tokens_of_different_start_urls_are_apart(self) -> None:
        """Saving and deleting one login leaves the other alone."""
        store = self.make_store()
        store.save_token(_HERE, _TOKEN)
        store.save_token(_THERE, _OTHER_TOKEN)
        store.delete_token(_HERE)
        _same(store.load_token(_HERE), None, "a deleted token is gone")
        _same(store.load_token(_THERE), _OTHER_TOKEN, "another login's token stays")

    def test_registrations_come_back_and_are_replaced_whole(self) -> None:
        """Nothing of an old registration mixes into the next, and tokens are not touched."""
        store = self.make_store()
        store.save_token(_HERE, _TOKEN)
        store.save_registration(_HERE, _REGISTRATION)
        _same(store.load_registration(_HERE), _REGISTRATION, "a registration comes back")
        _same(store.load_registration(_THERE), None, "another region has its own registration")
        later = attrs.evolve(_REGISTRATION, client_id="client-2", extra={})
        store.save_registration(_HERE, later)
        _same(store.load_registration(_HERE), later, "a registration is replaced whole")
        store.delete_registration(_HERE)
        _same(store.load_registration(_HERE), None, "a deleted registration is gone")
        _same(store.load_token(_HERE), _TOKEN, "registrations do not touch tokens")

    def test_expired_entries_are_as_saved_or_gone(self) -> None:
        """A store may drop what expired, unless a refresh token can still renew it."""
        store = self.make_store()
        dead = attrs.evolve(_TOKEN, expires_at=_PAST)
        store.save_token(_HERE, dead)
        _among(store.load_token(_HERE), (dead, None), "an expired token is as saved, or gone")
        renewable = attrs.evolve(_REFRESHABLE, expires_at=_PAST)
        store.save_token(_HERE, renewable)
        _same(store.load_token(_HERE), renewable, "a refresh token outlives its access token")

    def test_values_are_not_shared(self) -> None:
        """Changing what was saved or loaded does not change what is stored."""
        store = self.make_store()
        given: dict[str, Any] = {"scopes": ["a"]}
        store.save_token(_HERE, attrs.evolve(_TOKEN, extra=given))
        given["scopes"].append("b")
        for _ in range(2):
            loaded = _load(store)
            _same(loaded.extra, {"scopes": ["a"]}, "stored values are copies")
            loaded.extra["scopes"].append("c")

    def test_threads_lose_no_update_under_the_lock(self) -> None:
        """The lock of one handle excludes the other handles: read, add one, write, 8 times 10."""
        self.make_store().save_token(_HERE, attrs.evolve(_TOKEN, extra={"count": 0}))
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(_count_up, self.make_store(), 10) for _ in range(8)]:
                done.result()
        _same(_load(self.make_store()).extra, {"count": 80}, "no update is lost under lock()")

    def test_the_lock_of_a_login_ends_with_its_block(self) -> None:
        """An exception releases the lock, and other logins were never locked."""
        store, other = self.make_store(), self.make_store()
        _check_lock(lambda: store.lock(_HERE), lambda: other.lock(_THERE))

    def test_no_secret_of_a_login_is_shown(self) -> None:
        """Neither the store's repr nor any log record has a secret of a token or client."""
        with _recorded() as records:
            store = self.make_store()
            with store.lock(_HERE):
                store.save_token(_HERE, _REFRESHABLE)
                store.save_registration(_HERE, _REGISTRATION)
            store.load_token(_HERE)
        _no_canary([repr(store), *records])


class CredentialStoreContract:
    """What every `ssokit.ports.CredentialStore` promises. Define `make_store`."""

    def make_store(self) -> CredentialStore:
        """Give a handle on the store under test, as for `TokenStoreContract`."""
        raise NotImplementedError

    def test_role_credentials_come_back_as_saved(self) -> None:
        """None before, every field after, the later save instead of the earlier."""
        store = self.make_store()
        store.delete_credential(_KEY)
        _same(store.load_credential(_KEY), None, "credentials that were never saved are None")
        store.save_credential(_KEY, _CREDENTIAL)
        _same(self.make_store().load_credential(_KEY), _CREDENTIAL, "credentials come back")
        later = attrs.evolve(_CREDENTIAL, access_key_id="canary-key-2")
        store.save_credential(_KEY, later)
        _same(store.load_credential(_KEY), later, "the last save wins")

    def test_role_credentials_of_different_keys_are_apart(self) -> None:
        """Account, role and start URL each make another key; deleting one leaves the others."""
        store = self.make_store()
        keys = [
            _KEY,
            attrs.evolve(_KEY, account_id="112345678901"),
            attrs.evolve(_KEY, role_name="Writer"),
            attrs.evolve(_KEY, start_url=_THERE.start_url),
        ]
        for key in keys:
            store.save_credential(key, _credential_for(key))
        store.delete_credential(_KEY)
        _same(store.load_credential(_KEY), None, "deleted credentials are gone")
        for key in keys[1:]:
            _same(store.load_credential(key), _credential_for(key), "other keys' stay")

    def test_expired_role_credentials_are_as_saved_or_gone(self) -> None:
        """A store may drop what expired, and never changes it."""
        store = self.make_store()
        dead = attrs.evolve(_CREDENTIAL, expires_at=_PAST)
        store.save_credential(_KEY, dead)
        _among(store.load_credential(_KEY), (dead, None), "expired keys are as saved, or gone")

    def test_forgetting_tells_the_truth(self) -> None:
        """After True all credentials of the start URL are gone; others stay in any case."""
        store = self.make_store()
        other = attrs.evolve(_KEY, start_url=_THERE.start_url)
        store.save_credential(_KEY, _CREDENTIAL)
        store.save_credential(other, _credential_for(other))
        gone = store.forget_credentials(_HERE.start_url)
        left = None if gone else _CREDENTIAL
        _same(store.load_credential(_KEY), left, f"forget_credentials() said {gone}")
        _same(store.load_credential(other), _credential_for(other), "other logins' keys stay")

    def test_the_lock_of_role_credentials_ends_with_its_block(self) -> None:
        """An exception releases the lock, and other roles were never locked."""
        store, other = self.make_store(), self.make_store()
        _check_lock(
            lambda: store.lock(_KEY), lambda: other.lock(attrs.evolve(_KEY, role_name="Writer"))
        )

    def test_no_secret_of_a_role_is_shown(self) -> None:
        """Neither the store's repr nor any log record has a key."""
        with _recorded() as records:
            store = self.make_store()
            with store.lock(_KEY):
                store.save_credential(_KEY, _CREDENTIAL)
            store.load_credential(_KEY)
        _no_canary([repr(store), *records])


def _same(actual: object, expected: object, promise: str) -> None:
    _among(actual, (expected,), promise)


def _among(actual: object, allowed: tuple[object, ...], promise: str) -> None:
    if actual not in allowed:
        expected = " or ".join(map(repr, allowed))
        raise AssertionError(f"broken promise: {promise}; expected {expected}, got {actual!r}")


def _no_canary(texts: list[str]) -> None:
    shown = [text for text in texts if "canary" in text]
    _same(len(shown), 0, "no secret in reprs and log records")


def _load(store: TokenStore) -> Token:
    token = store.load_token(_HERE)
    if token is None:
        raise AssertionError("broken promise: a token that was saved is there")
    return token


def _count_up(store: TokenStore, times: int) -> None:
    for _ in range(times):
        with store.lock(_HERE):
            token = _load(store)
            extra = {"count": token.extra["count"] + 1}
            store.save_token(_HERE, attrs.evolve(token, extra=extra))


def _credential_for(key: CredentialKey) -> RoleCredential:
    return attrs.evolve(
        _CREDENTIAL,
        account_id=key.account_id,
        role_name=key.role_name,
        access_key_id=f"canary-{hash(key)}",
    )


class _InsideTheLockError(Exception):
    pass


def _check_lock(lock: _Locking, other: _Locking) -> None:
    with suppress(_InsideTheLockError), lock():
        raise _InsideTheLockError
    outcome: list[object] = []

    def enter_both() -> None:
        try:
            with lock(), other():
                outcome.append("entered")
        except StoreError as refused:
            outcome.append(refused)

    thread = threading.Thread(target=enter_both, daemon=True)
    thread.start()
    thread.join(LONGEST_WAIT)
    _same(outcome, ["entered"], "an exception releases the lock; those of other keys are free")


@contextmanager
def _recorded() -> Iterator[list[str]]:
    records: list[str] = []
    recorder = logging.Handler()
    formatter = logging.Formatter()
    # A record that another logger's handler would print, traceback included.
    recorder.emit = lambda record: records.append(formatter.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(recorder)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.removeHandler(recorder)
        root.setLevel(level)


class CrossProcessContract:
    """What a store promises that several processes share. Define `store_factory`.

    The tests start processes, and one of them forks: they need a POSIX system.
    """

    def store_factory(self) -> Callable[[], TokenStore]:
        """Give what makes a handle on the store under test in any process.

        It is pickled, so a function of a module or a `functools.partial` over a class will
        do, a lambda will not. It gives handles on the same storage all through one test.
        """
        raise NotImplementedError

    def test_a_token_crosses_processes(self) -> None:
        """What another process saved is loaded here."""
        with _processes(_save, self.store_factory(), [_REFRESHABLE]) as [pipe]:
            _receive(pipe)
            loaded = self.store_factory()().load_token(_HERE)
            _same(loaded, _REFRESHABLE, "a token that another process saved is loaded")

    def test_processes_lose_no_update_under_the_lock(self) -> None:
        """Four processes read, add one and write, 25 times each."""
        make_store = self.store_factory()
        make_store().save_token(_HERE, attrs.evolve(_TOKEN, extra={"count": 0}))
        with _processes(_count, make_store, [25] * 4) as pipes:
            for pipe in pipes:
                _receive(pipe)
        _same(_load(make_store()).extra, {"count": 100}, "no update is lost under lock()")

    def test_a_reader_never_sees_a_torn_value(self) -> None:
        """While four processes write in turns, every load gives one of the written values."""
        make_store = self.store_factory()
        values = [_long_token(number) for number in range(4)]
        make_store().save_token(_HERE, values[0])
        store, working = make_store(), True
        with _processes(_overwrite, make_store, [values] * 4) as pipes:
            while working:
                _among(store.load_token(_HERE), tuple(values), "a value is whole, and there")
                working = not all(pipe.poll() for pipe in pipes)

    def test_a_killed_holder_frees_its_waiters(self) -> None:
        """The lock vanishes with a process that is killed with SIGKILL."""
        make_store = self.store_factory()
        with _processes(_hold, make_store, [None]) as [pipe]:
            holder, entered = _receive(pipe), threading.Event()

            def enter() -> None:
                with make_store().lock(_HERE):
                    entered.set()

            waiter = threading.Thread(target=enter, daemon=True)
            waiter.start()
            _same(entered.is_set(), False, "the lock excludes other processes")
            os.kill(holder, signal.SIGKILL)
            waiter.join(LONGEST_WAIT)
            _same(entered.is_set(), True, "the lock vanishes with a killed holder")

    def test_a_writer_killed_at_any_step_leaves_the_old_or_the_new(self) -> None:
        """A process is killed at its first, second, ... step of a save, until it gets through.

        Steps are the events that Python audits: files opened, renamed, removed, sockets.
        """
        with _processes(_killed_saves, self.store_factory(), [None]) as [pipe]:
            left = _receive(pipe)
        for step, token in enumerate(left, 1):
            _among(token, (_TOKEN, _OTHER_TOKEN), f"old or new after a kill at step {step}")
        _same(left[-1], _OTHER_TOKEN, "a save that is not killed is there")


@contextmanager
def _processes(
    work: Callable[[Callable[[], TokenStore], Any, Connection], None],
    make_store: Callable[[], TokenStore],
    arguments: list[Any],
) -> Iterator[list[Connection]]:
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in arguments]
    started = []
    try:
        for argument, (_, theirs) in zip(arguments, pipes, strict=True):
            process = context.Process(target=work, args=(make_store, argument, theirs))
            process.start()
            started.append(process)
            # Only the child holds its end now, so that its death ends a wait for it.
            theirs.close()
        yield [ours for ours, _ in pipes]
        for process in started:
            process.join(LONGEST_WAIT)
    finally:
        for process in started:
            process.kill()
            process.join()
        for ours, _ in pipes:
            ours.close()


def _receive(pipe: Connection, *, patience: float = LONGEST_WAIT) -> Any:
    if not pipe.poll(patience):
        raise AssertionError("a process of this test is stuck: see whether lock() ever returns")
    try:
        return pipe.recv()
    except EOFError:
        raise AssertionError("a process of this test failed: see its own traceback") from None


def _save(make_store: Callable[[], TokenStore], token: Token, pipe: Connection) -> None:
    make_store().save_token(_HERE, token)
    pipe.send("saved")


def _count(make_store: Callable[[], TokenStore], times: int, pipe: Connection) -> None:
    _count_up(make_store(), times)
    pipe.send("counted")


def _overwrite(make_store: Callable[[], TokenStore], tokens: list[Token], pipe: Connection) -> None:
    store = make_store()
    for token in itertools.islice(itertools.cycle(tokens), 100):
        store.save_token(_HERE, token)
    pipe.send("written")


def _hold(make_store: Callable[[], TokenStore], _: None, pipe: Connection) -> None:
    with make_store().lock(_HERE):
        pipe.send(os.getpid())
        # Until it is killed, or the test ends and closes the other end.
        with suppress(EOFError):
            pipe.recv()


def _killed_saves(make_store: Callable[[], TokenStore], _: None, pipe: Connection) -> None:
    left: list[Token | None] = []
    killed = True
    while killed:
        make_store().save_token(_HERE, _TOKEN)
        child = os.fork()
        if not child:
            sys.addaudithook(_killer(len(left) + 1))
            with suppress(Exception):
                make_store().save_token(_HERE, _OTHER_TOKEN)
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        left.append(make_store().load_token(_HERE))
    pipe.send(left)


def _killer(step: int, signal_number: int = signal.SIGKILL) -> Callable[[str, object], int]:
    steps = itertools.count(1)

    def watch(event: str, _: object) -> int:
        if event.partition(".")[0] not in ("open", "os", "socket", "tempfile", "fcntl"):
            return 0
        reached = next(steps)
        if reached == step:
            os.kill(os.getpid(), signal_number)
        return reached

    return watch


def _long_token(number: int) -> Token:
    token = f"canary-{number}"
    return attrs.evolve(_TOKEN, access_token=token, extra={"padding": [token] * 500})
