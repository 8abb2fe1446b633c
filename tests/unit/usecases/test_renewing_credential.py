"""Role credentials that renew themselves, one caller at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fakes_of_ports import messages

from ssokit.domain.errors import ServiceUnavailableError
from ssokit.domain.expiry import RefreshWindows
from ssokit.domain.role_credential import RoleCredential
from ssokit.testing import ManualClock
from ssokit.usecases.renewing_credential import RenewingCredential


class _Source:
    """Gives numbered credentials of one hour, and fails or waits when told to."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.renewals = 0
        self.fails = False
        self.lives_for = timedelta(hours=1)
        self.entered = threading.Event()
        self.may_go = threading.Event()
        self.may_go.set()

    def __call__(self) -> RoleCredential:
        self.entered.set()
        assert self.may_go.wait(30)
        self.renewals += 1
        if self.fails:
            raise ServiceUnavailableError("no answer")
        return RoleCredential(
            account_id="012345678901",
            role_name="ReadOnly",
            access_key_id=f"key-{self.renewals}",
            secret_access_key=f"secret-{self.renewals}",
            session_token=f"token-{self.renewals}",
            expires_at=self._clock.now() + self.lives_for,
        )


@pytest.fixture
def source(clock: ManualClock) -> _Source:
    return _Source(clock)


@pytest.fixture
def renewing(source: _Source, clock: ManualClock) -> RenewingCredential:
    return RenewingCredential(source, clock=clock)


def test_nothing_is_obtained_until_asked(renewing: RenewingCredential, source: _Source):
    """Making the object costs nothing; asking twice costs one renewal."""
    assert source.renewals == 0
    assert renewing() is renewing()
    assert source.renewals == 1


@pytest.mark.parametrize(
    ("minutes_left", "renewals"), [(15, 1), (14.9, 2), (9, 2), (0, 2)], ids=str
)
def test_windows(
    renewing: RenewingCredential, clock: ManualClock, minutes_left: float, renewals: int
):
    """Fresh keys are given as they are; all others are renewed first."""
    renewing()
    clock.advance((60 - minutes_left) * 60)
    assert renewing().access_key_id == f"key-{renewals}"


def test_advisory_window_delays_nobody_else(
    renewing: RenewingCredential, source: _Source, clock: ManualClock
):
    """While one caller renews, the others get the keys that are still good."""
    first = renewing()
    clock.advance(48 * 60)
    source.entered.clear()
    source.may_go.clear()
    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(renewing)
        assert source.entered.wait(30)
        assert renewing() is first
        source.may_go.set()
        assert renewal.result(30).access_key_id == "key-2"
    assert renewing().access_key_id == "key-2"


@pytest.mark.parametrize("minutes", [0, 52, 61], ids=["at first", "mandatory", "expired"])
def test_who_has_to_wait_shares_one_renewal(
    renewing: RenewingCredential, source: _Source, clock: ManualClock, minutes: int
):
    """Without good keys all callers wait, and one renewal serves them all."""
    if minutes:
        renewing()
        clock.advance(minutes * 60)
    before = source.renewals
    together = threading.Barrier(8)

    def ask(_: int) -> RoleCredential:
        together.wait()
        return renewing()

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(ask, range(8)))
    assert source.renewals == before + 1
    assert len({keys.access_key_id for keys in given}) == 1


def test_snapshot_is_whole(renewing: RenewingCredential, clock: ManualClock):
    """Keys, token and expiry always belong to one renewal, whoever looks when."""
    seen: list[RoleCredential] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.append(renewing())

    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(look)
        for _ in range(50):
            clock.advance(46 * 60)
            renewing()
        stop.set()
    for keys in seen:
        number = keys.access_key_id.removeprefix("key-")
        assert (keys.secret_access_key, keys.session_token) == (
            f"secret-{number}",
            f"token-{number}",
        )


