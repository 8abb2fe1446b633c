"""From one secret to the keys that are used: passphrases, purposes, fingerprints."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import ClassVar

import attrs

from ssokit.domain.errors import StoreKeyError

KEY_BYTES = 32
COSTS = range(14, 21)
HOW_TO_MAKE_A_KEY = (
    "python -c 'from ssokit.stores import Key; print(Key.generate().to_base64())' makes one"
)


@attrs.frozen
class Scrypt:
    """What turns a passphrase into a key (RFC 7914), with r = 8 and p = 1.

    Attributes:
        cost: The binary logarithm of N; 17 takes 128 MiB and a third of a second.
        salt: 16 random bytes.
    """

    SALT_BYTES: ClassVar[int] = 16

    cost: int
    salt: bytes

    def derive(self, passphrase: bytes) -> bytes:
        """Give 32 bytes."""
        memory = 1024 * 2**self.cost
        return hashlib.scrypt(
            passphrase,
            salt=self.salt,
            n=2**self.cost,
            r=8,
            p=1,
            maxmem=memory + 2**20,
            dklen=KEY_BYTES,
        )


def derived(secret: bytes, purpose: str) -> bytes:
    """Derive a key for one purpose from another key (HMAC-SHA-256)."""
    return hmac.digest(secret, f"ssokit 1 {purpose}".encode(), "sha256")


def fingerprint(secret: bytes) -> bytes:
    """Give 8 bytes that tell a key from others, and nothing about it."""
    return derived(secret, "fingerprint")[:8]


def decode_key(text: str, place: str) -> bytes:
    """Read the 32 bytes of a key from base64, in either alphabet.

    Args:
        text: The base64; white space around it does not matter.
        place: Where it is from, for messages, which never quote it.

    Raises:
        StoreKeyError: It is no base64, or not of 32 bytes.
    """
    # Some secret managers take the padding off.
    bare = text.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        secret = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        # Not chained: nothing of what is there may be shown.
        raise StoreKeyError(
            f"{place} is no base64: a key is {KEY_BYTES} bytes in base64; {HOW_TO_MAKE_A_KEY}"
        ) from None
    if len(secret) != KEY_BYTES:
        raise StoreKeyError(
            f"{place} has {len(secret)} bytes in base64, and a key has {KEY_BYTES}; "
            f"{HOW_TO_MAKE_A_KEY}"
        )
    return secret
