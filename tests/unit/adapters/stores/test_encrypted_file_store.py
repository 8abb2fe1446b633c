"""The encrypted file store: what lies on the disk, and what it makes of what others left there."""

from __future__ import annotations

import contextlib
import logging
import shutil
import stat
from contextlib import AbstractContextManager
from pathlib import Path

import attrs
import pytest
from programs import DROP_PRIVILEGES, PRELUDE, RunPython

from ssokit.domain.errors import StoreError, StoreKeyError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import EncryptedFileStore, FileStore, Key, KeyRing

OLD, NEW = Key.from_bytes(b"canary-o" * 4, name="old"), Key.from_bytes(b"canary-n" * 4, name="new")
OTHER = SsoSession("https://d-2222222222.awsapps.com/start", "us-east-1")

CREATE = (
    PRELUDE
    + """
from ssokit.domain.errors import StoreKeyError
from ssokit.stores import EncryptedFileStore, Key
key = Key.from_bytes(b"canary-o" * 4, name="old")
"""
)


@pytest.fixture
def store(tmp_path: Path):
    return EncryptedFileStore(tmp_path / "store", key=OLD)


@pytest.fixture
def path(store: EncryptedFileStore, sso: SsoSession, token: Token):
    """The token's file, there and sound."""
    store.save_token(sso, token)
    [path] = entries(store)
    return path


@pytest.fixture
def saved(path: Path, token: Token):
    """The token; its file is there and sound."""
    assert path.exists()
    return token


def entries(store: EncryptedFileStore):
    return sorted(store._identity.entries())


def header(store: EncryptedFileStore):
    return store._identity.path


def again(store: EncryptedFileStore, **options: object):
    """The same folder, opened as another process would."""
    return EncryptedFileStore(store._folder, **{"key": OLD, **options})


def test_making_a_store_touches_nothing(tmp_path: Path, sso: SsoSession):
    """Neither does reading from one that is not there yet."""
    store = EncryptedFileStore(tmp_path / "store", key=OLD)
    assert store.load_token(sso) is None
    store.delete_token(sso)
    assert store.forget_credentials(sso.start_url)
    assert list(tmp_path.iterdir()) == []
    assert repr(store) == f"EncryptedFileStore('{tmp_path}/store', key=<old>)"


def test_the_disk_tells_nothing(
    *,
    tmp_path: Path,
    store: EncryptedFileStore,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """No name and no content has a secret, start URL, account or role; all is private."""
    store.save_token(sso, token)
    store.save_registration(sso, registration)
    with store.lock(key):
        store.save_credential(key, credential)
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) == 6
    FileStore(tmp_path / "clear").save_token(sso, token)
    [clear] = (tmp_path / "clear").iterdir()
    for file in found:
        shown = file.name.encode() + file.read_bytes()
        told = (b"canary", b"awsapps", b"Reader", b"012345678901", b"us-east", b"accessToken")
        assert not any(secret in shown for secret in (*told, clear.stem.encode()))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


def test_another_folder_has_other_names(tmp_path: Path, path: Path, sso: SsoSession, token: Token):
    """With the same key, the same login has another name in each folder."""
    other = EncryptedFileStore(tmp_path / "other", key=OLD)
    other.save_token(sso, token)
    assert entries(other)[0].name != path.name


def damage_bit(path: Path, _: object = None):
    content = bytearray(path.read_bytes())
    content[-50] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [
        damage_bit,
        lambda path, _: path.write_bytes(path.read_bytes()[:-1]),
        lambda path, _: path.write_bytes(b""),
        lambda path, _: path.write_bytes(b'{"accessToken": "canary"}'),
        lambda path, other: shutil.copy(other, path),
        lambda path, _: path.write_bytes(b"x" * 2**21),
    ],
    ids=["a bit", "cut off", "empty", "plain text", "another entry's", "too large"],
)
def test_a_damaged_entry_is_a_miss_and_is_kept_aside(
    harm: object,
    path: Path,
    store: EncryptedFileStore,
    sso: SsoSession,
    token: Token,
    caplog: pytest.LogCaptureFixture,
):
    """It is reported once, without its content; a read leaves it, a save moves it aside."""
    store.save_token(OTHER, token)
    [other] = set(entries(store)) - {path}
    harm(path, other)
    bad = path.read_bytes()
    caplog.clear()
    assert store.load_token(sso) is None
    assert store.load_token(sso) is None
    assert path.read_bytes() == bad
    [record] = [record for record in caplog.records if record.name == "ssokit.stores"]
    assert record.levelno == logging.WARNING
    assert str(path) in record.getMessage()
    store.save_token(sso, token)
    assert path.with_name(f"{path.name}.corrupt").read_bytes() == bad
    assert store.load_token(sso) == store.load_token(OTHER) == token


