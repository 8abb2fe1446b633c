"""Whatever is done to encrypted entries is noticed: they never give data, and nothing crashes."""

from __future__ import annotations

import base64
import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from ssokit.domain.errors import StoreKeyError
from ssokit.ports import CredentialStore, TokenStore
from ssokit.stores import EncryptedFileStore, EncryptedStore, Key
from ssokit.testing.store_contract_values import CREDENTIAL, HERE, KEY, REGISTRATION, THERE, TOKEN

SECRET = Key.from_bytes(b"canary-1" * 4, name="one")
OTHERS = (Key.from_bytes(b"canary-2" * 4, name="one"), Key.from_bytes(b"canary-2" * 4, name="two"))
SUM = 32


class Store(TokenStore, CredentialStore):
    """What both encrypted stores are."""


@attrs.frozen
class Entry:
    """One entry: how it is saved and loaded."""

    save: Callable[[Store, int], None]
    load: Callable[[Store], object]


ENTRIES = (
    Entry(
        lambda store, n: store.save_token(HERE, attrs.evolve(TOKEN, access_token=f"canary-{n}")),
        lambda store: store.load_token(HERE),
    ),
    Entry(
        lambda store, n: store.save_token(THERE, attrs.evolve(TOKEN, access_token=f"canary-{n}")),
        lambda store: store.load_token(THERE),
    ),
    Entry(
        lambda store, n: store.save_registration(
            HERE, attrs.evolve(REGISTRATION, client_id=f"client-{n}")
        ),
        lambda store: store.load_registration(HERE),
    ),
    Entry(
        lambda store, n: store.save_credential(
            KEY, attrs.evolve(CREDENTIAL, session_token=f"canary-{n}")
        ),
        lambda store: store.load_credential(KEY),
    ),
)


def flip(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 8))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def extend(content: bytes, dice: random.Random) -> bytes:
    more = dice.randbytes(dice.randrange(1, 50))
    return dice.choice((content + more, more + content, content + content))


def splice(content: bytes, dice: random.Random) -> bytes:
    place, end = (dice.randrange(len(content)) for _ in range(2))
    return content[:place] + dice.randbytes(dice.randrange(20)) + content[end:]


def edit_the_line(content: bytes, dice: random.Random) -> bytes:
    line, end, sealed = content.partition(b"\n")
    words = line.split(b" ")
    place = dice.randrange(len(words))
    words[place] = dice.choice((b"", b"7", b'"two",', b"{}", words[dice.randrange(len(words))]))
    return b" ".join(words) + end + sealed


CHANGES = (flip, cut, extend, splice, edit_the_line)


def changed(content: bytes, dice: random.Random) -> bytes:
    """Change an entry in one way or another; a forger makes its sum good again."""
    change = dice.choice(CHANGES)
    if dice.random() < 0.5:
        return change(content, dice)
    whole = change(content[:-SUM], dice)
    return whole + hashlib.sha256(whole).digest()


def try_all(
    store: Store,
    put: Callable[[Entry, bytes], None],
    take: Callable[[Entry], bytes],
    bad: Callable[[Entry, random.Random], bytes],
    trials: int,
) -> Counter[str]:
    """Put something bad in place of an entry, load it, and count what comes of it."""
    dice, outcomes = random.Random(7), Counter[str]()  # noqa: S311 - the same each time
    sound = {entry: take(entry) for entry in ENTRIES}
    for trial in range(trials):
        entry = ENTRIES[trial % len(ENTRIES)]
        content = bad(entry, dice)
        if content == sound[entry]:
            outcomes["unchanged"] += 1
            continue
        put(entry, content)
        try:
            outcomes["missing" if entry.load(store) is None else "DATA"] += 1
        except StoreKeyError:
            outcomes["another key"] += 1
        put(entry, sound[entry])
        if trial % 1000 < len(ENTRIES):
            assert entry.load(store) is not None
    return outcomes


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    # Each of these entries is worth a line in a log, once; a hundred thousand times is enough.
    logger = logging.getLogger("ssokit.stores")
    logger.disabled = True
    yield
    logger.disabled = False


def file_of(store: EncryptedFileStore, entry: Entry) -> Path:
    """Find an entry's file, as the one that a save changes."""
    before = {path: path.read_bytes() for path in store._identity.entries()}
    entry.save(store, 1)
    [path] = [path for path in store._identity.entries() if path.read_bytes() != before.get(path)]
    return path


def test_files(tmp_path: Path, count: Callable[..., int]):
    """Mutations, truncations, swaps and replays of files, forged or not: all are noticed."""
    store = EncryptedFileStore(
        tmp_path / "store", key=SECRET, generation_file=tmp_path / "generations"
    )
    older = {entry: [] for entry in ENTRIES}
    paths = {entry: file_of(store, entry) for entry in ENTRIES}
    for number in range(2, 12):
        for entry in ENTRIES:
            older[entry].append(paths[entry].read_bytes())
            entry.save(store, number)
    moved = {entry: [paths[other].read_bytes() for other in ENTRIES] for entry in ENTRIES}
    for place, key in enumerate((SECRET, *OTHERS)):
        other = EncryptedFileStore(tmp_path / f"other-{place}", key=key)
        for entry in ENTRIES:
            moved[entry].append(file_of(other, entry).read_bytes())

    def put(entry: Entry, content: bytes) -> None:
        # A file that is emptied and filled again is flushed by some file systems, which is slow.
        paths[entry].unlink()
        paths[entry].write_bytes(content)

    def bad(entry: Entry, dice: random.Random) -> bytes:
        kind = dice.random()
        if kind < 0.1:
            return dice.choice(older[entry])
        if kind < 0.2:
            return dice.choice(moved[entry])
        return changed(dice.choice((paths[entry].read_bytes(), *older[entry])), dice)

    outcomes = try_all(
        store,
        put=put,
        take=lambda entry: paths[entry].read_bytes(),
        bad=bad,
        trials=count(400, full=20_000),
    )
    assert outcomes["DATA"] == 0
    assert outcomes["missing"] > 10 * outcomes["another key"] > 0
    assert outcomes["unchanged"] < 0.05 * outcomes.total()


def test_values(count: Callable[..., int]):
    """Mutations, truncations and swaps of the values in another store: all are noticed."""
    kept: dict[str, Any] = {}
    store = EncryptedStore(kept, key=SECRET)
    names = {}
    for entry in ENTRIES:
        before = set(kept)
        entry.save(store, 1)
        [names[entry]] = set(kept) - before
    member = "ssokitEncrypted"
    moved = [base64.b64decode(kept[name][member]) for name in names.values()]
    for options in ({"key": SECRET, "store_id": "other"}, *({"key": key} for key in OTHERS)):
        others: dict[str, Any] = {}
        for entry in ENTRIES:
            entry.save(EncryptedStore(others, **options), 1)
        moved += [base64.b64decode(value[member]) for value in others.values()]

    def put(entry: Entry, content: bytes) -> None:
        kept[names[entry]] = {member: base64.b64encode(content).decode()}

    def take(entry: Entry) -> bytes:
        return base64.b64decode(kept[names[entry]][member])

    outcomes = try_all(
        store,
        put=put,
        take=take,
        bad=lambda entry, dice: (
            dice.choice(moved) if dice.random() < 0.1 else changed(take(entry), dice)
        ),
        trials=count(2_000, full=100_000),
    )
    assert outcomes["DATA"] == 0
    assert outcomes["missing"] > 5 * outcomes["another key"] > 0
    assert outcomes["unchanged"] < 0.05 * outcomes.total()
