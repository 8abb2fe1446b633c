"""Locks in Redis: leases with an owner and a fencing number, on a real server."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

import attrs
import pytest
from programs import RunPython
from stepping_clock import SteppingClock
from tests.redis_fixtures import RedisServer, eventually

from ssokit.domain.errors import StoreLeaseLostError, StoreLockTimeoutError, StoreUnavailableError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import RedisStore

StartRedis = Callable[..., RedisServer]


@pytest.fixture
def token(token: Token) -> Token:
    return attrs.evolve(token, expires_at=datetime(2100, 1, 1, tzinfo=timezone.utc))


@pytest.fixture
def later(token: Token) -> Token:
    return attrs.evolve(token, access_token="canary-later")


def _lock_key(server: RedisServer) -> str:
    [name] = server("KEYS", "*:lock")
    return name


def _others_turn(server: RedisServer, sso: SsoSession, token: Token) -> None:
    """Somebody else has the lock after this lease ended, and saves a token."""
    server("DEL", _lock_key(server))
    other = RedisStore(server.url, lock_timeout=0)

    def work() -> None:
        with other.lock(sso):
            other.save_token(sso, token)

    _in_thread(work)


def _in_thread(work: Callable[[], object]) -> list[Exception]:
    failures: list[Exception] = []

    def run() -> None:
        try:
            work()
        except StoreLockTimeoutError as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return failures


def test_the_holder_excludes_everybody_else(
    redis_server: RedisServer, sso: SsoSession, key: CredentialKey
):
    """Other threads, through this object and others; other locks are free."""
    store, other = (RedisStore(redis_server.url, lock_timeout=0) for _ in range(2))
    with store.lock(sso):
        for handle in (store, other):
            [failure] = _in_thread(handle.lock(sso).__enter__)
            assert "lock on token" in str(failure)
            assert "canary" not in str(failure)

        def enter_others() -> None:
            with other.lock(key), other.login_lock(sso):
                pass

        assert _in_thread(enter_others) == []
    assert redis_server("KEYS", "*:lock") == []


def test_the_same_thread_is_told_at_once(redis_server: RedisServer, sso: SsoSession):
    """Taking a lock twice in one thread raises, through any object on the same server."""
    store, other = (RedisStore(redis_server.url) for _ in range(2))
    with store.lock(sso):
        for handle in (store, other):
            with pytest.raises(StoreLockTimeoutError, match="very thread"), handle.lock(sso):
                pass
    with other.lock(sso):
        pass


def test_what_a_call_without_an_answer_left_behind_is_waited_for(
    start_redis: StartRedis, sso: SsoSession
):
    """A server that was silent may have locked after all: its lease ends, for this thread too."""
    server = start_redis()
    store = RedisStore(server.url, lease=0.5, timeout=0.2)
    server("PING")
    store.load_token(sso)
    server.pause()
    with pytest.raises(StoreUnavailableError), store.lock(sso):
        pass
    server.resume()
    eventually(lambda: server("KEYS", "*:fence"))
    with store.lock(sso, timeout=30):
        assert server("GET", _lock_key(server))


def test_a_lock_without_a_thread_to_renew_it_is_let_go(
    redis_server: RedisServer, sso: SsoSession, token: Token
):
    """Neither the lease nor its number stays behind when no thread can be started."""
    store = RedisStore(redis_server.url)
    usual = threading.stack_size(1 << 46)
    try:
        with pytest.raises(RuntimeError, match="thread"), store.lock(sso):
            pass
    finally:
        threading.stack_size(usual)
    assert redis_server("KEYS", "*:lock") == []
    with RedisStore(redis_server.url).lock(sso):
        pass
    store.save_token(sso, token)


def test_a_waiter_looks_often_and_at_the_end_of_the_lease(
    redis_server: RedisServer,
    sso: SsoSession,
    clock: SteppingClock,
    caplog: pytest.LogCaptureFixture,
):
    """No pause is longer than 150 ms, or than what is left of the lease; it says that it waits."""
    other = RedisStore(redis_server.url)
    leave, inside = threading.Event(), threading.Event()

    def hold() -> None:
        with other.login_lock(sso):
            inside.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()

    def meanwhile() -> None:
        if len(clock.slept) == 20:
            redis_server("PEXPIRE", _lock_key(redis_server), 40)
        if len(clock.slept) == 21:
            leave.set()
            holder.join()

    clock.meanwhile = meanwhile
    with RedisStore(redis_server.url, clock=clock).login_lock(sso):
        pass
    assert len(clock.slept) == 21
    assert all(0.05 <= pause <= 0.15 for pause in clock.slept[:20])
    assert clock.slept[20] <= 0.04
    assert len(set(clock.slept)) > 10
    [said] = [record.message for record in caplog.records if "waiting for" in record.message]
    assert f"process {os.getpid()} on " in said


def test_a_waiter_gives_up_in_time(
    redis_server: RedisServer, sso: SsoSession, clock: SteppingClock
):
    """The error names the process that holds it; a wait for a short lock is not announced."""
    store = RedisStore(redis_server.url, lock_timeout=1, clock=clock)
    other = RedisStore(redis_server.url)
    with other.lock(sso):
        [failure] = _in_thread(store.lock(sso).__enter__)
        assert f"process {os.getpid()} on " in str(failure)
        assert sum(clock.slept) == pytest.approx(1, abs=0.001)
        clock.slept.clear()
        assert _in_thread(store.lock(sso, timeout=0).__enter__)
        assert clock.slept == []


def test_a_lock_without_an_end_is_not_asked_for_without_a_pause(
    redis_server: RedisServer, sso: SsoSession, clock: SteppingClock
):
    """Somebody took its expiry away: waiters look as often as at any other."""
    store = RedisStore(redis_server.url, lock_timeout=1, clock=clock)
    with RedisStore(redis_server.url).lock(sso):
        redis_server("PERSIST", _lock_key(redis_server))
        assert _in_thread(store.lock(sso).__enter__)
    assert 7 <= len(clock.slept) <= 21


def test_a_lease_is_renewed_while_it_is_held(redis_server: RedisServer, sso: SsoSession):
    """Its time is set back again and again, by a thread that ends with the lock."""
    store = RedisStore(redis_server.url, lease=0.2)
    with store.lock(sso):
        key = _lock_key(redis_server)
        for _ in range(3):
            eventually(lambda: redis_server("PTTL", key) < 150)
            eventually(lambda: redis_server("PTTL", key) > 150)
    assert [thread for thread in threading.enumerate() if thread.name == "ssokit-lease"] == []


def test_a_holder_that_was_overtaken_changes_nothing(
    redis_server: RedisServer, sso: SsoSession, token: Token, later: Token
):
    """What its successor saved stays, whether it saves or deletes; then it has the lock again."""
    store = RedisStore(redis_server.url)
    with store.lock(sso):
        _others_turn(redis_server, sso, later)
        with pytest.raises(StoreLeaseLostError, match="was left as it is") as lost:
            store.save_token(sso, token)
        assert lost.value.retryable
        with pytest.raises(StoreLeaseLostError):
            store.delete_token(sso)
        assert store.load_token(sso) == later
    with store.lock(sso):
        store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_an_overtaken_holder_of_a_login_saves_nothing_else_either(
    *,
    redis_server: RedisServer,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Every lock that the thread holds counts for all that it writes."""
    store = RedisStore(redis_server.url)
    with store.login_lock(sso), store.lock(key):
        [login] = [name for name in redis_server("KEYS", "*:lock") if ":login:" in name]
        redis_server("DEL", login)
        assert _in_thread(lambda: RedisStore(redis_server.url).login_lock(sso).__enter__()) == []
        for write in (
            lambda: store.save_token(sso, token),
            lambda: store.save_credential(key, credential),
        ):
            with pytest.raises(StoreLeaseLostError):
                write()
        assert store.load_token(sso) is None
    redis_server("FLUSHALL")


