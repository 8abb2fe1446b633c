"""Every store keeps the contracts that ssokit ships for stores."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import botocore.utils
import cachetools
import pytest
from tests.redis_fixtures import RedisServer

from ssokit.stores import FileStore, MappingStore, MemoryStore, RedisStore, TieredStore
from ssokit.testing.credential_store_contract import CredentialStoreContract
from ssokit.testing.cross_process_contract import CrossProcessContract
from ssokit.testing.token_store_contract import TokenStoreContract


class _OnDisk:
    @pytest.fixture(autouse=True)
    def _use_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path


class TestFileStore(_OnDisk, TokenStoreContract, CredentialStoreContract, CrossProcessContract):
    def make_store(self) -> FileStore:
        """Give another store on the same two folders."""
        return FileStore(self.folder / "sso", credential_folder=self.folder / "cli")

    def store_factory(self) -> Callable[[], FileStore]:
        """Give what makes a store on the same folder in another process."""
        return functools.partial(FileStore, self.folder / "sso")


class TestFileStoreInOneFolder(_OnDisk, TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> FileStore:
        """Give a store that keeps tokens and role credentials side by side."""
        return FileStore(self.folder)


class TestMappingStoreOfDict(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> MappingStore:
        """Give another store on the same dict."""
        self.mapping: dict[str, object] = getattr(self, "mapping", {})
        return MappingStore(self.mapping)


class TestMappingStoreOfTTLCache(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> MappingStore:
        """Give another store on the same cachetools cache."""
        self.mapping = getattr(self, "mapping", cachetools.TTLCache(maxsize=100, ttl=3600))
        return MappingStore(self.mapping)


class TestMappingStoreOfJSONFileCache(_OnDisk, TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> MappingStore:
        """Give another store on the same botocore cache object."""
        cache = botocore.utils.JSONFileCache(str(self.folder))
        self.mapping = getattr(self, "mapping", cache)
        return MappingStore(self.mapping)


class TestMemoryStore(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> MemoryStore:
        """Give the same store each time: it is its own storage."""
        self.store = getattr(self, "store", MemoryStore())
        return self.store


class TestRedisStore(TokenStoreContract, CredentialStoreContract, CrossProcessContract):
    lease = 0.5

    @pytest.fixture(autouse=True)
    def _use_server(self, redis_server: RedisServer) -> None:
        self.url = redis_server.url

    def make_store(self) -> RedisStore:
        """Give another store on the same server."""
        return self.store_factory()()

    def store_factory(self) -> Callable[[], RedisStore]:
        """Give what makes a store on the same server in another process."""
        return functools.partial(RedisStore, self.url, lease=0.5)


class TestTieredStoreOverRedis(TokenStoreContract, CredentialStoreContract, CrossProcessContract):
    lease = 0.5

    @pytest.fixture(autouse=True)
    def _use_server(self, redis_server: RedisServer) -> None:
        self.url = redis_server.url

    def make_store(self) -> TieredStore:
        """Give another memory over the same server, as another worker has it."""
        return self.store_factory()()

    def store_factory(self) -> Callable[[], TieredStore]:
        """Give what makes a store on the same server in another process."""
        return functools.partial(_tiered_over_redis, self.url)


class TestTieredStoreOverFiles(
    _OnDisk, TokenStoreContract, CredentialStoreContract, CrossProcessContract
):
    def make_store(self) -> TieredStore:
        """Give another memory over the same folder."""
        return self.store_factory()()

    def store_factory(self) -> Callable[[], TieredStore]:
        """Give what makes a store on the same folder in another process."""
        return functools.partial(_tiered_over_files, self.folder)


class TestTieredStoreOverMemory(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> TieredStore:
        """Give the same store each time, which always serves from its own memory."""
        self.store = getattr(self, "store", TieredStore(MemoryStore(), fresh_for=3600))
        return self.store


class TestTieredStoreOverDict(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> TieredStore:
        """Give another memory over the same dict, which asks the dict each time."""
        self.mapping: dict[str, object] = getattr(self, "mapping", {})
        return TieredStore(self.mapping, fresh_for=0)


def _tiered_over_redis(url: str) -> TieredStore:
    return TieredStore(RedisStore(url, lease=0.5), fresh_for=0)


def _tiered_over_files(folder: Path) -> TieredStore:
    return TieredStore(FileStore(folder), fresh_for=0)
