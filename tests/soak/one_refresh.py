"""Everybody starts at once with one login that has expired: for whatever store they share.

A store is given as something that makes a handle on it in any process: a function of a module,
or a `functools.partial` over a class, because it is pickled::

    outcome = race_of_processes(partial(FileStore, folder), server, 200)
    assert outcome == Outcome.of_one(200)
"""

from __future__ import annotations

import enum
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeAlias

import attrs

from ssokit import IdentityCenter, SsoSession, Token
from ssokit.ports import TokenStore
from ssokit.testing import FakeIdentityCenter, Fault, Hang, IdentityCenterServer

StoreFactory: TypeAlias = Callable[[], TokenStore]

_PATIENCE = 120.0
_NAME = "corp"
_LOADED_ONCE = ["boto3", "ssokit.identity_center", "ssokit.stores", "ssokit.testing"]


class Fate(enum.Enum):
    """What becomes of a process that holds the lock and gets no answer."""

    KILLED = "killed with SIGKILL"
    PAUSED = "stopped with SIGSTOP, and resumed while the others still wait"
    OVERTAKEN = "stopped with SIGSTOP, and resumed when the others are done: a lock must end"


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of a race.

    Attributes:
        tokens: How many different tokens the workers ended with.
        served: How many workers had a token.
        failures: What the others got instead.
        refreshes: How many CreateToken calls the service answered with a token.
        refused: How many it answered with an error, as it does for a refresh token used before.
        prompts: How often a person would have been asked.
        stored: Whether the store holds the token that all have.
    """

    tokens: int
    served: int
    failures: tuple[str, ...]
    refreshes: int
    refused: int
    prompts: int
    stored: bool

    @classmethod
    def of_one(cls, workers: int, *, refused: int = 0) -> Outcome:
        """Give what has to come of it: one refresh, and its token for everybody."""
        return cls(
            tokens=1,
            served=workers,
            failures=(),
            refreshes=1,
            refused=refused,
            prompts=0,
            stored=True,
        )


def put_expired_login(make_store: StoreFactory, center: FakeIdentityCenter) -> Token:
    """Put a login that has just expired into a store: its refresh token is good for one use."""
    center.settings.single_use_refresh_tokens = True
    now = datetime.now(timezone.utc)
    token = attrs.evolve(
        center.sign_in("alice", renewable=True),
        received_at=now - timedelta(hours=1),
        expires_at=now - timedelta(seconds=1),
    )
    make_store().save_token(_session(center), token)
    center.clear_requests()
    return token


def race_of_threads(
    make_store: StoreFactory, server: IdentityCenterServer, threads: int
) -> Outcome:
    """Have threads of this process start at once, each with a handle of its own."""
    center = server.center
    put_expired_login(make_store, center)
    start = threading.Barrier(threads)

    def work(_: int) -> str:
        mine = _identity_center(center, make_store)
        start.wait(_PATIENCE)
        return _log_in(mine)

    with ThreadPoolExecutor(threads) as pool:
        return _outcome(make_store, center, list(pool.map(work, range(threads))))


def race_of_processes(
    make_store: StoreFactory, server: IdentityCenterServer, processes: int
) -> Outcome:
    """Have processes start at once, each of which knows nothing but the store."""
    center = server.center
    put_expired_login(make_store, center)
    with workers(make_store, server, processes) as started:
        for worker in started:
            worker.go()
        return _outcome(make_store, center, [worker.result() for worker in started])


def race_behind_a_holder(
    make_store: StoreFactory, server: IdentityCenterServer, processes: int, fate: Fate
) -> Outcome:
    """Have processes wait behind one that gets no answer, and dies or is stopped for a while.

    Args:
        make_store: Makes a handle on the store.
        server: Serves the local Identity Center.
        processes: How many wait; the holder, unless it is killed, is one more in the outcome.
        fate: What becomes of the holder.
    """
    center = server.center
    put_expired_login(make_store, center)
    arrived = threading.Event()
    center.faults.add(Fault("CreateToken", Hang(), calls={1}, when=lambda _: not arrived.set()))
    with workers(make_store, server, processes + 1) as (holder, *others):
        holder.go()
        if not arrived.wait(_PATIENCE):
            raise AssertionError("the holder has not called")
        os.kill(holder.pid, signal.SIGKILL if fate is Fate.KILLED else signal.SIGSTOP)
        for other in others:
            other.go()
        if fate is Fate.PAUSED:
            os.kill(holder.pid, signal.SIGCONT)
            center.faults.clear()
        results = [other.result() for other in others]
        if fate is Fate.OVERTAKEN:
            os.kill(holder.pid, signal.SIGCONT)
            center.faults.clear()
        if fate is not Fate.KILLED:
            results.append(holder.result())
    return _outcome(make_store, center, results)


class Worker:
    """A process that logs in when it is told to.

    Args:
        process: The process.
        pipe: This side of the pipe to it.
    """

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def wait_until_ready(self) -> None:
        """Wait until it has made its handle on the store."""
        if self.result() != "ready":
            raise AssertionError("a worker is not ready")

    def go(self) -> None:
        """Let it log in."""
        self._pipe.send("go")

    def result(self) -> str:
        """Give what it says."""
        if not self._pipe.poll(_PATIENCE):
            raise AssertionError("a worker is stuck")
        said: str = self._pipe.recv()
        return said

    def end(self) -> None:
        """Leave nothing of it behind."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


