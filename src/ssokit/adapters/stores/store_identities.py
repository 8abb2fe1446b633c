"""Who an encrypted folder is: its id, and the secret that its files are named with.

Both are in the folder's header. The secret is in there once for each key that opens the folder,
sealed with it: a key that opens none of them is not the folder's.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets

import attrs

from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.adapters.stores.key_derivation import derived
from ssokit.adapters.stores.key_rings import KeyRing
from ssokit.adapters.stores.sealed_header import SealedHeader
from ssokit.adapters.stores.sealing import Sealer
from ssokit.domain.errors import StoreKeyError
from ssokit.domain.redaction import masked

_FORMAT = "ssokit encrypted store 1"
_SLOT = "header"
_NAME_LENGTH = 40


@attrs.frozen
class StoreIdentity:
    """An encrypted folder, opened.

    Attributes:
        store_id: What its entries are bound to.
        slots: The secret, sealed, by the name of the key that it is sealed with.
        sealer: Seals and opens its entries.
    """

    store_id: str
    slots: dict[str, bytes] = attrs.field(repr=lambda slots: str(sorted(slots)))
    sealer: Sealer = attrs.field(repr=False)
    _secret: bytes = attrs.field(repr=masked)

    @classmethod
    def new(cls, ring: KeyRing) -> StoreIdentity:
        """Make one that no other folder has."""
        store_id, secret = secrets.token_hex(16), secrets.token_bytes(32)
        return cls(store_id, {}, Sealer(ring, store_id), secret).with_newest_key()

    @classmethod
    def parse(cls, content: bytes, ring: KeyRing) -> StoreIdentity:
        """Open a header.

        Raises:
            ForeignEntryError: It is damaged, or was changed.
            StoreKeyError: None of the keys opens it.
        """
        store_id, slots = _parse_header(content)
        sealer = Sealer(ring, store_id)
        for key in ring.keys:
            if key.name in slots:
                secret = _opened(sealer, slots[key.name])["secret"]
                return cls(store_id, slots, sealer, bytes.fromhex(secret))
        raise StoreKeyError(
            f"it opens with the keys {', '.join(sorted(slots))}, and the keys given are "
            f"{ring.names}: give one of those; nothing was changed"
        )

    def to_bytes(self) -> bytes:
        """Write the header."""
        slots = [base64.b64encode(slot).decode() for _, slot in sorted(self.slots.items())]
        return json.dumps({"format": _FORMAT, "id": self.store_id, "slots": slots}).encode()

    @property
    def has_newest_key(self) -> bool:
        """Whether the newest key opens the header."""
        return self.sealer.ring.newest.name in self.slots

    def with_newest_key(self, *, only: bool = False) -> StoreIdentity:
        """Let the newest key open the header, too.

        Args:
            only: Whether no other key is to open it any more.
        """
        slot = self.sealer.seal(_SLOT, {"secret": self._secret.hex()})
        others = {} if only else self.slots
        return attrs.evolve(self, slots={**others, self.sealer.ring.newest.name: slot})

    def file_name(self, name: EntryName) -> str:
        """Name an entry's file: nobody without the key can tell or guess what is in it."""
        named = hmac.digest(self.secret_for("names"), _text_of(name).encode(), "sha256")
        return named.hex()[:_NAME_LENGTH]

    def secret_for(self, purpose: str) -> bytes:
        """Derive a secret of this folder, which stays the same when keys are changed."""
        return derived(self._secret, purpose)


def _opened(sealer: Sealer, slot: bytes) -> Document:
    return sealer.open(_SLOT, slot, place="its header").document


def _text_of(name: EntryName) -> str:
    return f"{name.kind.value} {name.text}"


def _parse_header(content: bytes) -> tuple[str, dict[str, bytes]]:
    try:
        members: Document = json.loads(content)
        slots = [base64.b64decode(slot, validate=True) for slot in members["slots"]]
        if members["format"] == _FORMAT:
            return str(members["id"]), {_key_name(slot): slot for slot in slots}
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error):
        pass
    raise ForeignEntryError("it is damaged, or no header of this version of ssokit")


def _key_name(slot: bytes) -> str:
    line, end, _ = slot.partition(b"\n")
    return SealedHeader.parse(line + end).key_name
