"""The contract tests themselves: each broken promise of a toy store is found and named."""

# ruff: noqa: ARG002 - broken toys ignore what they are given

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from ssokit.domain.errors import StoreError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import FileStore, MemoryStore
from ssokit.testing import contract_processes, cross_process_contract
from ssokit.testing.credential_store_contract import CredentialStoreContract
from ssokit.testing.cross_process_contract import CrossProcessContract
from ssokit.testing.token_store_contract import TokenStoreContract


class Forgetful(MemoryStore):
    """It keeps nothing."""

    def save_token(self, session: SsoSession, token: Token):
        """Do nothing."""

    def save_credential(self, key: CredentialKey, credential: RoleCredential):
        """Do nothing."""


class Sharing(MemoryStore):
    """It hands out the very object it was given."""

    def save_token(self, session: SsoSession, token: Token):
        """Keep the object."""
        self.token = token

    def load_token(self, session: SsoSession):
        """Give the object."""
        return self.token


class Overwriting(MemoryStore):
    """It loses what the new token lacks."""

    def save_token(self, session: SsoSession, token: Token):
        """Make room first."""
        self.delete_token(session)
        super().save_token(session, token)


class Lockless(MemoryStore):
    """Its lock lets everybody in, between reading and writing too."""

    @contextmanager
    def lock(self, key: SsoSession | CredentialKey):
        """Exclude nobody."""
        yield

    def load_token(self, session: SsoSession):
        """Read what was there before all others wrote."""
        return attrs.evolve(super().load_token(session), extra={"count": 0})


class Clinging(MemoryStore):
    """Its lock outlives an exception."""

    never_released: ClassVar[list[object]] = []

    @contextmanager
    def lock(self, key: SsoSession | CredentialKey):
        """Forget to use finally."""
        held = super().lock(key)
        held.__enter__()
        self.never_released.append(held)
        yield
        held.__exit__(None, None, None)


class Talkative(MemoryStore):
    """It logs what it keeps."""

    def save_token(self, session: SsoSession, token: Token):
        """Tell everybody."""
        logging.getLogger("toy").debug("saving %s", token.access_token)
        super().save_token(session, token)

    def save_credential(self, key: CredentialKey, credential: RoleCredential):
        """Tell everybody."""
        logging.getLogger("toy").debug("saving %s", credential.secret_access_key)
        super().save_credential(key, credential)


class Boasting(MemoryStore):
    """It says that it forgot credentials, and has not."""

    def forget_credentials(self, start_url: str):
        """Lie."""
        return True


def contract(kind: Any, store: Any):
    class Contract(kind):
        def make_store(self) -> Any:
            return store

    return Contract()


@pytest.mark.parametrize(
    ("store", "test", "promise"),
    [
        (Forgetful, "test_a_saved_token_comes_back_whole", "a token comes back as saved"),
        (Forgetful, "test_values_are_not_shared", "a token that was saved is there"),
        (Sharing, "test_values_are_not_shared", "stored values are copies"),
        (Overwriting, "test_what_a_new_token_lacks_survives", "refresh token and unknown"),
        (
            Clinging,
            "test_the_lock_of_a_login_ends_with_its_block",
            "an exception releases the lock",
        ),
        (Talkative, "test_no_secret_of_a_login_is_shown", "no secret in reprs and log records"),
        (Lockless, "test_threads_lose_no_update_under_the_lock", "no update is lost"),
    ],
)
def test_a_broken_promise_about_logins_is_named(store: Any, test: str, promise: str):
    """The failure says which promise is broken, and shows no secret."""
    with pytest.raises(AssertionError, match=promise) as broken:
        getattr(contract(TokenStoreContract, store(lock_timeout=0)), test)()
    assert "canary" not in str(broken.value)


@pytest.mark.parametrize(
    ("store", "test", "promise"),
    [
        (Forgetful, "test_role_credentials_come_back_as_saved", "credentials come back"),
        (Boasting, "test_forgetting_tells_the_truth", "said True"),
        (Talkative, "test_no_secret_of_a_role_is_shown", "no secret in reprs and log records"),
    ],
)
def test_a_broken_promise_about_credentials_is_named(store: Any, test: str, promise: str):
    """The failure says which promise is broken, and shows no secret."""
    with pytest.raises(AssertionError, match=promise) as broken:
        getattr(contract(CredentialStoreContract, store()), test)()
    assert "canary" not in str(broken.value)


def test_a_process_that_never_answers_is_named():
    """A test of processes ends, and says where to look."""
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs, pytest.raises(AssertionError, match=r"lock\(\)"):
        contract_processes.receive(ours, patience=0)


def test_the_steps_at_which_a_writer_is_killed_are_those_of_files_and_sockets():
    """Other events that Python audits do not count."""
    kill = contract_processes.killer(2, signal_number=0)
    counted = [kill(event, ()) for event in ("open", "import", "os.rename", "socket.connect")]
    assert counted == [1, 0, 2, 3]


def test_a_lock_holder_leaves_when_its_test_ends():
    """The process that is meant to be killed does not outlive a test that failed before."""
    ours, theirs = multiprocessing.Pipe()
    arguments = (MemoryStore, None, theirs)
    holder = threading.Thread(target=cross_process_contract._hold, args=arguments)
    holder.start()
    assert ours.recv() == os.getpid()
    ours.close()
    holder.join()
    theirs.close()


def test_a_contract_without_a_store_says_nothing_else():
    """A subclass that forgot its method is told so."""
    with pytest.raises(NotImplementedError):
        TokenStoreContract().make_store()
    with pytest.raises(NotImplementedError):
        CredentialStoreContract().make_store()
    with pytest.raises(NotImplementedError):
        CrossProcessContract().store_factory()


class InPlace(FileStore):
    """A file store that empties its file before it writes."""

    def save_token(self, session: SsoSession, token: Token):
        """Write in two steps."""
        self.delete_token(session)
        super().save_token(session, token)


class Private(MemoryStore):
    """A store that no other process sees."""

    def __init__(self, folder: Path) -> None:
        super().__init__()


class Exploding(FileStore):
    """A store that fails in other processes."""

    def save_token(self, session: SsoSession, token: Token):
        """Fail."""
        raise StoreError("down")


@pytest.mark.parametrize(
    ("store", "test", "promise"),
    [
        (Private, "test_a_token_crosses_processes", "another process saved"),
        (Exploding, "test_a_token_crosses_processes", "a process of this test failed"),
        (
            InPlace,
            "test_a_writer_killed_at_any_step_leaves_the_old_or_the_new",
            "old or new after a kill at step",
        ),
    ],
)
def test_a_broken_promise_between_processes_is_named(
    store: Any, test: str, promise: str, tmp_path: Path
):
    """The failure says which promise is broken, and shows no secret."""

    class Contract(CrossProcessContract):
        def store_factory(self) -> Any:
            return functools.partial(store, tmp_path)

    with pytest.raises(AssertionError, match=promise) as broken:
        getattr(Contract(), test)()
    assert "canary" not in str(broken.value)
