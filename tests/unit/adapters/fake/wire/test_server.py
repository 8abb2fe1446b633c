"""The server: its life, its connections, and how it breaks them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from ssokit.adapters.fake.wire import process
from ssokit.testing import (
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    Hang,
    IdentityCenterServer,
    TruncatedAnswer,
)

_ASK = b"GET /assignment/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def _connect(server: IdentityCenterServer) -> socket.socket:
    parts = urlsplit(server.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def _read_all(connection: socket.socket) -> bytes:
    chunks = []
    while chunk := connection.recv(65536):
        chunks.append(chunk)
    return b"".join(chunks)


def test_stopping_leaves_nothing_behind(center: FakeIdentityCenter):
    """After a stop there is no thread, no listener, and no open connection."""
    before = set(threading.enumerate())
    server = IdentityCenterServer(center)
    with server:
        url = urlsplit(server.url)
        kept_alive = _connect(server)
        kept_alive.sendall(_ASK)
        assert kept_alive.recv(65536)
        assert center.url == server.url
    with kept_alive:
        assert kept_alive.recv(1) == b""
    assert set(threading.enumerate()) == before
    assert center.url is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((url.hostname, url.port))


def test_it_runs_once_at_a_time(server: IdentityCenterServer):
    """Starting twice is a mistake; stopping twice is none."""
    with pytest.raises(RuntimeError, match="already"):
        server.start()
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError, match="does not run"):
        _ = server.url


def test_it_starts_again(center: FakeIdentityCenter):
    """A server that was stopped can be started again, with what the model knows."""
    server = IdentityCenterServer(center)
    for _ in range(2):
        with server:
            parts = urlsplit(server.url)
            connection = http.client.HTTPConnection(parts.netloc, timeout=30)
            connection.request("GET", "/assignment/accounts")
            assert connection.getresponse().status == 401
            connection.close()
    assert center.calls("ListAccounts") == 2


def test_port_can_be_chosen(server: IdentityCenterServer):
    """A port that is taken is told at once."""
    port = urlsplit(server.url).port
    assert port
    second = IdentityCenterServer(FakeIdentityCenter(), port=port)
    with pytest.raises(OSError, match="in use"):
        second.start()


def test_reset_is_a_reset(server: IdentityCenterServer, center: FakeIdentityCenter):
    """The client sees its connection reset, not closed in an orderly way."""
    center.faults.add(Fault("ListAccounts", ConnectionReset()))
    with _connect(server) as connection:
        connection.sendall(_ASK)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_truncated_answers_promise_more_than_they_send(
    server: IdentityCenterServer, center: FakeIdentityCenter
):
    """Content-Length is the whole body's, and half of it comes; the service did its work."""
    center.faults.add(Fault("Logout", TruncatedAnswer()), Fault("ListAccounts", TruncatedAnswer()))
    token = center.sign_in("alice").access_token
    with _connect(server) as connection:
        ask = _ASK.replace(b"\r\n\r\n", f"\r\nx-amz-sso_bearer_token: {token}\r\n\r\n".encode())
        connection.sendall(ask)
        head, _, body = _read_all(connection).partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split()[0])
    assert length // 2 == len(body)
    assert body.startswith(b'{"accountList"')
    with _connect(server) as connection:
        connection.sendall(ask.replace(b"GET /assignment/accounts", b"POST /logout"))
        assert _read_all(connection).endswith(b"\r\n\r\n{")
    assert center.requests[-1].outcome == "TruncatedAnswer"


def test_hang_holds_the_connection_for_its_time(
    server: IdentityCenterServer, center: FakeIdentityCenter
):
    """A hang that ends by itself closes the connection without an answer."""
    center.faults.add(Fault("ListAccounts", Hang(0.01)))
    with _connect(server) as connection:
        connection.sendall(_ASK)
        assert _read_all(connection) == b""


def test_stopping_ends_what_hangs(center: FakeIdentityCenter):
    """A server that stops does not wait for the connections that it holds."""
    center.faults.add(Fault("ListAccounts", Hang(600)))
    with IdentityCenterServer(center) as server, _connect(server) as connection:
        connection.sendall(_ASK)
        # Wait on another connection, so that the held one is held when the server stops.
        with _connect(server) as other:
            while not center.requests:
                other.sendall(_ASK.replace(b"/assignment/accounts", b"/device"))
                assert other.recv(65536)
        server.stop()
        assert _read_all(connection) == b""


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"Content-Length: 99999999", b"413"),
        (b"Content-Length: many", b"400"),
        (b"Content-Length: -1", b"400"),
        (b"Transfer-Encoding: chunked", b"411"),
    ],
)
def test_bodies_are_bounded(server: IdentityCenterServer, header: bytes, status: bytes):
    """Bodies that are huge, or of unknown size, are refused, and the connection closes."""
    with _connect(server) as connection:
        connection.sendall(b"POST /token HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n\r\n")
        answer = _read_all(connection)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"Connection: close" in answer


