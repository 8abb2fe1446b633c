"""The part of a sealed document that can be read without its key."""

from __future__ import annotations

import json
import re
from typing import Any

import attrs

from ssokit.adapters.stores.aws_cli_format import ForeignEntryError
from ssokit.adapters.stores.key_derivation import COSTS, Scrypt

_LINE = re.compile(rb"ssokit-encrypted 1 (\{[ -~]{1,500}\})\n")


@attrs.frozen
class SealedHeader:
    """What has to be known before a document can be opened. Nothing in it is secret.

    Attributes:
        key_name: The key.
        check: The key's fingerprint.
        generation: Which writing of the entry it is.
        scrypt: How the key is derived from a passphrase; None for a key of bytes.
    """

    key_name: str
    check: bytes
    generation: int
    scrypt: Scrypt | None

    def to_line(self) -> bytes:
        """Write it as the first line of a sealed document."""
        members: dict[str, Any] = {
            "key": self.key_name,
            "check": self.check.hex(),
            "generation": self.generation,
        }
        if self.scrypt:
            members["scrypt"] = {"cost": self.scrypt.cost, "salt": self.scrypt.salt.hex()}
        return b"ssokit-encrypted 1 " + json.dumps(members).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> SealedHeader:
        """Read the first line of a sealed document.

        Raises:
            ForeignEntryError: It is none, or another version's.
        """
        found = _LINE.fullmatch(line)
        try:
            header = _parse_members(json.loads(found[1])) if found else None
        except (KeyError, TypeError, ValueError, AttributeError):
            header = None
        # What is not written exactly as this version writes it was not written by it.
        if header is None or header.to_line() != line:
            raise ForeignEntryError("it is no entry that this version of ssokit encrypted")
        return header


def _parse_members(members: Any) -> SealedHeader:
    check, generation = bytes.fromhex(members["check"]), int(members["generation"])
    scrypt = _parse_scrypt(members["scrypt"]) if "scrypt" in members else None
    return SealedHeader(str(members["key"]), check, generation, scrypt)


def _parse_scrypt(members: Any) -> Scrypt:
    # Whoever can write into the store must not decide how much memory this takes.
    return Scrypt(COSTS[COSTS.index(members["cost"])], bytes.fromhex(members["salt"]))
