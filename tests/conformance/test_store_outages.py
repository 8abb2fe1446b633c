"""What every store does while its place is down is what the contract says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.redis_fixtures import RedisServer

from ssokit.stores import EncryptedStore, Key, MappingStore, RedisStore, TieredStore
from ssokit.testing.store_outage_contract import StoreOutageContract

KEY = Key.from_bytes(b"canary-key-of-32-bytes-in-a-test", name="test")


class Table(dict):
    """A dict-like in a database that may be down."""

    is_down = False

    def _ask(self) -> None:
        if self.is_down:
            raise ConnectionError("the database is down")

    def __getitem__(self, name: str) -> Any:
        """Give an entry."""
        self._ask()
        return super().__getitem__(name)

    def __setitem__(self, name: str, entry: Any) -> None:
        """Keep an entry."""
        self._ask()
        super().__setitem__(name, entry)

    def __delitem__(self, name: str) -> None:
        """Remove an entry."""
        self._ask()
        super().__delitem__(name)


class _OnTable(StoreOutageContract):
    @pytest.fixture(autouse=True)
    def _use_table(self) -> None:
        self.table = Table()

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Have the table fail."""
        self.table.is_down = True
        yield
        self.table.is_down = False


class TestMappingStore(_OnTable):
    def make_store(self) -> MappingStore:
        """Give another store on the same table."""
        return MappingStore(self.table)


class TestEncryptedTable(_OnTable):
    def make_store(self) -> EncryptedStore:
        """Give another store around the same table."""
        return EncryptedStore(self.table, key=KEY)


class TestTieredStoreOverTable(_OnTable):
    def make_store(self) -> TieredStore:
        """Give another memory over the same table."""
        return TieredStore(self.table, fresh_for=0)


class _OnRedis(StoreOutageContract):
    @pytest.fixture(autouse=True)
    def _use_server(self, start_redis: Callable[..., RedisServer]) -> None:
        self.server = start_redis()

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Stop the server with SIGSTOP: connections stay open, and nothing answers."""
        self.server.pause()
        yield
        self.server.resume()


class TestRedisStore(_OnRedis):
    def make_store(self) -> RedisStore:
        """Give another store on the same server."""
        return RedisStore(self.server.url, timeout=0.1)


class TestEncryptedRedis(_OnRedis):
    def make_store(self) -> EncryptedStore:
        """Give another store around the same server."""
        return EncryptedStore(RedisStore(self.server.url, timeout=0.1), key=KEY)


class TestTieredStoreOverRedis(_OnRedis):
    def make_store(self) -> TieredStore:
        """Give another memory over the same server."""
        return TieredStore(RedisStore(self.server.url, timeout=0.1), fresh_for=0)
