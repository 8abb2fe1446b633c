"""Contract tests for stores that can tell which logins they hold: subclass it, and run pytest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from ssokit.domain.tokens import Token
from ssokit.ports.login_inventory import LoginInventory, StoredLogin
from ssokit.testing.store_contract_values import (
    CREDENTIAL,
    HERE,
    KEY,
    REGISTRATION,
    THERE,
    TOKEN,
    among,
    check_lock,
    check_try_lock,
    same,
)


class LoginInventoryContract:
    """What a store promises that is a `ssokit.ports.LoginInventory`, too. Define `make_store`."""

    def make_store(self) -> Any:
        """Give a handle on the store under test, as for `TokenStoreContract`."""
        raise NotImplementedError

    def test_all_logins_are_listed(self) -> None:
        """Tokens are listed, of start URLs and of named sessions; registrations are none."""
        store = self.make_store()
        same(len(_listed(store)), 0, "an empty store lists nothing")
        named = attrs.evolve(HERE, name="corp")
        store.save_token(HERE, TOKEN)
        store.save_token(named, TOKEN)
        store.save_token(THERE, attrs.evolve(TOKEN, start_url=THERE.start_url))
        store.save_registration(HERE, REGISTRATION)
        store.save_credential(KEY, CREDENTIAL)
        found = sorted(token.start_url for token in _tokens(self.make_store()))
        expected = sorted([HERE.start_url, HERE.start_url, THERE.start_url])
        same(found, expected, "every login is listed, once")

    def test_a_listed_login_is_the_stored_one(self) -> None:
        """What is done to a listed login is done to the store's entry, the other way round, too."""
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        [login] = _listed(self.make_store())
        renewed = attrs.evolve(TOKEN, access_token="canary-renewed")  # noqa: S106 - a canary
        login.save(renewed)
        same(store.load_token(HERE), renewed, "a save through the list is one of the store")
        store.save_token(HERE, TOKEN)
        same(login.load(), TOKEN, "a later save of the store is seen through the list")
        login.delete()
        same(store.load_token(HERE), None, "a login that is deleted through the list is gone")
        same(login.load(), None, "a login that is gone is None")
        login.delete()

    def test_a_listed_login_has_the_stores_lock(self) -> None:
        """Whoever renews the login and whoever ends it exclude each other."""
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        [login] = _listed(store)
        check_lock(login.lock, lambda: store.lock(THERE))
        check_try_lock(login.lock, lambda: store.lock(HERE, timeout=0))

    def test_role_credentials_are_forgotten_or_it_says_so(self) -> None:
        """After True all role credentials are gone; logins stay in any case."""
        store = self.make_store()
        other = attrs.evolve(KEY, start_url=THERE.start_url)
        store.save_token(HERE, TOKEN)
        for key in (KEY, other):
            store.save_credential(key, CREDENTIAL)
        gone = store.forget_all_credentials()
        left = (None,) if gone else (None, CREDENTIAL)
        for key in (KEY, other):
            among(store.load_credential(key), left, f"forget_all_credentials() said {gone}")
        same(store.load_token(HERE), TOKEN, "a login is no role credential")


def _listed(store: LoginInventory) -> Sequence[StoredLogin]:
    logins = store.stored_logins()
    if logins is None:
        raise AssertionError("broken promise: a store under this contract can list its logins")
    return logins


def _tokens(store: LoginInventory) -> list[Token]:
    return [token for login in _listed(store) if (token := login.load())]
