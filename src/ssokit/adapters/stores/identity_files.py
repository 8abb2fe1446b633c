"""The header of an encrypted folder on the disk: opened once, made when it is needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from ssokit.adapters.stores.atomic_files import write_atomically
from ssokit.adapters.stores.aws_cli_format import ForeignEntryError
from ssokit.adapters.stores.document_files import read_content, version_of
from ssokit.adapters.stores.key_rings import KeyRing
from ssokit.adapters.stores.store_identities import StoreIdentity
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS
from ssokit.domain.errors import StoreError, StoreKeyError

SUFFIX = ".sealed"

_ENTRY = re.compile(rf"[0-9a-f]{{40}}{re.escape(SUFFIX)}")


class IdentityFile:
    """The identity of a folder, as its header has it.

    A folder without header and without entries is a new one. One with entries has lost its
    header, and is refused: what is in there must not pass for nothing.

    Args:
        folder: The folder; it need not exist.
        ring: The keys.
        lock: What excludes others who change the header.
    """

    def __init__(
        self, folder: Path, ring: KeyRing, lock: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.path = folder / f"store{SUFFIX}"
        self._ring = ring
        self._lock = lock
        self._identity: StoreIdentity | None = None
        self._version: tuple[int, ...] | None = None

    def current(self) -> StoreIdentity:
        """Give the identity, which may not be on the disk yet.

        Raises:
            StoreError: The header is lost, damaged, was changed, or cannot be read.
            StoreKeyError: None of the keys opens it.
        """
        with THREAD_LOCKS.hold((id(self), "identity"), timeout=LOCK_TIMEOUT, place=str(self.path)):
            version = version_of(self.path)
            if self._identity is None or version != self._version:
                self._identity = self._look() or self._identity or self._new()
            return self._identity

    def on_disk(self) -> StoreIdentity:
        """Give the identity; it is on the disk, and the newest key opens it.

        Raises:
            OSError: It could not be written.
            StoreError: As for `current`.
            StoreKeyError: As for `current`.
        """
        if not self._is_settled(self.current()):
            with self._lock():
                identity = self.current()
                if not self._is_settled(identity):
                    known = identity.has_newest_key
                    self.replace(identity if known else identity.with_newest_key())
        return self.current()

    def replace(self, identity: StoreIdentity) -> None:
        """Write another header in place of the one that is there.

        Raises:
            OSError: It could not be written.
        """
        write_atomically(self.path, identity.to_bytes())

    def entries(self) -> Iterator[Path]:
        """Give the files of all entries."""
        found = self.path.parent.glob(f"*{SUFFIX}")
        return (path for path in found if _ENTRY.fullmatch(path.name))

    def _is_settled(self, identity: StoreIdentity) -> bool:
        return self._version is not None and identity.has_newest_key

    def _look(self) -> StoreIdentity | None:
        try:
            found = read_content(self.path)
            identity = StoreIdentity.parse(found.content, self._ring) if found else None
        except ForeignEntryError as reason:
            raise StoreError(
                f"the header {self.path} is not fit for use: {reason}. Put it back from a copy, "
                "or remove the folder and log in again; nothing was changed"
            ) from reason
        except StoreKeyError as refused:
            raise StoreKeyError(f"{self.path.parent} was not opened: {refused}") from refused
        self._version = found.version if found else None
        return identity

    def _new(self) -> StoreIdentity:
        if any(self.entries()):
            # Somebody may have made it meanwhile, who writes the header before any entry.
            if identity := self._look():
                return identity
            raise StoreError(
                f"the header {self.path} is missing, and without it the entries beside it cannot "
                "be opened: put it back from a copy, or remove the folder and log in again"
            )
        return StoreIdentity.new(self._ring)
