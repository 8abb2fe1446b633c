"""A folder of encrypted files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.atomic_files import write_atomically
from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError
from ssokit.adapters.stores.document_files import read_content
from ssokit.adapters.stores.entry_files import EntryFiles, Folder, resolve_folder
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.generations import Generations
from ssokit.adapters.stores.identity_files import SUFFIX, IdentityFile
from ssokit.adapters.stores.key_rings import KeyLike, parse_key_ring
from ssokit.adapters.stores.sealing import Opened
from ssokit.adapters.stores.store_identities import StoreIdentity
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT
from ssokit.domain.errors import StoreError
from ssokit.ports.clock import Clock

_SYSTEM_CLOCK = SystemClock()
_NAME, _ENTRY = "name", "entry"

# Seconds. Whoever holds one of these locks writes a small file, and asks nobody.
_LONGEST_WRITE = 30.0


class EncryptedFileStore(EntryFiles):
    """A folder of files that only its key opens (AES-256-GCM), and that tell nothing else.

    Each file is bound to its entry and to this folder: one that was changed, cut off, renamed,
    or brought from another folder counts as missing and is logged once; a save that replaces
    it keeps it as ``<name>.sealed.corrupt``. A key or passphrase that is not the folder's is
    an error, and nothing is changed then. Nothing is ever written in plain text.

    Files are named by a secret of the folder, so that their names do not tell start URLs,
    accounts or roles. The folder's header, ``store.sealed``, has that secret, sealed with each
    key; without the header nothing can be opened. Writing, locks, modes and what happens if
    the disk is full are as in `FileStore`.

    An older file that somebody puts back is noticed only with ``generation_file``. What
    somebody removes is missing, and nothing tells that it was there.

    Args:
        folder: Where the files are; it is made with mode 0700.
        key: A `Key`, a `KeyRing`, or 32 bytes.
        generation_file: Where to note how often each entry was written, so that an older file
            counts as missing. It protects from those who can write into the folder and not
            there. A copy of a folder needs a copy of this file, and processes that share the
            folder share it. A writer that is killed after an entry and before its note leaves
            the entry before that unnoticed until the next save.
        lock_timeout: Seconds to wait for the holder of a lock, who may be waiting for a person.
        clock: What measures that time.

    Raises:
        TypeError: ``key`` is no key.
        StoreKeyError: The key is not fit to be one.
        StoreError: A ``~`` cannot be resolved, for want of a home folder.
        ValueError: ``lock_timeout`` is negative or not finite.
    """

    def __init__(
        self,
        folder: Folder,
        *,
        key: KeyLike,
        generation_file: Folder | None = None,
        lock_timeout: float = LOCK_TIMEOUT,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        super().__init__(lock_timeout=lock_timeout, clock=clock)
        name = type(self).__name__
        self._folder = resolve_folder(folder, store=name)
        self._generation_file = (
            None if generation_file is None else resolve_folder(generation_file, store=name)
        )
        self._ring = parse_key_ring(key)
        self._identity = IdentityFile(self._folder, self._ring, self._header_lock)

    def __repr__(self) -> str:
        """Show the folder and the names of the keys."""
        return f"{type(self).__name__}({str(self._folder)!r}, key=<{self._ring.names}>)"

    def rewrap(self) -> int:
        """Encrypt all entries with the newest key, which alone opens the folder from then on.

        Each entry is done under its lock; the others can be used meanwhile. Damaged ones are
        left as they are.

        Returns:
            How many were encrypted anew.

        Raises:
            StoreKeyError: An entry's key is not on the ring; it stays, and so does the header.
            StoreError: A file cannot be written.
            StoreLockTimeoutError: Somebody kept an entry's lock too long.
        """
        try:
            done = self._rewrap_all()
            with self._header_lock():
                self._identity.replace(self._identity.current().with_newest_key(only=True))
            # Those who have an older key alone may have written meanwhile, and cannot any more.
            done += self._rewrap_all()
        except OSError as error:
            raise StoreError(
                f"cannot encrypt all of {self._folder} anew: {error.strerror}; what was done is "
                "good, the rest is as it was, and all keys are needed until this has worked"
            ) from error
        return done

    def _names_on_disk(self) -> Iterator[EntryName]:
        identity = self._identity.current()
        for path in self._identity.entries():
            opened = self._open_quietly(path, identity)
            if opened:
                kind, text = opened.document[_NAME]
                yield EntryName(EntryKind(kind), text)

    def _path(self, name: EntryName) -> Path:
        return self._folder / f"{self._identity.current().file_name(name)}{SUFFIX}"

    def _read_file(self, name: EntryName) -> Document | None:
        opened = self._open(self._path(name), self._identity.current())
        if opened is None:
            return None
        entry: Document = opened.document[_ENTRY]
        return entry

    def _write_file(self, name: EntryName, document: Document) -> None:
        identity = self._identity.on_disk()
        named = {_NAME: [name.kind.value, name.text], _ENTRY: document}
        self._put(self._path(name), named, identity)

    def _remove_file(self, path: Path) -> None:
        identity = self._identity.current()
        with self._counting(identity) as generations:
            following = self._following(path, identity, generations)
            super()._remove_file(path)
            if generations and following > 1:
                generations.note(path.stem, following)

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        # If the header cannot be written, neither can the lock: only threads are excluded then.
        with suppress(OSError):
            self._identity.on_disk()
        with super()._lock(name, timeout):
            yield

    def _header_lock(self) -> AbstractContextManager[None]:
        return self._lock_beside(self._identity.path, _LONGEST_WRITE)

    def _rewrap_all(self) -> int:
        identity = self._identity.on_disk()
        return sum([self._rewrap(path, identity) for path in self._identity.entries()])

    def _rewrap(self, path: Path, identity: StoreIdentity) -> bool:
        with self._lock_beside(path):
            opened = self._open_quietly(path, identity)
            if opened is None or opened.key_name == self._ring.newest.name:
                return False
            self._put(path, opened.document, identity)
            return True

    def _open_quietly(self, path: Path, identity: StoreIdentity) -> Opened | None:
        try:
            return self._open(path, identity)
        except ForeignEntryError as reason:
            self._warn_once("%s counts as missing: %s", str(path), reason)
            return None

    def _open(self, path: Path, identity: StoreIdentity) -> Opened | None:
        # In this order: what is written meanwhile is newer than what is known here.
        generations = self._generations(identity)
        highest = generations.highest(path.stem) if generations else 0
        found = read_content(path)
        if found is None:
            return None
        opened = identity.sealer.open(path.stem, found.content, place=str(path))
        if opened.generation < highest:
            raise ForeignEntryError("it is older than what was there before: somebody put it back")
        return opened

    def _put(self, path: Path, document: Document, identity: StoreIdentity) -> None:
        with self._counting(identity) as generations:
            following = self._following(path, identity, generations)
            content = identity.sealer.seal(path.stem, document, generation=following)
            write_atomically(path, content)
            if generations:
                generations.note(path.stem, following)

    def _following(
        self, path: Path, identity: StoreIdentity, generations: Generations | None
    ) -> int:
        if generations is None:
            return 0
        opened = self._open_quietly(path, identity)
        return 1 + max(generations.highest(path.stem), opened.generation if opened else 0)

    @contextmanager
    def _counting(self, identity: StoreIdentity) -> Iterator[Generations | None]:
        generations = self._generations(identity)
        if generations is None:
            yield None
            return
        with self._lock_beside(generations.path, _LONGEST_WRITE):
            yield generations

    def _generations(self, identity: StoreIdentity) -> Generations | None:
        path = self._generation_file
        return Generations(path, identity.secret_for("generations")) if path else None
