"""What goes wrong with Redis, in ssokit's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis import exceptions
from redis.sentinel import MasterNotFoundError

from ssokit.domain.errors import StoreError, StoreUnavailableError

_FOREIGN = (exceptions.RedisError, exceptions.RedisClusterException, OSError)

# The first that fits counts: several are children of others.
_WRONG: tuple[tuple[type[Exception], str], ...] = (
    (
        exceptions.AuthenticationError,
        "refuses the user name or the password; put the right ones into the URL or the client",
    ),
    (
        exceptions.NoPermissionError,
        "does not allow this to its user; docs/stores.md lists what an ACL must allow",
    ),
    (
        exceptions.OutOfMemoryError,
        "is full; raise its maxmemory, or let it evict what has an expiry (volatile-ttl)",
    ),
)
_MOVED = "is part of a Redis Cluster; give RedisStore a redis.RedisCluster client"
_UNAVAILABLE: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.BusyLoadingError, "is still loading its data; try again"),
    (
        exceptions.ReadOnlyError,
        "is a read-only replica; use the primary's address, or a client from Sentinel",
    ),
    (MasterNotFoundError, "is unknown to its Sentinels at the moment; try again"),
    (exceptions.TimeoutError, "did not answer in time; see whether it is overloaded or paused"),
    (
        exceptions.ConnectionError,
        "cannot be reached; see whether it runs, and whether address and TLS are right",
    ),
    (
        exceptions.RedisClusterException,
        "is a cluster that is not complete at the moment; try again",
    ),
    (exceptions.ClusterError, "is a cluster that is down at the moment; try again"),
    (OSError, "cannot be reached; see whether it runs"),
)


@contextmanager
def translated(place: Callable[[], str], doing: str) -> Iterator[None]:
    """Turn errors of redis-py into errors of ssokit, chained.

    Args:
        place: Says what to call the server, without a password.
        doing: What could not be done, such as ``read``.

    Raises:
        StoreUnavailableError: It could not be asked, or cannot do it now; a later try may help.
        StoreError: It refuses.
    """
    try:
        yield
    except _FOREIGN as error:
        if kind_and_reason := _explained(error):
            kind, reason = kind_and_reason
            raise kind(f"an entry could not be {doing}: {place()} {reason}") from error
        # Its text is not repeated: some errors of Redis quote a command's arguments.
        raise StoreError(
            f"an entry could not be {doing}: {place()} answered {type(error).__name__}; see "
            "whether it is Redis 6.2 or later, and the error that this one was raised from"
        ) from error


def _explained(error: Exception) -> tuple[type[StoreError], str] | None:
    # redis-py 5 has no class for it outside its client for clusters.
    if isinstance(error, exceptions.MovedError) or str(error).startswith("MOVED "):
        return StoreError, _MOVED
    for kinds, kind in ((_WRONG, StoreError), (_UNAVAILABLE, StoreUnavailableError)):
        for foreign, reason in kinds:
            if isinstance(error, foreign):
                return kind, reason
    return None
