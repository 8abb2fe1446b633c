"""The contract tests of damage, outages and takeovers find and name what toy stores break."""

# ruff: noqa: ARG002 - broken toys ignore what they are given

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from ssokit.domain.errors import StoreError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import FileStore, MappingStore, MemoryStore
from ssokit.testing import store_outage_contract
from ssokit.testing.credential_store_contract import CredentialStoreContract
from ssokit.testing.shared_store_contract import SharedStoreContract
from ssokit.testing.store_damage_contract import Change, StoreDamageContract
from ssokit.testing.store_outage_contract import StoreOutageContract


class Trusting(MappingStore):
    """It fails on what it does not understand."""

    def load_token(self, session: SsoSession):
        """Believe what is there."""
        if isinstance(next(iter(self._mapping.values())), bytes):
            raise KeyError("canary")
        return super().load_token(session)


class Guessing(MappingStore):
    """It makes something of anything."""

    def load_credential(self, key: CredentialKey):
        """Guess."""
        found = super().load_credential(key)
        return found or RoleCredential(
            account_id=key.account_id,
            role_name=key.role_name,
            access_key_id="guessed",
            secret_access_key="guessed",
            session_token="guessed",
            expires_at=attrs.fields(RoleCredential).expires_at.default,
        )


class Stubborn(MappingStore):
    """What is damaged stays damaged."""

    def save_token(self, session: SsoSession, token: Token):
        """Leave it as it is."""
        if not any(isinstance(value, bytes) for value in self._mapping.values()):
            super().save_token(session, token)


class Untouching(MappingStore):
    """It looks at what it is to delete."""

    def delete_token(self, session: SsoSession):
        """Look first."""
        if any(isinstance(value, bytes) for value in self._mapping.values()):
            raise StoreError("this is not mine")
        super().delete_token(session)


class Repairing(MappingStore):
    """It reads what was cut off as if it were whole."""

    def load_token(self, session: SsoSession):
        """Remember better days."""
        found = super().load_token(session)
        self.last = found or getattr(self, "last", None)
        return self.last

    def save_token(self, session: SsoSession, token: Token):
        """Keep it in mind."""
        super().save_token(session, token)
        self.last = token


def with_damage(make: Callable[[dict[str, Any]], MappingStore]):
    class Contract(StoreDamageContract):
        def make_store(self) -> MappingStore:
            self.mapping: dict[str, Any] = getattr(self, "mapping", {})
            return make(self.mapping)

        def damage(self, change: Change) -> None:
            for name, value in self.mapping.items():
                self.mapping[name] = change(str(value).encode())

    return Contract()


@pytest.mark.parametrize(
    ("store", "test", "promise"),
    [
        (Trusting, "test_damaged_logins_are_missing_until_the_next_save", "token is missing"),
        (Stubborn, "test_damaged_logins_are_missing_until_the_next_save", "heals a damaged token"),
        (
            Guessing,
            "test_damaged_role_credentials_are_missing_until_the_next_save",
            "damaged role credentials are missing",
        ),
        (Untouching, "test_damaged_entries_can_be_deleted", "what is damaged can be deleted"),
        (Repairing, "test_a_token_that_was_cut_off_is_missing", "was cut off is missing"),
    ],
)
def test_a_broken_promise_about_damage_is_named(store: Any, test: str, promise: str):
    """The failure says which promise is broken, and shows no secret."""
    with pytest.raises(AssertionError, match=f"broken promise: .*{promise}") as broken:
        getattr(with_damage(store), test)()
    assert "canary" not in str(broken.value)


@pytest.mark.parametrize(
    "test", [name for name in vars(StoreDamageContract) if name.startswith("test_")]
)
def test_a_sound_store_passes_the_tests_of_damage(test: str):
    """What is found in the broken ones was put there by them."""
    getattr(with_damage(MappingStore), test)()


class Table(dict):
    """A dict-like that can be down, in several ways."""

    def __init__(self, fail: Callable[[], None]) -> None:
        super().__init__()
        self.is_down, self.fail = False, fail

    def __getitem__(self, name: str) -> Any:
        """Give an entry."""
        if self.is_down:
            self.fail()
        return super().__getitem__(name)

    def __setitem__(self, name: str, entry: Any) -> None:
        """Keep an entry."""
        if self.is_down:
            self.fail()
        super().__setitem__(name, entry)


def be_empty():
    raise KeyError("nothing here")


def fail():
    raise ConnectionError("down")


class Bare(MemoryStore):
    """It lets errors of its place through."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    def save_token(self, session: SsoSession, token: Token):
        """Ask the table first."""
        self.table["token"] = 1
        super().save_token(session, token)


class Losing(MemoryStore):
    """It says that it saved, and did not."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    def save_token(self, session: SsoSession, token: Token):
        """Save in good times alone."""
        if not self.table.is_down:
            super().save_token(session, token)


