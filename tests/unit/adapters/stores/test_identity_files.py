"""The header of an encrypted folder, when several make it or miss it at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from ssokit.adapters.stores.identity_files import IdentityFile
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import EncryptedFileStore, Key, KeyRing

KEY, OTHER = Key.from_bytes(b"canary-1" * 4), Key.from_bytes(b"canary-2" * 4)


class Slow(IdentityFile):
    """Between its two looks, somebody else gets on."""

    def __init__(self, folder: Path, meanwhile: Callable[[], None]) -> None:
        super().__init__(folder, KeyRing.of(KEY), nullcontext)
        self.meanwhile = meanwhile

    def entries(self) -> Iterator[Path]:
        """Let the other one write first."""
        self.meanwhile()
        return super().entries()


def test_a_folder_that_is_made_while_somebody_looks(tmp_path: Path, sso: SsoSession, token: Token):
    """Entries without a header are only refused if the header does not come before them."""
    store = EncryptedFileStore(tmp_path, key=KEY)
    slow = Slow(tmp_path, lambda: store.save_token(sso, token))
    assert slow.current().store_id == store._identity.current().store_id


def test_a_header_that_is_made_while_somebody_waits_for_the_lock(tmp_path: Path):
    """Whoever gets the lock second takes the header of the first."""
    first = IdentityFile(tmp_path, KeyRing.of(KEY), nullcontext)

    @contextmanager
    def lock() -> Iterator[None]:
        first.on_disk()
        yield

    second = IdentityFile(tmp_path, KeyRing.of(KEY), lock)
    draft = second.current()
    assert second.on_disk().store_id == first.current().store_id != draft.store_id


def test_a_key_that_joins(tmp_path: Path):
    """A new newest key opens the header as soon as something is to be written with it."""

    def unlocked() -> AbstractContextManager[None]:
        return nullcontext()

    made = IdentityFile(tmp_path, KeyRing.of(KEY), unlocked).on_disk()
    both = IdentityFile(tmp_path, KeyRing.of(OTHER, KEY), unlocked)
    assert not both.current().has_newest_key
    assert both.on_disk().has_newest_key
    alone = IdentityFile(tmp_path, KeyRing.of(OTHER), unlocked)
    assert alone.current().store_id == made.store_id
