"""Any dict-like object as a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from ssokit.adapters.stores.aws_cli_format import Document
from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS, parse_lock_timeout
from ssokit.domain.errors import StoreError


class DictLike(Protocol):
    """What a mapping needs: ``[]`` and ``[]=``; ``del`` is welcome, ``in`` is never used.

    ``[]`` raises KeyError for what is missing or no longer there. Values are dicts of strings,
    as the AWS CLI has them in its JSON files.
    """

    def __getitem__(self, name: str, /) -> Any:
        """Give an entry."""

    def __setitem__(self, name: str, entry: dict[str, Any], /) -> None:
        """Keep an entry."""


class MappingStore(DocumentStore):
    """Entries in a dict, a cachetools cache, botocore's JSONFileCache, a shelf, or the like.

    Names and values are the AWS CLI's, so caches of botocore and aws-sso-lib can be used.
    Values are copied in and out: nobody shares them with the mapping. All access through
    ssokit, and every lock, excludes the other threads of this process that use the same
    mapping object; what is shared with other processes is not locked.

    Args:
        mapping: Any object with ``[]``, ``[]=`` and, better, ``del``. Without ``del`` a
            deleted entry is overwritten with an empty dict.
        lock_timeout: Seconds to wait for the holder of a lock, who may be waiting for a person.

    Raises:
        TypeError: The object has no ``[]`` or no ``[]=``.
        ValueError: ``lock_timeout`` is negative or not finite.
    """

    def __init__(self, mapping: DictLike, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        super().__init__()
        kind = type(mapping)
        if not (hasattr(kind, "__getitem__") and hasattr(kind, "__setitem__")):
            raise TypeError(f"a cache needs [] and []=, as a dict has; {kind.__name__} lacks them")
        self._mapping = mapping
        self._lock_timeout = parse_lock_timeout(lock_timeout)

    def __repr__(self) -> str:
        """Show what kind of mapping it is, and nothing that is in it."""
        return f"{type(self).__name__}(<{type(self._mapping).__name__}>)"

    def _names(self) -> list[EntryName] | None:
        # A mapping that only has [] would be counted from 0 on.
        if not hasattr(type(self._mapping), "__iter__"):
            return None
        mapping: Any = self._mapping
        with self._access("listed"):
            texts = [text for text in mapping if isinstance(text, str)]
        kinds = (EntryKind.TOKEN, EntryKind.CREDENTIAL)
        return [EntryName(kind, text) for text in texts for kind in kinds]

    def _read(self, name: EntryName) -> object:
        with self._access("read"):
            try:
                entry = self._mapping[name.text]
            except KeyError:
                return None
        # What deletes an entry of a mapping without del.
        return None if isinstance(entry, Mapping) and not entry else entry

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:  # noqa: ARG002
        with self._access("written"):
            self._mapping[name.text] = document

    def _remove(self, name: EntryName) -> None:
        with self._access("removed"):
            delete = getattr(type(self._mapping), "__delitem__", None)
            try:
                if delete is not None:
                    delete(self._mapping, name.text)
                elif self._mapping[name.text]:
                    self._mapping[name.text] = {}
            except KeyError:
                pass

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        patience = self._lock_timeout if timeout is None else timeout
        # An id is unique among living objects, and whoever holds the lock keeps this one alive.
        lock = (id(self._mapping), name.text)
        with THREAD_LOCKS.hold(lock, timeout=patience, place=self._place(name)):
            yield

    @contextmanager
    def _access(self, done: str) -> Iterator[None]:
        kind = type(self._mapping).__name__
        with THREAD_LOCKS.hold(id(self._mapping), timeout=LOCK_TIMEOUT, place=f"the {kind}"):
            try:
                yield
            except Exception as error:
                # Its text is not repeated: it may quote values.
                raise StoreError(
                    f"an entry could not be {done}: the {kind} given as a cache raised "
                    f"{type(error).__name__}"
                ) from error
