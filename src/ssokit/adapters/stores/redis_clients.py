"""Clients of Redis whose calls all end, and what may be shown of them."""

from __future__ import annotations

import re
import threading
from typing import Any, TypeAlias

import redis
import redis.connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from ssokit.domain.errors import InvalidSSOConfigError

RedisClient: TypeAlias = "redis.Redis | redis.RedisCluster"

_MOST_CONNECTIONS = 32
_FORMS = (
    "redis://[user:password@]host:port/db, rediss:// for TLS, or unix:///path/to/socket, with "
    "a password that has special characters in percent-encoding"
)


def open_client(url: str, *, timeout: float) -> redis.Redis:
    """Make a client for a URL; it connects when it is used.

    A connection that turned out to be dead, or to lead to a server that is no primary any
    more, is made again once. Silence is not asked twice.

    Args:
        url: The URL, in a form that redis-py knows, options included.
        timeout: Seconds to wait for a free connection, to connect, and for each answer.

    Raises:
        InvalidSSOConfigError: It is none. It is not quoted, for it may hold a password.
    """
    # An unencoded "@", "/", "?" or "#" in a password moves the rest of it to the host or beyond.
    if re.match(r"rediss?://[^/?#]*[/?#].*@", url, re.DOTALL):
        raise InvalidSSOConfigError(f"the Redis URL has an @ behind its host; it is {_FORMS}")
    over_tcp = {} if url.startswith("unix:") else {"socket_connect_timeout": timeout}
    try:
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=_MOST_CONNECTIONS,
            timeout=timeout,
            socket_timeout=timeout,
            retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)),
            retry_on_error=[redis.ConnectionError, redis.ReadOnlyError],
            **over_tcp,
        )
        # What options there are is known to connections alone.
        pool.connection_class(**pool.connection_kwargs)
        for option in ("socket_timeout", "socket_connect_timeout"):
            _parse_seconds(pool.connection_kwargs.get(option, timeout))
    except (TypeError, ValueError, redis.RedisError):
        # Not chained: urllib and redis-py quote parts of the URL.
        raise InvalidSSOConfigError(
            f"the Redis URL, or an option in it, is malformed; it is {_FORMS}"
        ) from None
    # The client owns it: what is still open is closed with the store.
    return redis.Redis.from_pool(pool)


def check_client(client: Any) -> RedisClient:
    """Check that a client is one whose calls end.

    Raises:
        TypeError: It is no client of redis-py, or an asynchronous one.
        InvalidSSOConfigError: It would wait for an answer without end, or give an old one.
    """
    if not isinstance(client, (redis.Redis, redis.RedisCluster)):
        raise TypeError(
            "RedisStore needs a URL, a redis.Redis or a redis.RedisCluster, not "
            f"{type(client).__module__}.{type(client).__name__}; from Sentinel, give it "
            "sentinel.master_for(name, socket_timeout=1)"
        )
    default = getattr(redis.connection, "DEFAULT_SOCKET_TIMEOUT", None)
    if _may_be_behind(client):
        raise InvalidSSOConfigError(
            "this Redis client may answer from a cache of its own, or from a replica, and whoever "
            "has a lock has to see what the others saved; make it without cache_config, "
            "read_from_replicas and load_balancing_strategy"
        )
    if _settings(client).get("socket_timeout", default) is None:
        raise InvalidSSOConfigError(
            "this Redis client would wait for a silent server for ever; make it with "
            "socket_timeout=1 and socket_connect_timeout=1, or give RedisStore the URL"
        )
    return client


def place_of(client: Any) -> str:
    """Say where a client leads to, without its password."""
    if isinstance(client, redis.RedisCluster):
        cluster: Any = client
        nodes = sorted(f"{node.host}:{node.port}" for node in cluster.get_nodes())
        return f"redis cluster {','.join(nodes)}"
    pool = client.connection_pool
    if service := getattr(pool, "service_name", None):
        return f"redis primary {service} of Sentinel"
    settings = _settings(client)
    database = settings.get("db") or 0
    if path := settings.get("path"):
        return f"unix://{path}?db={database}"
    secure = issubclass(pool.connection_class, redis.SSLConnection)
    login = f"{settings.get('username') or ''}:***@" if settings.get("password") else ""
    host, port = settings.get("host", "localhost"), settings.get("port", 6379)
    return f"redis{'s' if secure else ''}://{login}{host}:{port}/{database}"


def _may_be_behind(client: Any) -> bool:
    if not isinstance(client, redis.RedisCluster):
        return _has_cache(client)
    cluster: Any = client
    options = ("read_from_replicas", "load_balancing_strategy")
    nodes = [node.redis_connection for node in cluster.get_nodes()]
    return any(getattr(cluster, option, None) for option in options) or any(map(_has_cache, nodes))


def _has_cache(client: Any) -> bool:
    return getattr(getattr(client, "connection_pool", None), "cache", None) is not None


def _parse_seconds(seconds: float) -> None:
    if not 0 < seconds < threading.TIMEOUT_MAX:
        raise ValueError(seconds)


def _settings(client: Any) -> dict[str, Any]:
    settings: dict[str, Any] = client.get_connection_kwargs()
    return settings
