"""The file store among other processes: writers, killed writers, and the AWS CLI's own way."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from programs import PRELUDE, RunPython

from ssokit.domain.sso_session import SsoSession
from ssokit.stores import FileStore

UNTIL_STDIN_CLOSES = (
    PRELUDE
    + """
import select
def until_told():
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        yield
"""
)


def start(stack: ExitStack, program: str, *arguments: object):
    """Start a program that says when it is ready and ends when its input is closed."""
    command = [sys.executable, "-c", UNTIL_STDIN_CLOSES + program, *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait, timeout=60)
    stack.callback(process.stdin.close)
    stack.callback(process.stdout.close)
    assert process.stdout.readline() == "ready\n"
    return process


def test_eight_writers_and_a_reader(tmp_path: Path, sso: SsoSession):
    """No one of 2,000 loads is torn, mixed or missing."""
    writer = """
store, number = FileStore(folder), int(sys.argv[2])
for _ in until_told():
    for text in (f"canary-{number}-a", f"canary-{number}-b"):
        store.save_token(sso, a_token(text * 50))
"""
    store = FileStore(tmp_path)
    with ExitStack() as stack:
        writers = [start(stack, writer, tmp_path, number) for number in range(8)]
        while store.load_token(sso) is None:
            pass
        seen = {store.load_token(sso).access_token for _ in range(2000)}
        assert [process.poll() for process in writers] == [None] * 8
    whole = {f"canary-{number}-{letter}" * 50 for number in range(8) for letter in "ab"}
    assert seen <= whole
    assert list(tmp_path.glob(".*")) == []


def test_a_neighbour_that_writes_in_place(tmp_path: Path, sso: SsoSession):
    """Beside a writer in the AWS CLI's way, a load gives a whole value or none, and no error."""
    neighbour = """
import json, os
from ssokit.adapters.stores.aws_cli_format import token_document
FileStore(folder).save_token(sso, token)
[path] = folder.glob("*.json")
for _ in until_told():
    for value in (token, later):
        with open(os.open(path, os.O_WRONLY), "w") as file:
            file.truncate()
            for part in json.dumps(token_document(value)).split(" "):
                file.write(part + " ")
                file.flush()
"""
    with ExitStack() as stack:
        start(stack, neighbour, tmp_path)
        store = FileStore(tmp_path)
        loaded = [store.load_token(sso) for _ in range(300)]
    tokens = {token.access_token for token in loaded if token}
    assert tokens <= {"canary-1", "canary-2"}
    assert tokens
    assert not list(tmp_path.glob("*.corrupt"))


def test_a_writer_killed_at_every_line(tmp_path: Path, run_python: RunPython):
    """SIGKILL at each line of a save leaves old or new, siblings whole, leftovers that get swept.

    Every step forks a child that kills itself at the n-th line it runs in the stores' modules.
    """
    program = (
        PRELUDE
        + """
import itertools, os, signal
def die_at(step):
    lines = itertools.count(1)
    def watch(frame, event, argument):
        if "adapters/stores" not in frame.f_code.co_filename:
            return None
        if event == "line" and next(lines) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return watch
    sys.settrace(watch)
sibling = SsoSession("https://d-2222222222.awsapps.com/start", "us-east-1")
FileStore(folder).save_token(sibling, token)
outcomes = []
for step in itertools.count(1):
    FileStore(folder).save_token(sso, token)
    child = os.fork()
    if not child:
        die_at(step)
        FileStore(folder).save_token(sso, later)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    outcomes.append(FileStore(folder).load_token(sso).access_token)
    assert FileStore(folder).load_token(sibling) == token
    if not os.WIFSIGNALED(status):
        break
leftovers = list(folder.glob(".*"))
for leftover in leftovers:
    os.utime(leftover, (1, 1))
FileStore(folder).save_token(sso, token)
print(step > 100, outcomes[0], outcomes[-1], sorted(set(outcomes)))
print(len(leftovers) > 0, len(list(folder.glob(".*"))), len(list(folder.iterdir())))
"""
    )
    assert run_python(program, tmp_path).stdout.splitlines() == [
        "True canary-1 canary-2 ['canary-1', 'canary-2']",
        "True 0 2",
    ]
