"""A real Redis that is killed, paused, emptied and replaced while programs use the login in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.redis_fixtures import Failover, RedisServer, eventually

import ssokit
from ssokit.stores import RedisStore, TieredStore
from ssokit.testing import FakeIdentityCenter

_ROLES = (("444455556666", "ReadOnly"), ("444455556666", "Developer"))


class _Program:
    """Threads that ask for keys again and again, as those of a busy program do."""

    def __init__(self, center: FakeIdentityCenter, store: TieredStore) -> None:
        self._center, self._store = center, store
        self._over = threading.Event()
        self.calls = [0] * 4
        self.failures: list[Exception] = []

    def _work(self, number: int) -> None:
        mine = _identity_center(self._center, self._store)
        while not self._over.is_set():
            try:
                assert mine.role_credential(*_ROLES[number % 2])
                assert mine.login()
            except Exception as failure:  # noqa: BLE001 - none at all is expected
                self.failures.append(failure)
            self.calls[number] += 1

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let it run for a block."""
        threads = [threading.Thread(target=self._work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        try:
            self.goes_on()
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def goes_on(self) -> None:
        """Wait until each thread got three more answers, each of which came after this call."""
        before = list(self.calls)
        eventually(lambda: all(now >= then + 3 for now, then in zip(self.calls, before)))  # noqa: B905


def _identity_center(center: FakeIdentityCenter, store: object) -> ssokit.IdentityCenter:
    return ssokit.IdentityCenter(
        center.start_url, center.region, token_store=store, credential_store=store
    )


def _impatient(url: str) -> TieredStore:
    return TieredStore(RedisStore(url, timeout=0.2), fresh_for=0.01, retry_after=0.1)


def _killed(server: RedisServer) -> None:
    server.kill()


def _paused(server: RedisServer) -> None:
    server.pause()


def _back(server: RedisServer) -> None:
    if server.is_running:
        server.resume()
    else:
        server.start()


@pytest.mark.parametrize("disturb", [_killed, _paused])
def test_an_outage_is_not_noticed_by_programs(
    identity_center: FakeIdentityCenter,
    start_redis: Callable[..., RedisServer],
    disturb: Callable[[RedisServer], None],
):
    """No error while it is down, nor when it is back; then it is used again, without a restart."""
    server = start_redis()
    store = _impatient(server.url)
    _identity_center(identity_center, store).login()
    program = _Program(identity_center, store)
    with program.running():
        for _ in range(2):
            disturb(server)
            program.goes_on()
            _back(server)
            program.goes_on()
            eventually(lambda: server("KEYS", "{ssokit}:token:*"))
    assert program.failures == []
    assert identity_center.calls("StartDeviceAuthorization") == 1
    other = _identity_center(identity_center, RedisStore(server.url))
    assert other.login().fingerprint
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert all(server("PTTL", name) > 0 for name in server("KEYS", "*"))


def test_an_emptied_server_gets_the_login_back(
    identity_center: FakeIdentityCenter, redis_server: RedisServer
):
    """Without any sign of an outage: the token is put back, and a deleted one is not."""
    store = _impatient(redis_server.url)
    mine = _identity_center(identity_center, store)
    mine.login()
    program = _Program(identity_center, store)
    with program.running():
        redis_server("FLUSHALL")
        eventually(lambda: redis_server("KEYS", "{ssokit}:token:*"))
        program.goes_on()
    assert program.failures == []
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert _identity_center(identity_center, RedisStore(redis_server.url)).logout().was_logged_in
    eventually(lambda: not _is_logged_in(mine))


def test_a_failover_is_not_noticed_by_programs(
    identity_center: FakeIdentityCenter, failover: Failover
):
    """The primary dies and its replica takes over: programs go on, and use the new one."""
    client = failover.sentinel.master_for("team", socket_timeout=0.5, socket_connect_timeout=0.5)
    store = TieredStore(RedisStore(client), fresh_for=0.01, retry_after=0.1)
    _identity_center(identity_center, store).login()
    program = _Program(identity_center, store)
    with program.running():
        failover.happen()
        program.goes_on()
        failover.replica("FLUSHALL")
        eventually(lambda: failover.replica("KEYS", "{ssokit}:token:*"))
    assert program.failures == []
    assert identity_center.calls("StartDeviceAuthorization") == 1
    client.close()


def test_a_login_during_an_outage_is_shared_afterwards(
    identity_center: FakeIdentityCenter, start_redis: Callable[..., RedisServer]
):
    """A token that was renewed while Redis was down is there for others when it is back."""
    server = start_redis()
    store = _impatient(server.url)
    mine = _identity_center(identity_center, store)
    mine.login()
    server.pause()
    token = mine.login(force_refresh=True)
    server.resume()
    eventually(lambda: mine.login() and _stored(server, identity_center) == token.fingerprint)


def _stored(server: RedisServer, center: FakeIdentityCenter) -> str | None:
    token = RedisStore(server.url).load_token(ssokit.SsoSession(center.start_url, center.region))
    return token and token.fingerprint


def _is_logged_in(mine: ssokit.IdentityCenter) -> bool:
    try:
        mine.role_credential(*_ROLES[0])
    except ssokit.AuthenticationNeededError:
        return False
    return True
