"""The stores of files under many writers and readers, and under writers that are killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

PRELUDE = """
import os, random, select, signal, sys
from datetime import datetime, timezone
from pathlib import Path
import attrs
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import EncryptedFileStore, FileStore, Key
kind, folder, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
sso = SsoSession("https://d-1111111111.awsapps.com/start", "us-east-1")
sibling = attrs.evolve(sso, start_url="https://d-2222222222.awsapps.com/start")
def opened(folder=folder):
    if kind == "plain":
        return FileStore(folder)
    return EncryptedFileStore(folder, key=Key.from_bytes(b"canary-1" * 4))
def a_token(number):
    # A mixture of two shows: every part says whose it is.
    text = f"canary-{number}"
    return Token(start_url=sso.start_url, region=sso.region, access_token=text * 20,
                 expires_at=datetime(2100, 1, 1, tzinfo=timezone.utc), refresh_token=text,
                 extra={"parts": [text] * (1 + number % 7 * 20)})
"""
WRITER = """
# The loads are what is counted: the processors are theirs for the most part.
os.nice(5)
store = opened()
store.save_token(sso, a_token(number))
print("ready", flush=True)
saves = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    store.save_token(sso, a_token(number * 1000 + saves % 10))
    saves += 1
print(saves)
"""
READER = """
whole = {a_token(writer).access_token: a_token(writer)
         for n in range(8) for writer in (n, *range(n * 1000, n * 1000 + 10))}
store, torn = opened(), 0
print("ready", flush=True)
for _ in range(number):
    token = store.load_token(sso)
    torn += token is None or whole.get(token.access_token) != token
print(torn)
"""
KILLED = """
dice = random.Random(7)
outcomes = {"old": 0, "new": 0}
leftovers = 0
for kill in range(number):
    # Now and then it begins with nothing, so that what is made first is interrupted, too.
    if kill % 20 == 0:
        here, last = folder / str(kill), 0
        opened(here).save_token(sibling, a_token(0)) if kill % 40 else None
    done, doing = os.pipe()
    child = os.fork()
    if not child:
        store = opened(here)
        for number in range(last + 1, last + 1000):
            store.save_token(sso, a_token(number))
            os.write(doing, b".")
        os._exit(0)
    os.close(doing)
    # Until it dies nothing can be read but its saves, the first of which tells that it works.
    begun = len(os.read(done, 1)) if kill % 3 else 0
    # Nothing is awaited: whatever it is doing at some moment is interrupted.
    select.select([], [], [], dice.random() * 0.01)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    while some := os.read(done, 1000):
        begun += len(some)
    os.close(done)
    saved = last + begun
    found = opened(here).load_token(sso)
    expected = [a_token(n) if n else None for n in (saved, saved + 1)]
    assert found in expected, (kill, saved, found and found.extra)
    outcomes["new" if found == expected[1] else "old"] += 1
    last = expected.index(found) + saved
    assert opened(here).load_token(sibling) == (a_token(0) if int(here.name) % 40 else None)
swept = []
for here in folder.iterdir():
    temporary = list(here.glob(".*"))
    leftovers += len(temporary)
    for path in temporary:
        os.utime(path, (1, 1))
    opened(here).save_token(sso, a_token(1))
    swept += here.glob(".*")
    # The token, and perhaps a sibling and a header, and their locks.
    assert len(list(here.iterdir())) <= 4, list(here.iterdir())
print(len(swept), *outcomes.values(), leftovers)
"""


def start(stack: ExitStack, program: str, *arguments: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(process.communicate)
    stack.callback(process.kill)
    return process


@pytest.mark.parametrize(("kind", "share"), [("plain", 0.7), ("encrypted", 0.3)])
def test_eight_writers_and_four_readers(
    tmp_path: Path, kind: str, share: float, count: Callable[..., int]
):
    """No load is torn, mixed or missing, and every writer gets on meanwhile."""
    loads = int(share * count(4_000, full=1_000_000))
    with ExitStack() as stack:
        writers = [start(stack, WRITER, kind, tmp_path, number) for number in range(8)]
        for process in writers:
            assert process.stdout.readline() == "ready\n"
        readers = [start(stack, READER, kind, tmp_path, loads // 4) for _ in range(4)]
        assert [reader.communicate()[0] for reader in readers] == ["ready\n0\n"] * 4
        saves = [int(writer.communicate("")[0]) for writer in writers]
    assert min(saves) > 0


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_a_writer_killed_at_random_moments(tmp_path: Path, kind: str, count: Callable[..., int]):
    """What was saved last or what was being saved is there, siblings stay, debris is swept."""
    kills = count(40, full=500)
    with ExitStack() as stack:
        process = start(stack, KILLED, kind, tmp_path, kills)
        unswept, old, new, leftovers = map(int, process.communicate()[0].split())
    assert (unswept, old + new) == (0, kills)
    # A few kills may all miss the moments that count.
    assert kills < 500 or min(old, new, leftovers) > 0
