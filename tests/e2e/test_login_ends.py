"""However a login ends, it leaves no listener, no thread and no lock behind."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

import ssokit
from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.flow import Flow
from ssokit.ports.user_notifier import UserNotifier
from ssokit.stores import FileStore
from ssokit.testing import Approves, Denies, FakeBrowser, FakeIdentityCenter, Ignores, ManualClock

_LONG = 60.0
_LOG_IN = """
import sys, threading
import ssokit

class Show:
    def show(self, authorization):
        print(authorization.verification_uri, flush=True)

center = ssokit.IdentityCenter(
    sys.argv[1], sys.argv[2], session_name="corp", flow=sys.argv[3], notifier=Show()
)
try:
    center.login()
except KeyboardInterrupt:
    print("interrupted", [thread.name for thread in threading.enumerate()], flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(identity_center: FakeIdentityCenter) -> Iterator[None]:
    before = threading.enumerate()
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert [name for name in left if not name.startswith("ssokit-fake-")] == []
    assert _locks_are_free(identity_center)


def _locks_are_free(center: FakeIdentityCenter) -> bool:
    session = ssokit.SsoSession(center.start_url, center.region, name="corp")
    store = FileStore(lock_timeout=0)
    try:
        with store.login_lock(session), store.lock(session):
            return True
    except ssokit.StoreLockTimeoutError:
        return False


@contextmanager
def _program(center: FakeIdentityCenter, flow: Flow) -> Iterator[subprocess.Popen[str]]:
    """Run a program that logs in, in a process of its own."""
    command = [sys.executable, "-W", "error", "-c", _LOG_IN]
    where = [center.start_url, center.region, flow.value]
    with subprocess.Popen(
        [*command, *where], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _press_ctrl_c(process: subprocess.Popen[str]) -> None:
    """Interrupt a program until it says something, as people do.

    CPython loses an interrupt that arrives in one of its own callbacks, once in many hundreds.
    """
    process.send_signal(signal.SIGINT)
    for _ in range(3):
        if select.select([process.stdout], [], [], _LONG / 3)[0]:
            return
        process.send_signal(signal.SIGINT)


def _port(authorization_url: str) -> int | None:
    redirect_uri = parse_qs(urlsplit(authorization_url).query).get("redirect_uri", [""])[0]
    return urlsplit(redirect_uri).port


def _is_listened_on(port: int) -> bool:
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=30).close()
        return True
    return False


class _Looks(UserNotifier):
    """Looks at what is shown, and whether somebody listens and holds the lock meanwhile."""

    def __init__(self, center: FakeIdentityCenter) -> None:
        self._center = center
        self._browser = FakeBrowser(center)
        self.port: int | None = None

    def show(self, authorization: ShownAuthorization) -> None:
        """Look, then do as the person does."""
        self.port = _port(authorization.verification_uri)
        assert self.port is None or _is_listened_on(self.port)
        assert not _locks_are_free(self._center)
        self._browser.show(authorization)


@pytest.mark.parametrize("flow", Flow)
@pytest.mark.parametrize(
    ("person", "error"),
    [
        (Approves("bob"), None),
        (Denies(), ssokit.AuthorizationDeniedError),
        (Ignores(), ssokit.PendingAuthorizationExpiredError),
    ],
    ids=["approved", "denied", "deadline"],
)
def test_a_login_that_has_ended_is_gone(
    identity_center: FakeIdentityCenter,
    flow: Flow,
    person: Approves | Denies | Ignores,
    error: type[Exception] | None,
):
    """Both flows end at a yes, at a no and at their deadline, and then nothing is left of them."""
    identity_center.person, identity_center.settings.interval = person, 60
    clock, looks = ManualClock(), _Looks(identity_center)
    instance = ssokit.IdentityCenter(
        identity_center.start_url,
        identity_center.region,
        session_name="corp",
        flow=flow,
        notifier=looks,
        clock=clock,
    )
    with pytest.raises(error) if error else contextlib.nullcontext():
        instance.login()
    assert clock.monotonic() <= 600.1
    assert (looks.port is None) == (flow is Flow.DEVICE_CODE)
    assert looks.port is None or not _is_listened_on(looks.port)


@pytest.mark.parametrize("flow", Flow)
def test_ctrl_c_ends_a_login(identity_center: FakeIdentityCenter, flow: Flow):
    """A real SIGINT ends the wait; the process goes on, without listener, thread or lock."""
    identity_center.person = Ignores()
    with _program(identity_center, flow) as process:
        assert process.stdout
        port = _port(process.stdout.readline())
        assert (port is None) == (flow is Flow.DEVICE_CODE)
        assert port is None or _is_listened_on(port)
        assert not _locks_are_free(identity_center)
        _press_ctrl_c(process)
        assert process.stdout.readline() == "interrupted ['MainThread']\n"
        assert port is None or not _is_listened_on(port)
        assert _locks_are_free(identity_center)
        process.communicate("go on\n", timeout=_LONG)
        assert process.returncode == 0


@pytest.mark.parametrize("flow", Flow)
def test_giving_up_ends_a_login(identity_center: FakeIdentityCenter, flow: Flow):
    """cancel() returns at once; listener, thread and lock follow within a nap."""
    identity_center.person = Ignores()
    instance = ssokit.IdentityCenter(
        identity_center.start_url, identity_center.region, session_name="corp", flow=flow
    )
    login = instance.start_login()
    port = _port(str(login.verification_uri))
    assert port is None or _is_listened_on(port)
    assert login.cancel()
    for thread in threading.enumerate():
        if thread.name.startswith("ssokit-login"):
            thread.join(_LONG)
    assert port is None or not _is_listened_on(port)


@pytest.mark.parametrize("flow", Flow)
def test_a_killed_login_blocks_nobody(identity_center: FakeIdentityCenter, flow: Flow):
    """A process that is killed while it waits leaves port and lock to the next one."""
    identity_center.person = Ignores()
    with _program(identity_center, flow) as process:
        assert process.stdout
        port = _port(process.stdout.readline())
    looks = _Looks(identity_center)
    identity_center.person = Approves("bob")
    instance = ssokit.IdentityCenter(
        identity_center.start_url,
        identity_center.region,
        session_name="corp",
        flow=flow,
        redirect_port=port,
        notifier=looks,
    )
    assert instance.login().access_token in identity_center.secrets
    assert looks.port == port