class Blurting(MappingStore):
    """Its errors say what was to be saved."""

    def save_token(self, session: SsoSession, token: Token):
        """Tell everybody."""
        try:
            super().save_token(session, token)
        except StoreError as error:
            raise StoreError(f"could not save {token.access_token}") from error


class LockedUp(MappingStore):
    """Its lock waits for its place, however long that takes."""

    @contextmanager
    def lock(self, key: SsoSession | CredentialKey, *, timeout: float | None = None):
        """Ask the table for leave."""
        self._mapping["lock"] = {}
        yield


def with_outage(make: Callable[[Table], Any], how: Callable[[], None]):
    class Contract(StoreOutageContract):
        def make_store(self) -> Any:
            self.table = getattr(self, "table", Table(how))
            self.store = getattr(self, "store", make(self.table))
            return self.store

        @contextmanager
        def outage(self) -> Iterator[None]:
            self.table.is_down = True
            yield
            self.table.is_down = False

    return Contract()


@pytest.mark.parametrize(
    ("store", "how", "test", "promise"),
    [
        (MappingStore, be_empty, "test_an_outage_is_not_an_empty_store", "is no missing token"),
        (Bare, fail, "test_a_save_in_an_outage_is_told_or_kept", "ConnectionError, which is no"),
        (Losing, fail, "test_a_save_in_an_outage_is_told_or_kept", "saved in an outage is there"),
        (Blurting, fail, "test_no_secret_is_shown_in_an_outage", "no secret in reprs and log"),
        (LockedUp, fail, "test_nobody_waits_for_a_lock_in_an_outage", "granted or refused"),
    ],
)
def test_a_broken_promise_about_outages_is_named(
    store: Any, how: Callable[[], None], test: str, promise: str
):
    """The failure says which promise is broken, and shows no secret."""
    with pytest.raises(AssertionError, match=promise) as broken:
        getattr(with_outage(store, how), test)()
    assert "broken promise" in str(broken.value)
    assert "canary" not in str(broken.value)


@pytest.mark.parametrize(
    "test", [name for name in vars(StoreOutageContract) if name.startswith("test_")]
)
@pytest.mark.parametrize("store", [MappingStore, Losing])
def test_a_sound_store_passes_the_tests_of_outages(store: Any, test: str):
    """A store that fails with its place passes, and one whose place is never needed."""
    if store is MappingStore or "save" not in test:
        getattr(with_outage(store, fail), test)()


def test_an_action_that_never_ends_is_named():
    """A test of an outage ends, and says what did not."""
    over = threading.Event()
    outcome = store_outage_contract._outcome(over.wait, patience=0)
    over.set()
    assert outcome == "nothing within 0 seconds"


class Unfenced(FileStore):
    """Its lock can be taken over, and nobody tells the one who had it."""

    @contextmanager
    def lock(self, key: SsoSession | CredentialKey, *, timeout: float | None = None):
        """Exclude nobody."""
        yield


class Mixing(MemoryStore):
    """One part of its role credentials is of another save."""

    def save_credential(self, key: CredentialKey, credential: RoleCredential):
        """Leave one part as it was."""
        self.first = getattr(self, "first", credential)
        mixed = attrs.evolve(credential, access_key_id=self.first.access_key_id + "-old")
        super().save_credential(key, mixed)


def test_a_takeover_that_nobody_notices_is_named(tmp_path: Path):
    """A holder that was stopped and saves all the same is found."""

    class Contract(SharedStoreContract):
        def store_factory(self) -> Any:
            return functools.partial(Unfenced, tmp_path)

    with pytest.raises(AssertionError, match="a holder that was taken over is refused") as broken:
        Contract().test_a_holder_that_was_taken_over_changes_nothing()
    assert "canary" not in str(broken.value)


def test_mixed_role_credentials_are_named():
    """Keys of two saves in one credential are found."""

    class Contract(CredentialStoreContract):
        store = Mixing()

        def make_store(self) -> Mixing:
            return self.store

    with pytest.raises(AssertionError, match="keys of one role are whole") as broken:
        Contract().test_role_credentials_are_never_mixed()
    assert "canary" not in str(broken.value)


def test_contracts_without_their_hooks_say_nothing_else():
    """A subclass that forgot a method is told so."""
    with pytest.raises(NotImplementedError):
        StoreDamageContract().make_store()
    with pytest.raises(NotImplementedError):
        StoreDamageContract().damage(bytes)
    with pytest.raises(NotImplementedError):
        StoreOutageContract().make_store()
    with pytest.raises(NotImplementedError):
        StoreOutageContract().outage()
    with pytest.raises(NotImplementedError):
        SharedStoreContract().make_store()
