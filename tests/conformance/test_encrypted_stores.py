"""Encrypted stores keep the contracts that ssokit ships for stores."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.redis_fixtures import RedisServer

from ssokit.stores import (
    EncryptedFileStore,
    EncryptedStore,
    FileStore,
    Key,
    MemoryStore,
    RedisStore,
    TieredStore,
)
from ssokit.testing.credential_store_contract import CredentialStoreContract
from ssokit.testing.shared_store_contract import SharedStoreContract
from ssokit.testing.token_store_contract import TokenStoreContract

KEY = Key.from_bytes(b"canary-key-of-32-bytes-in-a-test", name="test")


class _OnDisk:
    @pytest.fixture(autouse=True)
    def _use_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path


class TestEncryptedFileStore(_OnDisk, SharedStoreContract):
    def store_factory(self) -> Callable[[], EncryptedFileStore]:
        """Give what makes a store on the same folder in another process."""
        return functools.partial(EncryptedFileStore, self.folder, key=KEY)


class TestEncryptedFileStoreThatCounts(_OnDisk, TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> EncryptedFileStore:
        """Give another store on the same folder and the same notes of generations."""
        return EncryptedFileStore(
            self.folder / "store",
            key=KEY,
            generation_file=self.folder / "elsewhere" / "generations",
        )


class TestEncryptedFiles(_OnDisk, TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> EncryptedStore:
        """Give another store around files of the AWS CLI's names."""
        return EncryptedStore(FileStore(self.folder), key=KEY)


class TestEncryptedMemory(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> EncryptedStore:
        """Give a store around the same memory."""
        self.memory = getattr(self, "memory", MemoryStore())
        return EncryptedStore(self.memory, key=KEY)


class TestEncryptedDict(TokenStoreContract, CredentialStoreContract):
    def make_store(self) -> EncryptedStore:
        """Give a store around the same dict."""
        self.mapping: dict[str, object] = getattr(self, "mapping", {})
        return EncryptedStore(self.mapping, key=KEY)


class TestEncryptedRedis(SharedStoreContract):
    lease = 0.5

    @pytest.fixture(autouse=True)
    def _use_server(self, redis_server: RedisServer) -> None:
        self.url = redis_server.url

    def store_factory(self) -> Callable[[], EncryptedStore]:
        """Give what makes a store around the same server in another process."""
        return functools.partial(_encrypted_redis, self.url)


class TestTieredStoreOverEncryptedRedis(TokenStoreContract, CredentialStoreContract):
    @pytest.fixture(autouse=True)
    def _use_server(self, redis_server: RedisServer) -> None:
        self.url = redis_server.url

    def make_store(self) -> TieredStore:
        """Give another memory over the same server, whose values are encrypted."""
        return TieredStore(_encrypted_redis(self.url), fresh_for=0)


def _encrypted_redis(url: str) -> EncryptedStore:
    return EncryptedStore(RedisStore(url, lease=0.5), key=KEY)
