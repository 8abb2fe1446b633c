"""A store that the workers of several hosts share: Redis, or Valkey."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError, expiry_of
from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.redis_leases import Leases, Lock
from ssokit.adapters.stores.redis_scripts import REMOVE, SET_ASIDE, WRITE
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS, parse_lock_timeout
from ssokit.adapters.stores.timestamps import parse_timestamp
from ssokit.domain.errors import MissingExtraError, StoreError, StoreLeaseLostError
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.clock import Clock

try:
    from ssokit.adapters.stores.redis_clients import check_client, open_client, place_of
    from ssokit.adapters.stores.redis_commands import RedisCommands
except ImportError as missing:
    raise MissingExtraError(
        "RedisStore needs redis-py 5.1 or later: pip install 'ssokit[redis]'"
    ) from missing

if TYPE_CHECKING:
    from ssokit.adapters.stores.redis_clients import RedisClient

_SYSTEM_CLOCK = SystemClock()
_PREFIX = re.compile(r"[^\s{}]+")
_SHORTEST_LEASE = 0.1

# The longest sign-in session that Identity Center can be set to, and the life of a registration.
_LIFE_OF_A_REFRESH_TOKEN = timedelta(days=90)
_DAY = 24 * 60 * 60 * 1000


class RedisStore(DocumentStore):
    """Entries in Redis 6.2 or later, or Valkey, for all who use the same database and prefix.

    An entry goes when it expires, by the server's clock; a token with a refresh token when
    that can be of no more use: when the client that it was given to expires, or 90 days after
    it was saved. Values are JSON in the AWS CLI's format, in plain text: wrap the store
    in an `EncryptedStore` to encrypt them. Names of keys are digests, all in one slot of a
    cluster, ``{prefix}``.

    A lock is a lease that is renewed while it is held, so that a killed holder keeps the
    others for one lease at most. What is saved or deleted by the thread that holds a lock is
    fenced: if its lease ran out and somebody else had the lock since, nothing is changed and
    `StoreLeaseLostError` is raised. Role credentials of different logins are kept apart.

    With a URL, a call waits at most ``timeout`` seconds each for a free connection, to
    connect, and for an answer; only a connection that turned out to be dead is made again,
    once. A client of your own is used as it is, its timeouts and retries included.

    Args:
        url_or_client: A URL (``redis://``, ``rediss://`` for TLS, ``unix://``), with a user
            and a password if need be; or a client of redis-py: ``redis.Redis``,
            ``redis.RedisCluster``, or what ``Sentinel.master_for()`` gives.
        prefix: What the names of all keys begin with, in braces.
        lease: Seconds until a lock is free if its holder died.
        lock_timeout: Seconds to wait for the holder of a lock, who may be waiting for a person.
        timeout: Seconds to wait for the server; of no effect on a client of your own.
        clock: What time it is, and what waiting for a lock is done with.

    Raises:
        TypeError: It is neither a URL nor a client of redis-py.
        InvalidSSOConfigError: The URL is malformed, or the client would wait without end, or
            answer from a cache of its own or a replica.
        ValueError: Another argument cannot work.
    """

    def __init__(
        self,
        url_or_client: str | RedisClient,
        *,
        prefix: str = "ssokit",
        lease: float = 5.0,
        lock_timeout: float = LOCK_TIMEOUT,
        timeout: float = 1.0,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        super().__init__()
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(f"prefix must be a text without blanks and braces, not {prefix!r}")
        if not _SHORTEST_LEASE <= lease < math.inf:
            raise ValueError(f"lease must be {_SHORTEST_LEASE:g} or more seconds, not {lease}")
        if not 0 < timeout < math.inf:
            raise ValueError(f"timeout must be a positive number of seconds, not {timeout}")
        self._prefix = prefix
        self._lock_timeout = parse_lock_timeout(lock_timeout)
        self._client = (
            open_client(url_or_client, timeout=timeout)
            if isinstance(url_or_client, str)
            else check_client(url_or_client)
        )
        self._do = RedisCommands(self._client)
        self._leases = Leases(self._do.run, clock, lease)
        self._clock = clock

    def __repr__(self) -> str:
        """Show the server, without a password, and the prefix."""
        return f"{type(self).__name__}({place_of(self._client)!r}, prefix={self._prefix!r})"

    def forget_credentials(self, start_url: str) -> bool:
        """Forget the role credentials of all logins at a start URL; give True."""
        index = self._index(start_url)
        keys = self._do("listed", "ZRANGE", index, 0, -1)
        if keys:
            self._do("removed", "DEL", *keys)
            self._do("removed", "ZREM", index, *keys)
        return True

    def token_was_deleted(self, session: SsoSession) -> bool:
        """Tell a token that somebody deleted from one that Redis lost, or never had."""
        return any(map(self._was_removed, EntryName.of_token_spellings(session)))

    def _was_removed(self, name: EntryName) -> bool:
        try:
            text = self._text(name)
        except ForeignEntryError:
            return False
        return text is not None and not text

    def _read(self, name: EntryName) -> Document | None:
        text = self._text(name)
        if not text:
            return None
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            # Not chained: JSONDecodeError carries the whole document.
            raise ForeignEntryError("it is no JSON") from None
        if not isinstance(document, dict):
            raise ForeignEntryError("it is no JSON object")
        return document

    def _text(self, name: EntryName) -> bytes | str | None:
        try:
            text: bytes | str | None = self._do("read", "GET", self._key(name))
        except UnicodeDecodeError:
            # Not chained: it carries the whole value.
            raise ForeignEntryError("it is no text") from None
        except StoreError as error:
            if "WRONGTYPE" not in str(error.__cause__):
                raise
            raise ForeignEntryError("its key holds no string") from error
        return text

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        fences = self._leases.fences()
        self._fenced(
            name,
            self._do.run(
                "written",
                WRITE,
                (self._key(name), self._index(name.start_url or ""), *fences),
                (
                    json.dumps(document),
                    _milliseconds(until or _end_of_use(document, now=self._clock.now())),
                    int(name.kind is EntryKind.CREDENTIAL),
                    *fences.values(),
                ),
            ),
        )

    def _remove(self, name: EntryName) -> None:
        fences = self._leases.fences()
        keys = (self._key(name), *fences)
        self._fenced(name, self._do.run("removed", REMOVE, keys, tuple(fences.values())))

    def _fenced(self, name: EntryName, done: int) -> None:
        if not done:
            raise StoreLeaseLostError(
                f"{self._place(name)} was left as it is: this worker held a lock for so long "
                "without a sign of life that another one took it over; read the entry again"
            )

    def _set_aside(self, name: EntryName) -> None:
        key = self._key(name)
        self._do.run("set aside", SET_ASIDE, (key, f"{key}:corrupt"), (_DAY,))

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        key, place = self._key(name), self._place(name)
        of_a_day = name.kind is EntryKind.CREDENTIAL
        lock = Lock(
            key=f"{key}:lock",
            fence=f"{key}:fence",
            fence_life=_DAY if of_a_day else _milliseconds(_LIFE_OF_A_REFRESH_TOKEN),
            place=place,
            waits_for_people=name.kind is EntryKind.LOGIN,
        )
        patience = self._lock_timeout if timeout is None else timeout
        waited_from = self._clock.monotonic()
        # The threads of a process take turns here: only one of them asks Redis.
        with THREAD_LOCKS.hold((id(self), name), timeout=patience, place=place):
            waited = self._clock.monotonic() - waited_from
            with self._leases.hold(lock, timeout=max(0.0, patience - waited)):
                yield

    def _place(self, name: EntryName) -> str:
        return f"{name.kind.value} {name.text} in {place_of(self._client)}"

    def _key(self, name: EntryName) -> str:
        parts = (name.text, name.start_url or "", name.login or "")
        return f"{{{self._prefix}}}:{name.kind.value}:{_digest(*parts)}"

    def _index(self, start_url: str) -> str:
        return f"{{{self._prefix}}}:credentials-of:{_digest(start_url)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _end_of_use(document: Document, *, now: datetime) -> datetime:
    try:
        # What the AWS CLI calls the end of the client that a refresh token was given to.
        return max(expiry_of(document), parse_timestamp(document.get("registrationExpiresAt")))
    except ValueError:
        return now + _LIFE_OF_A_REFRESH_TOKEN


def _milliseconds(moment: datetime | timedelta) -> int:
    seconds = moment.timestamp() if isinstance(moment, datetime) else moment.total_seconds()
    # Redis refuses what ended before 1970.
    return max(1, int(seconds * 1000))