def test_an_entry_of_another_folder(
    tmp_path: Path, store: EncryptedFileStore, sso: SsoSession, token: Token, path: Path
):
    """A file that was brought from a copy of the folder is at home there; from another, not."""
    other = EncryptedFileStore(tmp_path / "other", key=OLD)
    other.save_token(sso, attrs.evolve(token, access_token="canary-other"))
    [theirs] = entries(other)
    shutil.copy(theirs, path)
    assert store.load_token(sso) is None
    shutil.copy(theirs, path.with_name(theirs.name))
    assert store.load_token(sso) is None


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (NEW, "store was not opened: it opens with the keys old, and the keys given are new: give"),
        (Key.from_bytes(b"x" * 32, name="old"), "the key given as old is not the one"),
        (Key.from_passphrase("canary", name="old", cost=14), "was 32 bytes, and a passphrase"),
    ],
    ids=["another name", "the same name", "a passphrase"],
)
def test_a_wrong_key_is_an_error_and_changes_nothing(
    *,
    key: Key,
    says: str,
    path: Path,
    store: EncryptedFileStore,
    sso: SsoSession,
    token: Token,
):
    """Every use fails with what to do, and the right key finds all as it was."""
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    wrong = again(store, key=key)
    for use in (
        lambda: wrong.load_token(sso),
        lambda: wrong.save_token(sso, token),
        lambda: wrong.delete_token(sso),
        lambda: wrong.forget_credentials(sso.start_url),
        lambda: wrong.lock(sso).__enter__(),
        wrong.rewrap,
    ):
        with pytest.raises(StoreKeyError, match=says) as refused:
            use()
        assert "canary" not in str(refused.value)
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before
    assert again(store).load_token(sso) == token


def test_a_passphrase(tmp_path: Path, sso: SsoSession, token: Token):
    """The right one opens the folder anywhere, the wrong one is an error, and nothing is lost."""
    folder = tmp_path / "store"
    right = Key.from_passphrase("canary-right", cost=14)
    EncryptedFileStore(folder, key=right).save_token(sso, token)
    wrong = EncryptedFileStore(folder, key=Key.from_passphrase("canary-wrong", cost=14))
    with pytest.raises(StoreKeyError, match="the passphrase given as passphrase is not the one"):
        wrong.load_token(sso)
    with pytest.raises(StoreKeyError):
        wrong.save_token(sso, token)
    assert EncryptedFileStore(folder, key=right).load_token(sso) == token


def test_a_header_that_is_gone(store: EncryptedFileStore, sso: SsoSession, saved: Token):
    """It is an error, never an empty store; a process that knows it puts it back."""
    kept = header(store).read_bytes()
    header(store).unlink()
    late = again(store)
    for use in (lambda: late.load_token(sso), lambda: late.save_token(sso, saved)):
        with pytest.raises(StoreError, match=r"store\.sealed is missing, and without it the"):
            use()
    assert store.load_token(sso) == saved
    store.save_token(sso, saved)
    assert header(store).read_bytes() == kept
    assert late.load_token(sso) == saved


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"{", b"\xff", b'{"format": 1, "id": "", "slots": []}', b"[" * 10**5],
    ids=lambda content: repr(content[:20]),
)
def test_a_damaged_header(
    content: bytes, path: Path, store: EncryptedFileStore, sso: SsoSession, token: Token
):
    """It is an error that says where it is, and stays as it is; put back, all is there."""
    kept = header(store).read_bytes()
    header(store).write_bytes(content)
    for use in (lambda: again(store).load_token(sso), lambda: again(store).save_token(sso, token)):
        with pytest.raises(StoreError, match=r"the header .*store\.sealed is not fit for use"):
            use()
    assert header(store).read_bytes() == content
    assert path.exists()
    header(store).write_bytes(kept)
    assert again(store).load_token(sso) == token


