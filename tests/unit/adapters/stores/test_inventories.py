"""What stores know of all their logins and role credentials."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import JSONFileCache

from ssokit.adapters.stores.documents import DocumentStore
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import (
    EncryptedFileStore,
    EncryptedStore,
    FileStore,
    Key,
    MappingStore,
    MemoryStore,
)

_URL = "https://d-1234567890.awsapps.com/start"
_OTHER = "https://d-other.awsapps.com/start"
_KEY = Key.from_bytes(b"canary-1" * 4)
_END = datetime(2100, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(params=["file", "mapping", "memory", "encrypted files", "encrypted mapping"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> DocumentStore:
    """Give a store of each kind that can tell what it holds."""
    kinds: dict[str, Callable[[], DocumentStore]] = {
        "file": lambda: FileStore(tmp_path / "sso", credential_folder=tmp_path / "cli"),
        "mapping": lambda: MappingStore({}),
        "memory": MemoryStore,
        "encrypted files": lambda: EncryptedFileStore(tmp_path, key=_KEY),
        "encrypted mapping": lambda: EncryptedStore({}, key=_KEY),
    }
    return kinds[request.param]()


def _token(start_url: str) -> Token:
    return Token(
        start_url=start_url,
        region="us-east-1",
        access_token="canary",
        expires_at=_END,
        extra={"unknown": 1},
    )


def _credential(role_name: str) -> RoleCredential:
    return RoleCredential(
        account_id="012345678901",
        role_name=role_name,
        access_key_id="canary",
        secret_access_key="canary",
        session_token="canary",
        expires_at=_END,
    )


def _key(start_url: str, session_name: str | None = None) -> CredentialKey:
    return CredentialKey(
        start_url=start_url,
        account_id="012345678901",
        role_name="ReadOnly",
        session_name=session_name,
    )


def _fill(store: DocumentStore) -> None:
    here = SsoSession(_URL, "us-east-1")
    store.save_token(here, _token(_URL))
    store.save_token(SsoSession(_OTHER, "us-east-1", name="corp"), _token(_OTHER))
    store.save_registration(
        here, ClientRegistration(client_id="id", client_secret="canary", expires_at=_END)
    )
    store.save_credential(_key(_URL), _credential("ReadOnly"))
    store.save_credential(_key(_URL, "corp"), _credential("ReadOnly"))
    store.save_credential(_key(_OTHER), _credential("ReadOnly"))


def test_logins(store: DocumentStore):
    """All tokens are found, whatever their names; registrations and role credentials are none."""
    assert store.stored_logins() == []
    _fill(store)
    logins = store.stored_logins()
    assert logins is not None
    found = {token.start_url: login for login in logins if (token := login.load())}
    assert found.keys() == {_URL, _OTHER}
    with found[_URL].lock():
        found[_URL].save(_token(f"{_URL}/new"))
        saved = found[_URL].load()
        assert saved is not None
        assert saved.start_url == f"{_URL}/new"
        assert saved.extra == {"unknown": 1}
        found[_URL].delete()
    assert found[_URL].load() is None
    assert store.load_registration(SsoSession(_URL, "us-east-1")) is not None
    assert len(store.stored_logins() or ()) == 1


def test_role_credentials_of_a_start_url(store: DocumentStore):
    """Those of one start URL are forgotten, whatever session they came from, and no others."""
    _fill(store)
    assert store.forget_credentials(_URL)
    assert store.load_credential(_key(_URL)) is None
    assert store.load_credential(_key(_URL, "corp")) is None
    assert store.load_credential(_key(_OTHER)) is not None


def test_all_role_credentials(store: DocumentStore):
    """All are forgotten, and the logins stay."""
    _fill(store)
    assert store.forget_all_credentials()
    assert store.load_credential(_key(_OTHER)) is None
    assert len(store.stored_logins() or ()) == 2


def test_a_mapping_that_cannot_be_listed(tmp_path: Path):
    """Botocore's cache has no way to list its entries: the store says that it cannot tell."""
    store = MappingStore(JSONFileCache(str(tmp_path)))
    _fill(store)
    assert store.stored_logins() is None
    assert not store.forget_credentials(_URL)
    assert not store.forget_all_credentials()
    assert store.load_credential(_key(_URL)) is not None


def test_a_mapping_with_other_things_in_it():
    """Names that are no text, values that are no entries and deleted entries are passed over."""
    mapping: dict[Any, Any] = {7: "seven", "x": "text", "gone": {}, "y": {"accessToken": 5}}
    store = MappingStore(mapping)
    _fill(store)
    assert len(store.stored_logins() or ()) == 2
    assert store.forget_all_credentials()
    assert {7, "x", "gone", "y"} <= mapping.keys()


def test_folders_with_other_things_in_them(tmp_path: Path):
    """What the AWS CLI's folders hold beside logins is left alone, and does no harm."""
    tokens, credentials = tmp_path / "sso", tmp_path / "cli"
    store = FileStore(tokens, credential_folder=credentials)
    _fill(store)
    foreign = {
        tokens / "torn.json": '{"accessToken": "can',
        tokens / "list.json": "[1]",
        tokens / "empty.json": "",
        credentials / "session.db": "SQLite",
        credentials / "assumed-role.json": json.dumps({"Credentials": {"AccessKeyId": "canary"}}),
        credentials / "number.json": "7",
    }
    for path, text in foreign.items():
        path.write_text(text)
    (tokens / "folder.json").mkdir()
    assert len(store.stored_logins() or ()) == 2
    assert store.forget_all_credentials()
    assert all(path.read_text() == text for path, text in foreign.items())
    assert sorted(path.name for path in credentials.glob("*.json")) == [
        "assumed-role.json",
        "number.json",
    ]


def test_role_credentials_of_the_aws_cli(tmp_path: Path):
    """Those that do not say whose they are stay, and the answer says so; a sweep takes them."""
    store = FileStore(tmp_path / "sso", credential_folder=tmp_path / "cli")
    _fill(store)
    cli = tmp_path / "cli" / "0123456789abcdef0123456789abcdef01234567.json"
    cli.write_text(json.dumps({"ProviderType": "sso", "Credentials": {"AccessKeyId": "canary"}}))
    assert not store.forget_credentials(_URL)
    assert cli.exists()
    assert store.load_credential(_key(_URL)) is None
    assert store.forget_all_credentials()
    assert not cli.exists()