@contextmanager
def workers(
    make_store: StoreFactory, server: IdentityCenterServer, processes: int
) -> Iterator[list[Worker]]:
    """Start processes that are all ready to log in, and end them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED_ONCE)
    center, started = server.center, list[Worker]()
    where = (center.start_url, center.region, server.environment())
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(make_store, where, theirs), daemon=True)
            process.start()
            theirs.close()
            started.append(Worker(process, ours))
        for worker in started:
            worker.wait_until_ready()
        yield started
    finally:
        for worker in started:
            worker.end()


def _work(
    make_store: StoreFactory, where: tuple[str, str, dict[str, str]], pipe: Connection
) -> None:
    start_url, region, environment = where
    os.environ.update(environment, NO_PROXY="127.0.0.1")
    mine = IdentityCenter(start_url, region, session_name=_NAME, token_store=make_store())
    pipe.send("ready")
    pipe.recv()
    pipe.send(_log_in(mine))
    # Until it is killed: a process that has ended cannot be resumed.
    with suppress(EOFError):
        pipe.recv()


def _log_in(mine: IdentityCenter) -> str:
    try:
        return mine.login().fingerprint
    except Exception as error:  # noqa: BLE001 - every failure is to be seen
        return f"failure: {type(error).__name__}: {error}"


def _identity_center(center: FakeIdentityCenter, make_store: StoreFactory) -> IdentityCenter:
    return IdentityCenter(
        center.start_url, center.region, session_name=_NAME, token_store=make_store()
    )


def _session(center: FakeIdentityCenter) -> SsoSession:
    return SsoSession(center.start_url, center.region, name=_NAME)


def _outcome(make_store: StoreFactory, center: FakeIdentityCenter, results: list[str]) -> Outcome:
    served = Counter(result for result in results if not result.startswith("failure: "))
    stored = make_store().load_token(_session(center))
    answers = Counter(r.outcome for r in center.requests if r.operation == "CreateToken")
    answers.pop("Hang", None)
    refreshes = answers.pop("OK", 0)
    return Outcome(
        tokens=len(served),
        served=served.total(),
        failures=tuple(result for result in results if result.startswith("failure: ")),
        refreshes=refreshes,
        refused=answers.total(),
        prompts=center.calls("StartDeviceAuthorization"),
        stored=stored is not None and {stored.fingerprint} == set(served),
    )
