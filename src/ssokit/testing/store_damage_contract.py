"""Contract tests for what a store makes of entries that somebody or something has spoilt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from ssokit.testing.store_contract_values import (
    CREDENTIAL,
    HERE,
    KEY,
    REFRESHABLE,
    REGISTRATION,
    TOKEN,
    among,
    no_canary,
    recorded,
    same,
)

Change: TypeAlias = "Callable[[bytes], bytes]"

_SPOILT = (
    b"",
    b"{",
    b"canary",
    b'{"accessToken": "canary-access", "expi',
    b'{"accessToken": "canary-access", "expiresAt": 7}',
    b"\xff\xfe\x00canary",
    b"\x00" * 100,
    b"[" * 100_000,
    b"null",
    b"[]",
    b"{}",
    b" " * (2 * 1024 * 1024),
)


class StoreDamageContract:
    """What a store promises about damaged entries. Define `make_store` and `damage`."""

    def make_store(self) -> Any:
        """Give a handle on the store under test, as for `TokenStoreContract`."""
        raise NotImplementedError

    def damage(self, change: Change) -> None:
        """Change all entries that are stored, as a failing disk or an editor would.

        Args:
            change: Gives other bytes for those that are there. A place that cannot hold just
                any bytes may take what is nearest to them.
        """
        raise NotImplementedError

    def test_damaged_logins_are_missing_until_the_next_save(self) -> None:
        """Whatever stands in their place, loads give None, and a save is as good as ever."""
        for content in _SPOILT:
            store = self.make_store()
            store.save_token(HERE, REFRESHABLE)
            store.save_registration(HERE, REGISTRATION)
            self.damage(_replaced_by(content))
            with recorded() as records:
                same(_outcome(store.load_token, HERE), None, "a damaged token is missing")
                found = _outcome(store.load_registration, HERE)
                same(found, None, "a damaged registration is missing")
                store.save_token(HERE, TOKEN)
                store.save_registration(HERE, REGISTRATION)
            same(store.load_token(HERE), TOKEN, "a save heals a damaged token")
            same(store.load_registration(HERE), REGISTRATION, "a save heals a registration")
            no_canary(records)

    def test_damaged_role_credentials_are_missing_until_the_next_save(self) -> None:
        """Whatever stands in their place, a load gives None, and a save is as good as ever."""
        for content in _SPOILT:
            store = self.make_store()
            store.save_credential(KEY, CREDENTIAL)
            self.damage(_replaced_by(content))
            with recorded() as records:
                found = _outcome(store.load_credential, KEY)
                same(found, None, "damaged role credentials are missing")
                store.save_credential(KEY, CREDENTIAL)
            same(store.load_credential(KEY), CREDENTIAL, "a save heals role credentials")
            no_canary(records)

    def test_a_token_that_was_cut_off_is_missing(self) -> None:
        """Wherever a write, or a disk, ended, nothing is made of what is left."""
        for tenths in range(10):
            store = self.make_store()
            store.save_token(HERE, REFRESHABLE)
            self.damage(partial(_cut_off, tenths))
            same(_outcome(store.load_token, HERE), None, "a token that was cut off is missing")
            store.delete_token(HERE)

    def test_damaged_entries_can_be_deleted(self) -> None:
        """Deleting does not look at what is there."""
        store = self.make_store()
        store.save_token(HERE, REFRESHABLE)
        store.save_credential(KEY, CREDENTIAL)
        self.damage(_replaced_by(b"canary"))
        outcomes = _outcome(store.delete_token, HERE), _outcome(store.delete_credential, KEY)
        same(outcomes, (None, None), "what is damaged can be deleted")
        among(store.load_token(HERE), (None,), "a deleted token is gone")


def _replaced_by(content: bytes) -> Change:
    return lambda _: content


def _cut_off(tenths: int, content: bytes) -> bytes:
    return content[: len(content) * tenths // 10]


def _outcome(action: Callable[[Any], object], argument: object) -> object:
    try:
        return action(argument)
    except Exception as error:  # noqa: BLE001 - whatever it is, it breaks the promise
        return f"{type(error).__name__}, raised by {action.__name__}()"
