"""The store of the AWS CLI: one JSON file per entry."""

from __future__ import annotations

import json
from pathlib import Path

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.atomic_files import write_atomically
from ssokit.adapters.stores.aws_cli_format import Document
from ssokit.adapters.stores.document_files import TornEntryError, read_document
from ssokit.adapters.stores.entry_files import EntryFiles, Folder, resolve_folder
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.clock import Clock

_TOKEN_FOLDER = Path("~/.aws/sso/cache")
_CREDENTIAL_FOLDER = Path("~/.aws/cli/cache")
_SYSTEM_CLOCK = SystemClock()

# The AWS CLI writes in place: it empties the file, then fills it (127 ms in all).
_PAUSES_OF_TORN_READS = tuple(0.001 * 2**n for n in range(7))


class FileStore(EntryFiles):
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
        folder: Folder | None = None,
        *,
        credential_folder: Folder | None = None,
        lock_timeout: float = LOCK_TIMEOUT,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        super().__init__(lock_timeout=lock_timeout, clock=clock)
        name = type(self).__name__
        self._token_folder = resolve_folder(folder or _TOKEN_FOLDER, store=name)
        self._credential_folder = resolve_folder(
            credential_folder or folder or _CREDENTIAL_FOLDER, store=name
        )
        self._given_up: dict[Path, tuple[int, ...]] = {}

    def __repr__(self) -> str:
        """Show the folders."""
        return (
            f"{type(self).__name__}({str(self._token_folder)!r}, "
            f"credential_folder={str(self._credential_folder)!r})"
        )

    def token_file(self, session: SsoSession) -> Path:
        """Say in which file a login is; if there is none, in which it would be kept."""
        found = (name for name, _ in self._stored_tokens(session))
        return self._path(next(found, EntryName.of_token(session)))

    def _names_on_disk(self) -> list[EntryName]:
        folders = {
            EntryKind.TOKEN: self._token_folder,
            EntryKind.CREDENTIAL: self._credential_folder,
        }
        return [
            EntryName(kind, path.stem)
            for kind, folder in folders.items()
            for path in sorted(folder.glob("*.json"))
        ]

    def _path(self, name: EntryName) -> Path:
        is_credential = name.kind is EntryKind.CREDENTIAL
        folder = self._credential_folder if is_credential else self._token_folder
        return folder / f"{name.text}.json"

    def _write_file(self, name: EntryName, document: Document) -> None:
        write_atomically(self._path(name), json.dumps(document).encode())

    def _read_file(self, name: EntryName) -> Document | None:
        path = self._path(name)
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
