"""Read many things at once, and give them in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def read_ahead(
    items: Iterable[Item], read: Callable[[Item], Answer], *, workers: int
) -> Generator[tuple[Item, Future[Answer]], None, None]:
    """Read items in threads, a bounded number ahead, and give them in their own order.

    Closing it drops what was not begun; reads that are under way are not waited for.

    Args:
        items: What to read; it is iterated in the caller's thread.
        read: Reads one item; it is called in threads.
        workers: How many are read at once.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ssokit-listing")
    pending: deque[tuple[Item, Future[Answer]]] = deque()
    given_up = True
    try:
        for item in items:
            pending.append((item, pool.submit(read, item)))
            if len(pending) > 2 * workers:
                yield pending.popleft()
        while pending:
            yield pending.popleft()
        given_up = False
    finally:
        pool.shutdown(wait=False, cancel_futures=given_up)
