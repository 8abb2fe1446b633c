"""Any dict-like as a store."""

from __future__ import annotations

import shelve
import types
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import botocore.utils
import pytest

from ssokit.adapters.stores.aws_cli_format import token_document
from ssokit.domain.errors import StoreError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import MappingStore


class TwoMethods:
    """The least a cache may have: no del, no in, no iteration."""

    def __init__(self) -> None:
        self.entries = {}

    def __getitem__(self, name: str) -> object:
        """Give an entry, or fail."""
        return self.entries[name]

    def __setitem__(self, name: str, entry: object) -> None:
        """Take an entry, or fail."""
        self.entries[name] = entry


class Failing(TwoMethods):
    """A cache whose server is down, and whose errors quote values."""

    def __getitem__(self, name: str) -> object:
        """Give an entry, or fail."""
        raise ConnectionError("canary")

    def __setitem__(self, name: str, entry: object) -> None:
        """Take an entry, or fail."""
        raise ConnectionError(f"canary {entry}")

    def __delitem__(self, name: str) -> None:
        """Fail."""
        raise ConnectionError("canary")


class WriteOnly(TwoMethods):
    """A cache that finds nothing and takes nothing."""

    def __getitem__(self, name: str) -> object:
        """Give an entry, or fail."""
        raise KeyError(name)

    def __setitem__(self, name: str, entry: object) -> None:
        """Take an entry, or fail."""
        raise ConnectionError("canary")


def test_names_and_values_are_those_of_the_aws_cli(
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """The caller's dict holds JSON dicts with string times under the usual names."""
    mapping = {}
    store = MappingStore(mapping)
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    assert list(mapping)[1] == "botocore-client-id-us-east-1"
    assert all(type(entry) is dict for entry in mapping.values())
    assert next(iter(mapping.values())) == token_document(token)


def test_the_least_of_a_cache_will_do(sso: SsoSession, token: Token):
    """Without del, a deleted entry is overwritten with an empty dict, which is a quiet miss."""
    mapping = TwoMethods()
    store = MappingStore(mapping)
    store.delete_token(sso)
    assert mapping.entries == {}
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    store.delete_token(sso)
    store.delete_token(sso)
    assert list(mapping.entries.values()) == [{}]
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_a_shelf_will_do(
    tmp_path: Path, sso: SsoSession, token: Token, key: CredentialKey, credential: RoleCredential
):
    """Entries can be pickled, so a shelve keeps them."""
    with shelve.open(str(tmp_path / "shelf")) as shelf:  # noqa: S301
        store = MappingStore(shelf)
        store.save_token(sso, token)
        store.save_credential(key, credential)
        assert store.load_token(sso) == token
        assert store.load_credential(key) == credential
        store.delete_token(sso)
        store.delete_token(sso)
        assert store.load_token(sso) is None


def test_a_corrupt_file_of_botocores_cache_is_a_miss(tmp_path: Path, sso: SsoSession, token: Token):
    """JSONFileCache raises KeyError for it, and a save heals it."""
    store = MappingStore(botocore.utils.JSONFileCache(str(tmp_path)))
    store.save_token(sso, token)
    [path] = tmp_path.glob("*.json")
    path.write_text("canary")
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert store.load_token(sso) == token


@pytest.mark.parametrize("entry", ["canary", 7, [], object(), {"accessToken": "canary"}])
def test_a_foreign_entry_is_a_miss_told_once(
    sso: SsoSession, token: Token, entry: object, caplog: pytest.LogCaptureFixture
):
    """Whatever another program left there is reported without its content, and replaced."""
    mapping = {}
    store = MappingStore(mapping)
    store.save_token(sso, token)
    mapping[next(iter(mapping))] = entry
    assert store.load_token(sso) is None
    assert store.load_token(sso) is None
    assert len(caplog.records) == 1
    assert "canary" not in caplog.text
    store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_datetimes_of_other_libraries_are_read(sso: SsoSession, token: Token):
    """aws-sso-lib leaves datetime objects in dict caches; what ssokit writes are strings."""
    mapping = {}
    store = MappingStore(mapping)
    store.save_token(sso, token)
    [name] = mapping
    mapping[name] = types.MappingProxyType(
        {**mapping[name], "expiresAt": datetime(2030, 1, 1, 8)}  # noqa: DTZ001
    )
    assert store.load_token(sso) == token
    store.save_token(sso, token)
    assert mapping[name]["expiresAt"] == "2030-01-01T08:00:00Z"


@pytest.mark.parametrize(
    ("mapping", "use"),
    [
        (Failing(), "load_token"),
        (Failing(), "delete_token"),
        (Failing(), "save_token"),
        (WriteOnly(), "save_token"),
    ],
)
def test_errors_of_the_mapping_are_translated(
    sso: SsoSession, token: Token, mapping: Any, use: str
):
    """StoreError names the kind of mapping and of error, chained, and quotes nothing."""
    arguments = (sso, token) if use == "save_token" else (sso,)
    with pytest.raises(StoreError, match="ConnectionError") as failed:
        getattr(MappingStore(mapping), use)(*arguments)
    assert isinstance(failed.value.__cause__, ConnectionError)
    assert "canary" not in str(failed.value)
    assert type(mapping).__name__ in str(failed.value)


@pytest.mark.parametrize("mapping", [None, 7, object(), {1}, (1,), types.MappingProxyType({})])
def test_what_is_no_cache_is_refused_when_the_store_is_made(mapping: Any):
    """An object without [] and []= is a TypeError that names its type."""
    with pytest.raises(TypeError, match=type(mapping).__name__):
        MappingStore(mapping)


def test_an_empty_dict_is_used_as_given(sso: SsoSession, token: Token):
    """An empty cache is no missing cache."""
    mapping = {}
    MappingStore(mapping).save_token(sso, token)
    assert mapping


def test_the_repr_shows_the_kind_alone(sso: SsoSession, token: Token):
    """No entry and no name is in the repr."""
    store = MappingStore({})
    store.save_token(sso, token)
    assert repr(store) == "MappingStore(<dict>)"


def test_the_login_of_a_credential_key_is_no_part_of_the_name(
    key: CredentialKey, credential: RoleCredential
):
    """A cache of botocore knows no logins."""
    store = MappingStore({})
    store.save_credential(key, credential)
    assert store.load_credential(attrs.evolve(key, login=None)) == credential
    assert store.forget_credentials(key.start_url) is True
    assert store.load_credential(key) is None
