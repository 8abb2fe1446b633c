"""Locks in Redis: leases, with an owner and a fencing number, renewed while they are held."""

from __future__ import annotations

import functools
import logging
import os
import random
import socket
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import attrs

from ssokit.adapters.stores.redis_scripts import ACQUIRE, RELEASE, RENEW
from ssokit.domain.errors import StoreError, StoreLockTimeoutError
from ssokit.ports.clock import Clock

_LOG = logging.getLogger("ssokit.stores")
_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 0.15
_RENEWALS_PER_LEASE = 3

# The owners that are in this process. What else Redis calls one of a thread here was left behind
# by a call that got no answer.
_HELD: set[str] = set()


class Run(Protocol):
    """Runs a script in Redis; errors are ssokit's."""

    def __call__(
        self, doing: str, script: str, keys: Sequence[str], arguments: Sequence[Any]
    ) -> Any:
        """Give what the script returns."""


@attrs.frozen(kw_only=True)
class Lock:
    """Something in Redis that one at a time may hold.

    Attributes:
        key: The key of the lease.
        fence: The key of the last fencing number that was given out.
        fence_life: Milliseconds for which that number is remembered.
        place: What messages call it.
        waits_for_people: Whether a wait for it may be a long one, and is announced.
    """

    key: str
    fence: str
    fence_life: int
    place: str
    waits_for_people: bool


class Leases:
    """The leases of one store.

    Args:
        run: Runs a script.
        clock: What waiting is done with.
        seconds: How long a lease lasts that is not renewed.
    """

    def __init__(self, run: Run, clock: Clock, seconds: float) -> None:
        self._run = run
        self._clock = clock
        self._milliseconds = round(seconds * 1000)
        self._of_thread = threading.local()

    def fences(self) -> dict[str, int]:
        """Give the fencing numbers of the leases that this thread took, by the key of the fence."""
        return dict(self._mine())

    @contextmanager
    def hold(self, lock: Lock, *, timeout: float) -> Iterator[None]:
        """Hold a lease, which a thread of its own renews until the block ends.

        Raises:
            StoreLockTimeoutError: Somebody else kept it for too long, or it is this thread.
            StoreError: Redis failed.
        """
        owner, holder = _new_owner(), os.getpid()
        fence = self._acquire(lock, owner, timeout)
        mine, released = self._mine(), threading.Event()
        renewal = threading.Thread(
            target=self._renew,
            args=(lock, owner, fence, released),
            name="ssokit-lease",
            daemon=True,
        )
        try:
            _HELD.add(owner)
            mine[lock.fence] = fence
            renewal.start()
            yield
        finally:
            _HELD.discard(owner)
            mine.pop(lock.fence, None)
            released.set()
            # A child that was forked meanwhile has no renewal, and does not hold it.
            if os.getpid() == holder:
                if renewal.is_alive():
                    renewal.join()
                self._release(lock, owner)

    def _mine(self) -> dict[str, int]:
        mine: dict[str, int] = self._of_thread.__dict__.setdefault("fences", {})
        return mine

    def _acquire(self, lock: Lock, owner: str, timeout: float) -> int:
        until = self._clock.monotonic() + timeout
        told = False
        while True:
            holder, number = self._take(lock, owner)
            if holder == owner:
                return number
            if holder in _HELD and _thread_of(holder) == _thread_of(owner):
                raise StoreLockTimeoutError(
                    f"the lock on {lock.place} is held by this very thread, and it is not reentrant"
                )
            left = until - self._clock.monotonic()
            if left <= 0:
                raise StoreLockTimeoutError(
                    f"{_process_of(holder)} kept the lock on {lock.place} for more than "
                    f"{timeout:g} seconds; see whether it hangs, or waits for a login that nobody "
                    "approves"
                )
            if lock.waits_for_people and not told:
                told = True
                _LOG.warning("waiting for %s to finish its login", _process_of(holder))
            pause = random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE)  # noqa: S311 - it spreads
            # One without an expiry is nobody's of ours; it counts as just taken.
            of_the_lease = number / 1000 if number >= 0 else pause
            self._clock.sleep(min(pause, left, max(of_the_lease, 0.001)))

    def _take(self, lock: Lock, owner: str) -> tuple[str, int]:
        arguments = (owner, self._milliseconds, lock.fence_life)
        holder, number = self._run("locked", ACQUIRE, (lock.key, lock.fence), arguments)
        return _text(holder), int(number)

    def _renew(self, lock: Lock, owner: str, fence: int, released: threading.Event) -> None:
        told = False
        while not released.wait(self._milliseconds / 1000 / _RENEWALS_PER_LEASE):
            arguments = (owner, self._milliseconds, lock.fence_life, fence)
            try:
                kept = self._run("kept locked", RENEW, (lock.key, lock.fence), arguments)
            except StoreError as error:
                if not told:
                    told = True
                    _LOG.warning("the lock on %s may be lost: %s", lock.place, error)
                continue
            if not kept:
                _LOG.warning("the lock on %s was lost to another worker", lock.place)
                return

    def _release(self, lock: Lock, owner: str) -> None:
        try:
            self._run("unlocked", RELEASE, (lock.key,), (owner,))
        except StoreError as error:
            _LOG.warning("the lock on %s ends by itself: %s", lock.place, error)


def _new_owner() -> str:
    process = f"{socket.gethostname()}/{os.getpid()}/{_nonce_of(os.getpid())}"
    return f"{process}/{threading.get_ident()}/{uuid.uuid4().hex}"


@functools.lru_cache(maxsize=1)
def _nonce_of(_process_id: int) -> str:
    # Containers may share a host name and process ids. A forked child gets one of its own.
    return uuid.uuid4().hex


def _thread_of(owner: str) -> str:
    return owner.rpartition("/")[0]


def _process_of(owner: str) -> str:
    host, _, rest = owner.partition("/")
    return f"process {rest.partition('/')[0]} on {host}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
