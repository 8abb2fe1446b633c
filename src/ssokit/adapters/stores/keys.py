"""The keys of encrypted stores, and where their bytes come from."""

from __future__ import annotations

import base64
import os
import re
import secrets
from pathlib import Path

import attrs

from ssokit.adapters.stores.key_derivation import (
    COSTS,
    HOW_TO_MAKE_A_KEY,
    KEY_BYTES,
    Scrypt,
    decode_key,
    fingerprint,
)
from ssokit.adapters.stores.key_files import read_key_file, write_key_file
from ssokit.domain.errors import MissingExtraError, StoreKeyError
from ssokit.domain.redaction import masked

PASSPHRASE_COST = 17

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TEXT = re.compile(rb"[\s!-~]+")


@attrs.frozen
class Key:
    """One key of a store: 32 bytes, or a passphrase that they are derived from.

    Make one with a classmethod. It can be pickled, secret and all, to be given to another
    process.

    Attributes:
        name: What entries say they are encrypted with. It is no secret. By default it is
            derived from the bytes, so that different keys have different names.
        cost: The cost of deriving the bytes from a passphrase; None if they were given.
    """

    name: str
    _secret: bytes = attrs.field(repr=masked)
    cost: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check that it is fit for use, however it was made.

        Raises:
            StoreKeyError: It is not.
        """
        if not _NAME.fullmatch(self.name):
            raise StoreKeyError(
                "a key's name is 1 to 64 letters, digits, dots, dashes and underscores, not "
                f"{self.name!r}"
            )
        if self.cost is None and len(self._secret) != KEY_BYTES:
            raise StoreKeyError(
                f"a key has {KEY_BYTES} bytes, and this one {len(self._secret)}; "
                f"{HOW_TO_MAKE_A_KEY}"
            )
        if self.cost is not None and self.cost not in COSTS:
            raise StoreKeyError(
                f"the cost of a passphrase is {COSTS[0]} to {COSTS[-1]}, not {self.cost}"
            )
        if not self._secret.strip():
            raise StoreKeyError("the passphrase is empty: give one that nobody can guess")

    @classmethod
    def from_bytes(cls, secret: bytes, *, name: str | None = None) -> Key:
        """Take 32 bytes that nobody can guess.

        Raises:
            TypeError: It is no bytes.
            StoreKeyError: They are not 32, or the name is not fit to be one.
        """
        if not isinstance(secret, bytes):
            raise TypeError(
                f"a key is bytes, not {type(secret).__name__}; for text there are "
                "Key.from_base64() and Key.from_passphrase()"
            )
        return cls(name or f"key-{fingerprint(secret).hex()}", secret)

    @classmethod
    def from_base64(cls, text: str, *, name: str | None = None) -> Key:
        """Take 32 bytes in base64, in either alphabet.

        Raises:
            StoreKeyError: It is no base64, or not of 32 bytes.
        """
        return cls.from_bytes(decode_key(text, "the text"), name=name)

    @classmethod
    def from_passphrase(
        cls, passphrase: str, *, name: str = "passphrase", cost: int = PASSPHRASE_COST
    ) -> Key:
        """Derive the bytes from a passphrase with scrypt; salt and cost are kept with the entries.

        Deriving happens once per process and salt. How hard the passphrase is to guess
        decides how well the store is protected: nothing checks that.

        Args:
            passphrase: What a person remembers, or a secret of any length.
            name: What entries say they are encrypted with.
            cost: The binary logarithm of scrypt's N, from 14 (16 MiB) to 20 (1 GiB).

        Raises:
            TypeError: The passphrase is no text.
            StoreKeyError: The passphrase is empty or malformed, or the cost out of bounds.
        """
        if not isinstance(passphrase, str):
            raise TypeError(f"a passphrase is a text, not {type(passphrase).__name__}")
        try:
            # What the environment holds need not be UTF-8, and is the same bytes again.
            secret = passphrase.encode(errors="surrogateescape")
        except UnicodeEncodeError:
            # Not chained: it carries the passphrase.
            raise StoreKeyError("the passphrase is no text: it has half a character") from None
        return cls(name, secret, cost)

    @classmethod
    def from_environment(cls, variable: str, *, name: str | None = None) -> Key:
        """Take 32 bytes in base64 from an environment variable.

        Children of this process get the variable too, unless the program removes it.

        Raises:
            StoreKeyError: It is not set, or does not hold 32 bytes in base64.
        """
        text = os.environ.get(variable)
        if text is None:
            raise StoreKeyError(
                f"the environment variable {variable} is not set: set it to the store's key, "
                f"32 bytes in base64; {HOW_TO_MAKE_A_KEY}"
            )
        return cls.from_bytes(decode_key(text, f"the environment variable {variable}"), name=name)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, name: str | None = None) -> Key:
        """Take 32 bytes, raw or in base64, from a file that nobody else can read.

        Raises:
            StoreKeyError: It is missing, no regular file, not owned by this user or root,
                open to its group or others, or holds something else.
        """
        content = read_key_file(Path(path).expanduser())
        # Text of 32 letters is no key of 256 bits.
        if len(content) != KEY_BYTES or _TEXT.fullmatch(content):
            content = decode_key(content.decode("ascii", "replace"), f"the key file {path}")
        return cls.from_bytes(content, name=name)

    @classmethod
    def from_keyring(
        cls, service: str = "ssokit", username: str = "store-key", *, timeout: float = 30.0
    ) -> Key:
        """Take the key from the operating system's keyring; make it there the first time.

        Args:
            service: What the keyring lists it under.
            username: Which of the service's secrets it is.
            timeout: Seconds to wait for the keyring, which may ask a person to unlock it.

        Raises:
            MissingExtraError: The package keyring is not installed.
            StoreKeyError: There is no keyring, it failed or did not answer in time, or holds
                something else under this name.
        """
        try:
            from ssokit.adapters.stores.keyring_secrets import (  # noqa: PLC0415 - optional
                get_or_make_secret,
            )
        except ModuleNotFoundError as missing:
            raise MissingExtraError(
                "Key.from_keyring() needs the package keyring: pip install 'ssokit[keyring]'"
            ) from missing
        made = cls.generate().to_base64()
        text = get_or_make_secret(service, username, made, timeout=timeout)
        return cls.from_bytes(decode_key(text, f"the keyring's secret {service}/{username}"))

    @classmethod
    def generate(cls, *, name: str | None = None) -> Key:
        """Make a new key from the operating system's random numbers."""
        return cls.from_bytes(secrets.token_bytes(KEY_BYTES), name=name)

    def to_base64(self) -> str:
        """Give the secret itself, for an environment variable or a secret manager.

        Raises:
            StoreKeyError: It is a passphrase.
        """
        if self.cost is not None:
            raise StoreKeyError(f"the key {self.name} is a passphrase: it has no bytes of its own")
        return base64.b64encode(self._secret).decode()

    def write_file(self, path: str | os.PathLike[str]) -> None:
        """Write the secret in base64 into a new file of mode 0600, for `from_file`.

        Raises:
            StoreKeyError: There is a file already, which stays, or it cannot be written; or the
                key is a passphrase.
        """
        write_key_file(Path(path).expanduser(), f"{self.to_base64()}\n".encode())

    def unlock(self, scrypt: Scrypt | None) -> bytes:
        """Give the 32 bytes.

        Args:
            scrypt: How to derive them from a passphrase; None for a key of bytes.

        Raises:
            StoreKeyError: A passphrase was given for a key of bytes, or the other way round.
        """
        if (scrypt is None) != (self.cost is None):
            kinds = ("32 bytes", "a passphrase")
            made, given = kinds if scrypt is None else kinds[::-1]
            raise StoreKeyError(
                f"the store's key {self.name} was {made}, and {given} was given: give the "
                "same, or give one of them another name"
            )
        return scrypt.derive(self._secret) if scrypt else self._secret
