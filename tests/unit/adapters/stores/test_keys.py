"""Keys of encrypted stores: where they come from, and what is refused."""

from __future__ import annotations

import base64
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import DROP_PRIVILEGES, RunPython

from ssokit.adapters.stores.key_derivation import Scrypt
from ssokit.adapters.stores.key_rings import parse_key_ring
from ssokit.domain.errors import StoreKeyError
from ssokit.stores import Key, KeyRing

SECRET = b"canary-key-of-32-bytes-in-a-test"
TEXT = base64.b64encode(SECRET).decode()


@pytest.fixture
def key_file(tmp_path: Path):
    """A sound key file."""
    path = tmp_path / "made" / "key"
    Key.from_bytes(SECRET).write_file(path)
    return path


def test_the_same_bytes_are_the_same_key(key_file: Path, monkeypatch: pytest.MonkeyPatch):
    """Bytes, base64 in either alphabet, a variable and a file give equal keys."""
    monkeypatch.setenv("SSOKIT_TEST_KEY", f" {TEXT}\n")
    keys = {
        Key.from_bytes(SECRET),
        Key.from_base64(TEXT),
        Key.from_base64(base64.urlsafe_b64encode(SECRET).decode().rstrip("=")),
        Key.from_environment("SSOKIT_TEST_KEY"),
        Key.from_file(key_file),
        pickle.loads(pickle.dumps(Key.from_bytes(SECRET))),  # noqa: S301 - it was just made
    }
    assert len(keys) == 1
    assert keys.pop().to_base64() == TEXT


def test_a_key_file_may_hold_raw_bytes(tmp_path: Path):
    """What ``head -c 32 /dev/urandom`` writes is a key; 32 letters are none."""
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(bytes(range(32)))
    assert Key.from_file(path) == Key.from_bytes(bytes(range(32)))
    path.write_bytes(b"canary canary canary canary 1234")
    with pytest.raises(StoreKeyError, match=r"the key file .* is no base64"):
        Key.from_file(path)


def test_names_tell_keys_apart():
    """By default different bytes have different names, which do not depend on where they are."""
    made = [Key.generate() for _ in range(10)]
    assert len({key.name for key in made}) == 10
    assert made[0].name == Key.from_base64(made[0].to_base64()).name
    assert Key.generate(name="2030-q1").name == "2030-q1"


@pytest.mark.parametrize("key", [Key.from_bytes(SECRET), Key.from_passphrase("canary")])
def test_secrets_are_masked(key: Key):
    """Neither a key nor a ring shows what is in it."""
    for shown in (repr(key), str(key), repr(KeyRing.of(key, Key.generate()))):
        assert "canary" not in shown
        assert TEXT[:10] not in shown
        assert "***" in shown


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Key.from_bytes(b"canary"), "32 bytes, and this one 6.*Key.generate"),
        (lambda: Key.from_base64("canary!"), "is no base64.*Key.generate"),
        (lambda: Key.from_base64("canary-\u00e9"), "is no base64"),
        (lambda: Key.from_base64("Y2FuYXJ5"), "has 6 bytes in base64"),
        (lambda: Key.from_passphrase(""), "empty"),
        (lambda: Key.from_passphrase(" \n"), "empty"),
        (lambda: Key.from_passphrase("canary\ud800"), "half a character"),
        (lambda: Key.from_passphrase("canary", cost=13), "14 to 20, not 13"),
        (lambda: Key.from_passphrase("canary", cost=21), "14 to 20, not 21"),
        (lambda: Key.from_bytes(SECRET, name="a b"), "a key's name"),
        (lambda: Key.from_bytes(SECRET, name="x" * 65), "a key's name"),
        (lambda: Key.from_environment("SSOKIT_NO_KEY"), "SSOKIT_NO_KEY is not set.*Key.generate"),
        (lambda: Key.from_environment("SSOKIT_BAD_KEY"), "variable SSOKIT_BAD_KEY is no base64"),
        (lambda: Key.from_file("/nowhere/key"), r"cannot be read: No such file.*write_file"),
        (lambda: Key.from_file("/dev/null"), "no regular file"),
        (lambda: Key.from_passphrase("canary").to_base64(), "is a passphrase"),
        (lambda: Key.from_passphrase("canary").unlock(None), "32 bytes, and a passphrase was"),
        (lambda: Key.generate().unlock(Scrypt(14, b"")), "a passphrase, and 32 bytes was"),
        (lambda: KeyRing.of(Key.from_bytes(SECRET), Key.from_bytes(SECRET)), "name of its own"),
        (lambda: KeyRing(()), "one key or more"),
        (lambda: Key("direct", b"canary"), "32 bytes, and this one 6"),
    ],
    ids=range(21),
)
def test_what_cannot_be_a_key(
    make: Callable[[], object], says: str, monkeypatch: pytest.MonkeyPatch
):
    """The error says what is wrong and what to do, and nothing of the secret."""
    monkeypatch.setenv("SSOKIT_BAD_KEY", "canary!")
    with pytest.raises(StoreKeyError, match=f"(?s){says}") as refused:
        make()
    assert "canary" not in str(refused.value)
    # A foreign error in the traceback is one of the file system.
    cause = refused.value.__context__
    assert refused.value.__suppress_context__ or cause is None or isinstance(cause, OSError)


