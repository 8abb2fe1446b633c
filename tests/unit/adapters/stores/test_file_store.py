"""The file store: what lies on the disk, and what it makes of what others left there."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path

import attrs
import pytest
from programs import DROP_PRIVILEGES, PRELUDE, RunPython
from stepping_clock import SteppingClock

from ssokit.adapters.stores.aws_cli_format import token_document
from ssokit.adapters.stores.document_files import LARGEST_BYTES
from ssokit.domain.errors import StoreError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import FileStore


@pytest.fixture
def store(tmp_path: Path, clock: SteppingClock):
    return FileStore(tmp_path / "cache", clock=clock)


@pytest.fixture
def path(store: FileStore, sso: SsoSession, token: Token):
    """The token's file, there and sound."""
    store.save_token(sso, token)
    [path] = (store._token_folder).glob("*.json")
    return path


def mode(path: Path):
    return stat.S_IMODE(path.lstat().st_mode)


def corrupt(path: Path):
    return path.with_name(f"{path.name}.corrupt")


def test_it_tells_where_a_login_is(store: FileStore, path: Path, sso: SsoSession):
    """The file is that of the login at hand, whichever spelling of the start URL it is under."""
    assert store.token_file(sso) == path
    other = attrs.evolve(sso, start_url=f"{sso.start_url}/#")
    assert store.token_file(other) == path
    elsewhere = attrs.evolve(sso, start_url="https://elsewhere.awsapps.com/start")
    assert store.token_file(elsewhere).parent == path.parent
    assert not store.token_file(elsewhere).exists()


def test_the_default_folders_are_those_of_the_aws_cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Tokens and keys go below HOME as it is when the store is made, in private files."""
    home = tmp_path / "not" / "there" / "yet"
    monkeypatch.setenv("HOME", str(home))
    store = FileStore()
    monkeypatch.setenv("HOME", "/nowhere")
    assert repr(store) == (
        f"FileStore('{home}/.aws/sso/cache', credential_folder='{home}/.aws/cli/cache')"
    )


def test_one_given_folder_takes_everything(tmp_path: Path):
    """Role credentials do not go to the home folder when another folder was asked for."""
    assert repr(FileStore(tmp_path)) == f"FileStore('{tmp_path}', credential_folder='{tmp_path}')"


def test_new_files_and_folders_are_private(
    *,
    tmp_path: Path,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Whatever the umask: every folder that had to be made is 0700, every file 0600."""
    home = tmp_path / "home"
    store = FileStore(home / "sso" / "cache", credential_folder=home / "cli" / "cache")
    old = os.umask(0)
    try:
        with store.lock(sso):
            store.save_token(sso, token)
        store.save_registration(sso, registration)
        store.save_credential(key, credential)
    finally:
        os.umask(old)
    made = {path: mode(path) for path in [home, *home.rglob("*")]}
    assert {m for path, m in made.items() if path.is_dir()} == {0o700}
    assert {m for path, m in made.items() if path.is_file()} == {0o600}
    assert sorted(path.suffix for path in made if path.is_file()) == [".json"] * 3 + [".lock"]


