"""Encryption around any other store."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import cast

from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError, expiry_of, plain
from ssokit.adapters.stores.documents import DocumentStore
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.adapters.stores.key_rings import KeyLike, parse_key_ring
from ssokit.adapters.stores.mapping_store import DictLike, MappingStore
from ssokit.adapters.stores.sealing import Opened, Sealer
from ssokit.adapters.stores.timestamps import parse_timestamp
from ssokit.domain.role_credential import CredentialKey
from ssokit.domain.sso_session import SsoSession

_MEMBER = "ssokitEncrypted"


class EncryptedStore(DocumentStore):
    """Another store of ssokit, or any dict-like, with all values encrypted (AES-256-GCM).

    The inner store keeps its locks, its names, its expiry and its outage policy; it sees the
    name of an entry and when it expires, and nothing else. A value that was changed, cut off,
    moved to another name or store, or never encrypted, counts as missing and is replaced by
    the next save. A value of another key is an error, and stays.

    Not detected: an older value of the same entry that somebody puts back, and an entry that
    somebody removes. Names are the inner store's: whoever can list them learns which start
    URLs are in use by trying.

    Args:
        inner: A store of `ssokit.stores`, or any object with ``[]`` and ``[]=``.
        key: A `Key`, a `KeyRing`, or 32 bytes.
        store_id: What the values are bound to: a value of a store with another id counts as
            missing, even with the same key.

    Raises:
        TypeError: ``inner`` is neither, such as a `TieredStore`, which goes around the encrypted
            one, or a store of one's own that implements only the ports; or ``key`` is no key.
        StoreKeyError: The key is not fit to be one.
    """

    def __init__(
        self, inner: DocumentStore | DictLike, *, key: KeyLike, store_id: str = "ssokit"
    ) -> None:
        super().__init__()
        self._inner = _parse_inner(inner)
        self._sealer = Sealer(parse_key_ring(key), store_id)

    def __repr__(self) -> str:
        """Show the inner store and the names of the keys."""
        return f"{type(self).__name__}({self._inner!r}, key=<{self._sealer.ring.names}>)"

    def rewrap(self, *keys: SsoSession | CredentialKey) -> int:
        """Encrypt entries with the newest key that are encrypted with an older one.

        An inner store need not know which entries it has, so they are named: a session for
        all that belongs to its login, a key for its role credentials. Each is done under its lock.

        Returns:
            How many were encrypted anew.

        Raises:
            StoreKeyError: An entry's key is not on the ring; it stays as it was.
            StoreError: The inner store failed.
        """
        done = 0
        for key in keys:
            with self.lock(key):
                done += sum(map(self._rewrap, _names(key)))
        return done

    def forget_credentials(self, start_url: str) -> bool:
        """Forget the role credentials of a start URL, if the inner store can tell what it has."""
        if self._names() is None:
            # It may have an index of its own. It cannot look into what is encrypted.
            return self._inner.forget_credentials(start_url)
        return super().forget_credentials(start_url)

    def token_was_deleted(self, session: SsoSession) -> bool:
        """Tell a token that somebody deleted from one that the inner store lost, if it can."""
        tell = getattr(self._inner, "token_was_deleted", None)
        return True if tell is None else bool(tell(session))

    def _names(self) -> Iterable[EntryName] | None:
        return self._inner._names()  # noqa: SLF001 - the seam between stores

    def _rewrap(self, name: EntryName) -> bool:
        opened = self._open(name)
        if opened is None or opened.key_name == self._sealer.ring.newest.name:
            return False
        self._write(name, opened.document, None)
        return True

    def _open(self, name: EntryName) -> Opened | None:
        found = self._inner._read(name)  # noqa: SLF001 - the seam between stores
        if found is None:
            return None
        return self._sealer.open(_label(name), _unpack(found), place=self._place(name))

    def _read(self, name: EntryName) -> Document | None:
        opened = self._open(name)
        return opened.document if opened else None

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        sealed = self._sealer.seal(_label(name), document)
        packed = {_MEMBER: base64.b64encode(sealed).decode()}
        end = until or _end(document)
        self._inner._write(name, packed, end)  # noqa: SLF001 - the seam between stores

    def _remove(self, name: EntryName) -> None:
        self._inner._remove(name)  # noqa: SLF001 - the seam between stores

    def _lock(self, name: EntryName, timeout: float | None) -> AbstractContextManager[None]:
        return self._inner._lock(name, timeout)  # noqa: SLF001 - the seam between stores

    def _set_aside(self, name: EntryName) -> None:
        self._inner._set_aside(name)  # noqa: SLF001 - the seam between stores

    def _place(self, name: EntryName) -> str:
        return self._inner._place(name)  # noqa: SLF001 - the seam between stores


def _parse_inner(inner: object) -> DocumentStore:
    if isinstance(inner, DocumentStore):
        return inner
    kind = type(inner)
    if hasattr(kind, "__getitem__") and hasattr(kind, "__setitem__"):
        return MappingStore(cast("DictLike", inner))
    raise TypeError(
        "EncryptedStore encrypts stores of ssokit that keep documents, and dict-likes; it cannot "
        f"look into a {kind.__name__}: give what that keeps its entries in, as an object with [] "
        "and []=, or put the encryption inside, as in TieredStore(EncryptedStore(...))"
    )


def _names(key: SsoSession | CredentialKey) -> tuple[EntryName, ...]:
    if isinstance(key, SsoSession):
        return (
            *EntryName.of_token_spellings(key),
            EntryName.of_registration(key),
            EntryName.of_failure(key),
        )
    return (EntryName.of_credential(key),)


def _label(name: EntryName) -> str:
    # The login is left out: inner stores of one person's logins share role credentials.
    return f"{name.kind.value} {name.text}"


def _unpack(found: object) -> bytes:
    text = plain(found).get(_MEMBER)
    try:
        sealed = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        sealed = b""
    # Some letters of base64 may stand for the same bytes: only those written here will do.
    if not sealed or base64.b64encode(sealed).decode() != text:
        raise ForeignEntryError("it is damaged, or was never encrypted by ssokit")
    return sealed


def _end(document: Document) -> datetime | None:
    end = expiry_of(document)
    if not document.get("refreshToken"):
        return end
    # The inner store cannot look: a refresh token is of use as long as its client.
    with suppress(ValueError):
        return max(end, parse_timestamp(document.get("registrationExpiresAt")))
    return None
