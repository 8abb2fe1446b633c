"""Contract tests for token stores: subclass it, say how your store is made, and run pytest.

::

    class TestVaultStore(TokenStoreContract, CredentialStoreContract):
        def make_store(self):
            return VaultStore(self.url)

A failure names the promise that was broken. Nothing here waits for time to pass, apart from
limits on what would otherwise never end.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs

from ssokit.ports.token_store import TokenStore
from ssokit.testing.store_contract_values import (
    CLIENT,
    FAILURE,
    HERE,
    NAMED,
    OTHER_TOKEN,
    PAST,
    REFRESHABLE,
    REGISTRATION,
    THERE,
    TOKEN,
    among,
    check_lock,
    check_try_lock,
    count_up,
    load,
    no_canary,
    recorded,
    same,
)


class TokenStoreContract:
    """What every `ssokit.ports.TokenStore` promises. Subclass it and define `make_store`."""

    def make_store(self) -> TokenStore:
        """Give a handle on the store under test.

        It is called several times within one test: all handles of a test share what is
        stored, and each test starts with nothing stored. A store that is one object, such as
        a dict in memory, gives the same object each time.
        """
        raise NotImplementedError

    def test_a_store_without_entries_gives_none(self) -> None:
        """Nothing saved is a miss, and deleting it is no error."""
        store = self.make_store()
        store.delete_token(HERE)
        store.delete_registration(HERE)
        same(store.load_token(HERE), None, "a token that was never saved is None")
        same(store.load_registration(HERE), None, "a registration never saved is None")

    def test_a_saved_token_comes_back_whole(self) -> None:
        """Every field comes back, unknown members of ``extra`` included."""
        self.make_store().save_token(HERE, REFRESHABLE)
        same(self.make_store().load_token(HERE), REFRESHABLE, "a token comes back as saved")

    def test_a_token_keeps_its_own_region(self) -> None:
        """A token of another region than the one asked for comes back with its own."""
        token = attrs.evolve(TOKEN, region="ap-south-1")
        self.make_store().save_token(HERE, token)
        same(self.make_store().load_token(HERE), token, "a token keeps its own region")

    def test_a_later_token_replaces_the_earlier(self) -> None:
        """Known fields are those of the last save, the refresh token included."""
        store = self.make_store()
        store.save_token(HERE, REFRESHABLE)
        later = attrs.evolve(REFRESHABLE, access_token="canary-3", refresh_token="canary-4")  # noqa: S106
        store.save_token(HERE, later)
        same(store.load_token(HERE), later, "the last save wins")

    def test_what_a_new_token_lacks_survives(self) -> None:
        """Unknown members and the refresh token of the old entry outlive a save without them."""
        store = self.make_store()
        store.save_token(HERE, REFRESHABLE)
        store.save_token(HERE, attrs.evolve(TOKEN, extra={"new": 1}))
        expected = attrs.evolve(REFRESHABLE, extra={**REFRESHABLE.extra, "new": 1})
        same(store.load_token(HERE), expected, "refresh token and unknown members survive")

    def test_a_new_token_with_its_client_brings_its_own_refresh_token(self) -> None:
        """A refresh token is its client's alone: the old one does not survive beside another."""
        store = self.make_store()
        store.save_token(HERE, REFRESHABLE)
        later = attrs.evolve(TOKEN, client=attrs.evolve(CLIENT, client_id="client-2"))
        store.save_token(HERE, later)
        expected = attrs.evolve(later, extra=REFRESHABLE.extra)
        same(store.load_token(HERE), expected, "a token with a client says how it is renewed")

    def test_sessions_of_different_names_are_apart(self) -> None:
        """A named session has its own token, registration and failure for the same start URL."""
        store = self.make_store()
        store.save_token(NAMED, REFRESHABLE)
        store.save_registration(NAMED, REGISTRATION)
        store.save_renewal_failure(NAMED, FAILURE)
        for session in (HERE, attrs.evolve(NAMED, name="other")):
            same(store.load_token(session), None, "a token is its session's alone")
            same(store.load_registration(session), None, "so is a registration")
            same(store.load_renewal_failure(session), None, "so is a failure")
        same(store.load_token(NAMED), REFRESHABLE, "a named session has its token")

    def test_registrations_for_other_scopes_are_apart(self) -> None:
        """A client is registered for its scopes: none at all, and the default, are two."""
        store = self.make_store()
        store.save_registration(NAMED, REGISTRATION)
        for scopes in (None, (), ("sso:account:access", "other")):
            session = attrs.evolve(NAMED, scopes=scopes)
            same(store.load_registration(session), None, f"nothing is registered for {scopes}")
        same(store.load_registration(NAMED), REGISTRATION, "the registration is there")

    def test_a_renewal_failure_is_shared(self) -> None:
        """All who share the store see the last failure; the token is as it was."""
        store = self.make_store()
        same(store.load_renewal_failure(HERE), None, "no failure was noted")
        store.save_token(HERE, REFRESHABLE)
        store.save_renewal_failure(HERE, attrs.evolve(FAILURE, message="an older one"))
        store.save_renewal_failure(HERE, FAILURE)
        same(self.make_store().load_renewal_failure(HERE), FAILURE, "the last failure is seen")
        same(store.load_token(HERE), REFRESHABLE, "the token is not touched")

    def test_tokens_of_different_start_urls_are_apart(self) -> None:
        """Saving and deleting one login leaves the other alone."""
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        store.save_token(THERE, OTHER_TOKEN)
        store.delete_token(HERE)
        same(store.load_token(HERE), None, "a deleted token is gone")
        same(store.load_token(THERE), OTHER_TOKEN, "another login's token stays")

    def test_registrations_come_back_and_are_replaced_whole(self) -> None:
        """Nothing of an old registration mixes into the next, and tokens are not touched."""
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        store.save_registration(HERE, REGISTRATION)
        same(store.load_registration(HERE), REGISTRATION, "a registration comes back")
        same(store.load_registration(THERE), None, "another region has its own registration")
        later = attrs.evolve(REGISTRATION, client_id="client-2", extra={})
        store.save_registration(HERE, later)
        same(store.load_registration(HERE), later, "a registration is replaced whole")
        store.delete_registration(HERE)
        same(store.load_registration(HERE), None, "a deleted registration is gone")
        same(store.load_token(HERE), TOKEN, "registrations do not touch tokens")

    def test_expired_entries_are_as_saved_or_gone(self) -> None:
        """A store may drop what expired, unless a refresh token can still renew it."""
        store = self.make_store()
        dead = attrs.evolve(TOKEN, expires_at=PAST)
        store.save_token(HERE, dead)
        among(store.load_token(HERE), (dead, None), "an expired token is as saved, or gone")
        renewable = attrs.evolve(REFRESHABLE, expires_at=PAST)
        store.save_token(HERE, renewable)
        same(store.load_token(HERE), renewable, "a refresh token outlives its access token")

    def test_values_are_not_shared(self) -> None:
        """Changing what was saved or loaded does not change what is stored."""
        store = self.make_store()
        given: dict[str, Any] = {"scopes": ["a"]}
        store.save_token(HERE, attrs.evolve(TOKEN, extra=given))
        given["scopes"].append("b")
        for _ in range(2):
            loaded = load(store)
            same(loaded.extra, {"scopes": ["a"]}, "stored values are copies")
            loaded.extra["scopes"].append("c")

    def test_threads_lose_no_update_under_the_lock(self) -> None:
        """The lock of one handle excludes the other handles: read, add one, write, 8 times 10."""
        self.make_store().save_token(HERE, attrs.evolve(TOKEN, extra={"count": 0}))
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(count_up, self.make_store(), 10) for _ in range(8)]:
                done.result()
        same(load(self.make_store()).extra, {"count": 80}, "no update is lost under lock()")

    def test_the_lock_of_a_login_ends_with_its_block(self) -> None:
        """An exception releases the lock, and other logins were never locked."""
        store, other = self.make_store(), self.make_store()
        check_lock(lambda: store.lock(HERE), lambda: other.lock(THERE))
        check_lock(lambda: store.login_lock(HERE), lambda: other.lock(HERE))

    def test_a_lock_need_not_be_waited_for(self) -> None:
        """With ``timeout=0`` whoever comes second is told so, and goes on with what there is."""
        store, other = self.make_store(), self.make_store()
        check_try_lock(lambda: store.lock(HERE), lambda: other.lock(HERE, timeout=0))
        check_try_lock(lambda: store.login_lock(HERE), lambda: other.login_lock(HERE, timeout=0))

    def test_no_secret_of_a_login_is_shown(self) -> None:
        """Neither the store's repr nor any log record has a secret of a token or client."""
        with recorded() as records:
            store = self.make_store()
            with store.lock(HERE):
                store.save_token(HERE, REFRESHABLE)
                store.save_registration(HERE, REGISTRATION)
                store.save_renewal_failure(HERE, FAILURE)
            store.load_token(HERE)
        no_canary([repr(store), *records])
