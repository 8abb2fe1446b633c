"""Locks: between threads, between store objects, between processes, across forks."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from programs import PRELUDE, RunPython

from ssokit.adapters.stores.thread_locks import ThreadLocks
from ssokit.domain.errors import StoreLockTimeoutError
from ssokit.domain.role_credential import CredentialKey
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.token_store import TokenStore
from ssokit.stores import FileStore, MappingStore, MemoryStore


class Shelf(dict):
    """A dict that can be referred to weakly."""


def in_thread(action: Callable[[], object]):
    failures = []

    def run() -> None:
        try:
            action()
        except StoreLockTimeoutError as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return failures


def stores(tmp_path: Path):
    shelf = {}
    memory = MemoryStore(lock_timeout=0)
    return {
        "file": [FileStore(tmp_path, lock_timeout=0), FileStore(tmp_path, lock_timeout=0)],
        "mapping": [MappingStore(shelf, lock_timeout=0), MappingStore(shelf, lock_timeout=0)],
        "memory": [memory, memory],
    }


@pytest.mark.parametrize("kind", ["file", "mapping", "memory"])
def test_another_handle_in_another_thread_is_excluded(
    tmp_path: Path, kind: str, sso: SsoSession, key: CredentialKey
):
    """The holder excludes other objects on the same storage, for that key alone."""
    store, other = stores(tmp_path)[kind]

    def enter(wanted: SsoSession | CredentialKey) -> None:
        with other.lock(wanted):
            pass

    with store.lock(sso):
        [failure] = in_thread(lambda: enter(sso))
        assert failure.retryable
        assert not in_thread(lambda: enter(key))
    assert not in_thread(lambda: enter(sso))


@pytest.mark.parametrize("kind", ["file", "mapping", "memory"])
def test_the_same_thread_is_told_at_once(tmp_path: Path, kind: str, sso: SsoSession):
    """Taking a lock twice in one thread raises; it neither hangs nor succeeds."""
    store, other = stores(tmp_path)[kind]
    with store.lock(sso):
        with pytest.raises(StoreLockTimeoutError, match="very thread"), other.lock(sso):
            pass
        with pytest.raises(StoreLockTimeoutError):
            store.lock(sso).__enter__()
    with other.lock(sso):
        pass


def test_two_spellings_of_a_folder_are_one_lock(tmp_path: Path, sso: SsoSession):
    """A symlink to the folder does not open a way around the lock."""
    (tmp_path / "link").symlink_to(tmp_path / "cache")
    with (
        FileStore(tmp_path / "cache").lock(sso),
        pytest.raises(StoreLockTimeoutError, match=r"\.lock"),
        FileStore(tmp_path / "link").lock(sso),
    ):
        pass


def test_a_lock_may_be_released_by_another_thread(tmp_path: Path, sso: SsoSession):
    """Executors may leave the block in another thread than they entered it in."""
    store = FileStore(tmp_path, lock_timeout=0)
    held = store.lock(sso)
    assert not in_thread(held.__enter__)
    held.__exit__(None, None, None)
    with store.lock(sso):
        pass


def test_fifty_threads_take_turns(tmp_path: Path, sso: SsoSession):
    """With many waiters, never two are inside, and all get in."""
    inside, most, entries = [], [], []

    def work() -> None:
        with FileStore(tmp_path).lock(sso):
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            entries.append(1)

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (max(most), len(entries)) == (1, 50)


@pytest.mark.parametrize("kind", ["file", "mapping", "memory"])
def test_impatience_for_locks_is_none_for_entries(
    tmp_path: Path, kind: str, sso: SsoSession, token: Token
):
    """With lock_timeout=0, threads that load and save at once still take turns."""
    store, other = stores(tmp_path)[kind]
    token = attrs.evolve(token, refresh_token="canary-refresh")
    turns: list[object] = []

    def work(mine: TokenStore) -> None:
        for _ in range(50):
            mine.save_token(sso, token)
            turns.append(mine.load_token(sso))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (store, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert turns == [token] * 400


def test_locks_keep_no_mapping_alive(sso: SsoSession):
    """A mapping whose store is gone is gone, and so is its lock."""
    shelf = Shelf()
    watched = weakref.ref(shelf)
    with MappingStore(shelf).lock(sso):
        pass
    del shelf
    gc.collect()
    assert watched() is None


def test_locks_that_nobody_uses_are_gone():
    """The table of locks does not grow with the number of names."""
    locks = ThreadLocks()
    with locks.hold("a", timeout=0, place="a"):
        assert len(locks._named) == 1
    gc.collect()
    assert len(locks._named) == 0


def test_a_waiting_process_says_so_and_gives_up_in_time(
    tmp_path: Path, sso: SsoSession, run_python: RunPython
):
    """Another process is excluded, tells the log that it waits, and names the lock file."""
    program = (
        PRELUDE
        + """