@pytest.mark.parametrize("minutes", [46, 52], ids=["advisory", "mandatory"])
def test_failed_renewal_serves_valid_keys_and_tries_once_a_minute(
    renewing: RenewingCredential,
    source: _Source,
    clock: ManualClock,
    minutes: int,
    caplog: pytest.LogCaptureFixture,
):
    """A portal that is down is asked once a minute, and nobody notices while keys are valid."""
    first = renewing()
    clock.advance(minutes * 60)
    source.fails = True
    assert [renewing() for _ in range(5)] == [first] * 5
    assert source.renewals == 2
    clock.advance(59.9)
    renewing()
    assert source.renewals == 2
    clock.advance(0.1)
    assert renewing() is first
    assert source.renewals == 3
    assert len(messages(caplog, "WARNING")) == 2
    source.fails = False
    clock.advance(60)
    assert renewing().access_key_id == "key-4"


def test_keys_that_expire_while_the_computer_sleeps_are_renewed(
    renewing: RenewingCredential, source: _Source, clock: ManualClock
):
    """The monotonic clock stands still meanwhile: a minute may not be over, and keys are dead."""
    renewing()
    clock.jump(3600)
    assert renewing().access_key_id == "key-2"
    assert source.renewals == 2


def test_keys_that_come_expired_are_asked_for_once_a_minute(
    renewing: RenewingCredential,
    source: _Source,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
):
    """To a clock that is wrong all keys are dead: they may be good, and asking more is no help."""
    source.lives_for = timedelta(0)
    assert [renewing().access_key_id for _ in range(3)] == ["key-1"] * 3
    assert "have expired by the clock" in messages(caplog, "WARNING")[0]
    source.fails = True
    clock.advance(60)
    for _ in range(2):
        with pytest.raises(ServiceUnavailableError):
            renewing()


def test_expired_keys_are_never_given(
    renewing: RenewingCredential, source: _Source, clock: ManualClock
):
    """When keys have expired, the failure is raised, at every call."""
    renewing()
    clock.advance(3600)
    source.fails = True
    for _ in range(2):
        with pytest.raises(ServiceUnavailableError):
            renewing()
    assert source.renewals == 3
    source.fails = False
    assert renewing().access_key_id == "key-4"


def test_first_failure_is_raised(renewing: RenewingCredential, source: _Source):
    """Without any keys there is nothing to fall back on."""
    source.fails = True
    with pytest.raises(ServiceUnavailableError):
        renewing()


def test_wall_clock_that_jumps_back_does_not_stop_renewals(
    renewing: RenewingCredential, source: _Source, clock: ManualClock
):
    """The pause between tries is measured by a clock that does not jump."""
    renewing()
    clock.advance(50 * 60)
    source.fails = True
    renewing()
    clock.jump(-120)
    clock.advance(60)
    renewing()
    assert source.renewals == 3


def test_windows_can_be_chosen(source: _Source, clock: ManualClock):
    """Other windows than botocore's are honoured."""
    windows = RefreshWindows(advisory=timedelta(minutes=2), mandatory=timedelta(minutes=1))
    renewing = RenewingCredential(source, clock=clock, windows=windows)
    renewing()
    clock.advance(58 * 60)
    assert renewing().access_key_id == "key-1"
    clock.advance(1)
    assert renewing().access_key_id == "key-2"


_FORK = """
import os, signal, threading, warnings
from datetime import datetime, timedelta, timezone
from ssokit.adapters.clock import SystemClock
from ssokit.domain.role_credential import RoleCredential
from ssokit.usecases.renewing_credential import RenewingCredential

warnings.simplefilter("ignore")
parent, inside, leave = os.getpid(), threading.Event(), threading.Event()

def renew():
    if os.getpid() == parent:
        inside.set()
        leave.wait()
    return RoleCredential(
        account_id="012345678901", role_name="ReadOnly", access_key_id="key",
        secret_access_key="canary", session_token="canary",
        expires_at=datetime.now(timezone.utc) + timedelta(hours=1),
    )

renewing = RenewingCredential(renew, clock=SystemClock())
thread = threading.Thread(target=renewing)
thread.start()
inside.wait()
child = os.fork()
if not child:
    signal.alarm(30)
    os._exit(7 if renewing().access_key_id == "key" else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
leave.set()
thread.join()
"""


def test_a_child_forked_under_a_renewal_is_not_stuck():
    """The thread that renews is not in the child, which would wait for it for ever."""
    done = subprocess.run(
        [sys.executable, "-c", _FORK], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "7\n"