def test_a_lease_that_ran_out_unnoticed_is_as_good_as_any(
    redis_server: RedisServer, sso: SsoSession, token: Token
):
    """Without a successor, the holder may write."""
    store = RedisStore(redis_server.url)
    with store.lock(sso):
        redis_server("DEL", _lock_key(redis_server))
        store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_writes_without_a_lock_are_not_fenced(
    redis_server: RedisServer, sso: SsoSession, token: Token, later: Token
):
    """The lock is for those who renew; others may save what they have."""
    store = RedisStore(redis_server.url)
    with store.lock(sso):
        store.save_token(sso, token)
        assert _in_thread(lambda: store.save_token(sso, later)) == []
        assert store.load_token(sso) == later


def test_the_end_of_a_lost_lease_does_not_free_the_successors(
    redis_server: RedisServer, sso: SsoSession
):
    """Only the owner's own lease is deleted."""
    store = RedisStore(redis_server.url)
    with store.lock(sso):
        key = _lock_key(redis_server)
        redis_server("SET", key, "host/1/nonce/1/another", "PX", 60_000)
    assert redis_server("GET", key) == "host/1/nonce/1/another"


def test_a_lease_that_the_server_lost_is_taken_up_again(redis_server: RedisServer, sso: SsoSession):
    """After a restart, or a failover, the lock is there again if nobody else had it."""
    store = RedisStore(redis_server.url, lease=0.2)
    with store.lock(sso):
        before = redis_server("GET", _lock_key(redis_server))
        redis_server("FLUSHALL")
        eventually(lambda: redis_server("KEYS", "*:lock"))
        assert redis_server("GET", _lock_key(redis_server)) == before


