"""The listener that a browser comes back to, as whoever is on this machine can use it."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from ssokit.adapters.loopback.redirect_listener import LoopbackRedirectListener
from ssokit.adapters.loopback.redirect_server import RedirectServer
from ssokit.domain.errors import RedirectListenerError
from ssokit.domain.redirects import AuthorizationCode, AwaitedRedirect
from ssokit.ports.redirect_listener import Redirects

_AWAITED = AwaitedRedirect(state="canary-state")
_ANSWER = "/oauth/callback?code=canary-code&state=canary-state"
_APPROVED = AuthorizationCode(code="canary-code")


@pytest.fixture
def redirects() -> Iterator[Redirects]:
    with LoopbackRedirectListener().open(_AWAITED) as redirects:
        yield redirects
    assert not _threads()


def _threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("ssokit-redirect")]


def _port(redirects: Redirects) -> int:
    return urlsplit(redirects.redirect_uri).port or 0


def _get(
    redirects: Redirects, target: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", _port(redirects), timeout=30)
    with contextlib.closing(connection):
        connection.request(method, target, headers=headers)
        response = connection.getresponse()
        return response, response.read().decode()


def _raw(redirects: Redirects, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", _port(redirects)), timeout=30) as connection:
        received = b""
        # Who sends more than is read may find the connection gone at any moment.
        with contextlib.suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while some := connection.recv(65536):
                received += some
        return received


def test_the_answer_is_received_for_as_long_as_the_block_lasts():
    """The listener is there at once, takes the answer, and is gone with its threads after that."""
    with LoopbackRedirectListener().open(_AWAITED) as redirects:
        assert redirects.redirect_uri == f"http://127.0.0.1:{_port(redirects)}/oauth/callback"
        assert redirects.awaited == _AWAITED
        response, page = _get(redirects, _ANSWER)
        assert (response.status, "You can close this page" in page) == (200, True)
    assert redirects.awaited.outcome == _APPROVED
    assert not _threads()
    with pytest.raises(ConnectionRefusedError):
        _get(redirects, _ANSWER)


def test_nobody_else_can_reach_it(redirects: Redirects):
    """It listens on 127.0.0.1, and on no other address, of the loopback interface or not."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", _port(redirects)), timeout=30)


def test_the_page_is_locked_down_and_tells_no_secret(redirects: Redirects):
    """No script, no resource from elsewhere, no frame, no cache, no referrer, nothing repeated."""
    response, page = _get(redirects, _ANSWER)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Server"] == "ssokit"
    assert not re.search(r"<script|src=|href=|https?://|canary", page)


@pytest.mark.parametrize(
    ("target", "status", "title"),
    [
        ("/oauth/callback?error=access_denied&state=canary-state", 200, "Not logged in"),
        ("/oauth/callback?code=canary-code&state=canary-other", 400, "Not this login"),
        ("/oauth/callback?error=access_denied", 400, "Not this login"),
        ("/oauth/callback?state=canary-state", 400, "Incomplete"),
        ("/favicon.ico", 404, "Nothing here"),
        ("/oauth/callback/x?code=canary-code&state=canary-state", 404, "Nothing here"),
    ],
)
def test_everything_is_answered(redirects: Redirects, target: str, status: int, title: str):
    """Whoever comes is told what came of it, in a page that repeats nothing of what was sent."""
    response, page = _get(redirects, target)
    assert (response.status, f"<h1>{title}</h1>" in page) == (status, True)
    assert "canary" not in page
    assert "access_denied" not in page


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "SPY"])
def test_only_get_counts(method: str):
    """Other methods are refused, and the answer is still waited for."""
    with LoopbackRedirectListener().open(_AWAITED) as redirects:
        response, page = _get(redirects, _ANSWER, method)
        assert response.status == (501 if method == "SPY" else 405)
        assert bool(page) == (method != "HEAD")
    assert redirects.awaited == _AWAITED


