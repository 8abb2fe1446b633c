"""Several keys of one store, so that they can be changed while it is in use."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from ssokit.adapters.stores.keys import Key
from ssokit.domain.errors import StoreKeyError


@attrs.frozen
class KeyRing:
    """Several keys of one store: the first encrypts, any of them decrypts.

    To rotate keys, give all processes the new one behind the old, then before it, then call
    ``rewrap()`` on the store, and then leave the old one out.

    Attributes:
        keys: The keys; the first one encrypts.
    """

    keys: tuple[Key, ...]

    def __attrs_post_init__(self) -> None:
        """Check that it can encrypt, and that names tell its keys apart.

        Raises:
            TypeError: One of them is no key.
            StoreKeyError: There is none, or two of them have the same name.
        """
        for key in self.keys:
            if not isinstance(key, Key):
                raise TypeError(f"a ring has objects of the class Key, not {type(key).__name__}")
        if len({key.name for key in self.keys}) < max(1, len(self.keys)):
            raise StoreKeyError(
                "a ring has one key or more, each with a name of its own: give them with name="
            )

    @classmethod
    def of(cls, newest: Key, *older: Key) -> KeyRing:
        """Put keys onto a ring; the first one encrypts.

        Raises:
            TypeError: One of them is no key.
            StoreKeyError: Two of them have the same name.
        """
        return cls((newest, *older))

    @property
    def newest(self) -> Key:
        """The key that encrypts."""
        return self.keys[0]

    @property
    def names(self) -> str:
        """The names of all keys, for messages."""
        return ", ".join(key.name for key in self.keys)

    def named(self, name: str) -> Key | None:
        """Give the key of a name; None if it is not there."""
        return next((key for key in self.keys if key.name == name), None)


KeyLike: TypeAlias = "Key | KeyRing | bytes"


def parse_key_ring(key: KeyLike) -> KeyRing:
    """Make a ring of what a caller gave as ``key=``.

    Raises:
        TypeError: It is no key.
        StoreKeyError: It is bytes, and not 32 of them.
    """
    if isinstance(key, KeyRing):
        return key
    return KeyRing((key if isinstance(key, Key) else Key.from_bytes(key),))
