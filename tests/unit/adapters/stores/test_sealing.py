"""Sealed documents: what opens them, and that nothing else does."""

from __future__ import annotations

import hashlib
import json

import pytest

from ssokit.adapters.stores.aws_cli_format import ForeignEntryError
from ssokit.adapters.stores.key_derivation import Scrypt
from ssokit.adapters.stores.sealed_header import SealedHeader
from ssokit.adapters.stores.sealing import Sealer
from ssokit.domain.errors import StoreKeyError
from ssokit.stores import Key, KeyRing

OLD, NEW = Key.from_bytes(b"o" * 32, name="old"), Key.from_bytes(b"n" * 32, name="new")
DOCUMENT = {"accessToken": "canary-access", "number": 7}


def sealer(*keys: Key, store_id: str = "here"):
    return Sealer(KeyRing.of(*(keys or (OLD,))), store_id)


def with_sum(content: bytes) -> bytes:
    return content + hashlib.sha256(content).digest()


def test_what_was_sealed_opens():
    """Document, generation and key come back, from any object with the key."""
    content = sealer().seal("name", DOCUMENT, generation=3)
    opened = sealer().open("name", content)
    assert (opened.document, opened.generation, opened.key_name) == (DOCUMENT, 3, "old")
    assert "canary" not in repr(opened)


def test_nothing_of_a_document_can_be_seen():
    """Neither a name nor a value is in the sealed bytes, and no two sealings are alike."""
    contents = [sealer().seal("secret-name", DOCUMENT) for _ in range(2)]
    assert contents[0] != contents[1]
    for content in contents:
        assert content.startswith(b'ssokit-encrypted 1 {"key": "old", "check": "')
        assert not any(part in content for part in (b"canary", b"accessToken", b"secret-name"))


@pytest.mark.parametrize(
    ("opener", "name"),
    [(sealer(), "other"), (sealer(store_id="there"), "name")],
    ids=["another name", "another store"],
)
def test_what_was_moved_does_not_open(opener: Sealer, name: str):
    """A document is bound to its name and its store."""
    with pytest.raises(ForeignEntryError, match="under another name or in another store"):
        opener.open(name, sealer().seal("name", DOCUMENT))


def test_every_bit_counts():
    """Flip any bit, and it does not open, with the sum made good or not."""
    content = sealer().seal("name", DOCUMENT)
    opener = sealer()
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ForeignEntryError):
            opener.open("name", bytes(changed))
        if bit < 8 * (len(content) - 32):
            with pytest.raises((ForeignEntryError, StoreKeyError)):
                opener.open("name", with_sum(bytes(changed[:-32])))


def test_every_length_counts():
    """Cut it anywhere or add to it, and it does not open, with the sum made good or not."""
    content = sealer().seal("name", DOCUMENT)
    for length in range(len(content)):
        for cut in (content[:length], with_sum(content[:-32][:length])):
            if cut != content:
                with pytest.raises(ForeignEntryError):
                    sealer().open("name", cut)
    for longer in (content + b"\0", b"\0" + content, with_sum(content)):
        with pytest.raises(ForeignEntryError):
            sealer().open("name", longer)


def test_the_newest_key_seals_and_any_opens():
    """A ring opens what either key sealed; what it seals, the older key alone does not open."""
    ring = sealer(NEW, OLD)
    assert ring.open("name", sealer(OLD).seal("name", DOCUMENT)).key_name == "old"
    content = ring.seal("name", DOCUMENT)
    assert sealer(NEW).open("name", content).document == DOCUMENT
    with pytest.raises(StoreKeyError, match="with the key new, and the keys given are old"):
        sealer(OLD).open("name", content)


def test_another_key_of_the_same_name():
    """It is told from damage, and is an error."""
    other = Key.from_bytes(b"x" * 32, name="old")
    with pytest.raises(StoreKeyError, match="the key given as old is not the one"):
        sealer(other).open("name", sealer().seal("name", DOCUMENT))


def test_a_passphrase_opens_what_it_sealed():
    """Cost and salt are in the sealed document; another passphrase is an error."""
    key = Key.from_passphrase("canary", cost=14)
    content = sealer(key).seal("name", DOCUMENT)
    assert b'"scrypt": {"cost": 14, "salt": "' in content
    again = Key.from_passphrase("canary", cost=15)
    assert sealer(again).open("name", content).document == DOCUMENT
    with pytest.raises(StoreKeyError, match="the passphrase given as passphrase is not") as wrong:
        sealer(Key.from_passphrase("canary2", cost=14)).open("name", content)
    assert "canary" not in str(wrong.value)


def test_a_process_derives_a_passphrase_once():
    """What is sealed after something was opened has the same salt, so that it opens at once."""
    key = Key.from_passphrase("canary", cost=14)
    first = sealer(key).seal("name", DOCUMENT)
    another = sealer(key)
    another.open("name", first)
    second = another.seal("name", DOCUMENT)
    salts = {SealedHeader.parse(text[: text.index(b"\n") + 1]).scrypt for text in (first, second)}
    assert len(salts) == 1


@pytest.mark.parametrize(
    "members",
    [
        {"key": "old"},
        {"key": "old", "check": "zz", "generation": 0},
        {"key": "old", "check": "00", "generation": "0"},
        {"key": "old", "check": "00", "generation": 0, "scrypt": 7},
        {"key": "old", "check": "00", "generation": 0, "scrypt": {"cost": 30, "salt": "00"}},
        {"key": "old", "check": "00", "generation": 0, "scrypt": {"cost": 13, "salt": "00"}},
        {"key": "old", "check": "00", "generation": 0, "more": 1},
        [],
        "text",
    ],
    ids=repr,
)
def test_a_header_of_somebody_else(members: object):
    """Whatever it says, it is refused before any key is derived from it."""
    line = b"ssokit-encrypted 1 " + json.dumps(members).encode() + b"\n"
    with pytest.raises(ForeignEntryError, match="no entry that this version"):
        sealer().open("name", with_sum(line + b"canary"))


def test_a_header_of_a_passphrase_for_a_key_of_bytes():
    """A key of the same name and of the other kind is an error."""
    header = SealedHeader("old", b"12345678", 0, Scrypt(14, b"salt"))
    with pytest.raises(StoreKeyError, match="the store's key old was a passphrase"):
        sealer().open("name", with_sum(header.to_line() + b"canary"))