def test_other_methods_are_refused_quietly(
    server: IdentityCenterServer, capfd: pytest.CaptureFixture[str]
):
    """Methods that AWS does not use are HTTP 501, and nothing is written to stderr."""
    with _connect(server) as connection:
        connection.sendall(b"DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert _read_all(connection).startswith(b"HTTP/1.1 501")
    assert capfd.readouterr().err == ""


def test_clients_that_go_away_are_no_news(
    server: IdentityCenterServer, capfd: pytest.CaptureFixture[str]
):
    """A client that resets its connection leaves no traceback."""
    with _connect(server) as connection:
        connection.sendall(_ASK)
        assert connection.recv(65536)
        connection.sendall(b"GET / HTT")
        reset = (1).to_bytes(4, sys.byteorder) + (0).to_bytes(4, sys.byteorder)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
    server.stop()
    assert capfd.readouterr().err == ""


def test_mistakes_in_a_test_are_news(
    server: IdentityCenterServer, center: FakeIdentityCenter, capfd: pytest.CaptureFixture[str]
):
    """A predicate that fails is shown on stderr: a test's bug must not look like the network."""

    def broken(_: object) -> bool:
        raise ZeroDivisionError

    center.faults.add(Fault("*", ConnectionReset(), when=broken))
    with _connect(server) as connection:
        connection.sendall(_ASK)
        assert _read_all(connection) == b""
    server.stop()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_clients_may_ask_before_they_send(server: IdentityCenterServer):
    """A client that expects "100 Continue" gets it before it has to send the body."""
    body = b'{"clientName": "x", "clientType": "public"}'
    head = (
        b"POST /client/register HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with _connect(server) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert _read_all(connection).startswith(b"HTTP/1.1 200")


def test_many_clients_at_once(server: IdentityCenterServer, center: FakeIdentityCenter):
    """A hundred connections that come together are all answered."""

    def ask(_: int) -> bytes:
        with _connect(server) as connection:
            connection.sendall(_ASK)
            return connection.recv(65536)[:12]

    with ThreadPoolExecutor(100) as pool:
        assert set(pool.map(ask, range(200))) == {b"HTTP/1.1 401"}
    assert center.calls("ListAccounts") == 200


class _Process:
    """`python -m ssokit.testing` with its first line read."""

    def __init__(self, *options: str) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "ssokit.testing", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.running.stdout
        self.told: dict[str, Any] = json.loads(self.running.stdout.readline())

    def close(self) -> int:
        self.running.communicate(timeout=30)
        return self.running.returncode

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.told["url"]).netloc, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def test_process_serves_until_stdin_closes():
    """A process of its own tells where it is, serves, and ends with its parent."""
    served = _Process("--accounts", "7", "--region", "eu-west-1", "--rate", "1000", "--burst", "1")
    assert served.told["environment"]["AWS_ENDPOINT_URL_SSO"] == served.told["url"]
    assert served.told["region"] == "eu-west-1"
    assert served.get("/assignment/accounts")[0] == 401
    assert json.loads(served.get("/_control/requests")[1])["counts"] == {"ListAccounts": 1}
    assert served.close() == 0


def test_process_ends_on_sigterm():
    """SIGTERM ends it in an orderly way, whatever stdin does."""
    served = _Process("--ignore-stdin")
    assert served.running.stdin
    served.running.stdin.close()
    assert served.get("/")[0] == 200
    served.running.send_signal(signal.SIGTERM)
    assert served.running.wait(30) == 0
    assert served.running.stdout
    served.running.stdout.close()


@pytest.mark.parametrize(
    "size", [[], ["--accounts", "7", "--rate", "5"], ["--shape", "small", "--seed", "3"]]
)
def test_main_serves_in_this_process_too(capsys: pytest.CaptureFixture[str], size: list[str]):
    """With stdin at its end already, it starts, tells where, and ends."""
    reading, writing = os.pipe()
    os.write(writing, b"nothing that matters\n")
    os.close(writing)
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        process.main(["--person", "ignores", *size], stdin=reading)
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), handlers, strict=True):
            signal.signal(number, handler)
        os.close(reading)
    assert json.loads(capsys.readouterr().out)["startUrl"].endswith("/start")
