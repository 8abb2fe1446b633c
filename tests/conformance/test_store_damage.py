"""What every store makes of damaged entries is what the contract says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import redis
from tests.redis_fixtures import RedisServer

from ssokit.stores import (
    EncryptedFileStore,
    EncryptedStore,
    FileStore,
    Key,
    MappingStore,
    RedisStore,
    TieredStore,
)
from ssokit.testing.store_damage_contract import Change, StoreDamageContract

KEY = Key.from_bytes(b"canary-key-of-32-bytes-in-a-test", name="test")


class _Files(StoreDamageContract):
    pattern = "*.json"

    @pytest.fixture(autouse=True)
    def _use_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def damage(self, change: Change) -> None:
        """Change all files of entries."""
        for path in self.folder.glob(self.pattern):
            path.write_bytes(change(path.read_bytes()))


class TestFileStore(_Files):
    def make_store(self) -> FileStore:
        """Give another store on the same folder."""
        return FileStore(self.folder)


class TestEncryptedFileStore(_Files):
    # The header is no entry: without it there is no telling what is there, which is an error.
    pattern = "?" * 40 + ".sealed"

    def make_store(self) -> EncryptedFileStore:
        """Give another store on the same folder."""
        return EncryptedFileStore(self.folder, key=KEY)


class TestEncryptedFileStoreThatCounts(_Files):
    pattern = "?" * 40 + ".sealed"

    def make_store(self) -> EncryptedFileStore:
        """Give another store on the same folder and the same notes."""
        notes = self.folder / "notes" / "generations"
        return EncryptedFileStore(self.folder, key=KEY, generation_file=notes)


class TestEncryptedFiles(_Files):
    def make_store(self) -> EncryptedStore:
        """Give another store around files of the AWS CLI's names."""
        return EncryptedStore(FileStore(self.folder), key=KEY)


class _Mapping(StoreDamageContract):
    @pytest.fixture(autouse=True)
    def _use_mapping(self) -> None:
        self.mapping: dict[str, Any] = {}

    def damage(self, change: Change) -> None:
        """Change all values: to what the bytes are as JSON, else to the bytes."""
        for name, value in self.mapping.items():
            self.mapping[name] = _loaded(change(json.dumps(value).encode()))


class TestMappingStore(_Mapping):
    def make_store(self) -> MappingStore:
        """Give another store on the same dict."""
        return MappingStore(self.mapping)


class TestEncryptedDict(_Mapping):
    def make_store(self) -> EncryptedStore:
        """Give another store around the same dict."""
        return EncryptedStore(self.mapping, key=KEY)


class TestTieredStoreOverDict(_Mapping):
    def make_store(self) -> TieredStore:
        """Give another memory over the same dict."""
        return TieredStore(self.mapping, fresh_for=0)


class _Redis(StoreDamageContract):
    @pytest.fixture(autouse=True)
    def _use_server(self, redis_server: RedisServer) -> None:
        self.url = redis_server.url

    def damage(self, change: Change) -> None:
        """Change all values that are strings."""
        with redis.Redis.from_url(self.url) as client:
            for key in client.keys("*"):
                if client.type(key) == b"string":
                    client.set(key, change(client.get(key)), keepttl=True)


class TestRedisStore(_Redis):
    def make_store(self) -> RedisStore:
        """Give another store on the same server."""
        return RedisStore(self.url)


class TestEncryptedRedis(_Redis):
    def make_store(self) -> EncryptedStore:
        """Give another store around the same server."""
        return EncryptedStore(RedisStore(self.url), key=KEY)


def _loaded(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content
