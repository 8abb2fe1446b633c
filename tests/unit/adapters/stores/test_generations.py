"""Older files of an encrypted folder that somebody puts back."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest
from programs import PRELUDE, RunPython

from ssokit.domain.errors import StoreError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import EncryptedFileStore, Key, KeyRing

OLD, NEW = Key.from_bytes(b"canary-o" * 4, name="old"), Key.from_bytes(b"canary-n" * 4, name="new")


@pytest.fixture
def notes(tmp_path: Path):
    return tmp_path / "elsewhere" / "generations"


@pytest.fixture
def store(tmp_path: Path, notes: Path):
    return EncryptedFileStore(tmp_path / "store", key=OLD, generation_file=notes)


@pytest.fixture
def path(store: EncryptedFileStore, sso: SsoSession, token: Token):
    """The token's file, there and sound."""
    store.save_token(sso, token)
    [path] = store._identity.entries()
    return path


@pytest.fixture
def later(token: Token):
    return attrs.evolve(token, access_token="canary-later")


def test_an_older_file_is_a_miss(
    *,
    store: EncryptedFileStore,
    path: Path,
    sso: SsoSession,
    later: Token,
    caplog: pytest.LogCaptureFixture,
):
    """Put back, it is not believed, and is set aside by the next save."""
    old = path.read_bytes()
    store.save_token(sso, later)
    path.write_bytes(old)
    assert store.load_token(sso) is None
    assert "somebody put it back" in caplog.text
    store.save_token(sso, later)
    assert store.load_token(sso) == later
    assert path.with_name(f"{path.name}.corrupt").read_bytes() == old


def test_a_file_that_was_deleted_is_a_miss(
    store: EncryptedFileStore, path: Path, sso: SsoSession, token: Token
):
    """A login that was ended does not come back with its file; a new one is good."""
    old = path.read_bytes()
    store.delete_token(sso)
    path.write_bytes(old)
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_a_file_under_an_older_key_is_a_miss(
    path: Path, sso: SsoSession, token: Token, notes: Path
):
    """After rewrap() the file of before is an older one."""
    old = path.read_bytes()
    ring = KeyRing.of(NEW, OLD)
    both = EncryptedFileStore(path.parent, key=ring, generation_file=notes)
    assert both.rewrap() == 1
    assert both.load_token(sso) == token
    path.write_bytes(old)
    assert both.load_token(sso) is None


def test_without_notes_an_older_file_is_believed(
    path: Path, sso: SsoSession, token: Token, later: Token
):
    """That is the limit that the documentation states."""
    old = path.read_bytes()
    plain = EncryptedFileStore(path.parent, key=OLD)
    plain.save_token(sso, later)
    path.write_bytes(old)
    assert plain.load_token(sso) == token


def test_notes_begin_with_what_is_there(
    path: Path, store: EncryptedFileStore, sso: SsoSession, later: Token, tmp_path: Path
):
    """New notes believe what they find, and count on from it: older notes accept what follows."""
    store.save_token(sso, later)
    fresh = tmp_path / "fresh"
    counting = EncryptedFileStore(path.parent, key=OLD, generation_file=fresh)
    assert counting.load_token(sso) == later
    counting.save_token(sso, later)
    assert store.load_token(sso) == later


def test_deleting_nothing_notes_nothing(store: EncryptedFileStore, notes: Path, sso: SsoSession):
    """An entry that never was needs no note."""
    store.delete_token(sso)
    assert not notes.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"{}\n00", b"canary", b"x" * 2**21])
def test_notes_that_were_changed(
    store: EncryptedFileStore, sso: SsoSession, token: Token, notes: Path, content: bytes
):
    """It is an error that says what can be done, and put right, all is as it was."""
    store.save_token(sso, token)
    kept = notes.read_bytes()
    notes.write_bytes(content)
    with pytest.raises(StoreError, match="Put it back; or remove it") as refused:
        store.load_token(sso)
    assert "canary" not in str(refused.value)
    notes.write_bytes(kept)
    assert store.load_token(sso) == token


def test_notes_of_another_folder(
    store: EncryptedFileStore, sso: SsoSession, token: Token, notes: Path, tmp_path: Path
):
    """They are authenticated by the folder that they are of."""
    store.save_token(sso, token)
    other = EncryptedFileStore(tmp_path / "other", key=OLD, generation_file=notes)
    with pytest.raises(StoreError, match="belongs to another folder"):
        other.load_token(sso)


def test_notes_that_cannot_be_written(
    tmp_path: Path, store: EncryptedFileStore, path: Path, sso: SsoSession, later: Token
):
    """The entry is there, and the error says what is not noticed."""
    (tmp_path / "file").write_text("in the way")
    notes = tmp_path / "file" / "generations"
    counting = EncryptedFileStore(path.parent, key=OLD, generation_file=notes)
    with pytest.raises(StoreError, match="until it can be written"):
        counting.save_token(sso, later)
    assert store.load_token(sso) == later


def test_a_copy_of_both_is_good(
    tmp_path: Path,
    path: Path,
    sso: SsoSession,
    token: Token,
    notes: Path,
):
    """A folder moves with its notes."""
    shutil.copytree(path.parent, tmp_path / "copy")
    shutil.copy(notes, tmp_path / "copied-notes")
    moved = EncryptedFileStore(
        tmp_path / "copy", key=OLD, generation_file=tmp_path / "copied-notes"
    )
    assert moved.load_token(sso) == token


def test_writers_at_once_are_not_taken_for_older_files(
    store: EncryptedFileStore, path: Path, sso: SsoSession, notes: Path, run_python: RunPython
):
    """While three processes write in turns, every load of a fourth gives a token."""
    program = (
        PRELUDE
        + """
import os
from ssokit.stores import EncryptedFileStore, Key
def opened():
    key = Key.from_bytes(b"canary-o" * 4, name="old")
    return EncryptedFileStore(folder, key=key, generation_file=sys.argv[2])
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        for _ in range(20):
            opened().save_token(sso, token)
        os._exit(0)
    children.append(child)
store, found = opened(), set()
while any(not os.waitpid(child, os.WNOHANG)[0] for child in children[-1:]):
    found.add(store.load_token(sso) is None)
print(found, [os.waitpid(child, 0)[1] for child in children[:-1]])
"""
    )
    assert run_python(program, path.parent, notes).stdout == "{False} [0, 0]\n"
    assert store.load_token(sso) is not None
