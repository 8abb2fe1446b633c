"""Processes of the contract tests: started, told what to do, and ended."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from ssokit.ports.token_store import TokenStore
from ssokit.testing.store_contract_values import LONGEST_WAIT


@contextmanager
def processes(
    work: Callable[[Callable[[], TokenStore], Any, Connection], None],
    make_store: Callable[[], TokenStore],
    arguments: list[Any],
) -> Iterator[list[Connection]]:
    """Start a process for each argument, and give what to talk to it with.

    Args:
        work: A function of a module: it gets the factory, its argument, and its end of a pipe.
        make_store: What makes the store under test.
        arguments: One for each process.
    """
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


def receive(pipe: Connection, *, patience: float = LONGEST_WAIT) -> Any:
    """Give what a process says next.

    Raises:
        AssertionError: It says nothing for too long, or it ended.
    """
    if not pipe.poll(patience):
        raise AssertionError("a process of this test is stuck: see whether lock() ever returns")
    try:
        return pipe.recv()
    except EOFError:
        raise AssertionError("a process of this test failed: see its own traceback") from None


def killer(step: int, signal_number: int = signal.SIGKILL) -> Callable[[str, object], int]:
    """Make an audit hook that ends its process at a step: a file or socket, opened or used."""
    steps = itertools.count(1)

    def watch(event: str, _: object) -> int:
        if event.partition(".")[0] not in ("open", "os", "socket", "tempfile", "fcntl"):
            return 0
        reached = next(steps)
        if reached == step:
            os.kill(os.getpid(), signal_number)
        return reached

    return watch
