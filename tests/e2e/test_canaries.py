"""Secrets stay in the stores; with encryption they are not even there in plain text.

A program uses a store in all ways, good and bad, at DEBUG with the loggers of botocore and
redis on, and all that others could see of it is searched for every secret there was.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.redis_fixtures import RedisServer

from ssokit.stores import Key
from ssokit.testing import FakeIdentityCenter, IdentityCenterServer

SECRET = b"canary-key-of-32-bytes-in-a-test"
# Given on standard input, since a traceback may quote the program.
TOLD = (
    "canary-passphrase",
    "canary-other-passphrase",
    "redis://somebody:canary-password@127.0.0.1:1/0",
    "redis://somebody:canary@canary/password@127.0.0.1:1/0",
)

PROGRAM = """
import logging, os, subprocess, sys, traceback
from datetime import timedelta
from pathlib import Path
import attrs
import ssokit
from ssokit.stores import (EncryptedFileStore, EncryptedStore, FileStore, Key, KeyRing,
                           MappingStore, MemoryStore, RedisStore, TieredStore)

handler = logging.StreamHandler()
handler.addFilter(ssokit.SecretFilter())
own = logging.StreamHandler()
logging.getLogger("ssokit").addHandler(own)
for name in ("", "ssokit", "botocore", "urllib3", "redis"):
    logging.getLogger(name).setLevel(logging.DEBUG)
for name in ("botocore", "urllib3", "redis"):
    logging.getLogger(name).addHandler(handler)

kind, start_url, region, place, key_file = sys.argv[1:]
passphrase, wrong, unreachable, malformed = sys.stdin.read().split()
folder = Path(place)
key = Key.from_file(key_file) if "file" in kind else Key.from_passphrase(passphrase, cost=14)
other = Key.generate(name="other")

def opened(key=key):
    if kind == "files":
        return FileStore(folder)
    if kind == "encrypted files":
        return EncryptedFileStore(folder, key=key, generation_file=folder / "notes" / "g")
    if kind == "redis":
        return RedisStore(place)
    if kind == "encrypted redis":
        return EncryptedStore(RedisStore(place), key=key)
    if kind == "tiered over encrypted redis":
        return TieredStore(EncryptedStore(RedisStore(place), key=key))
    return {"memory": MemoryStore, "dict": lambda: MappingStore({})}[kind]()

def attempt(action):
    try:
        print("outcome:", repr(action()))
    except Exception as error:
        print("failed:", repr(error), error)
        traceback.print_exc()
        logging.getLogger("ssokit").exception("a program logs what went wrong")

store = opened()
center = ssokit.IdentityCenter(start_url, region, session_name="corp", token_store=store,
                               credential_store=store)
session = ssokit.SsoSession(start_url, region, name="corp")
print(store, center, key, KeyRing.of(other, key))
attempt(center.login)
token = store.load_token(session)
store.save_token(session, attrs.evolve(token, expires_at=token.expires_at - timedelta(days=1)))
attempt(center.login)
boto3_session = center.session("012345678901", "Developer", region="eu-west-1")
attempt(lambda: boto3_session.client("sts").get_caller_identity()["Arn"])
attempt(lambda: center.role_credential("999999999999", "Nobody"))
for use in (lambda s: s.load_token(session), lambda s: s.save_token(session, token),
            lambda s: s.load_registration(session)):
    attempt(lambda: use(opened(other)))
    attempt(lambda: use(opened(Key.from_passphrase(wrong, name=key.name, cost=14))))
attempt(lambda: store.save_token(session, attrs.evolve(token, extra={"bad": object()})))
attempt(lambda: RedisStore(unreachable).load_token(session))
attempt(lambda: RedisStore(malformed))
for path in folder.glob("*.*") if "files" in kind else ():
    if len(path.stem) == 40 and path.suffix != ".lock":
        path.write_bytes(path.read_bytes()[:-20])
