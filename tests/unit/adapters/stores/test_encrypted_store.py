"""Encryption around other stores: what they see, and what is refused."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from programs import RunPython
from stepping_clock import SteppingClock

from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.domain.errors import StoreKeyError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import EncryptedStore, FileStore, Key, KeyRing, MappingStore, MemoryStore

OLD, NEW = Key.from_bytes(b"canary-o" * 4, name="old"), Key.from_bytes(b"canary-n" * 4, name="new")


class Recording(MemoryStore):
    """A memory that tells until when each entry was to be kept."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[datetime | None] = []

    def _write(self, name: EntryName, document: dict[str, Any], until: datetime | None) -> None:
        self.ends.append(until)
        super()._write(name, document, until)


@pytest.fixture
def kept() -> dict[str, Any]:
    return {}


@pytest.fixture
def store(kept: dict[str, Any]):
    return EncryptedStore(kept, key=OLD)


def test_the_inner_store_sees_nothing(
    *,
    kept: dict[str, Any],
    store: EncryptedStore,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Values have one member, and no secret, start URL, account or role."""
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    assert {tuple(value) for value in kept.values()} == {("ssokitEncrypted",)}
    shown = repr(kept) + repr(store)
    for secret in ("canary", "awsapps", "Reader", "012345678901", "accessToken"):
        assert secret not in shown
    assert repr(store) == "EncryptedStore(MappingStore(<dict>), key=<old>)"


def test_the_inner_store_learns_when_entries_end(
    *,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Expiry reaches it, in a rewrap too; a refresh token's is its client's, if that is known."""
    inner = Recording()
    store = EncryptedStore(inner, key=OLD)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    store.save_token(sso, token)
    store.save_token(sso, attrs.evolve(token, refresh_token="canary-refresh"))
    store.save_token(sso, attrs.evolve(token, refresh_token="canary-2", client=registration))
    ends = [registration.expires_at, credential.expires_at, token.expires_at, None]
    assert inner.ends == [*ends, registration.expires_at]
    both = EncryptedStore(inner, key=KeyRing.of(NEW, OLD))
    assert both.rewrap(key, sso) == 3
    assert inner.ends[5:] == [credential.expires_at, *[registration.expires_at] * 2]


def test_entries_expire_with_the_inner_store(clock: SteppingClock, sso: SsoSession, token: Token):
    """A memory drops an encrypted token when its time is up."""
    store = EncryptedStore(MemoryStore(clock=clock), key=OLD)
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    clock.time = token.expires_at
    assert store.load_token(sso) is None


def swap(kept: dict[str, Any]):
    first, second = kept
    kept[first], kept[second] = kept[second], kept[first]


def change(kept: dict[str, Any], member: str = "ssokitEncrypted", **to: object):
    first = next(iter(kept))
    kept[first] = {member: kept[first]["ssokitEncrypted"], **to}


def change_a_letter(kept: dict[str, Any], place: int = -9):
    text = next(iter(kept.values()))["ssokitEncrypted"]
    letter = "A" if text[place] != "A" else "B"
    change(kept, ssokitEncrypted=text[:place] + letter + text[place + 1 :])


@pytest.mark.parametrize(
    "harm",
    [
        swap,
        change_a_letter,
        lambda kept: change(kept, "other"),
        lambda kept: change(kept, ssokitEncrypted=7),
        lambda kept: change(kept, ssokitEncrypted=""),
        lambda kept: change(kept, ssokitEncrypted="no base64!"),
        lambda kept: change(kept, ssokitEncrypted="\u00e9"),
        lambda kept: kept.update({name: {"accessToken": "canary"} for name in kept}),
        lambda kept: kept.update(dict.fromkeys(kept, "canary")),
    ],
    ids=["swap", "letter", "member", "number", "empty", "text", "not ASCII", "plain", "no dict"],
)
def test_what_was_changed_is_a_miss_and_heals(
    harm: Any,
    kept: dict[str, Any],
    store: EncryptedStore,
    sso: SsoSession,
    token: Token,
    caplog: pytest.LogCaptureFixture,
):
    """It is reported once, without its content, and replaced by the next save."""
    store.save_token(sso, token)
    other = attrs.evolve(sso, start_url="https://d-2222222222.awsapps.com/start")
    store.save_token(other, token)
    harm(kept)
    assert store.load_token(sso) is None
    assert store.load_token(sso) is None
    [record] = [record for record in caplog.records if record.name == "ssokit.stores"]
    assert record.levelno == logging.WARNING
    assert "canary" not in caplog.text
    store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_base64_that_stands_for_the_same_bytes(
    kept: dict[str, Any], store: EncryptedStore, sso: SsoSession, token: Token
):
    """Even what decodes to the same is noticed: the text is not the one that was written."""
    text, padded = "", ""
    while not padded:
        store.save_token(sso, attrs.evolve(token, access_token=token.access_token + text))
        [value] = kept.values()
        padded = value["ssokitEncrypted"].partition("=")[1]
        text += "x"
    text = value["ssokitEncrypted"]
    last = len(text.rstrip("=")) - 1
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = alphabet[alphabet.index(text[last]) + 1]
    value["ssokitEncrypted"] = text[:last] + twin + text[last + 1 :]
    assert store.load_token(sso) is None


def test_a_store_of_another_id(
    kept: dict[str, Any], store: EncryptedStore, sso: SsoSession, token: Token
):
    """With the same key, values of one store do not open in another."""
    store.save_token(sso, token)
    assert EncryptedStore(kept, key=OLD, store_id="other").load_token(sso) is None
    assert EncryptedStore(kept, key=OLD).load_token(sso) == token


def test_a_wrong_key_is_an_error_and_changes_nothing(
    kept: dict[str, Any], store: EncryptedStore, sso: SsoSession, token: Token
):
    """Neither a load nor a save goes on, and the right key finds all as it was."""
    store.save_token(sso, token)
    before = repr(kept)
    for key in (NEW, Key.from_bytes(b"x" * 32, name="old")):
        wrong = EncryptedStore(kept, key=key)
        for use in (lambda: wrong.load_token(sso), lambda: wrong.save_token(sso, token)):  # noqa: B023
            with pytest.raises(StoreKeyError):
                use()
    assert repr(kept) == before
    assert store.load_token(sso) == token


def test_keys_are_changed_in_use(
    *,
    kept: dict[str, Any],
    store: EncryptedStore,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Named entries are encrypted anew; others follow with their next save."""
    store.save_token(sso, token)
    store.save_credential(key, credential)
    both = EncryptedStore(kept, key=KeyRing.of(NEW, OLD))
    assert both.rewrap(sso) == 1
    assert both.rewrap(sso) == 0
    only = EncryptedStore(kept, key=NEW)
    assert only.load_token(sso) == token
    with pytest.raises(StoreKeyError, match="the key old"):
        only.load_credential(key)
    both.save_credential(key, credential)
    assert only.load_credential(key) == credential


@pytest.mark.parametrize("inner", [MemoryStore(), {}], ids=["memory", "dict"])
def test_forgetting(
    inner: MemoryStore | dict[str, object],
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Over a store that can list its names, logins and role credentials are found and forgotten."""
    store = EncryptedStore(inner, key=OLD)
    store.save_token(sso, token)
    for forget in (lambda: store.forget_credentials(key.start_url), store.forget_all_credentials):
        store.save_credential(key, credential)
        assert forget()
        assert store.load_credential(key) is None
    [login] = store.stored_logins() or ()
    assert login.load() == token


def test_forgetting_is_up_to_an_inner_store_with_an_index(
    key: CredentialKey, credential: RoleCredential
):
    """A store that cannot list its names may have another way to know whose entries it has."""

    class Indexed(MemoryStore):
        def _names(self) -> None:
            return None

        def forget_credentials(self, start_url: str) -> bool:
            self.delete_credential(attrs.evolve(key, start_url=start_url))
            return True

    store = EncryptedStore(Indexed(), key=OLD)
    store.save_credential(key, credential)
    assert store.forget_credentials(key.start_url)
    assert store.load_credential(key) is None
    assert not store.forget_all_credentials()
    assert store.stored_logins() is None


def test_files_are_set_aside(tmp_path: Path, sso: SsoSession, token: Token):
    """Around files, what is replaced is kept aside as the inner store does."""
    store = EncryptedStore(FileStore(tmp_path), key=OLD)
    store.save_token(sso, token)
    [path] = tmp_path.glob("*.json")
    path.write_text("canary")
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert path.with_name(f"{path.name}.corrupt").read_text() == "canary"
    assert store.load_token(sso) == token


class OnlyThePort:
    """Somebody's own store."""


@pytest.mark.parametrize("inner", [OnlyThePort(), None, 7, {1}])
def test_what_cannot_be_looked_into(inner: Any):
    """It is refused at once, with what can be given instead."""
    with pytest.raises(TypeError, match=rf"look into a {type(inner).__name__}: give what"):
        EncryptedStore(inner, key=OLD)


def test_stores_of_ssokit_are_taken_as_they_are(sso: SsoSession, token: Token):
    """A store is used with its own names, locks and limits; encryption can be nested."""
    inner: DocumentStore = MappingStore({})
    store = EncryptedStore(EncryptedStore(inner, key=OLD), key=NEW)
    with store.lock(sso):
        store.save_token(sso, token)
    assert store.load_token(sso) == token
    store.delete_token(sso)
    assert store.load_token(sso) is None


class Losing(MemoryStore):
    """A store that can tell that it lost a token."""

    def token_was_deleted(self, session: SsoSession) -> bool:
        """Say no."""
        del session
        return False


def test_what_became_of_a_token_is_up_to_the_inner_store(sso: SsoSession):
    """One that loses entries is asked; with any other, what is gone was deleted."""
    assert not EncryptedStore(Losing(), key=OLD).token_was_deleted(sso)
    assert EncryptedStore(MemoryStore(), key=OLD).token_was_deleted(sso)


def test_what_could_not_be_written_yields_to_what_somebody_else_wrote(
    run_python: RunPython, tmp_path: Path
):
    """A folder cannot see when an encrypted entry ends, but that it is another one by now."""
    program = """
import resource, sys
from datetime import datetime, timezone
from ssokit.domain.errors import StoreError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import EncryptedStore, FileStore
sso = SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1")
def a_token(text):
    return Token(start_url=sso.start_url, region=sso.region, access_token=text,
                 expires_at=datetime(2100, 1, 1, tzinfo=timezone.utc))
def opened():
    return EncryptedStore(FileStore(sys.argv[1]), key=b"canary-k" * 4)
store = opened()
store.save_token(sso, a_token("canary-1"))
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
try:
    store.save_token(sso, a_token("canary-2"))
except StoreError:
    pass
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
print(store.load_token(sso).access_token)
opened().save_token(sso, a_token("canary-3"))
print(store.load_token(sso).access_token)
"""
    assert run_python(program, tmp_path).stdout == "canary-2\ncanary-3\n"