@pytest.mark.parametrize("given", ["text", None, 7, object()])
def test_what_is_no_key_at_all(given: object):
    """Text is refused, since it may be a passphrase or base64."""
    with pytest.raises(TypeError, match=r"Key\.from_base64\(\) and Key\.from_passphrase\(\)"):
        parse_key_ring(given)
    with pytest.raises(TypeError, match="objects of the class Key, not"):
        KeyRing.of(Key.generate(), given)


def test_a_passphrase_is_a_text(monkeypatch: pytest.MonkeyPatch):
    """What the environment holds is one, whatever its bytes are."""
    monkeypatch.setenv("SSOKIT_PASSPHRASE", os.fsdecode(b"canary \xe9"))
    key = Key.from_passphrase(os.environ["SSOKIT_PASSPHRASE"], cost=14)
    assert key.unlock(Scrypt(14, b"salt")) == Scrypt(14, b"salt").derive(b"canary \xe9")
    with pytest.raises(TypeError, match="a passphrase is a text, not bytes"):
        Key.from_passphrase(b"canary")


def test_a_ring_is_made_of_whatever_key_is_given():
    """Bytes, a key or a ring will do where a key is asked for."""
    key = Key.from_bytes(SECRET)
    ring = KeyRing.of(key)
    assert parse_key_ring(SECRET) == parse_key_ring(key) == parse_key_ring(ring) == ring
    assert (ring.newest, ring.named(key.name), ring.named("other")) == (key, key, None)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o620, 0o601])
def test_a_key_file_that_is_open_to_others(key_file: Path, mode: int):
    """Any right of the group or of others is refused, and the error says how to mend it."""
    key_file.chmod(mode)
    with pytest.raises(StoreKeyError, match=f"mode {mode:04o}.*chmod 600 {key_file}"):
        Key.from_file(key_file)
    assert key_file.read_text() == f"{TEXT}\n"
    key_file.chmod(0o400)
    assert Key.from_file(key_file) == Key.from_bytes(SECRET)


def test_a_symlink_to_a_key_file(key_file: Path, tmp_path: Path):
    """It is followed, and what it leads to is checked."""
    link = tmp_path / "link"
    link.symlink_to(key_file)
    assert Key.from_file(link) == Key.from_bytes(SECRET)
    key_file.chmod(0o644)
    with pytest.raises(StoreKeyError, match="mode 0644"):
        Key.from_file(link)


def test_a_fifo_as_key_file(tmp_path: Path):
    """It is not waited for."""
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(StoreKeyError, match="no regular file"):
        Key.from_file(tmp_path / "key")


def test_a_key_file_is_never_overwritten(key_file: Path):
    """A key that is in use cannot be lost by making another; new ones are private."""
    with pytest.raises(StoreKeyError, match="was not written: File exists"):
        Key.generate().write_file(key_file)
    assert Key.from_file(key_file) == Key.from_bytes(SECRET)
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert key_file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_file_of_somebody_else(key_file: Path):
    """One that another user may change is refused, whatever its mode."""
    os.chown(key_file, 4711, 4711)
    with pytest.raises(StoreKeyError, match="belongs to user 4711, who can read and change it"):
        Key.from_file(key_file)


def test_a_key_file_without_permission(run_python: RunPython, open_folder: Path):
    """What cannot be read is a typed error that says why."""
    program = (
        """
import sys
from ssokit.domain.errors import StoreKeyError
from ssokit.stores import Key
Key.generate().write_file(sys.argv[1])
"""
        + DROP_PRIVILEGES
        + """
if os.stat(sys.argv[1]).st_uid == os.geteuid():
    os.chmod(sys.argv[1], 0)
try:
    Key.from_file(sys.argv[1])
except StoreKeyError as refused:
    print(refused)
"""
    )
    assert "cannot be read: Permission denied" in run_python(program, open_folder / "key").stdout