import logging
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stdout)
try:
    with FileStore(folder, lock_timeout=0).login_lock(sso):
        print("entered")
except StoreLockTimeoutError as error:
    print(error, error.__cause__, error.__suppress_context__)
"""
    )
    with FileStore(tmp_path).login_lock(sso):
        waited = run_python(program, tmp_path).stdout.splitlines()
    [lock_file] = tmp_path.glob("*.lock")
    assert waited[0] == f"WARNING waiting for another process to finish its login ({lock_file})"
    assert waited[1].startswith(f"another process kept the lock {lock_file}")
    assert waited[1].endswith("None True")
    assert run_python(program, tmp_path).stdout == "entered\n"


def test_a_lock_file_that_cannot_be_locked(
    tmp_path: Path, sso: SsoSession, caplog: pytest.LogCaptureFixture
):
    """A folder in its place: one warning, and the threads of this process still exclude."""
    store = FileStore(tmp_path, lock_timeout=0)
    with store.lock(sso):
        pass
    [path] = tmp_path.glob("*.lock")
    path.unlink()
    path.mkdir()
    for _ in range(2):
        with store.lock(sso):
            assert in_thread(store.lock(sso).__enter__)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_forked_child_neither_holds_nor_releases(tmp_path: Path, run_python: RunPython):
    """The child of a holder is excluded like any other process, and its end frees nothing."""
    program = (
        PRELUDE
        + """
import os
def child_enters():
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)
    try:
        with FileStore(folder, lock_timeout=0).lock(sso):
            print("child entered")
    except StoreLockTimeoutError:
        print("child excluded")
    return None
def hold_and_fork():
    with FileStore(folder).lock(sso):
        if child_enters() is None:
            return
        if child_enters() is None:
            return
        print("parent leaves")
    child_enters()
hold_and_fork()
"""
    )
    assert run_python(program, tmp_path).stdout.splitlines() == [
        "child excluded",
        "child excluded",
        "parent leaves",
        "child entered",
    ]


def test_a_child_forked_while_a_thread_holds_is_not_stuck(tmp_path: Path, run_python: RunPython):
    """Locks of threads that do not exist in the child are free there, once the file is."""
    program = (
        PRELUDE
        + """
import os, threading, warnings
warnings.simplefilter("ignore")
from ssokit.stores import MemoryStore
store, inside, leave = MemoryStore(lock_timeout=0), threading.Event(), threading.Event()
def hold():
    with store.lock(sso):
        inside.set()
        leave.wait()
thread = threading.Thread(target=hold)
thread.start()
inside.wait()
child = os.fork()
if not child:
    with store.lock(sso):
        os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
leave.set()
thread.join()
"""
    )
    assert run_python(program, tmp_path).stdout == "7\n"


@pytest.mark.parametrize("make", [MemoryStore, lambda: MappingStore(Shelf())])
def test_a_held_lock_keeps_its_store_alive(make: Callable[[], TokenStore], sso: SsoSession):
    """No later store can be taken for one that is locked, by the id that it had."""
    store = make()
    kept = weakref.ref(store)
    with store.lock(sso):
        del store
        gc.collect()
        assert kept() is not None