attempt(lambda: opened().load_token(session))
attempt(center.login)
attempt(lambda: center.role_credential("012345678901", "Developer"))
print(subprocess.run(
    ["sh", "-c", "env; for p in $$ $PPID; do cat /proc/$p/cmdline /proc/$p/environ; done"],
    capture_output=True, text=True, check=True).stdout)
print("end of the program")
"""


class Canaries:
    """A local Identity Center, a key, and a program that uses them with one kind of store."""

    def __init__(self, folder: Path, server: IdentityCenterServer) -> None:
        self.server, self.home = server, folder / "home"
        self.store = folder / "store"
        self.key_file = folder / "secret" / "key"
        Key.from_bytes(SECRET).write_file(self.key_file)

    @property
    def secrets(self) -> set[bytes]:
        """All secrets there have been."""
        made = {secret.encode() for secret in self.server.center.secrets}
        return {*made, b"canary", base64.b64encode(SECRET), SECRET.hex().encode()}

    def run(self, kind: str, place: object) -> bytes:
        """Run the program, and give all that it left anywhere but in its store."""
        for name in ("tmp", "work"):
            (self.home / name).mkdir(parents=True)
        # Nothing of this process's own environment is passed on.
        environment = {
            **self.server.environment(),
            "AWS_SSO_DISABLE_BROWSER": "1",
            "HOME": str(self.home),
            "NO_PROXY": "127.0.0.1",
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.home / "tmp"),
        }
        center = self.server.center
        done = subprocess.run(
            [
                *(sys.executable, "-c", PROGRAM, kind, center.start_url, center.region),
                *(str(place), str(self.key_file)),
            ],
            cwd=self.home / "work",
            env=environment,
            input="\n".join(TOLD).encode(),
            capture_output=True,
            timeout=120,
            check=True,
        )
        assert b"end of the program" in done.stdout
        assert b"Making request for OperationModel" in done.stderr
        return b"\n".join((done.stdout, done.stderr, everything_in(self.home)))

    def found_in(self, text: bytes) -> list[bytes]:
        """Give the secrets that are in a text."""
        return sorted(secret for secret in self.secrets if secret in text)


def everything_in(folder: Path) -> bytes:
    """Give the names and contents of all files, leftovers of temporary ones included."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(os.fsencode(path) + b"\n" + path.read_bytes() for path in files)


def memory_of(process: int) -> bytes:
    """Give what a process can write to in its memory."""
    found = []
    ranges = re.findall(r"^(\w+)-(\w+) rw", Path(f"/proc/{process}/maps").read_text(), re.MULTILINE)
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for first, end in ranges:
            memory.seek(int(first, 16))
            try:
                found.append(memory.read(int(end, 16) - int(first, 16)))
            except OSError:
                continue
    return b"\n".join(found)


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    with IdentityCenterServer(FakeIdentityCenter()) as server:
        yield Canaries(tmp_path, server)


@pytest.mark.parametrize("kind", ["files", "encrypted files", "memory"])
def test_stores_of_this_machine(canaries: Canaries, kind: str):
    """No secret is outside the store; plain files have them, encrypted ones have none either."""
    assert canaries.found_in(canaries.run(kind, canaries.store)) == []
    assert len(canaries.server.center.secrets) > 8
    if kind != "memory":
        assert len(list(canaries.store.iterdir())) > 3
    kept = canaries.found_in(everything_in(canaries.store))
    assert len(kept) > 5 if kind == "files" else kept == []


@pytest.mark.parametrize("kind", ["redis", "encrypted redis"])
def test_redis(canaries: Canaries, start_redis: Callable[..., RedisServer], kind: str):
    """No secret is outside; plain values are in dump and memory, encrypted ones in neither."""
    server = start_redis("--rdbcompression", "no")
    assert canaries.found_in(canaries.run(kind, server.url)) == []
    server("SAVE")
    dump = server.folder.joinpath("dump.rdb").read_bytes()
    assert (b"ssokitEncrypted" in dump) == (kind == "encrypted redis")
    for kept in (dump, memory_of(server._process.pid)):
        found = canaries.found_in(kept)
        assert len(found) > 5 if kind == "redis" else found == []