def test_existing_folders_keep_their_mode(
    tmp_path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """A folder that somebody else made is not ours to change."""
    (tmp_path / "cache").mkdir(mode=0o755)
    store.save_token(sso, token)
    assert mode(tmp_path / "cache") == 0o755


def test_a_file_with_open_permissions_becomes_private(
    path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """A save leaves mode 0600 behind, whatever the old file had."""
    path.chmod(0o644)
    store.save_token(sso, token)
    assert mode(path) == 0o600


def test_a_symlink_is_replaced_and_never_written_through(
    tmp_path: Path, path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """What a planted link points to stays as it was."""
    target = tmp_path / "target"
    target.write_text("mine")
    path.unlink()
    path.symlink_to(target)
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert target.read_text() == "mine"
    assert not path.is_symlink()
    assert store.load_token(sso) == token


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"canary",
        b'{"accessToken": "canary-access", "expi',
        b"\xff\xfe\x00canary",
        b"\x00" * 100,
        b"[" * 100_000,
        b"null",
        b"[]",
        b"1",
        b'"canary"',
        b"{}",
        b'{"accessToken": "canary", "expiresAt": 7}',
        b'{"accessToken": 7, "expiresAt": "2030-01-01T00:00:00Z"}',
        b'{"expiresAt": ' + b"9" * 10_000 + b"}",
        b" " * (LARGEST_BYTES + 1),
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_bad_entry_is_a_miss_and_is_kept_aside(
    *,
    content: bytes,
    path: Path,
    store: FileStore,
    sso: SsoSession,
    token: Token,
    caplog: pytest.LogCaptureFixture,
):
    """It is reported once, without its content; a read leaves it, a save moves it aside."""
    path.write_bytes(content)
    path.chmod(0o644)
    assert store.load_token(sso) is None
    assert store.load_token(sso) is None
    assert path.read_bytes() == content
    [record] = [record for record in caplog.records if record.name == "ssokit.stores"]
    assert record.levelno == logging.WARNING
    assert str(path) in record.getMessage()
    assert "canary" not in caplog.text
    store.save_token(sso, token)
    assert corrupt(path).read_bytes() == content
    assert mode(corrupt(path)) == 0o600
    assert store.load_token(sso) == token


def test_only_the_newest_bad_entry_is_kept(
    path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """There is at most one file aside per entry."""
    for content in ("first", "second"):
        path.write_text(content)
        store.save_token(sso, token)
    assert corrupt(path).read_text() == "second"
    assert sorted(path.parent.iterdir()) == sorted([path, corrupt(path)])


def test_bad_registrations_and_credentials_heal_too(
    *,
    store: FileStore,
    sso: SsoSession,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
    tmp_path: Path,
):
    """Every kind of entry is set aside and replaced."""
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    for path in (tmp_path / "cache").glob("*.json"):
        path.write_text("canary")
    assert store.load_registration(sso) is None
    assert store.load_credential(key) is None
    store.save_registration(sso, registration)
    store.save_credential(key, credential)
    assert store.load_registration(sso) == registration
    assert store.load_credential(key) == credential
    assert len(list((tmp_path / "cache").glob("*.corrupt"))) == 2


def test_a_byte_order_mark_is_no_corruption(
    path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """An editor's BOM does not cost the login."""
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert store.load_token(sso) == token


def test_a_directory_in_place_of_the_entry(
    path: Path, store: FileStore, sso: SsoSession, token: Token, caplog: pytest.LogCaptureFixture
):
    """It is a miss; a save cannot replace it, says so, and the process goes on from memory."""
    path.unlink()
    path.mkdir()
    assert store.load_token(sso) is None
    assert len(caplog.records) == 1
    with pytest.raises(StoreError, match="Is a directory") as failed:
        store.save_token(sso, token)
    assert isinstance(failed.value.__cause__, OSError)
    assert store.load_token(sso) == token
    with pytest.raises(StoreError, match="cannot remove") as failed:
        store.delete_token(sso)
    assert str(path) in str(failed.value)
    assert store.load_token(sso) is None
    assert list(path.parent.glob(".*")) == []


def test_a_fifo_in_place_of_the_entry(
    path: Path, store: FileStore, sso: SsoSession, token: Token, caplog: pytest.LogCaptureFixture
):
    """It is not waited for, counts as a miss, and is replaced."""
    path.unlink()
    os.mkfifo(path)
    assert store.load_token(sso) is None
    assert "no regular file" in caplog.text
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    assert not corrupt(path).exists()


def test_symlinks_to_nowhere_and_in_circles(
    path: Path, store: FileStore, sso: SsoSession, token: Token, caplog: pytest.LogCaptureFixture
):
    """A dangling link is no entry, a circle is reported; both are replaced."""
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))
    assert store.load_token(sso) is None
    assert not caplog.records
    store.save_token(sso, token)
    path.unlink()
    path.symlink_to(path)
    assert store.load_token(sso) is None
    assert "cannot be read" in caplog.text
    store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_a_folder_in_the_way_does_not_keep_a_save_from_healing(
    path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """If the bad entry cannot be set aside, the new login is worth more."""
    path.write_text("bad")
    corrupt(path).mkdir()
    store.save_token(sso, token)
    assert store.load_token(sso) == token


def test_a_torn_read_is_repeated(
    *,
    path: Path,
    store: FileStore,
    sso: SsoSession,
    token: Token,
    clock: SteppingClock,
    caplog: pytest.LogCaptureFixture,
):
    """A file that the AWS CLI has only begun to write is read when it is done."""
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    steps = iter([b"", whole[:100], whole])
    clock.meanwhile = lambda: path.write_bytes(next(steps))
    assert store.load_token(sso) == token
    assert len(clock.slept) == 3
    assert not caplog.records


def test_patience_with_a_corrupt_file_is_short_and_spent_once(
    path: Path, store: FileStore, sso: SsoSession, token: Token, clock: SteppingClock
):
    """It gives up within a fifth of a second, and does not wait again for the same content."""
    path.write_text("corrupt")
    assert store.load_token(sso) is None
    waits = len(clock.slept)
    assert 0.1 < sum(clock.slept) < 0.2
    assert store.load_token(sso) is None
    assert len(clock.slept) == waits
    path.write_text("corrupt in another way")
    assert store.load_token(sso) is None
    assert len(clock.slept) == 2 * waits
    path.write_text(json.dumps(token_document(token)))
    assert store.load_token(sso) == token


def test_a_path_through_a_file(
    tmp_path: Path, sso: SsoSession, token: Token, caplog: pytest.LogCaptureFixture
):
    """A folder that cannot be made: a miss, a typed error on save, nothing to delete, a lock."""
    (tmp_path / "file").write_text("in the way")
    store = FileStore(tmp_path / "file" / "cache")
    assert store.load_token(sso) is None
    store.delete_token(sso)
    with store.lock(sso):
        pass
    with pytest.raises(StoreError, match="FileStore") as failed:
        store.save_token(sso, token)
    assert str(tmp_path / "file") in str(failed.value)
    assert "canary" not in str(failed.value)
    assert store.load_token(sso) == token
    assert "only this process is excluded" in caplog.text


def test_what_could_not_be_saved_gives_way_to_something_better(
    path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """The memory serves until a save succeeds, or the file holds what is valid for longer."""
    later = attrs.evolve(token, expires_at=token.expires_at.replace(hour=9), access_token="later")
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError):
        store.save_token(sso, token)
    path.rmdir()
    assert store.load_token(sso) == token
    path.write_text(json.dumps({"expiresAt": "no time", "accessToken": "foreign"}))
    assert store.load_token(sso) == token
    path.write_text(json.dumps(token_document(later)))
    assert store.load_token(sso) == later
    path.unlink()
    store.save_token(sso, token)
    path.unlink()
    assert store.load_token(sso) is None


def test_leftovers_of_killed_writers_are_swept_when_old(
    *,
    path: Path,
    store: FileStore,
    sso: SsoSession,
    token: Token,
):
    """A save removes the stale temporary files of all entries, and no one else's."""
    stale = [path.with_name(f".{name}.json.abc_1234.tmp") for name in (path.stem, "other")]
    fresh = path.with_name(f".{path.name}.abcd1234.tmp")
    foreign = [
        path.with_name(name)
        for name in (".other.json.killed.tmp", ".other.txt.abcd1234.tmp", "tmpabcd1234.tmp")
    ]
    folder = path.with_name(".folder.json.abcd1234.tmp")
    for leftover in (*stale, fresh, *foreign):
        leftover.write_text("half")
    folder.mkdir()
    for leftover in (*stale, *foreign, folder):
        os.utime(leftover, (1, 1))
    store.save_token(sso, token)
    left = set(path.parent.iterdir())
    assert left == {path, fresh, folder, *foreign}


def test_a_failed_save_leaves_no_temporary_file(
    path: Path, store: FileStore, sso: SsoSession, token: Token
):
    """Nothing but the old state remains in the folder."""
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError):
        store.save_token(sso, token)
    assert list(path.parent.iterdir()) == [path]


def test_extra_that_json_cannot_express_changes_nothing(
    store: FileStore, sso: SsoSession, token: Token
):
    """The error is about the argument, and the old entry stays."""
    store.save_token(sso, token)
    with pytest.raises(ValueError, match="JSON"):
        store.save_token(sso, attrs.evolve(token, extra={"other": object()}))
    assert store.load_token(sso) == token


def test_the_login_of_a_credential_key_is_no_part_of_the_file(
    store: FileStore, key: CredentialKey, credential: RoleCredential
):
    """One person's files are shared by all of their logins, as with the AWS CLI."""
    store.save_credential(key, credential)
    assert store.load_credential(attrs.evolve(key, login="another")) == credential
    assert store.forget_credentials(key.start_url) is True
    assert store.load_credential(key) is None


@pytest.mark.parametrize("timeout", [-1, float("inf"), float("nan")])
def test_a_lock_timeout_is_checked(tmp_path: Path, timeout: float):
    """What no lock can wait for is refused when the store is made."""
    with pytest.raises(ValueError, match="lock_timeout"):
        FileStore(tmp_path, lock_timeout=timeout)


def test_botocore_reads_what_is_written(tmp_path: Path, sso: SsoSession, token: Token):
    """The token loader of botocore finds the login, and ours finds botocore's."""
    from botocore.utils import JSONFileCache, SSOTokenLoader  # noqa: PLC0415

    store, cache = FileStore(tmp_path), JSONFileCache(str(tmp_path))
    store.save_token(sso, token)
    assert SSOTokenLoader(cache)(sso.start_url)["accessToken"] == token.access_token
    other = SsoSession("https://d-2222222222.awsapps.com/start", "us-east-1")
    SSOTokenLoader(cache).save_token(other.start_url, token_document(token))
    assert store.load_token(other) == token


def test_files_without_permission(run_python: RunPython, open_folder: Path):
    """An unprivileged user: unreadable entries heal, a read-only folder keeps no login back."""
    program = (
        PRELUDE
        + DROP_PRIVILEGES
        + """
folder.mkdir()
store = FileStore(folder)
store.save_token(sso, token)
[path] = folder.glob("*.json")
path.chmod(0)
print(store.load_token(sso))
store.save_token(sso, token)
print(store.load_token(sso) == token, (folder / f"{path.name}.corrupt").stat().st_mode & 0o777)
folder.chmod(0o500)
with store.lock(sso):
    print("locked")
try:
    store.save_token(sso, later)
except StoreError as error:
    print("canary" in str(error), type(error.__cause__).__name__)
print(store.load_token(sso) == later, FileStore(folder).load_token(sso) == token)
folder.chmod(0o700)
store.save_token(sso, later)
print(FileStore(folder).load_token(sso) == later)
"""
    )
    open_folder.chmod(0o777)
    done = run_python(program, open_folder / "cache")
    assert done.stdout.splitlines() == [
        "None",
        "True 0",
        "locked",
        "False PermissionError",
        "True True",
        "True",
    ]
    assert done.stderr.count("cannot be read: Permission denied") == 1
    assert done.stderr.count("only this process is excluded") == 1


def test_a_full_disk_leaves_the_old_value(run_python: RunPython, tmp_path: Path):
    """A write that fails halfway is a typed error; the old entry and no debris stay behind."""
    program = (
        PRELUDE
        + """
import resource
store = FileStore(folder)
store.save_token(sso, token)
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
try:
    store.save_token(sso, later)
except StoreError as error:
    cause = type(error.__cause__).__name__
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
print(cause, store.load_token(sso) == later, FileStore(folder).load_token(sso) == token)
print(len(list(folder.iterdir())))
"""
    )
    assert run_python(program, tmp_path / "cache").stdout == "OSError True True\n1\n"


def test_a_person_without_a_home():
    """Where ``~`` means nothing, the error says what to give instead."""
    with pytest.raises(StoreError, match=r"no home folder for ~nobody.*FileStore\(folder\)"):
        FileStore("~nobody-of-this-name/cache")
