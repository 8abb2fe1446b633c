"""Contract tests for stores that several processes share.

Everything but the class itself runs in processes that the tests start, and end.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

import attrs

from ssokit.domain.errors import StoreError, StoreLockTimeoutError
from ssokit.domain.tokens import Token
from ssokit.ports.token_store import TokenStore
from ssokit.testing.contract_processes import killer, processes, receive
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

    Attributes:
        lease: Seconds after which a holder of the lock that is silent loses it; 0 for a lock
            that stays with its holder for as long as that lives.
    """

    lease = 0.0

    def store_factory(self) -> Callable[[], TokenStore]:
        """Give what makes a handle on the store under test in any process.

        It is pickled, so a function of a module or a `functools.partial` over a class will
        do, a lambda will not. It gives handles on the same storage all through one test.
        """
        raise NotImplementedError

    def test_a_token_crosses_processes(self) -> None:
        """What another process saved is loaded here."""
        with processes(_save, self.store_factory(), [REFRESHABLE]) as [pipe]:
            receive(pipe)
            loaded = self.store_factory()().load_token(HERE)
            same(loaded, REFRESHABLE, "a token that another process saved is loaded")

    def test_processes_lose_no_update_under_the_lock(self) -> None:
        """Four processes read, add one and write, 25 times each."""
        make_store = self.store_factory()
        make_store().save_token(HERE, attrs.evolve(TOKEN, extra={"count": 0}))
        with processes(_count, make_store, [25] * 4) as pipes:
            for pipe in pipes:
                receive(pipe)
        same(load(make_store()).extra, {"count": 100}, "no update is lost under lock()")

    def test_a_reader_never_sees_a_torn_value(self) -> None:
        """While four processes write in turns, every load gives one of the written values."""
        make_store = self.store_factory()
        values = [_long_token(number) for number in range(4)]
        make_store().save_token(HERE, values[0])
        store, working = make_store(), True
        with processes(_overwrite, make_store, [values] * 4) as pipes:
            while working:
                among(store.load_token(HERE), tuple(values), "a value is whole, and there")
                working = not all(pipe.poll() for pipe in pipes)

    def test_a_killed_holder_frees_its_waiters(self) -> None:
        """The lock vanishes with a process that is killed with SIGKILL."""
        make_store = self.store_factory()
        with processes(_hold, make_store, [None]) as [pipe]:
            holder, entered = receive(pipe), threading.Event()

            def enter() -> None:
                with make_store().lock(HERE):
                    entered.set()

            waiter = threading.Thread(target=enter, daemon=True)
            waiter.start()
            same(entered.is_set(), False, "the lock excludes other processes")
            os.kill(holder, signal.SIGKILL)
            waiter.join(LONGEST_WAIT)
            same(entered.is_set(), True, "the lock vanishes with a killed holder")

    def test_a_holder_that_was_taken_over_changes_nothing(self) -> None:
        """A holder is stopped with SIGSTOP; if another gets the lock, the first is too late.

        If nobody gets the lock meanwhile, the holder goes on as if nothing had been.
        """
        make_store = self.store_factory()
        with processes(_hold_and_save, make_store, [REFRESHABLE]) as [pipe]:
            holder = receive(pipe)
            os.kill(holder, signal.SIGSTOP)
            try:
                taken_over = _take_over(make_store(), patience=0.1 + 4 * self.lease)
            finally:
                os.kill(holder, signal.SIGCONT)
            pipe.send("go on")
            outcome = receive(pipe)
        expected = (OTHER_TOKEN, "refused") if taken_over else (REFRESHABLE, "saved")
        found = make_store().load_token(HERE), outcome
        same(found, expected, "a holder that was taken over is refused, and changes nothing")

    def test_a_writer_killed_at_any_step_leaves_the_old_or_the_new(self) -> None:
        """A process is killed at its first, second, ... step of a save, until it gets through.

        Steps are the events that Python audits: files opened, renamed, removed, sockets.
        """
        with processes(_killed_saves, self.store_factory(), [None]) as [pipe]:
            left = receive(pipe)
        for step, token in enumerate(left, 1):
            among(token, (TOKEN, OTHER_TOKEN), f"old or new after a kill at step {step}")
        same(left[-1], OTHER_TOKEN, "a save that is not killed is there")


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


def _hold_and_save(make_store: Callable[[], TokenStore], token: Token, pipe: Connection) -> None:
    store, outcome = make_store(), "saved"
    try:
        with store.lock(HERE):
            pipe.send(os.getpid())
            pipe.recv()
            store.save_token(HERE, token)
    except StoreError:
        outcome = "refused"
    pipe.send(outcome)


def _take_over(store: TokenStore, *, patience: float) -> bool:
    try:
        with store.lock(HERE, timeout=patience):
            store.save_token(HERE, OTHER_TOKEN)
    except StoreLockTimeoutError:
        return False
    return True


def _killed_saves(make_store: Callable[[], TokenStore], _: None, pipe: Connection) -> None:
    left: list[Token | None] = []
    killed = True
    while killed:
        make_store().save_token(HERE, TOKEN)
        child = os.fork()
        if not child:
            sys.addaudithook(killer(len(left) + 1))
            with suppress(Exception):
                make_store().save_token(HERE, OTHER_TOKEN)
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        left.append(make_store().load_token(HERE))
    pipe.send(left)


def _long_token(number: int) -> Token:
    token = f"canary-{number}"
    return attrs.evolve(TOKEN, access_token=token, extra={"padding": [token] * 500})
