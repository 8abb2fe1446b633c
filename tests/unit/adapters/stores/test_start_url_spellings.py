"""A legacy login is found under every usual spelling of its start URL."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.token_store import TokenStore
from ssokit.stores import FileStore, MappingStore, MemoryStore

_URL = "https://d-1234567890.awsapps.com/start"
_SPELLINGS = (_URL, f"{_URL}/", f"{_URL}#/", f"{_URL}/#/")


@pytest.fixture(params=["file", "mapping", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    """Give a store of each kind."""
    kinds = {
        "file": lambda: FileStore(tmp_path),
        "mapping": lambda: MappingStore({}),
        "memory": MemoryStore,
    }
    return kinds[request.param]()


def _session(start_url: str, name: str | None = None) -> SsoSession:
    return SsoSession(start_url, "us-east-1", name=name)


def _token(start_url: str, name: str) -> Token:
    return Token(
        start_url=start_url,
        region="us-east-1",
        access_token=f"canary-{name}",
        expires_at=datetime(2100, 1, 1, tzinfo=timezone.utc),
    )


@pytest.mark.parametrize("asked", _SPELLINGS)
@pytest.mark.parametrize("kept", _SPELLINGS)
def test_other_spellings(store: TokenStore, kept: str, asked: str):
    """Whichever spelling a login was made with, it serves the others, and is forgotten by them."""
    store.save_token(_session(kept), _token(kept, "one"))
    found = store.load_token(_session(asked))
    assert found is not None
    assert found.start_url == kept
    store.delete_token(_session(asked))
    assert store.load_token(_session(kept)) is None


def test_as_written_comes_first(store: TokenStore):
    """Each spelling has an entry of its own: a login is never written over another one."""
    for spelling in _SPELLINGS:
        store.save_token(_session(spelling), _token(spelling, spelling[-3:]))
    for spelling in _SPELLINGS:
        found = store.load_token(_session(spelling))
        assert found is not None
        assert found.start_url == spelling
    store.delete_token(_session(_URL))
    assert store.load_token(_session(_SPELLINGS[1])) is not None


def test_named_sessions_and_start_urls(store: TokenStore):
    """The login of a named session serves no start URL, and the other way round."""
    store.save_token(_session(_URL, "corp"), _token(_URL, "named"))
    assert store.load_token(_session(_URL)) is None
    store.save_token(_session(f"{_URL}/"), _token(_URL, "legacy"))
    found = store.load_token(_session(_URL, "corp"))
    assert found is not None
    assert found.access_token == "canary-named"