def test_a_lease_that_somebody_else_has_is_not_taken_back(
    redis_server: RedisServer, sso: SsoSession, caplog: pytest.LogCaptureFixture
):
    """The loss is logged, once, and renewals end."""
    store = RedisStore(redis_server.url, lease=0.2)
    with store.lock(sso):
        key = _lock_key(redis_server)
        redis_server("SET", key, "host/1/nonce/1/another", "PX", 60_000)
        eventually(lambda: "was lost to another worker" in caplog.text)
        eventually(lambda: "ssokit-lease" not in [thread.name for thread in threading.enumerate()])
        assert redis_server("GET", key).endswith("another")


def test_fencing_numbers_rise_even_if_the_server_lost_them(
    redis_server: RedisServer, sso: SsoSession
):
    """They follow the server's clock, to the microsecond."""
    store = RedisStore(redis_server.url)
    numbers = []
    for _ in range(3):
        for _ in range(20):
            with store.lock(sso):
                [fence] = redis_server("KEYS", "*:fence")
                numbers.append(int(redis_server("GET", fence)))
        redis_server("FLUSHALL")
    assert numbers == sorted(set(numbers))


def test_an_outage_while_a_lock_is_held(
    *,
    start_redis: StartRedis,
    sso: SsoSession,
    token: Token,
    caplog: pytest.LogCaptureFixture,
):
    """Renewals and the release fail with a log line each; the holder's own work goes on."""
    server = start_redis()
    store = RedisStore(server.url, lease=0.1)
    with store.lock(sso):
        server.kill()
        eventually(lambda: "may be lost" in caplog.text)
        with pytest.raises(StoreUnavailableError):
            store.save_token(sso, token)
    assert caplog.text.count("may be lost") == 1
    assert "ends by itself" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


_HOLDER = """
import os, sys
from datetime import datetime, timezone
from ssokit.domain.errors import StoreLeaseLostError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import RedisStore
sso = SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1")
store = RedisStore(sys.argv[1], lease=0.3)
token = Token(start_url=sso.start_url, region=sso.region, access_token="canary-of-the-holder",
              expires_at=datetime(2100, 1, 1, tzinfo=timezone.utc))
with store.lock(sso):
    print("held", flush=True)
    sys.stdin.readline()
    try:
        store.save_token(sso, token)
        print("saved", flush=True)
    except StoreLeaseLostError:
        print("lost", store.load_token(sso).access_token, flush=True)
"""


@contextmanager
def _holder(server: RedisServer) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _HOLDER, server.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_killed_holder_delays_the_others_by_one_lease(
    redis_server: RedisServer, sso: SsoSession, token: Token
):
    """A waiter goes on when the lease has ended, not before."""
    store = RedisStore(redis_server.url)
    with _holder(redis_server) as holder:
        holder.kill()
        holder.wait()
        assert _in_thread(store.lock(sso, timeout=0).__enter__)
        with store.lock(sso):
            store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_a_paused_holder_cannot_overwrite_its_successor(
    redis_server: RedisServer, sso: SsoSession, token: Token
):
    """Stopped with SIGSTOP for longer than its lease, it finds its successor's token."""
    store = RedisStore(redis_server.url)
    with _holder(redis_server) as holder:
        holder.send_signal(signal.SIGSTOP)
        with store.lock(sso):
            store.save_token(sso, token)
        holder.send_signal(signal.SIGCONT)
        out, _ = holder.communicate("\n")
    assert out == f"lost {token.access_token}\n"
    assert store.load_token(sso) == token


def test_a_forked_child_neither_holds_nor_releases(
    redis_server: RedisServer, run_python: RunPython
):
    """The child of a holder is excluded, its end frees nothing, and its connection is its own."""
    program = """
import os, sys, warnings
warnings.simplefilter("ignore")
from ssokit.domain.errors import StoreLockTimeoutError
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import RedisStore
sso = SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1")
store = RedisStore(sys.argv[1], lock_timeout=0)
def child_enters():
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)
    try:
        with store.lock(sso):
            print("child entered")
    except StoreLockTimeoutError:
        print("child excluded")
    return None
def hold_and_fork():
    with store.lock(sso):
        for _ in range(2):
            if child_enters() is None:
                return
        print("parent leaves", store.load_token(sso))
    child_enters()
hold_and_fork()
"""
    assert run_python(program, redis_server.url).stdout.splitlines() == [
        "child excluded",
        "child excluded",
        "parent leaves None",
        "child entered",
    ]
