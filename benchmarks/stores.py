"""Measure the stores: ``python benchmarks/stores.py``. It needs a redis-server on the PATH."""

from __future__ import annotations

import argparse
import logging
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import redis

import ssokit
from ssokit.stores import (
    EncryptedFileStore,
    EncryptedStore,
    FileStore,
    Key,
    MemoryStore,
    RedisStore,
    TieredStore,
)

SSO = ssokit.SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1", name="corp")
TIMEOUT = 0.5
LEASE = 0.5
THREADS = 8
ROUNDS = 20


def main() -> None:
    """Measure, and print it as it comes."""
    parser = argparse.ArgumentParser(prog="python benchmarks/stores.py", description=__doc__)
    parser.add_argument("--loads", type=int, default=5000, help="how many loads of each store")
    parser.add_argument("--hold", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.hold:
        _hold(options.hold)
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="ssokit-stores-") as name, _redis(Path(name)) as server:
        folder, url = Path(name), f"unix://{name}/redis.sock"
        print(f"Python {sys.version.split()[0]}, Redis over a unix socket, {THREADS} threads\n")
        for label, store in _stores(folder, url).items():
            _measure_loads(label, store, options.loads)
        print()
        _measure_locks(url, folder)
        _measure_dead_holders(url)
        _measure_outage(url, server)


def _stores(folder: Path, url: str) -> dict[str, ssokit.ports.TokenStore]:
    key = Key.generate()
    return {
        "memory": MemoryStore(),
        "file": FileStore(folder / "plain"),
        "encrypted file": EncryptedFileStore(folder / "sealed", key=key),
        "Redis": RedisStore(url),
        "encrypted in Redis": EncryptedStore(RedisStore(url, prefix="sealed"), key=key),
        "tiered, memory fresh": TieredStore(RedisStore(url)),
        "tiered, asking Redis": TieredStore(RedisStore(url), fresh_for=0),
    }


def _token() -> ssokit.Token:
    now = datetime.now(timezone.utc)
    return ssokit.Token(
        start_url=SSO.start_url,
        region=SSO.region,
        access_token="a" * 800,
        refresh_token="r" * 800,
        received_at=now,
        expires_at=now + timedelta(hours=1),
    )


def _measure_loads(label: str, store: ssokit.ports.TokenStore, loads: int) -> None:
    store.save_token(SSO, _token())
    store.load_token(SSO)
    alone = _times(lambda: store.load_token(SSO), loads)
    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(
            lambda _: _times(lambda: store.load_token(SSO), loads // THREADS), range(THREADS)
        )
        together = sorted(seconds for share in shares for seconds in share)
    print(f"load, {label:<22} {_percentiles(alone)}   {THREADS} threads: {_percentiles(together)}")


def _measure_locks(url: str, folder: Path) -> None:
    for label, store in (("file", FileStore(folder / "plain")), ("Redis", RedisStore(url))):

        def turn(store: ssokit.ports.TokenStore = store) -> None:
            with store.lock(SSO):
                pass

        print(f"lock, {label:<22} {_percentiles(_times(turn, 500))}")


def _measure_dead_holders(url: str) -> None:
    """Kill the holder of a lock, and see how long after the end of its lease the next is in."""
    delays = []
    with redis.Redis.from_url(url) as client:
        for _ in range(ROUNDS):
            command = [sys.executable, __file__, "--hold", url]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
                holder.stdout.readline()
                entered: list[float] = []
                waiter = threading.Thread(target=_enter, args=(url, entered))
                waiter.start()
                holder.kill()
                [lock] = client.keys("{ssokit}:*:lock")
                ends = time.perf_counter() + client.pttl(lock) / 1000
                waiter.join()
                delays.append(entered[0] - ends)
    print(f"\nin after the lease of a killed holder has ended: {_percentiles(sorted(delays))}")


def _enter(url: str, entered: list[float]) -> None:
    with RedisStore(url).lock(SSO):
        entered.append(time.perf_counter())


def _hold(url: str) -> None:
    with RedisStore(url, lease=LEASE).lock(SSO):
        print("held", flush=True)
        threading.Event().wait()


def _measure_outage(url: str, server: subprocess.Popen[bytes]) -> None:
    """Pause Redis for two seconds under load: what callers notice."""
    store = TieredStore(RedisStore(url, timeout=TIMEOUT), fresh_for=0)
    store.save_token(SSO, _token())
    over, errors = threading.Event(), []

    def work() -> list[float]:
        times = []
        while not over.is_set():
            started = time.perf_counter()
            try:
                found = store.load_token(SSO)
            except ssokit.StoreError as error:
                errors.append(error)
            else:
                errors.extend([] if found else ["none"])
            times.append(time.perf_counter() - started)
        return times

    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(work) for _ in range(THREADS)]
        server.send_signal(signal.SIGSTOP)
        threading.Event().wait(2)
        server.send_signal(signal.SIGCONT)
        threading.Event().wait(4)
        over.set()
        times = sorted(seconds for one in running for seconds in one.result())
    waited = sum(seconds >= TIMEOUT for seconds in times)
    print(
        f"Redis paused for 2 s under load, timeout {TIMEOUT:g} s: {len(times):,} loads, "
        f"{len(errors)} errors, {waited} waited for the timeout, the longest "
        f"{times[-1] * 1000:.0f} ms"
    )


def _times(call: Callable[[], object], count: int) -> list[float]:
    times = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return sorted(times)


def _percentiles(times: list[float]) -> str:
    median, late, last = times[len(times) // 2], times[int(len(times) * 0.99)], times[-1]
    return f"p50 {median * 1000:7.3f} ms  p99 {late * 1000:7.3f} ms  max {last * 1000:7.2f} ms"


@contextmanager
def _redis(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    options = ("--port", "0", "--save", "", "--dir", str(folder))
    command = ["redis-server", *options, "--unixsocket", str(folder / "redis.sock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        for line in server.stdout:
            if b"eady to accept connections" in line:
                break
        try:
            yield server
        finally:
            server.kill()


if __name__ == "__main__":
    main()