@pytest.mark.parametrize(
    "sent",
    [
        b"canary\r\n\r\n",
        b"GET /" + b"canary" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"Cookie: canary\r\n" * 200 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=["no HTTP", "an endless line", "HTTP of the future", "many headers", "TLS"],
)
def test_garbage_is_refused(redirects: Redirects, sent: bytes):
    """What is no sound request gets a page of ours, or nothing, and never its own words."""
    answer = _raw(redirects, sent)
    assert not answer or b"default-src 'none'" in answer
    assert b"canary" not in answer
    assert _get(redirects, _ANSWER)[0].status == 200


def test_a_request_without_an_end_is_cut(redirects: Redirects):
    """Headers are read up to what browsers send; a request line before that counts."""
    cookies = b"".join(b"Cookie: %060000d\r\n" % number for number in range(4))
    answer = _raw(redirects, b"GET /favicon.ico HTTP/1.1\r\n" + cookies)
    assert not answer or answer.startswith(b"HTTP/1.0 404")
    assert _get(redirects, _ANSWER)[0].status == 200


def test_those_who_say_nothing_keep_nobody_waiting(redirects: Redirects):
    """Half-open connections, and more of them than are served, do not block the answer."""
    with contextlib.ExitStack() as silent:
        for number in range(40):
            place = ("127.0.0.1", _port(redirects))
            connection = silent.enter_context(socket.create_connection(place, timeout=30))
            connection.sendall(b"GET /oauth/callback?code="[: number % 20])
        assert _get(redirects, _ANSWER)[0].status == 200


def test_those_who_say_nothing_are_sent_away():
    """A connection that stays silent is closed by the listener, and not by the login's end."""
    with LoopbackRedirectListener(patience=0.01).open(_AWAITED) as redirects:
        place = ("127.0.0.1", _port(redirects))
        with socket.create_connection(place, timeout=30) as silent:
            assert silent.recv(1) == b""


def test_a_browser_that_goes_away_early_loses_no_login():
    """The answer counts, even if nobody is there any more to be told so."""
    server = RedirectServer(0, _AWAITED, patience=30)
    browser, connection = socket.socketpair()
    with connection:
        browser.sendall(f"GET {_ANSWER} HTTP/1.1\r\n\r\n".encode())
        browser.close()
        with pytest.raises(BrokenPipeError):
            server.finish_request(connection, "nobody")
    server.stop()
    assert server.awaited.outcome == _APPROVED


class _Patient(RedirectServer):
    """Waits, before an answer counts, for the browser to have its page."""

    def __init__(self) -> None:
        self.has_page = threading.Event()
        self.was_answered_first = False
        super().__init__(0, _AWAITED, patience=5.0)

    def publish(self) -> None:
        self.was_answered_first = self.has_page.wait(10)
        super().publish()


def test_no_login_ends_before_the_browser_has_its_page():
    """Whoever waits closes the listener at once: the person would see a broken connection."""
    server = _Patient()
    server.start()
    try:
        assert "You can close this page" in _get(server, _ANSWER)[1]
        assert server.awaited.outcome is None
        server.has_page.set()
    finally:
        server.stop()
    assert server.was_answered_first
    assert server.awaited.outcome == _APPROVED


def test_of_many_answers_one_counts():
    """Answers that come at the same moment are judged one after the other."""
    with LoopbackRedirectListener().open(_AWAITED) as redirects, ThreadPoolExecutor(8) as pool:
        targets = [f"/oauth/callback?code=canary-{n}&state=canary-state" for n in range(16)]
        statuses = list(pool.map(lambda target: _get(redirects, target)[0].status, targets))
    assert Counter(statuses) == {200: 1, 409: 15}
    accepted = targets[statuses.index(200)]
    outcome = redirects.awaited.outcome
    assert isinstance(outcome, AuthorizationCode)
    assert f"code={outcome.code}&" in accepted


def test_a_chosen_port_is_listened_on_again_and_again():
    """The same port serves login after login, with no time between them."""
    with LoopbackRedirectListener().open(_AWAITED) as redirects:
        port = _port(redirects)
        _get(redirects, _ANSWER)
    for _ in range(3):
        with LoopbackRedirectListener(port=port).open(_AWAITED) as redirects:
            assert _port(redirects) == port
            assert _get(redirects, _ANSWER)[0].status == 200


def test_a_busy_port_is_told(redirects: Redirects):
    """The error says which port, and what to do; the other listener is not disturbed."""
    busy = LoopbackRedirectListener(port=_port(redirects))
    with (
        pytest.raises(RedirectListenerError, match=f"127.0.0.1:{busy.port} .*redirect_port"),
        busy.open(_AWAITED),
    ):
        pass
    assert _get(redirects, _ANSWER)[0].status == 200


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_it_is_gone_when_the_block_fails(error: type[BaseException]):
    """Whatever ends the login ends the listener."""
    opened: list[Redirects] = []

    def log_in() -> None:
        with LoopbackRedirectListener().open(_AWAITED) as redirects:
            opened.append(redirects)
            raise error

    with pytest.raises(error):
        log_in()
    assert not _threads()
    with pytest.raises(ConnectionRefusedError):
        _get(opened[0], _ANSWER)


@pytest.mark.parametrize(
    ("port", "error"),
    [(-1, ValueError), (65536, ValueError), ("8400", TypeError), (True, TypeError)],
)
def test_ports_are_checked(port: Any, error: type[Exception]):
    """What is no port is refused when it is given, and not when somebody logs in."""
    with pytest.raises(error, match="port"):
        LoopbackRedirectListener(port=port)
