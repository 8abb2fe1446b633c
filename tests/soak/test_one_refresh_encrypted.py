"""One refresh, with the login in a folder of encrypted files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from one_refresh import Fate, Outcome, race_behind_a_holder, race_of_processes, race_of_threads

from ssokit.stores import EncryptedFileStore, Key
from ssokit.testing import IdentityCenterServer

_KEY = Key.from_bytes(b"canary-1" * 4)


def _store(folder: Path) -> partial[EncryptedFileStore]:
    return partial(
        EncryptedFileStore, folder / "store", key=_KEY, generation_file=folder / "generations"
    )


def test_processes_share_one_refresh(
    server: IdentityCenterServer, tmp_path: Path, count: Callable[..., int]
):
    """Processes with one single-use refresh token: one call, one token, no failure."""
    processes = count(6, full=200)
    outcome = race_of_processes(_store(tmp_path), server, processes)
    assert outcome == Outcome.of_one(processes)


def test_threads_share_one_refresh(
    server: IdentityCenterServer, tmp_path: Path, count: Callable[..., int]
):
    """Threads of one process likewise, each with a store of its own."""
    threads = count(50, full=1000)
    outcome = race_of_threads(_store(tmp_path), server, threads)
    assert outcome == Outcome.of_one(threads)


@pytest.mark.parametrize("fate", [Fate.KILLED, Fate.PAUSED])
def test_a_holder_that_is_gone_holds_nobody_up(
    server: IdentityCenterServer, tmp_path: Path, count: Callable[..., int], fate: Fate
):
    """Those behind a killed holder go on; one that was stopped and resumed changes nothing."""
    processes = count(3, full=20)
    outcome = race_behind_a_holder(_store(tmp_path), server, processes, fate)
    assert outcome == Outcome.of_one(processes + (fate is Fate.PAUSED))
