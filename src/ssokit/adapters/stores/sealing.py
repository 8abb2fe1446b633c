"""Encrypt documents so that they open under their own name, in their own store, or not at all.

A sealed document is a line of text, which can be read without the key, and what only the key
opens::

    ssokit-encrypted 1 {"key": ..., "check": ..., "generation": ..., "scrypt": ...}
    nonce (12 bytes), AES-256-GCM ciphertext and tag, SHA-256 of all before (32 bytes)

The line, the store's id and the document's name are the associated data (NIST SP 800-38D). The
sum tells damage by accident from a document of another key; it protects from nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os

import attrs

from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError
from ssokit.adapters.stores.key_derivation import Scrypt, derived, fingerprint
from ssokit.adapters.stores.key_rings import KeyRing
from ssokit.adapters.stores.keys import Key
from ssokit.adapters.stores.sealed_header import SealedHeader
from ssokit.adapters.stores.thread_locks import LOCK_TIMEOUT, THREAD_LOCKS
from ssokit.domain.errors import MissingExtraError, StoreKeyError

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as missing:
    raise MissingExtraError(
        "encrypted stores need the package cryptography: pip install 'ssokit[encrypted]'"
    ) from missing

_NONCE_BYTES = 12
_SUM_BYTES = 32


@attrs.frozen
class Opened:
    """What was in a sealed document.

    Attributes:
        document: The document.
        generation: Which writing of the entry it is; 0 where they are not counted.
        key_name: The key that it was sealed with.
    """

    document: Document = attrs.field(repr=False)
    generation: int
    key_name: str


class Sealer:
    """Seals documents of one store with the newest of its keys, and opens them with any.

    Args:
        ring: The keys.
        store_id: What the documents of this store are bound to.
    """

    def __init__(self, ring: KeyRing, store_id: str) -> None:
        self.ring = ring
        self._store_id = store_id
        self._unlocked: dict[tuple[str, Scrypt | None], bytes] = {}
        self._newest_salt: dict[str, Scrypt] = {}

    def seal(self, name: str, document: Document, *, generation: int = 0) -> bytes:
        """Encrypt a document with the newest key.

        Args:
            name: What it can be opened as.
            document: What is encrypted.
            generation: Which writing of the entry it is.
        """
        key = self.ring.newest
        scrypt = None if key.cost is None else self._salt_of(key, key.cost)
        secret = self._unlock(key, scrypt)
        line = SealedHeader(key.name, fingerprint(secret), generation, scrypt).to_line()
        nonce = os.urandom(_NONCE_BYTES)
        plaintext = json.dumps(document).encode()
        ciphertext = _cipher(secret).encrypt(nonce, plaintext, self._bound_to(line, name))
        content = line + nonce + ciphertext
        return content + hashlib.sha256(content).digest()

    def open(self, name: str, content: bytes, *, place: str = "an entry") -> Opened:
        """Decrypt a document.

        Args:
            name: What it was sealed as.
            content: What `seal` gave.
            place: What errors call it.

        Raises:
            ForeignEntryError: It is no sealed document, it is damaged, or somebody changed it
                or put it under another name or into another store.
            StoreKeyError: It was sealed with a key that is not on the ring.
        """
        whole, found_sum = content[:-_SUM_BYTES], content[-_SUM_BYTES:]
        if hashlib.sha256(whole).digest() != found_sum:
            raise ForeignEntryError("it is damaged, or was never encrypted by ssokit")
        line, end, sealed = whole.partition(b"\n")
        header = SealedHeader.parse(line + end)
        secret = self._secret_for(header, place)
        try:
            plaintext = _cipher(secret).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound_to(line + end, name)
            )
        except (InvalidTag, ValueError):
            raise ForeignEntryError(
                "it was changed, or belongs under another name or in another store"
            ) from None
        return Opened(json.loads(plaintext), header.generation, header.key_name)

    def _secret_for(self, header: SealedHeader, place: str) -> bytes:
        key = self.ring.named(header.key_name)
        if key is None:
            raise StoreKeyError(
                f"{place} is encrypted with the key {header.key_name}, and the keys given are "
                f"{self.ring.names}: give that key too, as in KeyRing.of(newest, older)"
            )
        secret = self._unlock(key, header.scrypt)
        if not hmac.compare_digest(fingerprint(secret), header.check):
            what = "passphrase" if header.scrypt else "key"
            raise StoreKeyError(
                f"the {what} given as {key.name} is not the one that {place} is encrypted with: "
                f"give the right {what}; nothing was changed"
            )
        if header.scrypt:
            self._newest_salt[key.name] = header.scrypt
        return secret

    def _salt_of(self, key: Key, cost: int) -> Scrypt:
        # Entries of the same salt open without another third of a second.
        fresh = Scrypt(cost, os.urandom(Scrypt.SALT_BYTES))
        return self._newest_salt.setdefault(key.name, fresh)

    def _unlock(self, key: Key, scrypt: Scrypt | None) -> bytes:
        known = (key.name, scrypt)
        if known not in self._unlocked:
            # One thread derives a passphrase, and the others wait for it.
            with THREAD_LOCKS.hold((id(self), known), timeout=LOCK_TIMEOUT, place=key.name):
                if known not in self._unlocked:
                    self._unlocked[known] = key.unlock(scrypt)
        return self._unlocked[known]

    def _bound_to(self, line: bytes, name: str) -> bytes:
        return line + json.dumps([self._store_id, name]).encode()


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(derived(secret, "encryption"))
