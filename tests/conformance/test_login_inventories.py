"""Stores that can tell which logins they hold keep the contract for it, and it is no empty one."""

from __future__ import annotations

from pathlib import Path

import cachetools
import pytest

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import EncryptedStore, FileStore, MappingStore, MemoryStore
from ssokit.testing.login_inventory_contract import LoginInventoryContract

_KEY = b"canary" * 5 + b"!!"


class TestFileStore(LoginInventoryContract):
    @pytest.fixture(autouse=True)
    def _use_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make_store(self) -> FileStore:
        """Give another store on the same two folders."""
        return FileStore(self.folder / "sso", credential_folder=self.folder / "cli")


class TestFileStoreInOneFolder(TestFileStore):
    def make_store(self) -> FileStore:
        """Give a store that keeps tokens and role credentials side by side."""
        return FileStore(self.folder)


class TestMappingStoreOfDict(LoginInventoryContract):
    def make_store(self) -> MappingStore:
        """Give another store on the same dict."""
        self.mapping: dict[str, object] = getattr(self, "mapping", {})
        return MappingStore(self.mapping)


class TestMappingStoreOfTTLCache(LoginInventoryContract):
    def make_store(self) -> MappingStore:
        """Give another store on the same cachetools cache."""
        self.mapping = getattr(self, "mapping", cachetools.TTLCache(maxsize=100, ttl=3600))
        return MappingStore(self.mapping)


class TestMemoryStore(LoginInventoryContract):
    def make_store(self) -> MemoryStore:
        """Give the same store each time: it is its own storage."""
        self.store = getattr(self, "store", MemoryStore())
        return self.store


class TestEncryptedStore(LoginInventoryContract):
    def make_store(self) -> EncryptedStore:
        """Give another store on the same dict of encrypted values."""
        self.mapping: dict[str, object] = getattr(self, "mapping", {})
        return EncryptedStore(self.mapping, key=_KEY)


class _Blind(MemoryStore):
    def stored_logins(self) -> None:
        return None


class _Lazy(MemoryStore):
    def forget_all_credentials(self) -> bool:
        return True


class _Hasty(MemoryStore):
    def forget_all_credentials(self) -> bool:
        self._entries.clear()
        return True


class _Forgetful(MemoryStore):
    def save_token(self, session: SsoSession, token: Token) -> None:
        if session.name is None:
            super().save_token(session, token)


@pytest.mark.parametrize(
    ("toy", "finds"),
    [
        (_Blind, "test_all_logins_are_listed"),
        (_Forgetful, "test_all_logins_are_listed"),
        (_Lazy, "test_role_credentials_are_forgotten_or_it_says_so"),
        (_Hasty, "test_role_credentials_are_forgotten_or_it_says_so"),
    ],
)
def test_broken_promises_are_found(toy: type[MemoryStore], finds: str):
    """A store that breaks a promise of the contract fails the test of that promise."""

    class Contract(LoginInventoryContract):
        def make_store(self) -> MemoryStore:
            self.store = getattr(self, "store", toy())
            return self.store

    with pytest.raises(AssertionError, match="broken promise"):
        getattr(Contract(), finds)()


def test_the_contract_wants_a_store():
    """A subclass that does not say how its store is made is told so."""
    with pytest.raises(NotImplementedError):
        LoginInventoryContract().test_all_logins_are_listed()
