"""Contract tests for stores that several processes share.

Everything but the class itself runs in processes that the tests start, and end.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

import attrs

from ssokit.domain.tokens import Token
from ssokit.ports.token_store import TokenStore
from ssokit.testing.store_contract_values import (
    HERE,
    LONGEST_WAIT,
    OTHER_TOKEN,
    REFRESHABLE,
    TOKEN,
    among,
    count_up,
    load,
    same,
)


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
        with _processes(_save, self.store_factory(), [REFRESHABLE]) as [pipe]:
            _receive(pipe)
            loaded = self.store_factory()().load_token(HERE)
            same(loaded, REFRESHABLE, "a token that another process saved is loaded")

    def test_processes_lose_no_update_under_the_lock(self) -> None:
        """Four processes read, add one and write, 25 times each."""
        make_store = self.store_factory()
        make_store().save_token(HERE, attrs.evolve(TOKEN, extra={"count": 0}))
        with _processes(_count, make_store, [25] * 4) as pipes:
            for pipe in pipes:
                _receive(pipe)
        same(load(make_store()).extra, {"count": 100}, "no update is lost under lock()")

    def test_a_reader_never_sees_a_torn_value(self) -> None:
        """While four processes write in turns, every load gives one of the written values."""
        make_store = self.store_factory()
        values = [_long_token(number) for number in range(4)]
        make_store().save_token(HERE, values[0])
        store, working = make_store(), True
        with _processes(_overwrite, make_store, [values] * 4) as pipes:
            while working:
                among(store.load_token(HERE), tuple(values), "a value is whole, and there")
                working = not all(pipe.poll() for pipe in pipes)

    def test_a_killed_holder_frees_its_waiters(self) -> None:
        """The lock vanishes with a process that is killed with SIGKILL."""
        make_store = self.store_factory()
        with _processes(_hold, make_store, [None]) as [pipe]:
            holder, entered = _receive(pipe), threading.Event()

            def enter() -> None:
                with make_store().lock(HERE):
                    entered.set()

            waiter = threading.Thread(target=enter, daemon=True)
            waiter.start()
            same(entered.is_set(), False, "the lock excludes other processes")
            os.kill(holder, signal.SIGKILL)
            waiter.join(LONGEST_WAIT)
            same(entered.is_set(), True, "the lock vanishes with a killed holder")

    def test_a_writer_killed_at_any_step_leaves_the_old_or_the_new(self) -> None:
        """A process is killed at its first, second, ... step of a save, until it gets through.

        Steps are the events that Python audits: files opened, renamed, removed, sockets.
        """
        with _processes(_killed_saves, self.store_factory(), [None]) as [pipe]:
            left = _receive(pipe)
        for step, token in enumerate(left, 1):
            among(token, (TOKEN, OTHER_TOKEN), f"old or new after a kill at step {step}")
        same(left[-1], OTHER_TOKEN, "a save that is not killed is there")


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
    make_store().save_token(HERE, token)
    pipe.send("saved")


def _count(make_store: Callable[[], TokenStore], times: int, pipe: Connection) -> None:
    count_up(make_store(), times)
    pipe.send("counted")


def _overwrite(make_store: Callable[[], TokenStore], tokens: list[Token], pipe: Connection) -> None:
    store = make_store()
    for token in itertools.islice(itertools.cycle(tokens), 100):
        store.save_token(HERE, token)
    pipe.send("written")


def _hold(make_store: Callable[[], TokenStore], _: None, pipe: Connection) -> None:
    with make_store().lock(HERE):
        pipe.send(os.getpid())
        # Until it is killed, or the test ends and closes the other end.
        with suppress(EOFError):
            pipe.recv()


def _killed_saves(make_store: Callable[[], TokenStore], _: None, pipe: Connection) -> None:
    left: list[Token | None] = []
    killed = True
    while killed:
        make_store().save_token(HERE, TOKEN)
        child = os.fork()
        if not child:
            sys.addaudithook(_killer(len(left) + 1))
            with suppress(Exception):
                make_store().save_token(HERE, OTHER_TOKEN)
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        left.append(make_store().load_token(HERE))
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
    return attrs.evolve(TOKEN, access_token=token, extra={"padding": [token] * 500})
