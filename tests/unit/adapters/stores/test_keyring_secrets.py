"""Keys in the operating system's keyring, with backends of keyring's own kind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest
from programs import RunPython

from ssokit.domain.errors import StoreKeyError
from ssokit.stores import Key


class Remembering(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Give a secret."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        self.kept[service, username] = password


class Hanging(Remembering):
    """A keyring that waits for a person who does not come."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        """Wait."""
        self.given_up.wait()
        raise RuntimeError(f"nobody unlocked {service}/{username}")


class Quoting(Remembering):
    """A keyring that says too much when it fails."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        del service, username
        raise RuntimeError(f"canary {password}")


@pytest.fixture
def use() -> Iterator[Callable[[keyring.backend.KeyringBackend], None]]:
    """Choose the keyring that the process uses, until the test ends."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_the_key_is_made_the_first_time(use: Callable[[object], None]):
    """The same name gives the same key ever after, another name another key."""
    use(backend := Remembering())
    key = Key.from_keyring()
    assert Key.from_keyring() == key
    assert Key.from_keyring("ssokit", "store-key") == key
    assert Key.from_keyring("ssokit", "other") != key
    assert backend.kept["ssokit", "store-key"] == key.to_base64()


@pytest.mark.parametrize(
    ("backend", "says"),
    [
        (Quoting(), "failed with RuntimeError"),
        (keyring.backends.fail.Keyring(), "failed with NoKeyringError"),
        (keyring.backends.null.Keyring(), "does not keep ssokit/store-key"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_keyring_that_fails(
    use: Callable[[object], None], backend: keyring.backend.KeyringBackend, says: str
):
    """It is a typed error that names another way, and quotes nothing that the keyring said."""
    use(backend)
    with pytest.raises(StoreKeyError, match=rf"{says}.*Key\.from_file\(path\)") as failed:
        Key.from_keyring()
    assert "canary" not in str(failed.value)
    assert failed.value.__suppress_context__ or failed.value.__context__ is None


def test_a_keyring_that_hangs(use: Callable[[object], None]):
    """It is waited for no longer than was said."""
    use(backend := Hanging())
    with pytest.raises(StoreKeyError, match=r"did not answer within 0\.01 seconds: unlock it"):
        Key.from_keyring(timeout=0.01)
    backend.given_up.set()


def test_something_else_in_the_keyring(use: Callable[[object], None]):
    """A secret that is no key is an error, stays, and is not shown."""
    use(backend := Remembering())
    backend.kept["ssokit", "store-key"] = "canary"
    with pytest.raises(StoreKeyError, match="the keyring's secret ssokit/store-key has 4 bytes"):
        Key.from_keyring()
    assert backend.kept["ssokit", "store-key"] == "canary"


def test_without_the_package(run_python: RunPython):
    """The error says what to install."""
    program = """
import sys
sys.modules["keyring"] = None
from ssokit import MissingExtraError
from ssokit.stores import Key
try:
    Key.from_keyring()
except MissingExtraError as missing:
    print(missing, isinstance(missing, ImportError))
"""
    assert run_python(program).stdout.startswith(
        "Key.from_keyring() needs the package keyring: pip install 'ssokit[keyring]' True"
    )
