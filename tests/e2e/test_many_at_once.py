"""Everybody starts at once, and one login serves them all."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

import ssokit
from ssokit.stores import FileStore
from ssokit.testing import Approves, Denies, FakeIdentityCenter, Ignores

_LOGIN = """
import hashlib, logging, sys
import ssokit
from ssokit.identity_center import IdentityCenter

class Tell(logging.Handler):
    def emit(self, record):
        print("log:", record.getMessage(), flush=True)

logging.getLogger("ssokit").addHandler(Tell())
logging.getLogger("ssokit").setLevel(logging.INFO)

def show(**shown):
    print("shown", flush=True)

print("ready", flush=True)
sys.stdin.readline()
try:
    token = ssokit.login(sys.argv[1], sys.argv[2], user_auth_handler=show)
except ssokit.LoginError as error:
    print("refused:", type(error).__name__, flush=True)
    raise SystemExit
print("token:", hashlib.sha256(token["accessToken"].encode()).hexdigest(), flush=True)
"""


class _Program:
    """A process that logs in when it is told to."""

    def __init__(self, center: FakeIdentityCenter) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _LOGIN, center.start_url, center.region],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, start: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith(start):
                return line.strip()
        raise AssertionError(f"the program ended without saying {start!r}")

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def programs(
    identity_center: FakeIdentityCenter, request: pytest.FixtureRequest
) -> Iterator[list[_Program]]:
    """As many programs as the test asks for, all ready to log in."""
    started = [_Program(identity_center) for _ in range(request.param)]
    for program in started:
        program.wait_for("ready")
    yield started
    for program in started:
        program.end()


def _let_all_wait_for_the_first(programs: list[_Program]) -> None:
    """Have the first show a login, and all others notice that one is under way."""
    holder, *others = programs
    holder.go()
    holder.wait_for("shown")
    for other in others:
        other.go()
    for other in others:
        other.wait_for("log: ")


@pytest.mark.parametrize("programs", [20], indirect=True, ids=["20 processes"])
def test_processes(identity_center: FakeIdentityCenter, programs: list[_Program]) -> None:
    """Twenty processes with nothing cached cause one device authorization, and share its token."""
    for program in programs:
        program.go()
    assert len({program.wait_for("token:") for program in programs}) == 1
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert identity_center.calls("RegisterClient") == 1


@pytest.mark.parametrize("programs", [8], indirect=True, ids=["8 processes"])
def test_the_end_of_a_session_is_one_prompt(
    identity_center: FakeIdentityCenter, programs: list[_Program]
) -> None:
    """Processes whose common session is over try one renewal, ask once, and share the token."""
    session = ssokit.SsoSession(identity_center.start_url, identity_center.region)
    token = identity_center.sign_in("alice", renewable=True)
    FileStore().save_token(session, attrs.evolve(token, expires_at=token.received_at))
    identity_center.end_sign_in_sessions()
    for program in programs:
        program.go()
    assert len({program.wait_for("token:") for program in programs}) == 1
    assert identity_center.calls("StartDeviceAuthorization") == 1
    refused = [r for r in identity_center.requests if r.outcome == "InvalidGrantException"]
    assert len(refused) == 1


@pytest.mark.parametrize("programs", [6], indirect=True, ids=["6 processes"])
def test_a_no_is_the_answer_to_all_processes_that_wait(
    identity_center: FakeIdentityCenter, programs: list[_Program]
) -> None:
    """A person who says no to one process is not asked by those that waited meanwhile."""
    identity_center.person = Ignores()
    _let_all_wait_for_the_first(programs)
    (waiting,) = identity_center.people.pending
    identity_center.people.deny(waiting.user_code)
    refusals = {program.wait_for("refused:") for program in programs}
    assert refusals == {"refused: AuthorizationDeniedError"}
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_threads(identity_center: FakeIdentityCenter) -> None:
    """Fifty threads with nothing cached cause one device authorization, and share its token."""
    start = threading.Barrier(50)

    def log_in(_: int) -> str:
        start.wait()
        return str(
            ssokit.login(
                identity_center.start_url, identity_center.region, user_auth_handler=_show_nothing
            )["accessToken"]
        )

    with ThreadPoolExecutor(50) as pool:
        assert len(set(pool.map(log_in, range(50)))) == 1
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_threads_with_one_dictionary(identity_center: FakeIdentityCenter) -> None:
    """Threads that share a plain dict as their cache ask the person once, too."""
    cache: dict[str, object] = {}
    start = threading.Barrier(20)

    def count_accounts(_: int) -> int:
        start.wait()
        accounts = ssokit.list_available_accounts(
            identity_center.start_url,
            identity_center.region,
            login=True,
            message=False,
            sso_cache=cache,
        )
        return len(list(accounts))

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(count_accounts, range(20))) == {3}
    assert identity_center.calls("StartDeviceAuthorization") == 1


@pytest.mark.parametrize("programs", [3], indirect=True, ids=["3 processes"])
def test_a_killed_login_frees_the_others(
    identity_center: FakeIdentityCenter, programs: list[_Program]
) -> None:
    """When the process that logs in is killed, another takes over at once, and the rest follow."""
    identity_center.person = Ignores()
    _let_all_wait_for_the_first(programs)
    holder, *others = programs
    identity_center.person = Approves()
    holder.process.send_signal(signal.SIGKILL)
    assert len({other.wait_for("token:") for other in others}) == 1
    assert identity_center.calls("StartDeviceAuthorization") == 2


def _show_nothing(**_: object) -> None:
    """Take the login as seen."""


def test_a_denied_login_asks_once_for_a_whole_listing(identity_center: FakeIdentityCenter) -> None:
    """When the login ends under a listing, the person is asked once, and a no ends it."""
    where = (identity_center.start_url, identity_center.region)
    ssokit.login(*where, message=False)
    asked: list[object] = []
    roles = ssokit.list_available_roles(
        *where, range(1, 40), login=True, user_auth_handler=lambda **shown: asked.append(shown)
    )
    identity_center.revoke_tokens()
    identity_center.person = Denies()
    with pytest.raises(ssokit.AuthorizationDeniedError):
        list(roles)
    assert len(asked) == 1


def test_a_login_that_ends_under_a_listing(identity_center: FakeIdentityCenter) -> None:
    """When the login ends under a listing, one new login lets it go on, and no row is lost."""
    where = (identity_center.start_url, identity_center.region)
    ssokit.login(*where, message=False)
    roles = ssokit.list_available_roles(*where, login=True, message=False)
    first = next(roles)
    identity_center.revoke_tokens()
    again = list(ssokit.list_available_roles(*where, login=True, message=False))
    assert again[0] == first
    assert len(again) == 5
    assert identity_center.calls("StartDeviceAuthorization") == 2


def test_a_denied_login_asks_once_for_all_threads(identity_center: FakeIdentityCenter) -> None:
    """Threads that wait for the keys of one session are not each asked to log in after a no."""
    where = (identity_center.start_url, identity_center.region)
    asked = threading.Event()
    decide = threading.Event()

    def show(**_: object) -> None:
        asked.set()
        decide.wait(60)

    ssokit.login(*where, message=False)
    session = ssokit.get_boto3_session(
        *where, "012345678901", "Developer", region="eu-west-1", login=True, user_auth_handler=show
    )
    keys = session.get_credentials()
    assert keys
    identity_center.revoke_tokens()
    identity_center.person = Denies()
    with ThreadPoolExecutor(10) as pool:
        looks = [pool.submit(keys.get_frozen_credentials) for _ in range(10)]
        assert asked.wait(60)
        decide.set()
        refusals = [look.exception(60) for look in looks]
    assert {type(refusal) for refusal in refusals} == {ssokit.AuthorizationDeniedError}
    assert identity_center.calls("StartDeviceAuthorization") < 10


def test_a_forked_child_has_connections_of_its_own(identity_center: FakeIdentityCenter) -> None:
    """Children of one parent list at once without reading each other's answers."""
    where = (identity_center.start_url, identity_center.region)
    ssokit.login(*where, message=False)
    parent = list(ssokit.list_available_roles(*where))
    program = """
import os, sys
import ssokit
where = sys.argv[1:]
parent = list(ssokit.list_available_roles(*where))
children = []
for _ in range(4):
    pid = os.fork()
    if not pid:
        os._exit(0 if list(ssokit.list_available_roles(*where)) == parent else 1)
    children.append(pid)
print(len(parent), [os.waitpid(pid, 0)[1] for pid in children])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, *where],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == f"{len(parent)} [0, 0, 0, 0]"
