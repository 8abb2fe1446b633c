"""The store in memory."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from stepping_clock import SteppingClock

from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import MemoryStore


@pytest.fixture
def store(clock: SteppingClock):
    return MemoryStore(clock=clock)


def test_entries_end_with_their_expiry(
    *,
    store: MemoryStore,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """What expired is gone, and what has not is there."""
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    clock.sleep(3600)
    assert store.load_credential(key) is None
    assert store.load_token(sso) == token
    clock.sleep(7 * 3600 - 1)
    assert store.load_token(sso) == token
    clock.sleep(1)
    assert store.load_token(sso) is None
    assert store.load_registration(sso) == registration


def test_saving_what_has_expired_removes_what_was_there(
    store: MemoryStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """The older entry does not come back."""
    store.save_token(sso, token)
    store.save_token(sso, attrs.evolve(token, expires_at=clock.now() - timedelta(seconds=1)))
    assert store.load_token(sso) is None
    store.delete_token(sso)


def test_deleting_what_has_expired_is_no_error(
    store: MemoryStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """A delete that comes too late is fine."""
    store.save_token(sso, token)
    clock.sleep(9 * 3600)
    store.delete_token(sso)
    assert store.load_token(sso) is None


def test_a_refresh_token_outlives_its_access_token(
    store: MemoryStore, clock: SteppingClock, sso: SsoSession, token: Token
):
    """A login that can be renewed is not lost in an idle process."""
    renewable = attrs.evolve(token, refresh_token="canary-refresh")
    store.save_token(sso, renewable)
    clock.sleep(30 * 24 * 3600)
    assert store.load_token(sso) == renewable
    store.delete_token(sso)
    assert store.load_token(sso) is None


def test_two_logins_never_see_each_others_keys(
    store: MemoryStore, key: CredentialKey, credential: RoleCredential
):
    """The same role under two people's logins is two entries."""
    other = attrs.evolve(key, login="berta")
    store.save_credential(key, credential)
    assert store.load_credential(other) is None
    hers = attrs.evolve(credential, access_key_id="hers")
    store.save_credential(other, hers)
    store.delete_credential(key)
    assert store.load_credential(key) is None
    assert store.load_credential(other) == hers


def test_forgetting_a_start_url_takes_all_its_keys_and_nothing_else(
    store: MemoryStore,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Keys of every login there go; the token and other portals' keys stay."""
    elsewhere = attrs.evolve(key, start_url="https://d-2222222222.awsapps.com/start")
    store.save_token(sso, token)
    for one in (key, attrs.evolve(key, login="berta"), elsewhere):
        store.save_credential(one, credential)
    assert store.forget_credentials(sso.start_url) is True
    assert store.load_credential(key) is None
    assert store.load_credential(attrs.evolve(key, login="berta")) is None
    assert store.load_credential(elsewhere) == credential
    assert store.load_token(sso) == token


def test_the_least_used_entry_gives_way(clock: SteppingClock, token: Token):
    """The store stays within its size."""
    store = MemoryStore(maxsize=2, clock=clock)
    first, second, third = (SsoSession(f"https://{name}.test/start", "us-east-1") for name in "abc")
    store.save_token(first, token)
    store.save_token(second, token)
    assert store.load_token(first)
    store.save_token(third, token)
    assert [bool(store.load_token(one)) for one in (first, second, third)] == [True, False, True]


def test_a_size_without_room_is_refused():
    """A store that can hold nothing is a mistake."""
    with pytest.raises(ValueError, match="maxsize"):
        MemoryStore(maxsize=0)


def test_the_repr_shows_the_size_alone(store: MemoryStore, sso: SsoSession, token: Token):
    """No entry is in the repr."""
    store.save_token(sso, token)
    assert repr(store) == "MemoryStore(maxsize=4096)"