def test_every_byte_of_a_header(store: EncryptedFileStore, sso: SsoSession, saved: Token):
    """A changed header is an error or opens as before; it never makes the store look empty."""
    kept = header(store).read_bytes()
    for place in range(len(kept)):
        changed = bytearray(kept)
        changed[place] ^= 1 << place % 8
        header(store).write_bytes(changed)
        with contextlib.suppress(StoreError):
            assert again(store).load_token(sso) == saved


def test_a_folder_that_was_removed_comes_back(
    path: Path, store: EncryptedFileStore, sso: SsoSession, token: Token
):
    """A process that has it open goes on, and others can read what it writes."""
    shutil.rmtree(path.parent)
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert again(store).load_token(sso) == token


def test_a_folder_that_was_made_anew_by_another(
    path: Path, store: EncryptedFileStore, sso: SsoSession, token: Token
):
    """A process that had the old one open takes the new one."""
    shutil.rmtree(path.parent)
    again(store).save_token(sso, token)
    assert store.load_token(sso) == token


def test_keys_are_changed_in_use(
    *,
    store: EncryptedFileStore,
    path: Path,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Old and new open all, rewrap() makes the new one enough, and the old one of no use."""
    both = again(store, key=KeyRing.of(NEW, OLD))
    assert both.load_token(sso) == token
    both.save_credential(key, credential)
    assert again(store, key=KeyRing.of(OLD, NEW)).load_credential(key) == credential
    with pytest.raises(StoreKeyError, match=r"encrypted with the key old.*KeyRing\.of"):
        again(store, key=NEW).load_token(sso)
    with pytest.raises(StoreKeyError, match=r"store/\w+\.sealed is encrypted with the key new"):
        store.load_credential(key)
    assert both.rewrap() == 1
    assert both.rewrap() == 0
    only = again(store, key=NEW)
    assert (only.load_token(sso), only.load_credential(key)) == (token, credential)
    for old in (store, again(store)):
        with pytest.raises(StoreKeyError, match="opens with the keys new"):
            old.load_token(sso)
    assert not any(b'"old"' in file.read_bytes() for file in path.parent.glob("*.sealed"))


def test_a_rewrap_without_all_keys(store: EncryptedFileStore, sso: SsoSession, saved: Token):
    """It ends with an error, and nothing becomes unreadable to anybody."""
    both = again(store, key=KeyRing.of(NEW, OLD))
    both.save_token(OTHER, saved)
    with pytest.raises(StoreKeyError, match="encrypted with the key old"):
        again(store, key=NEW).rewrap()
    assert (both.load_token(sso), both.load_token(OTHER)) == (saved, saved)
    assert store.load_token(sso) == saved


def test_a_rewrap_finds_what_is_written_meanwhile(
    store: EncryptedFileStore, sso: SsoSession, saved: Token
):
    """What somebody with the older key alone writes before that is shut out is done, too."""

    class Slow(EncryptedFileStore):
        def _header_lock(self) -> AbstractContextManager[None]:
            if self._identity.current().has_newest_key:
                store.save_token(OTHER, saved)
            return super()._header_lock()

    assert Slow(store._folder, key=KeyRing.of(NEW, OLD)).rewrap() == 2
    only = again(store, key=NEW)
    assert (only.load_token(sso), only.load_token(OTHER)) == (saved, saved)


def test_a_rewrap_beside_damage(store: EncryptedFileStore, path: Path, token: Token):
    """A damaged entry stays as it is, and does not keep the others back."""
    store.save_token(OTHER, token)
    damage_bit(path)
    bad = path.read_bytes()
    assert again(store, key=KeyRing.of(NEW, OLD)).rewrap() == 1
    assert path.read_bytes() == bad
    assert again(store, key=NEW).load_token(OTHER) == token


def test_forgetting_credentials(
    *,
    store: EncryptedFileStore,
    sso: SsoSession,
    saved: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Those of the start URL go, whatever role they are for; a damaged one is no hindrance."""
    elsewhere = attrs.evolve(key, start_url=OTHER.start_url)
    for role in ("A", "B"):
        store.save_credential(attrs.evolve(key, role_name=role), credential)
    store.save_credential(elsewhere, credential)
    damaged = attrs.evolve(key, role_name="C")
    before = set(entries(store))
    store.save_credential(damaged, credential)
    [bad] = set(entries(store)) - before
    damage_bit(bad)
    assert store.forget_credentials(key.start_url)
    assert len(store.stored_logins() or ()) == 1
    for role in ("A", "B", "C"):
        assert store.load_credential(attrs.evolve(key, role_name=role)) is None
    assert store.load_credential(elsewhere) == credential
    assert store.forget_all_credentials()
    assert store.load_credential(elsewhere) is None
    assert store.load_token(sso) == saved


def test_a_path_through_a_file(
    *,
    tmp_path: Path,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
    caplog: pytest.LogCaptureFixture,
):
    """A folder that cannot be made: a typed error, and the process goes on from memory."""
    (tmp_path / "file").write_text("in the way")
    store = EncryptedFileStore(tmp_path / "file" / "store", key=OLD)
    assert store.load_token(sso) is None
    with store.lock(sso):
        pass
    for save in (
        lambda: store.save_token(sso, token),
        lambda: store.save_credential(key, credential),
    ):
        with pytest.raises(StoreError, match=r"cannot write .*EncryptedFileStore\(folder\)"):
            save()
    assert (store.load_token(sso), store.load_credential(key)) == (token, credential)
    with pytest.raises(StoreError, match="cannot encrypt all of"):
        store.rewrap()
    store.forget_credentials(key.start_url)
    assert (store.load_token(sso), store.load_credential(key)) == (token, None)
    assert "only this process is excluded" in caplog.text
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_folder_without_permission(run_python: RunPython, open_folder: Path):
    """A read-only folder serves what is in it, and a save is a typed error that loses nothing."""
    program = (
        CREATE
        + "import ssokit.adapters.stores.encrypted_file_store\n"
        + DROP_PRIVILEGES
        + """
folder.mkdir()
store = EncryptedFileStore(folder, key=key)
store.save_token(sso, token)
folder.chmod(0o500)
try:
    store.save_token(sso, later)
except StoreError as error:
    print("canary" in str(error), type(error.__cause__).__name__)
print(store.load_token(sso) == later, EncryptedFileStore(folder, key=key).load_token(sso) == token)
folder.chmod(0o700)
store.save_token(sso, later)
print(EncryptedFileStore(folder, key=key).load_token(sso) == later)
"""
    )
    open_folder.chmod(0o777)
    done = run_python(program, open_folder / "store")
    assert done.stdout.splitlines() == ["False PermissionError", "True True", "True"]


def test_one_folder_is_made_by_many(run_python: RunPython, tmp_path: Path):
    """Twenty processes that start with nothing make one header, and read each other's entries."""
    program = (
        CREATE
        + """
import os
children = []
for number in range(20):
    child = os.fork()
    if not child:
        session = SsoSession(f"https://d-{number}.awsapps.com/start", "us-east-1")
        EncryptedFileStore(folder, key=key).save_token(session, token)
        os._exit(0)
    children.append(child)
print({os.waitpid(child, 0)[1] for child in children})
store = EncryptedFileStore(folder, key=key)
starts = [f"https://d-{number}.awsapps.com/start" for number in range(20)]
print({store.load_token(SsoSession(start, "us-east-1")) == token for start in starts})
"""
    )
    assert run_python(program, tmp_path / "store").stdout == "{0}\n{True}\n"


def test_without_the_package(run_python: RunPython):
    """The error says what to install, and is an ImportError to those who do not know it."""
    program = """
import sys
sys.modules["cryptography"] = None
import ssokit.stores
for name in ("EncryptedFileStore", "EncryptedStore"):
    try:
        getattr(ssokit.stores, name)
    except ssokit.MissingExtraError as missing:
        print(isinstance(missing, ImportError), missing)
"""
    assert (
        run_python(program).stdout.splitlines()
        == ["True encrypted stores need the package cryptography: pip install 'ssokit[encrypted]'"]
        * 2
    )
