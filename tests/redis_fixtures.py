"""Real Redis servers for tests: private, without persistence, stopped by those who started them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

# A server that takes longer has failed.
_PATIENCE = 30


class RedisServer:
    """A redis-server in a folder of its own, on a unix socket or on a TCP port.

    Attributes:
        url: What clients connect to.
        folder: Where it runs.
        port: Its TCP port, 0 if it has none.
    """

    def __init__(self, *options: str, port: int = 0, program: str = "redis-server") -> None:
        self._program = _found(program)
        self.folder = Path(tempfile.mkdtemp(prefix="ssokit-redis-"))
        self.port = port
        self._options = options
        self._socket = self.folder / "redis.sock"
        self.url = f"redis://127.0.0.1:{port}/0" if port else f"unix://{self._socket}"
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Start it, empty, and wait until it listens."""
        place = ["--bind", "127.0.0.1"] if self.port else ["--unixsocket", str(self._socket)]
        common = ["--port", str(self.port), "--dir", str(self.folder)]
        # A config file comes first; Sentinel has nothing to save, and says so.
        kept_nowhere = [] if "--sentinel" in self._options else ["--save", ""]
        self._process = subprocess.Popen(
            [*self._program, *self._options, *common, *place, *kept_nowhere],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(self._process, ready), daemon=True).start()
        assert ready.wait(_PATIENCE), "redis-server did not start"
        assert self._process.poll() is None, "redis-server ended at once"

    @staticmethod
    def _listen(process: subprocess.Popen[str], ready: threading.Event) -> None:
        # To its end, so that the server never waits for somebody to read its log.
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                if "eady to accept connections" in line or "Sentinel ID is" in line:
                    ready.set()
        ready.set()

    def kill(self) -> None:
        """End it without a farewell, whatever it does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process, paused or not."""
        return self._process is not None

    def pause(self) -> None:
        """Stop it with SIGSTOP: connections stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Have it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def __call__(self, *command: Any) -> Any:
        """Send a command, and give the answer as text."""
        # Sentinel closes the connections to a server whose role it changes.
        retry = Retry(NoBackoff(), 3)
        with redis.Redis.from_url(self.url, decode_responses=True, retry=retry) as client:
            return client.execute_command(*command)

    def close(self) -> None:
        """Stop it, and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _found(program: str) -> list[str]:
    if path := shutil.which(program):
        return [path]
    reason = f"real component missing: no {program} (Debian: redis-server)"
    if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
        pytest.fail(reason)
    pytest.skip(reason)


def eventually(condition: Callable[[], object]) -> None:
    """Wait until something that another thread or process does is done."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        threading.Event().wait(0.005)


def free_ports(count: int) -> list[int]:
    """Give ports on which nobody listens."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@pytest.fixture
def start_redis() -> Iterator[Callable[..., RedisServer]]:
    """Start servers that a test may do anything to."""
    with ExitStack() as started:

        def start(*options: str, **keywords: Any) -> RedisServer:
            server = RedisServer(*options, **keywords)
            started.callback(server.close)
            return server

        yield start


@attrs.frozen
class Failover:
    """A primary, its replica, and the Sentinel that watches them.

    Attributes:
        primary: The primary.
        replica: Its replica, in step with it.
        sentinel: Knows them as ``team``.
    """

    primary: RedisServer
    replica: RedisServer
    sentinel: Sentinel

    def happen(self) -> None:
        """Kill the primary, once the replica has all it has, and wait until that took over."""
        self.primary("WAIT", 1, 2000)
        self.primary.kill()
        eventually(lambda: self.replica("ROLE")[0] == "master")


@pytest.fixture
def failover(start_redis: Callable[..., RedisServer], tmp_path: Path) -> Failover:
    """Three servers, between which a failover can happen."""
    ports = free_ports(3)
    primary = start_redis("--repl-diskless-sync-delay", "0", port=ports[0])
    replica = start_redis("--replicaof", f"127.0.0.1 {ports[0]}", port=ports[1])
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"sentinel monitor team 127.0.0.1 {ports[0]} 1\n"
        "sentinel down-after-milliseconds team 300\n"
        "sentinel failover-timeout team 2000\n"
    )
    start_redis(str(config), "--sentinel", port=ports[2])
    sentinel = Sentinel([("127.0.0.1", ports[2])], sentinel_kwargs={"socket_timeout": 1})
    eventually(lambda: replica("INFO", "replication")["master_link_status"] == "up")
    eventually(lambda: sentinel.discover_slaves("team"))
    return Failover(primary, replica, sentinel)


@pytest.fixture(scope="session")
def _shared_redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def redis_server(_shared_redis: RedisServer) -> RedisServer:
    """An empty Redis that the tests of this process share, one after the other."""
    _shared_redis("FLUSHALL")
    return _shared_redis


@pytest.fixture
def redis_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Give the URL of an empty Redis, which is started only if somebody asks."""

    def url() -> str:
        server: RedisServer = request.getfixturevalue("redis_server")
        return server.url

    return url
