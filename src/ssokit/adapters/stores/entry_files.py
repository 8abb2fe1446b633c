"""What the stores of files have in common: one file and one kernel lock per entry."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import attrs

from ssokit.adapters.stores.atomic_files import make_private_folders, set_aside
from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError, expiry_of
from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.thread_locks import THREAD_LOCKS, parse_lock_timeout
from ssokit.domain.errors import StoreError
from ssokit.ports.clock import Clock

Folder: TypeAlias = "str | os.PathLike[str]"


@attrs.frozen
class _Unsaved:
    """A document that could not be written.

    Attributes:
        document: The document.
        instead_of: What was in the file then; None if nothing.
    """

    document: Document = attrs.field(repr=False)
    instead_of: Document | None = attrs.field(repr=False)

    def yields_to(self, on_disk: Document | None) -> bool:
        """Tell whether what is in the file now counts."""
        mine = _expiry(self.document)
        if mine is None:
            # Encrypted by a store around this one: all that shows is whether it is another one.
            return on_disk not in (None, self.instead_of)
        theirs = _expiry(on_disk)
        return theirs is not None and theirs > mine


class EntryFiles(DocumentStore):
    """A store with one file per entry, written whole or not at all, in private folders.

    A subclass says where an entry's file is, what its bytes are, and how they are read back.
    Locks are kernel file locks on a file with the suffix ``.lock``, which stays.

    What could not be saved is kept in this object, so that this process still has it, until
    a save succeeds or the file holds something that is valid for longer.

    Args:
        lock_timeout: Seconds to wait for the holder of a lock, who may be waiting for a person.
        clock: What measures that time.

    Raises:
        ValueError: ``lock_timeout`` is negative or not finite.
    """

    def __init__(self, *, lock_timeout: float, clock: Clock) -> None:
        super().__init__()
        self._lock_timeout = parse_lock_timeout(lock_timeout)
        self._clock = clock
        self._unsaved: dict[EntryName, _Unsaved] = {}

    @abstractmethod
    def _path(self, name: EntryName) -> Path:
        """Say where an entry's file is: the name before its suffix is the lock's, too."""

    @abstractmethod
    def _write_file(self, name: EntryName, document: Document) -> None:
        """Put a document into the file, whole or not at all.

        Raises:
            OSError: It could not be written.
        """

    @abstractmethod
    def _read_file(self, name: EntryName) -> Document | None:
        """Give what is in the file; None without one.

        Raises:
            ForeignEntryError: What is there is no entry of this store.
        """

    @abstractmethod
    def _names_on_disk(self) -> Iterable[EntryName]:
        """Give the names of what may be tokens and role credentials."""

    def _names(self) -> list[EntryName]:
        return [*self._names_on_disk(), *list(self._unsaved)]

    def _place(self, name: EntryName) -> str:
        return str(self._path(name))

    def _read(self, name: EntryName) -> Document | None:
        unsaved = self._unsaved.get(_bare(name))
        try:
            on_disk = self._read_file(name)
        except ForeignEntryError:
            if unsaved is None:
                raise
            return unsaved.document
        return on_disk if unsaved is None or unsaved.yields_to(on_disk) else unsaved.document

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:  # noqa: ARG002
        try:
            self._write_file(name, document)
        except OSError as error:
            self._unsaved[_bare(name)] = _Unsaved(document, self._on_disk(name))
            raise StoreError(
                f"cannot write {self._path(name)}: {error.strerror}; this process goes on with "
                "what it has in memory. Make the folder writable, make room on the disk, or use "
                f"another folder: ssokit.stores.{type(self).__name__}(folder)"
            ) from error
        self._unsaved.pop(_bare(name), None)

    def _remove(self, name: EntryName) -> None:
        path = self._path(name)
        self._unsaved.pop(_bare(name), None)
        try:
            self._remove_file(path)
        except OSError as error:
            raise StoreError(
                f"cannot remove {path}: {error.strerror}; make the folder writable or remove "
                "it yourself"
            ) from error

    def _on_disk(self, name: EntryName) -> Document | None:
        with suppress(ForeignEntryError):
            return self._read_file(name)
        return None

    def _remove_file(self, path: Path) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()

    def _set_aside(self, name: EntryName) -> None:
        set_aside(self._path(name))

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        announce = name.kind is EntryKind.LOGIN
        with self._lock_beside(self._path(name), timeout, announce=announce):
            yield

    @contextmanager
    def _lock_beside(
        self, path: Path, timeout: float | None = None, *, announce: bool = False
    ) -> Iterator[None]:
        # Two spellings of one folder are one lock.
        path = Path(os.path.realpath(path.parent), f"{path.stem}.lock")
        patience = self._lock_timeout if timeout is None else timeout
        waited_from = self._clock.monotonic()
        with ExitStack() as held:
            held.enter_context(THREAD_LOCKS.hold(path, timeout=patience, place=str(path)))
            left = max(0.0, patience - (self._clock.monotonic() - waited_from))
            held.callback(self._lock_file(path, left, announce=announce))
            yield

    def _lock_file(self, path: Path, timeout: float, *, announce: bool) -> Callable[[], None]:
        # filelock takes 60 ms to import, and a login that is cached needs no lock.
        from ssokit.adapters.stores.kernel_locks import acquire_kernel_lock  # noqa: PLC0415

        try:
            make_private_folders(path.parent)
            return acquire_kernel_lock(path, timeout=timeout, announce=announce)
        except (OSError, NotImplementedError) as error:
            self._warn_once(
                "only this process is excluded, not others, by %s: %s", str(path), error
            )
            return lambda: None


def resolve_folder(folder: Folder, *, store: str) -> Path:
    """Make a folder's path absolute, with ``~`` as it is now.

    Args:
        folder: The path.
        store: The class that the error names.

    Raises:
        StoreError: There is no home folder.
    """
    try:
        return Path(folder).expanduser().absolute()
    except RuntimeError:
        raise StoreError(
            f"there is no home folder for {folder}: set HOME, or name a folder: "
            f"ssokit.stores.{store}(folder)"
        ) from None


def _bare(name: EntryName) -> EntryName:
    # What else a name says is not part of a file's name.
    return EntryName(name.kind, name.text)


def _expiry(document: Document | None) -> datetime | None:
    with suppress(ForeignEntryError):
        return expiry_of(document or {})
    return None
