"""The store of the AWS CLI: one JSON file per entry."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.atomic_files import make_private_folders, set_aside, write_atomically
from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError, expiry_of
from ssokit.adapters.stores.document_files import TornEntryError, read_document
from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS, parse_lock_timeout
from ssokit.domain.errors import StoreError
from ssokit.ports.clock import Clock

_Folder: TypeAlias = "str | os.PathLike[str]"

_TOKEN_FOLDER = Path("~/.aws/sso/cache")
_CREDENTIAL_FOLDER = Path("~/.aws/cli/cache")
_SYSTEM_CLOCK = SystemClock()

# The AWS CLI writes in place: it empties the file, then fills it (127 ms in all).
_PAUSES_OF_TORN_READS = tuple(0.001 * 2**n for n in range(7))


class FileStore(DocumentStore):
    """Files in the AWS CLI's own format, shared with it, with botocore and with aws-sso-lib.

    A write is complete or has not happened, whatever kills the process; files have mode
    0600, new folders 0700. A corrupt, foreign or unreadable file counts as missing and is
    logged once, without its content; a save that replaces it keeps it as ``<name>.json.corrupt``.
    Locks are kernel file locks on ``<name>.lock``, which stays in the folder.

    What could not be saved is kept in this object, so that this process still has it, until
    a save succeeds or the file holds something that is valid for longer.

    Windows is not tested. Network file systems exclude other hosts as well as they lock.

    Args:
        folder: Where tokens and client registrations are; ``~/.aws/sso/cache`` if None.
        credential_folder: Where role credentials are. If None, the same as ``folder``, or
            ``~/.aws/cli/cache`` if that is None too.
        lock_timeout: Seconds to wait for the holder of a lock, who may be waiting for a person.
        clock: What waits between attempts to read a file that is being written.

    Raises:
        StoreError: A ``~`` cannot be resolved, for want of a home folder.
        ValueError: ``lock_timeout`` is negative or not finite.
    """

    def __init__(
        self,
        folder: _Folder | None = None,
        *,
        credential_folder: _Folder | None = None,
        lock_timeout: float = LOCK_TIMEOUT,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        super().__init__()
        self._token_folder = _resolve(folder or _TOKEN_FOLDER)
        self._credential_folder = _resolve(credential_folder or folder or _CREDENTIAL_FOLDER)
        self._lock_timeout = parse_lock_timeout(lock_timeout)
        self._clock = clock
        self._unsaved: dict[Path, Document] = {}
        self._given_up: dict[Path, tuple[int, ...]] = {}

    def __repr__(self) -> str:
        """Show the folders."""
        return (
            f"{type(self).__name__}({str(self._token_folder)!r}, "
            f"credential_folder={str(self._credential_folder)!r})"
        )

    def _path(self, name: EntryName) -> Path:
        is_credential = name.kind is EntryKind.CREDENTIAL
        folder = self._credential_folder if is_credential else self._token_folder
        return folder / f"{name.text}.json"

    def _place(self, name: EntryName) -> str:
        return str(self._path(name))

    def _read(self, name: EntryName) -> Document | None:
        path = self._path(name)
        unsaved = self._unsaved.get(path)
        try:
            on_disk = self._read_patiently(path)
        except ForeignEntryError:
            if unsaved is None:
                raise
            return unsaved
        return on_disk if unsaved is None or _outlives(on_disk, unsaved) else unsaved

    def _read_patiently(self, path: Path) -> Document | None:
        for pause in _PAUSES_OF_TORN_READS:
            try:
                return read_document(path)
            except TornEntryError as torn:
                if self._given_up.get(path) == torn.version:
                    raise
            self._clock.sleep(pause)
        try:
            return read_document(path)
        except TornEntryError as torn:
            self._given_up[path] = torn.version
            raise

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:  # noqa: ARG002
        path = self._path(name)
        try:
            write_atomically(path, json.dumps(document).encode())
        except OSError as error:
            self._unsaved[path] = document
            raise StoreError(
                f"cannot write {path}: {error.strerror}; this process goes on with what it has "
                "in memory. Make the folder writable, make room on the disk, or use another "
                "folder: ssokit.stores.FileStore(folder)"
            ) from error
        self._unsaved.pop(path, None)

    def _remove(self, name: EntryName) -> None:
        path = self._path(name)
        self._unsaved.pop(path, None)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise StoreError(
                f"cannot remove {path}: {error.strerror}; make the folder writable or remove "
                "it yourself"
            ) from error

    def _set_aside(self, name: EntryName) -> None:
        set_aside(self._path(name))

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        patience = self._lock_timeout if timeout is None else timeout
        path = self._path(name)
        # Two spellings of one folder are one lock.
        path = Path(os.path.realpath(path.parent), f"{name.text}.lock")
        waited_from = self._clock.monotonic()
        with ExitStack() as held:
            held.enter_context(THREAD_LOCKS.hold(path, timeout=patience, place=str(path)))
            waited = self._clock.monotonic() - waited_from
            left = max(0.0, patience - waited)
            held.callback(self._lock_file(path, left, announce=name.kind is EntryKind.LOGIN))
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


def _resolve(folder: _Folder) -> Path:
    try:
        return Path(folder).expanduser().absolute()
    except RuntimeError:
        raise StoreError(
            f"there is no home folder for {folder}: set HOME, or name a folder: "
            "ssokit.stores.FileStore(folder)"
        ) from None


def _outlives(on_disk: Document | None, unsaved: Document) -> bool:
    try:
        return on_disk is not None and expiry_of(on_disk) > expiry_of(unsaved)
    except ForeignEntryError:
        return False
