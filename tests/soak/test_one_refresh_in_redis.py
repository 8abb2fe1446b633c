"""One refresh for a whole fleet, with the login in Redis."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from one_refresh import Fate, Outcome, race_behind_a_holder, race_of_processes, race_of_threads
from tests.redis_fixtures import RedisServer

from ssokit.stores import RedisStore, TieredStore
from ssokit.testing import IdentityCenterServer


def _tiered(url: str) -> TieredStore:
    return TieredStore(RedisStore(url))


def test_processes_share_one_refresh(
    server: IdentityCenterServer, redis_server: RedisServer, count: Callable[..., int]
):
    """Processes with one single-use refresh token: one call, one token, no failure."""
    processes = count(4, full=200)
    outcome = race_of_processes(partial(RedisStore, redis_server.url), server, processes)
    assert outcome == Outcome.of_one(processes)


def test_memory_in_front_changes_nothing(
    server: IdentityCenterServer, redis_server: RedisServer, count: Callable[..., int]
):
    """Nobody goes by what their own memory says when they have waited for the lock."""
    processes = count(2, full=20)
    outcome = race_of_processes(partial(_tiered, redis_server.url), server, processes)
    assert outcome == Outcome.of_one(processes)


def test_threads_share_one_refresh(
    server: IdentityCenterServer, redis_server: RedisServer, count: Callable[..., int]
):
    """Threads of one process likewise, each with a store of its own."""
    threads = count(50, full=1000)
    outcome = race_of_threads(partial(RedisStore, redis_server.url), server, threads)
    assert outcome == Outcome.of_one(threads)


@pytest.mark.parametrize("fate", list(Fate))
def test_a_holder_that_is_gone_holds_nobody_up(
    *,
    server: IdentityCenterServer,
    redis_server: RedisServer,
    count: Callable[..., int],
    fate: Fate,
):
    """Those behind a killed or stopped holder go on; one that is resumed changes nothing."""
    processes = count(2, full=20)
    make_store = partial(RedisStore, redis_server.url, lease=1)
    outcome = race_behind_a_holder(make_store, server, processes, fate)
    # One that was overtaken cannot know it before its own call is refused.
    assert outcome == Outcome.of_one(
        processes + (fate is not Fate.KILLED), refused=int(fate is Fate.OVERTAKEN)
    )
