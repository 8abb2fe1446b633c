"""Contract tests for credential stores: subclass it, say how your store is made, run pytest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import attrs

from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.ports.credential_store import CredentialStore
from ssokit.testing.store_contract_values import (
    CREDENTIAL,
    HERE,
    KEY,
    PAST,
    THERE,
    among,
    check_lock,
    check_try_lock,
    no_canary,
    recorded,
    same,
)


class CredentialStoreContract:
    """What every `ssokit.ports.CredentialStore` promises. Define `make_store`."""

    def make_store(self) -> CredentialStore:
        """Give a handle on the store under test, as for `TokenStoreContract`."""
        raise NotImplementedError

    def test_role_credentials_come_back_as_saved(self) -> None:
        """None before, every field after, the later save instead of the earlier."""
        store = self.make_store()
        store.delete_credential(KEY)
        same(store.load_credential(KEY), None, "credentials that were never saved are None")
        store.save_credential(KEY, CREDENTIAL)
        same(self.make_store().load_credential(KEY), CREDENTIAL, "credentials come back")
        later = attrs.evolve(CREDENTIAL, access_key_id="canary-key-2")
        store.save_credential(KEY, later)
        same(store.load_credential(KEY), later, "the last save wins")

    def test_role_credentials_of_different_keys_are_apart(self) -> None:
        """Account, role, start URL and session name each make another key, apart from the rest."""
        store = self.make_store()
        keys = [
            KEY,
            attrs.evolve(KEY, account_id="112345678901"),
            attrs.evolve(KEY, role_name="Writer"),
            attrs.evolve(KEY, start_url=THERE.start_url),
            attrs.evolve(KEY, session_name="corp"),
        ]
        for key in keys:
            store.save_credential(key, _credential_for(key))
        store.delete_credential(KEY)
        same(store.load_credential(KEY), None, "deleted credentials are gone")
        for key in keys[1:]:
            same(store.load_credential(key), _credential_for(key), "other keys' stay")

    def test_expired_role_credentials_are_as_saved_or_gone(self) -> None:
        """A store may drop what expired, and never changes it."""
        store = self.make_store()
        dead = attrs.evolve(CREDENTIAL, expires_at=PAST)
        store.save_credential(KEY, dead)
        among(store.load_credential(KEY), (dead, None), "expired keys are as saved, or gone")

    def test_forgetting_tells_the_truth(self) -> None:
        """After True all credentials of the start URL are gone; others stay in any case."""
        store = self.make_store()
        other = attrs.evolve(KEY, start_url=THERE.start_url)
        store.save_credential(KEY, CREDENTIAL)
        store.save_credential(other, _credential_for(other))
        gone = store.forget_credentials(HERE.start_url)
        left = None if gone else CREDENTIAL
        same(store.load_credential(KEY), left, f"forget_credentials() said {gone}")
        same(store.load_credential(other), _credential_for(other), "other logins' keys stay")

    def test_role_credentials_are_never_mixed(self) -> None:
        """While four threads save in turns, every load gives one of the written values."""
        values = [_marked(number) for number in range(4)]
        self.make_store().save_credential(KEY, values[0])
        store = self.make_store()
        with ThreadPoolExecutor(4) as threads:
            writing = [threads.submit(_save_often, self.make_store(), value) for value in values]
            over = False
            while not over:
                over = all(done.done() for done in writing)
                among(store.load_credential(KEY), tuple(values), "keys of one role are whole")
            for done in writing:
                done.result()

    def test_the_lock_of_role_credentials_ends_with_its_block(self) -> None:
        """An exception releases the lock, and other roles were never locked."""
        store, other = self.make_store(), self.make_store()
        check_lock(
            lambda: store.lock(KEY), lambda: other.lock(attrs.evolve(KEY, role_name="Writer"))
        )
        check_try_lock(lambda: store.lock(KEY), lambda: other.lock(KEY, timeout=0))

    def test_no_secret_of_a_role_is_shown(self) -> None:
        """Neither the store's repr nor any log record has a key."""
        with recorded() as records:
            store = self.make_store()
            with store.lock(KEY):
                store.save_credential(KEY, CREDENTIAL)
            store.load_credential(KEY)
        no_canary([repr(store), *records])


def _credential_for(key: CredentialKey) -> RoleCredential:
    return attrs.evolve(
        CREDENTIAL,
        account_id=key.account_id,
        role_name=key.role_name,
        access_key_id=f"canary-{hash(key)}",
    )


def _marked(number: int) -> RoleCredential:
    return attrs.evolve(
        CREDENTIAL,
        access_key_id=f"canary-key-{number}",
        secret_access_key=f"canary-secret-{number}",
        session_token=f"canary-session-{number}" * 100,
    )


def _save_often(store: CredentialStore, credential: RoleCredential) -> None:
    for _ in range(20):
        store.save_credential(KEY, credential)
